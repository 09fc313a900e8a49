"""HTML of a mail as text: enough to read it in a terminal, in time that grows with its length and no faster."""

import html
import re

_MOST = 400_000
_BREAKS = frozenset(["br", "p", "div", "tr", "li", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "h4", "hr"])
_HIDDEN = frozenset(["script", "style", "head", "title", "template"])


def text_of_html(source: str) -> str:
    """The words of a page, one line for each block.

    Args:
        source: HTML, well-formed or not.

    Returns:
        Text with LF line ends; what scripts and styles say is left out. Not cleaned yet.
    """
    words: list[str] = []
    hidden = ""
    first, *tags = source[:_MOST].split("<")
    words.append(_folded(first))
    for tag in tags:
        inside, closed, after = tag.partition(">")
        if not closed:
            continue
        name = re.match(r"/?([A-Za-z][A-Za-z0-9]*)", inside)
        word = name[1].lower() if name else ""
        if hidden:
            hidden = "" if inside.startswith("/") and word == hidden else hidden
        elif word in _HIDDEN and not inside.startswith("/"):
            hidden = word
        if word in _BREAKS:
            words.append("\n")
        if not hidden:
            words.append(_folded(after))
    lines = [" ".join(line.split()) for line in html.unescape("".join(words)).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _folded(text: str) -> str:
    """Line ends of the source are blanks."""
    return re.sub(r"[\r\n\t]", " ", text)
