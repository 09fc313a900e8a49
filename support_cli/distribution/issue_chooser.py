"""What a repository offers to fill in, shown the way its platform does."""

from typing import TYPE_CHECKING

import msgspec

from support_cli.base.i18n import _
from support_cli.environment import Bench
from support_cli.forms.model import Form
from support_cli.packs.pack import Pack

if TYPE_CHECKING:
    from support_cli.issue_forms.offer import Offer

BLANK = "blank"
"""Id of the form for an issue without a form."""


def choose_entry(bench: Bench, pack: Pack, offer: "Offer") -> Form:
    """Shows what a repository offers the way its platform does: forms, templates, links, a blank issue.

    Raises:
        Leave: A link was chosen: its address is shown, and there is nothing to fill in here.
    """
    from support_cli.base.markdown import readable
    from support_cli.interview.prompter import Choice, Leave

    assert bench.prompter is not None  # noqa: S101 - the caller asked
    entries = [entry for entry in offer.entries if not entry.trouble]
    for entry in offer.entries:
        if entry.trouble:
            bench.prompter().say(f"{entry.file}: {entry.trouble}")
    choices = [Choice(key=entry.id, label=readable(entry.name), hint=readable(entry.description)) for entry in entries]
    chosen = bench.prompter().choose(pack.manifest.title, choices, default=offer.default or choices[0].key)
    entry = next(one for one in entries if one.id == chosen)
    if entry.url:
        bench.prompter().say(f"{readable(entry.name)}: {entry.url}")
        raise Leave
    return blank_form() if entry.kind.value == BLANK else pack.form(chosen)


def blank_form() -> Form:
    """An issue without a form: a title and a text, which is the body as it is."""
    from support_cli.distribution.find import with_title
    from support_cli.issue_forms import markdown

    form = markdown.load("", name=BLANK, form_id=BLANK).form
    text = msgspec.structs.replace(form.questions[0], id="body", label=_("Text"), required=True)
    return with_title(msgspec.structs.replace(form, name=_("Blank issue"), questions=(text,)))
