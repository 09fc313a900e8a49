"""Where the answer of a desk that is described as data holds a number or a link: JSON, a header, or any text."""

from support_cli.base.expressions import SECONDS, compiled
from support_cli.base.text import clean_line, shorten
from support_cli.deliver.desks.reading import long_text_at, text_at
from support_cli.deliver.http.refusal import Answer

_LONGEST_TEXT = 65_536
"""Characters of an answer in which an expression is searched; with the time limit, whatever the expression costs."""
_LONGEST = 200


def found_in(answer: Answer, path: str, pattern: str = "") -> str:
    """What stands at a place of an answer, as one short line; empty where there is nothing.

    Args:
        answer: What the desk said.
        path: Dotted path in the JSON, ``header.NAME``, or nothing for the whole text.
        pattern: Regular expression that finds it in what stands there: its first group, or all of it.
    """
    data = answer.data()
    text = (text_at(data, path) or long_text_at(data, path)) if path else answer.text if pattern else ""
    if not text and path.startswith("header."):
        text = answer.headers.get(path.removeprefix("header.").lower(), "")
    if not pattern:
        return shorten(clean_line(text), _LONGEST)
    try:
        match = compiled(pattern).search(text[:_LONGEST_TEXT], timeout=SECONDS)
    except TimeoutError:
        return ""
    found = match[1] if match and compiled(pattern).groups else match[0] if match else ""
    return shorten(clean_line(found or ""), _LONGEST)
