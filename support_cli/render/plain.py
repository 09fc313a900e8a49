"""Text for eyes that see nothing but text: wrapped by what it takes on a screen, addresses and codes left whole.

It also has to come through the programs which cut replies out of mails. Desks keep only what they take for the new part
of a mail: they cut at signatures (``-- ``, ``---``), at quoted mails (``> ``, "On Monday ... wrote:") and at headers of
forwarded ones (``From: ``). A request is all new, so no line of ours may look like one of these, and where a customer's
line does it is told apart: a bar goes before it (``| -- ``), a hyphen that begins a point of a list becomes ``•``, and
a phrase such as "sent from my" gets a no-break space. Nothing that a customer wrote goes away. The patterns are those
of GitHub's email_reply_parser and its ports (django-helpdesk), mail-parser-reply, and email_reply_trimmer (Discourse).
"""

import re
import unicodedata

from support_cli.base.text import later

WIDTH = 76
_DASHES = ("-", "–", "—")
"""No line begins with one that stood between two words: it would look like a point of a list."""

_NO_BREAK = "\N{NO-BREAK SPACE}"
_POINT = later(r"([ \t]*)-(?=[ \t]+[^\W\d])")
_BARRED = later(
    r"[ \t]*(?:"
    r"[-_,=+~#*\u1427]+[ \t]*$"  # a rule
    r"|>|--|__|-[ \t]?\w"  # quotes and signatures
    r"|[*]*(?:From|Sent|To|Cc|Bcc|Reply-To|Subject|Date|Organi[sz]ation|Fra|Til|Emne|Sendt|De|À|Répondre à|Objet|Von|An"
    r"|Betreff|Gesendet|Datum|Para|Assunto|Asunto|Fecha|Enviad[ao](?: em)?|Da|A|Oggetto|Risposta|Data|Od|Do|DW|Temat"
    r"|Wysłano|От|Кому|Копия|Тема|Дата|Отправлено|Від|Копія|Надіслано)[ \t*]*:"
    r"|(?:Thanks|Best|regards),|Pozdrawiam\b|Disclaimer\b|(?:Am|Op)\s.*\b(?:schrieb|schreef)\b"
    r"|Posted by .+ on \d|20\d\d-\d\d-\d\d \d\d:\d\d GMT"
    r")",
    re.IGNORECASE,
)
_PHRASE = later(
    r"[ \t|]*(?:sent (?:from|via|with|by)|get outlook|from my|\w+ from mobile|(?:best|kind) regards|all the best"
    r"|thank you,|reply message|begin forwarded|z powa[żz]aniem|wysłano z|w przypadku)\b",
    re.IGNORECASE,
)
_WROTE = later(
    r"(?:(?<=[^\s|])[ \t\xa0])?(?:wrote|geschreven|napisał(?:\(a\)|a)?|nadesłał|написала?|пише|пишет)"
    r"(?:\xa0?:|(?=[ \t]*$))"
    r"|(?:(?<=[^\s|])[ \t\xa0])?\b(?:schrieb|schreef)\b|(?<=>)[ \t]wrote"
)
_WARNING = later(
    r"(?:^[ \t|]*|(?<=[.!?])[ \t]*)(?:Disclaimer|Caution|Warning|Confidential(?:ity)?|Uwaga|Hinweis|Achtung"
    r"|(?:Privileged|Private|Sensitive|Important) \w+)(?=:)",
    re.IGNORECASE,
)
_YEAR = later(r"\d{4}")
_WHEN = later(r"[ \t]*(?:On|Op|Le|Il|Em|El|Am|Dnia)\s")


def cells(text: str) -> int:
    """Counts the columns that one line takes in a terminal (UAX #11: wide characters two, combining ones none)."""
    if text.isascii():
        return len(text)
    return sum(_cell(character) for character in text)


