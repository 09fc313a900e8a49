"""What can be wrong with a pack."""

import difflib
from collections.abc import Sequence

from support_cli.base.errors import UnusableError
from support_cli.base.finding import Finding
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, shorten


class PackError(UnusableError):
    """A pack, a form or one of its files cannot be used.

    Attributes:
        findings: Every fault found, each with its file and line; may be empty when the message says it all.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        where: str | None = None,
        findings: Sequence[Finding] = (),
    ) -> None:
        super().__init__(message, hint=hint, where=where)
        self.findings = tuple(findings)


class YamlError(PackError):
    """A text is not YAML, or is YAML of a size or shape that nobody needs."""


def unknown_form(form_id: str, known: list[str], where: str) -> PackError:
    """The error for a form that a pack does not have, with the nearest name or all of them."""
    near = difflib.get_close_matches(form_id[:200], known, 1, 0.5)
    hint = _("Did you mean “{near}”?").format(near=near[0]) if near else ", ".join(known[:20])
    said = shorten(clean_line(form_id[:1000]), 80)
    return PackError(_("There is no form “{form}” in this pack.").format(form=said), hint=clean_line(hint), where=where)
