"""What a story already tells: a version, the words of an error, since when. Nobody is asked for it twice."""

import re

from support_cli.base.wordforms import words_of
from support_cli.checks.case import LOOKED_AT, REPORT, Case, Reply
from support_cli.forms.model import Role
from support_cli.understanding.lexicon import Marks

_SYSTEM = r"(?i:windows|win|ios|ipados|android|macos|os x|ubuntu|debian|fedora|wi-?fi|usb|bluetooth|http|tls|ssl)"
_UNIT = r"[GM]Hz|ГГц|МГц|[gGmMkK][bB]|[ГМк][Бб]|%|zł|грн|руб|usd|eur|€|\$"
_CAPITAL = "[A-ZА-ЯІЇЄҐĄĆĘŁŃÓŚŹŻ]"
_NUMBERED = (
    r"(?<![\w.,/])v\.?\s?\d{1,4}(?:\.\d{1,6}){0,3}\b|(?<![\w.,/])\d{1,4}\.\d{1,4}\.\d{1,6}(?:[.+-]\w{1,20})*"
    rf"|\b(?!{_SYSTEM}\b)(?=[\w-]{{0,20}}{_CAPITAL})([\w-]{{2,20}}) \d{{1,3}}\.\d{{1,4}}(?![.,:]?\d|\s?(?:{_UNIT}))"
)
_DATE = r"\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b|\b\d{4}-\d{2}-\d{2}\b"
_ADDRESS = r"\b\d{1,3}(?:\.\d{1,3}){3}\b"
_CLOCK = r"(?<![\d:])(?:[01]?\d|2[0-3]):[0-5]\d(?![\d:]{3})"
_NUMBER = r"(?<![.:\d])\d(?:[-/ ]?\d){4,}(?![.:]?\d)|[*№#]\s?\d{4}\b"
_ERROR_WORD = r"error|errors|помилк\w{1,3}|ошибк\w{1,3}|bł[aąeę]d\w{0,3}|bl[ae]d\w{0,2}"
_ERROR_NUMBER = (
    r"\b0x[0-9A-Fa-f]{3,16}\b|\b[A-Z][A-Z0-9]{1,20}(?:_[A-Z0-9]{1,30})+\b|\b[A-Z]{1,6}-?\d{2,6}\b"
    rf"|\b[45]\d\d (?=[A-Z][a-z])|\b\d{{3,5}} (?i:{_ERROR_WORD})\b"
    rf"|(?i:{_ERROR_WORD}|code|status|http|errno|stop|код\w{{0,2}}|kod\w{{0,2}})"
    r"[\s:№#«\"'(-]{1,4}(?:nr |no\.? )?\d{2,10}\b"
)
_NAMES = ("Traceback", "Error", "Exception", "Fault")
_ERROR_NAME = r"\bTraceback\b|\b[A-Za-z]{1,40}(?:Error|Exception|Fault)\b(?=\s?:|\(|\n)"
_QUOTES, _MARKS = frozenset("«„“\"`'"), frozenset(":—–-")
_QUOTED = (
    r"«[^»\n]{6,300}»|„[^”\n]{6,300}[”\"]|“[^”\n]{6,300}”|\"[^\"\n]{6,300}\"|`[^`\n]{6,300}`"
    r"|(?<!\w)'[^'\n]{6,300}'(?!\w)"
)
_AFTER_COLON = (
    rf"(?i:{_ERROR_WORD}|message|повідомлення|сообщение|komunikat)"
    r"(?:\s\w{1,20}){0,2}\s?[:—–-]\s{0,3}(?=(?:[^\s\d]\S*\s+)+\S{2,})"
)


def story_text(case: Case) -> str:
    """The story as one text, of which the first 8,000 characters of each answer count."""
    return "\n".join(reply.text[:LOOKED_AT] for reply in case.story)


def tells_version(case: Case) -> bool:
    """Whether a version of the product is named anywhere; one of Windows or Android is not meant."""
    text = story_text(case)
    numbers = any(map(str.isdigit, text))
    for match in re.finditer(_NUMBERED, re.sub(f"{_DATE}|{_ADDRESS}", " ", text)) if numbers else ():
        if not match[1] or "price" not in case.marks(match[1]):
            return True
    return any(
        word[0].isdigit()
        for reply in case.story
        for _start, end in reply.marks.spans("version_word")
        for word in reply.words[end : end + 3]
    )