def wrap(text: str, width: int = WIDTH, indent: str = "", first: str | None = None) -> str:
    """Wraps prose.

    Args:
        text: Prose with LF line ends, which stay; empty lines stay as one.
        width: Most columns of a line; a word without blanks (an address, a code) may be longer.
        indent: What stands before every line.
        first: What stands before the first line instead (a number, a label), or None.

    Returns:
        Lines without blanks at their ends.
    """
    lines: list[str] = []
    for paragraph in re.sub(r"\n\s*\n", "\n\n", text.strip()).split("\n"):
        lead = first if first is not None and not lines else indent
        lines += _fill(paragraph, width, lead, indent) or [""]
    return "\n".join(lines)


def underline(text: str, mark: str = "─") -> str:
    """Draws a line below a heading, as long as it is; of box characters, for readers of mail cut at ``---``."""
    mark = {"": "─", "-": "─", "=": "═"}.get(mark, mark)
    return mark * min(max(cells(text), 3), WIDTH)


def defuse(text: str) -> str:
    """Changes every line that a reader of mail would take for the end of what was written.

    Args:
        text: A whole document, wrapped, with LF line ends.

    Returns:
        The same words in as many lines.
    """
    lines = text.split("\n")
    wrote = any(_WROTE.search(line) for line in lines)
    return "\n".join(_defused(line, wrote) for line in lines)


def _fill(paragraph: str, width: int, lead: str, indent: str) -> list[str]:
    lines: list[str] = []
    current, used, empty = lead, cells(lead), True
    for word in _words(paragraph, width - cells(indent)):
        glued = word.startswith("\0")
        word = word.removeprefix("\0")  # noqa: PLW2901 - the mark is not part of the word
        needed = cells(word) + (0 if empty or glued else 1)
        if not empty and used + needed > width and word not in _DASHES:
            lines.append(current)
            current, used, empty, needed = indent, cells(indent), True, cells(word)
        current += word if empty or glued else " " + word
        used += needed
        empty = False
    return lines if empty else [*lines, current]


def _words(paragraph: str, width: int) -> list[str]:
    """Splits at blanks, and between wide characters where a run is too long; NUL marks a glued one."""
    words: list[str] = []
    for word in re.findall(r"[^ \t]+", paragraph):  # a no-break space is no place to break
        if cells(word) <= width or not any(_cell(character) == 2 for character in word):
            words.append(word)
            continue
        pieces = re.findall(
            r"[\u1100-\uffff\U00010000-\U0010ffff][\u0300-\u036f\u3001\u3002\uff0c\uff01\uff1f]*|[^\u1100-\uffff\U00010000-\U0010ffff]+",
            word,
        )
        words += [piece if number == 0 else "\0" + piece for number, piece in enumerate(pieces)]
    return words


def _cell(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _defused(line: str, wrote: bool) -> str:
    line = _POINT.sub(r"\1•", line, 1) if _POINT.match(line) else line
    begins = _PHRASE.match(line)
    if begins:
        line = re.sub(r"(?<=\w) ", _NO_BREAK, begins[0]) + line[begins.end() :]
    line = _WARNING.sub(rf"\g<0>{_NO_BREAK}", line)
    said = _WROTE.search(line) if wrote else None
    if said:
        line = _WROTE.sub(_held_together, line)
    last = _ends_in_address(line)
    if last:
        line = line.rstrip() + " |"
    return _barred(line) if said or last or _BARRED.match(line) or (wrote and _WHEN.match(line)) else line


def _held_together(found: re.Match[str]) -> str:
    """The word "wrote" with no-break spaces where there were blanks, and before a colon."""
    word = found[0].strip(" \t\xa0:")
    return _NO_BREAK * (found[0][0] in " \t\xa0") + word + f"{_NO_BREAK}:" * found[0].endswith(":")


def _ends_in_address(line: str) -> bool:
    """Whether it may be what stands before a quoted mail: ``2015-10-18 0:17 Matt <matt@example.org>:``."""
    text = line.rstrip().removesuffix(":")
    start = text.rfind("<")
    return start > 0 and text.endswith(">") and "@" in text[start:] and _YEAR.search(text, 0, start) is not None


def _barred(line: str) -> str:
    """Puts a bar before a line; where it is moved in, the bar stands in the blanks and nothing else moves."""
    rest = line.lstrip(" ")
    if rest.startswith("| "):
        return line
    return " " * max(len(line) - len(rest) - 2, 0) + "| " + rest
