"""What keys and states are called where people read them; in data they keep their own names.

One table for each enumeration, keyed by its values. ``label`` is what screens and documents use.
"""

from collections.abc import Mapping

from support_cli.base.i18n import N_, _

CASE_STATES = {
    "written": N_("open, not sent from here"),
    "queued": N_("waits to be sent"),
    "sent": N_("waits for an answer"),
    "answered": N_("answered"),
    "closed": N_("closed"),
}
MESSAGE_STATES = {
    "queued": N_("waits in the outbox"),
    "sending": N_("is being sent"),
    "sent": N_("sent"),
    "written": N_("written into a file"),
    "refused": N_("refused"),
    "cancelled": N_("cancelled"),
}
JOURNAL = {
    "created": N_("made"),
    "changed": N_("changed"),
    "note": N_("note"),
    "delivery": N_("delivery"),
    "document": N_("document"),
    "queued": N_("queued"),
    "sent": N_("sent"),
    "refused": N_("refused"),
    "cancelled": N_("cancelled"),
    "reply": N_("reply"),
    "auto-reply": N_("automatic reply"),
    "follow-up": N_("follow-up"),
    "escalation": N_("escalation"),
    "closed": N_("closed"),
    "reopened": N_("open again"),
}
CONTACTS = {
    "phone": N_("phone"),
    "email": N_("e-mail"),
    "chat": N_("chat"),
    "web": N_("website"),
    "address": N_("address"),
    "messenger": N_("messenger"),
}
ROLES = {
    "summary": N_("summary"),
    "details": N_("description"),
    "steps": N_("steps"),
    "expected": N_("expected result"),
    "actual": N_("actual result"),
    "environment": N_("device and system"),
    "version": N_("version"),
    "error": N_("error text"),
    "tried": N_("what was tried"),
    "outcome": N_("desired outcome"),
    "severity": N_("how serious it is"),
    "account": N_("account or contract"),
    "order": N_("order"),
    "serial": N_("serial number"),
    "name": N_("name"),
    "email": N_("e-mail"),
    "phone": N_("phone"),
    "preferred_contact": N_("preferred way to be reached"),
    "consent": N_("consent"),
}
DOCUMENTS = {
    "ticket": N_("the ticket"),
    "email": N_("the e-mail"),
    "chat": N_("pieces for a chat"),
    "phone": N_("what to say on the phone"),
    "follow-up": N_("the follow-up"),
    "escalation": N_("the letter to a supervisor"),
    "issue": N_("the text of the issue"),
    "issue-classic": N_("the text of the issue"),
    "issue-gitea": N_("the text of the issue"),
    "request": N_("the request file"),
}
CHANNELS = {"email": N_("e-mail")}
"""Kinds of channels; desks go by their own names."""
ORIGINS = {"builtin": N_("built in"), "installed": N_("installed"), "package": N_("from a Python package")}
"""Where packs that a name is enough for come from."""
STORES = {
    "keyring": N_("in the keyring"),
    "file": N_("in a file"),
    "command": N_("printed by a command"),
}
CHECKED = {
    "program": N_("program"),
    "settings": N_("settings"),
    "private": N_("privacy"),
    "database": N_("database"),
    "cache": N_("cache"),
    "pack": N_("pack"),
    "terminal": N_("terminal"),
    "editor": N_("editor"),
    "mail": N_("mail"),
}
FOLDERS = {"settings": N_("settings"), "data": N_("data"), "cache": N_("cache")}


def label(table: Mapping[str, str], key: str) -> str:
    """What a value is called in the language that is spoken; what the table lacks is shown as it is."""
    return _(table[key]) if key in table else key
