"""Markdown as readable text for a terminal: the words, the addresses of links, the lists; no marks, no HTML.

Issue forms describe their questions in Markdown with a good deal of HTML. This is a reader for people, not a
parser: what it does not know stays as it was written.
"""

import re
from html import unescape

from support_cli.base.text import clean_text, later

_CODE = later(r"(^|\n)(`{3,32}|~{3,32})[^\n]*\n(.*?)(?:\n\2[^\n]*|$)", re.DOTALL)
_COMMENT = later(r"<!--.*?(?:-->|$)", re.DOTALL)
_IMAGE = later(r"!\[([^\[\]\n]{0,500})\]\([^()\s]{0,2000}(?:[ \t][^)\n]{0,500})?\)")
_LINK = later(
    r"\[([^\[\]\n]{1,500})\]"
    r"\(<?([^()\s<>]{0,2000}(?:\([^()\s]{0,500}\))?[^()\s<>]{0,500})>?(?:[ \t][^)\n]{0,500})?\)"
)
_REFERENCE = later(r"(?<!!)\[([^\[\]\n]{1,500})\]\[([^\[\]\n]{0,200})\]")
_DEFINITION = later(r"^ {0,3}\[([^\[\]\n]{1,200})\]:[ \t]*<?(\S{1,2000}?)>?(?:[ \t][^\n]*)?(?:\n|$)", re.MULTILINE)
_AUTOLINK = later(r"<((?:https?://|mailto:)[^\s<>]{1,2000}|[\w.+-]{1,64}@[\w.-]{1,253})>")
_HTML_LINK = later(
    r"<a\b[^<>]{0,500}?href=[\"']?([^\"'\s<>]{1,2000})[\"']?[^<>]{0,500}>(.{0,1000}?)</a>", re.DOTALL | re.IGNORECASE
)
_HTML_IMAGE = later(r"<img\b[^<>]{0,2000}?alt=[\"']([^\"'<>]{1,500})[\"'][^<>]{0,2000}>", re.IGNORECASE)
_BREAK = later(r"<(?:br|/p|/li|/h[1-6]|/div|/summary|/tr)\b[^<>]{0,500}>", re.IGNORECASE)
_ITEM = later(r"<li\b[^<>]{0,500}>", re.IGNORECASE)
_TAG = later(r"</?[A-Za-z][^<>]{0,2000}>")
_HEADING = later(r"^ {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$", re.MULTILINE)
_ALERT = later(r"^>[ \t]*\[!(\w{1,20})\][ \t]*$", re.MULTILINE)
_STRONG = later(r"(\*\*|__)(?=\S)([^\n]{1,2000}?)(?<=\S)\1")
_EMPHASIS = later(r"(?<![\w*])([*_])(?=[^\s*_])((?:[^*_\n]|\n(?!\n)){1,1000}?)(?<=\S)\1(?![\w*])")
_TICKS = later(r"(?<!`)(`{1,8})(?!`)([^`\n]{1,2000})\1(?!`)")
_ESCAPE = later(r"\\([!-/:-@\[-`{-~])")
_MOST = 50_000
_BLANKS = later(r"\n{3,}")


def readable(text: str) -> str:
    """Turns Markdown into text to read.

    Args:
        text: Markdown with HTML, of any origin.

    Returns:
        Plain text without control characters, with LF line ends and no blank lines at its ends; a text beyond
        50,000 characters, which is no description any more, keeps its marks.
    """
    text = clean_text(text)
    if len(text) > _MOST or not re.search(r"[*_`<>\[\]#&\\]", text):
        return text.strip("\n").rstrip()
    kept: list[str] = []

    def keep(words: str) -> str:
        kept.append(words)
        return f"\x00{len(kept) - 1}\x00"

    # Code and escaped marks mean what they say; they are put back at the end.
    text = _CODE.sub(lambda m: m[1] + keep("\n".join("    " + line for line in m[3].split("\n"))), text)
    text = _TICKS.sub(lambda m: keep(m[2].strip()), text)
    text = _ESCAPE.sub(lambda m: keep(m[1]), text)
    text = _COMMENT.sub("", text)
    text = _IMAGE.sub(lambda m: m[1], text)
    text = _referred(_LINK.sub(lambda m: _link(m[1], m[2]), text))
    text = _AUTOLINK.sub(lambda m: m[1].removeprefix("mailto:"), text)
    text = _HTML_LINK.sub(lambda m: _link(_TAG.sub("", m[2]), m[1]), text)
    text = _HTML_IMAGE.sub(lambda m: m[1], text)
    text = _ITEM.sub("- ", _BREAK.sub("\n", text))
    text = _TAG.sub("", text)
    text = _ALERT.sub(lambda m: f"> {m[1].capitalize()}:", text)
    text = _HEADING.sub(lambda m: m[1], text)
    text = _STRONG.sub(lambda m: m[2], text)
    text = _EMPHASIS.sub(lambda m: m[2], text)
    if "&" in text:
        text = unescape(text)
    text = re.sub("\x00(\\d+)\x00", lambda m: kept[int(m[1])], text)
    lines = [line.rstrip() for line in clean_text(text).split("\n")]
    return _BLANKS.sub("\n\n", "\n".join(lines)).strip("\n")


def _referred(text: str) -> str:
    """Puts addresses that are defined elsewhere (``[docs][1]``, ``[1]: https://...``) where they are meant."""
    places = {m[1].strip().casefold(): m[2] for m in _DEFINITION.finditer(text)}
    if not places:
        return text
    text = _DEFINITION.sub("", text)

    def put(match: re.Match[str]) -> str:
        place = places.get((match[2] or match[1]).strip().casefold())
        return match[0] if place is None else _link(match[1], place)

    return _REFERENCE.sub(put, text)


def _link(words: str, address: str) -> str:
    words = words.strip()
    if not address.startswith(("http://", "https://", "mailto:")) or words == address:
        return words
    return f"{words} ({address.removeprefix('mailto:')})"
