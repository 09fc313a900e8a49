"""Slips that leave a file readable and change what it says: a comment in a text, a quote that is not closed."""

import re
from collections.abc import Iterator

from support_cli.authoring.check_case import error, warning
from support_cli.base.finding import Finding
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, shorten

_TEXTS = "name|title|label|description|placeholder|example|why|text|value|answer|about|note"
# ``label: Issue #5`` is “Issue” and a remark; who means a remark writes a blank behind the mark.
_CUT = re.compile(
    rf"[ \t]*(?:-[ \t]+)*(?:(?:{_TEXTS})[ \t]*:|-)[ \t]+(?P<text>[^\s\"'|>&*!\[{{#][^#\n]*?)[ \t]+#[^\s#]"
)
_KEY = re.compile(r"[^:]{1,60}:(?:[ \t]|$)")
_PO_LINE = re.compile(r"(?:(?:msgid|msgid_plural|msgctxt|msgstr(?:\[\d+\])?)[ \t]*)?(?P<string>\".*)")
_PO_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"[ \t]*")


def check_yaml(name: str, text: str) -> Iterator[Finding]:
    """Looks for texts that YAML ends at a ``#``.

    Args:
        name: The file's name.
        text: Its content.
    """
    block = -1
    for number, line in enumerate(text.split("\n"), 1):
        depth = len(line) - len(line.lstrip(" "))
        if line.strip() and depth <= block:
            block = -1
        if block >= 0:
            continue  # inside of a text of several lines a # is a #
        if re.search(r"[|>][-+]?\d?[ \t]*$", line):
            block = depth
        found = _CUT.match(line)
        if found is None or (line.lstrip().startswith("-") and _KEY.match(found["text"])):
            continue
        message = _("The text ends at the #, as “{text}”; what follows is a remark.")
        place = f"{name}:{number}:{found.start('text') + 1}"
        yield warning("T004", place, message.format(text=shorten(clean_line(found["text"]), 60)))


def check_po(name: str, raw: bytes) -> Iterator[Finding]:
    """Looks for strings of a PO file whose quotes are wrong; gettext's readers lose a letter of such a line."""
    for number, line in enumerate(raw.decode("utf-8", "replace").splitlines(), 1):
        found = _PO_LINE.fullmatch(line.strip())
        if found is not None and not _PO_STRING.fullmatch(found["string"]):
            yield error("T075", f"{name}:{number}", _("The quotes of this line are not closed, or one stands inside."))