def tells_when(case: Case) -> bool:
    """Whether the story says since when, or how often."""
    if case.tells("time"):
        return True
    text = story_text(case)
    return any(map(str.isdigit, text)) and re.search(f"{_DATE}|{_CLOCK}", text) is not None


def speaks_of_error(case: Case) -> Reply | None:
    """The answer that mentions an error or a message, if it does not say that there was none."""
    for reply in case.story:
        if reply.question.role in (Role.TRIED, Role.EXPECTED, Role.OUTCOME, Role.ERROR):
            continue
        if "error_talk" in reply.marks and "no_error" not in reply.marks:
            return reply
    return None


def tells_error(case: Case) -> bool:
    """Whether the words or the code of an error stand in the story."""
    if any(_says_something(reply) for reply in case.story):
        return True
    text = story_text(case)
    # Compiling a pattern takes longer than looking for the signs that each of its matches has.
    return (
        (any(map(_QUOTES.__contains__, text)) and re.search(_QUOTED, text) is not None)
        or (any(map(_MARKS.__contains__, text)) and re.search(_AFTER_COLON, text) is not None)
        or (any(c.isdigit() or c == "_" for c in text) and re.search(_ERROR_NUMBER, text) is not None)
        or (any(name in text for name in _NAMES) and re.search(_ERROR_NAME, text) is not None)
    )


def _says_something(reply: Reply) -> bool:
    """``пишет, что нет связи``: two words or more after "it says" that are not about the error itself."""
    marks = reply.marks
    if "says" not in marks:
        return False
    stops, count = set(), 0
    for part in re.split(r"[,.;!?()\n]", reply.text[:LOOKED_AT]):
        count += len(words_of(part))
        stops.add(count)
    for _start, end in marks.spans("says"):
        told = 0
        for index in range(end, min(len(marks.words), end + 8)):
            if marks.at("clause", index) or (index > end and index in stops):
                break
            told += not any(marks.at(part, index) for part in ("error_talk", "filler", "problem", "crash"))
        if told >= 2:
            return True
    return False


def tells_steps(case: Case) -> bool:
    """Whether the story goes step by step: a list, several things that somebody does, or in a report code to run."""
    if case.told is not None:
        return case.told.has_steps
    told = [reply for reply in case.story if reply.question.role not in (Role.TRIED, Role.EXPECTED, Role.OUTCOME)]
    return any(_acts(reply.marks) >= 3 for reply in told)


def _acts(marks: Marks) -> int:
    """How many things somebody does, besides what was tried already and what a thing does not do."""
    parts = [span for part in ("tried", "nothing_works") for span in marks.spans(part)]
    other = {index for start, end in parts for index in range(start, end)}
    return sum(
        1 for start, _end in marks.spans("actions") if start not in other and not marks.at("negation", start - 1)
    )


def tells_expected(case: Case) -> bool:
    """Whether the story says what should have happened."""
    if case.told is not None:
        return case.told.has_expected
    return case.tells("expected")


def is_complete(case: Case, enough: int) -> bool:
    """Whether so much is told that an operator can begin: several things of what they ask, in a text that is no report.

    Whoever names the contract, the router, since when and a telephone need not be asked for the rest; a hint at each
    question that was left empty would only teach to pass over hints.
    """
    if sum(len(reply.text) for reply in case.story) >= REPORT:
        return False
    facts = (
        tells_number(case) or any(case.answered(role) for role in (Role.ACCOUNT, Role.ORDER, Role.SERIAL)),
        tells_contact(case) or case.answered(Role.EMAIL) or case.answered(Role.PHONE),
        tells_when(case),
        tells_version(case) or case.tells("environment"),
        tells_error(case),
        case.tells("tried"),
        case.tells("outcome"),
    )
    return sum(facts) >= enough


def tells_contact(case: Case) -> bool:
    """Whether an address or a telephone stands somewhere in the free answers."""
    text = "\n".join(reply.text[:LOOKED_AT] for reply in case.replies.values())
    return (
        re.search(r"[\w.+-]@[\w-]{1,63}\.\w{2,}|(?<![\w-])(?:\+\d|0|8[ (-])(?:[\s()-]{0,2}\d){8,14}", text) is not None
    )


def tells_number(case: Case) -> bool:
    """Whether a number to look the customer up by stands in the story: an order, a contract, the end of a card."""
    return re.search(_NUMBER, story_text(case)) is not None
