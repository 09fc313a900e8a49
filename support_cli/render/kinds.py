"""Which documents there are, and in which formats; a module of its own, so that asking costs no template engine."""

DOCUMENTS: dict[str, tuple[str, ...]] = {
    "ticket": ("md", "html", "txt"),
    "email": ("txt", "html", "subject"),
    "chat": ("txt",),
    "phone": ("txt",),
    "follow-up": ("txt", "html", "subject"),
    "escalation": ("txt", "html", "subject"),
}
"""Native documents and their formats, the first being the default."""

ISSUES = ("issue", "issue-classic", "issue-gitea")
"""Bodies of issues, as three web forms make them; Markdown only."""
