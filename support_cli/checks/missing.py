"""What the operator will have to ask (``M``): questions left empty, and answers that cannot be (``W012`` to ``W014``).

Hints where a question was merely skipped, warnings where the customer's own words show that something is missing.
"""

import re
from collections.abc import Callable

from msgspec.structs import replace

from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _
from support_cli.base.wordforms import is_everyday, slipped, stem, words_of
from support_cli.checks.case import FREE, LOOKED_AT, REPORT, Case, Reply, note
from support_cli.forms.model import Kind, Question, Role
from support_cli.forms.questionnaire import WAYS, way_named
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
    r"\b0x[0-9A-Fa-f]{1,16}\b|\b[A-Z][A-Z0-9]{1,20}(?:_[A-Z0-9]{1,30})+\b|\b[A-Z]{1,6}-?\d{2,6}\b"
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
    without_cards = re.sub(r"\d(?:[ -]?\d){12,18}", "", story_text(case))  # nobody is looked up by a whole card number
    return re.search(_NUMBER, without_cards) is not None


_SINCE_IDS = frozenset(
    ["since", "began", "begin", "when", "when_began", "when_it_began", "started", "when_started", "first_seen"]
)
_ENOUGH = 6


_CONTRADICTED = frozenset(["M002", "M005", "M009"])
"""Found where the customer's own words say that something is missing, however much else is told."""


def check_missing(case: Case) -> list[Finding]:
    """Finds M001 to M011."""
    if not case.story:
        return []
    findings = [_reworded(case, finding) for look in _LOOKS for finding in look(case)]
    if is_complete(case, 4 if _is_technical(case) else 3):
        return [finding for finding in findings if finding.code in _CONTRADICTED]
    return findings


def _reworded(case: Case, finding: Finding) -> Finding:
    """Says in other words what would only repeat the question that was just skipped."""
    question = next((q for q in case.visible if q.id == finding.where and q.id not in case.values), None)
    if question is None or not _alike(case.label(question), re.split(r"[?.]\s", finding.message, maxsplit=1)[0]):
        return finding
    return replace(finding, message=_("This was left empty, and they will ask it."))


def _alike(one: str, other: str) -> bool:
    """Whether two questions have half of their words in common, or half of those that tell something."""
    mine, its = ({stem(word) for word in words_of(text)} for text in (one, other))
    telling = [{stem(word) for word in words_of(text) if not is_everyday(word)} for text in (one, other)]
    return any(2 * len(a & b) >= len(a | b) > 0 for a, b in ((mine, its), (telling[0], telling[1])))


def _skipped(case: Case, role: Role) -> Question | None:
    """The first visible question of a role, if none of that role is answered."""
    asked = case.with_role(role)
    return None if not asked or any(q.id in case.values for q in asked) else asked[0]


def _is_technical(case: Case) -> bool:
    """Whether it is about a program or a device: orders, parcels, cards and bills have no version and no steps."""
    if case.told is not None or any(case.tells(section) for section in ("subject", "crash", "error_talk")):
        return True
    traded = any(q.role is Role.ORDER and q.id in case.values for q in case.visible)
    return not (traded or case.tells("order_talk") or case.tells("trade_talk"))


def _version(case: Case) -> list[Finding]:
    question = _skipped(case, Role.VERSION)
    if question is None or tells_version(case) or not _is_technical(case):
        return []
    return [note("M001", Level.HINT, question, _("Which version is it? They will ask."))]


def _error(case: Case) -> list[Finding]:
    """The warning needs an error that was mentioned, and no words of it, neither typed nor in a picture or log."""
    if case.with_role(Role.ERROR) and _skipped(case, Role.ERROR) is None:
        return []
    question = _skipped(case, Role.ERROR)
    shown = any(a.type.startswith(("image/", "text/", "video/")) for a in case.attachments)
    spoken = speaks_of_error(case)
    if spoken is not None and not shown and not tells_error(case):
        message = _("You mention an error. What does it say, word for word? They will ask.")
        return [note("M002", Level.WARNING, question or spoken.question, message)]
    if question is not None and spoken is None and not shown and case.tells("crash"):
        if case.tells("no_error") or tells_error(case):
            return []
        return [note("M002", Level.HINT, question, _("Does it show an error message? They will ask."))]
    return []


def _since(case: Case) -> list[Finding]:
    asked = [q for q in case.visible if _asks_since(case, q)]
    if not asked or any(q.id in case.values for q in asked) or tells_when(case):
        return []
    return [note("M003", Level.HINT, asked[0], _("When did it begin? They will ask."))]


def _asks_since(case: Case, question: Question) -> bool:
    if question.role is not None or question.kind not in FREE | {Kind.DATE, Kind.DROPDOWN}:
        return False
    if question.id.replace("-", "_") in _SINCE_IDS:
        return True
    return any("since_label" in case.marks(label) for label in {question.label, case.label(question)})


def _tried(case: Case) -> list[Finding]:
    question = _skipped(case, Role.TRIED)
    if question is None or case.tells("tried"):
        return []
    message = _("What have you already tried? Saying it saves you from doing it again.")
    return [note("M004", Level.HINT, question, message)]


def _contact(case: Case) -> list[Finding]:
    asked = [q for q in case.visible if q.role in WAYS or (q.role is None and q.kind in (Kind.EMAIL, Kind.PHONE))]
    if preferred := _unreachable(case):
        message = _("You would like to be reached by “{way}”, but this is not filled in: {label}.")
        question, way = preferred
        return [note("M005", Level.WARNING, question, message.format(way=way, label=case.label(question)))]
    if not asked or case.form.foreign or any(q.id in case.values for q in asked) or tells_contact(case):
        return []
    message = _("How can they reach you? Please leave an e-mail address or a phone number.")
    return [note("M005", Level.WARNING, asked[0], message)]


def _unreachable(case: Case) -> tuple[Question, str] | None:
    """The detail without which they cannot use the way that the customer prefers, and that way; None if all is well."""
    for asked in case.with_role(Role.PREFERRED_CONTACT):
        way = case.values.get(asked.id)
        if not isinstance(way, str):
            continue
        meant = way_named(way)
        question = _skipped(case, meant) if meant else None
        if question is not None:
            return question, way
    return None


def _identifiers(case: Case) -> list[Finding]:
    """Without any number they have to search by name; a number that the story is about is missed more."""
    asked = [q for q in case.visible if q.role in (Role.ACCOUNT, Role.ORDER, Role.SERIAL)]
    empty = [q for q in asked if q.id not in case.values]
    for question in empty:
        if question.role is not None and case.tells(f"{question.role.value}_talk") and not tells_number(case):
            message = _("You write about it, but it is not filled in: {label}. They will ask.")
            return [note("M006", Level.WARNING, question, message.format(label=case.label(question)))]
    if not asked or len(empty) < len(asked) or tells_number(case):
        return []
    labels = ", ".join(case.label(question) for question in asked)
    message = _("Without it they have to search for you by name: {labels}.").format(labels=labels)
    return [note("M006", Level.HINT, asked[0], message)]


def _expected(case: Case) -> list[Finding]:
    question = _skipped(case, Role.EXPECTED)
    if question is None or tells_expected(case):
        return []
    return [note("M007", Level.HINT, question, _("What should have happened? They will ask."))]


def _actual(case: Case) -> list[Finding]:
    question = _skipped(case, Role.ACTUAL)
    if question is None:
        return []
    told = sum(len(r.words) for r in case.story if r.question.role in (Role.SUMMARY, Role.DETAILS, Role.ERROR))
    if told >= _ENOUGH:
        return []
    return [note("M007", Level.HINT, question, _("What happened instead? They will ask."))]


def _steps(case: Case) -> list[Finding]:
    question = _skipped(case, Role.STEPS)
    if question is None or tells_steps(case) or not _is_technical(case):
        return []
    return [note("M008", Level.HINT, question, _("What did you do just before it, step by step? They will ask."))]


def _files(case: Case) -> list[Finding]:
    if case.attachments:
        return []
    for reply in case.story:
        if "file_talk" in reply.marks and "no_file" not in reply.marks:
            message = _("You mention a file or a picture, but none is attached.")
            return [note("M009", Level.WARNING, reply.question, message, "--attach " + _("PATH"))]
    return []


def _environment(case: Case) -> list[Finding]:
    question = _skipped(case, Role.ENVIRONMENT)
    if question is None or case.tells("environment") or not _is_technical(case):
        return []
    return [note("M010", Level.HINT, question, _("Which device and system is it? They will ask."))]


def _outcome(case: Case) -> list[Finding]:
    question = _skipped(case, Role.OUTCOME)
    if question is None or case.tells("outcome"):
        return []
    return [note("M011", Level.HINT, question, _("What would you like them to do?"))]


_LOOKS: tuple[Callable[[Case], list[Finding]], ...] = (
    _version,
    _error,
    _since,
    _tried,
    _contact,
    _identifiers,
    _expected,
    _actual,
    _steps,
    _files,
    _environment,
    _outcome,
)


_MAIL_HOSTS = (
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "ymail.com", "icloud.com",
    "proton.me", "protonmail.com", "mail.com", "email.com", "aol.com", "ukr.net", "meta.ua", "bigmir.net", "mail.ru",
    "yandex.ru", "yandex.ua", "rambler.ru", "inbox.ru", "list.ru", "onet.pl", "interia.pl", "gazeta.pl", "poczta.pl",
    "outlook.fr", "yahoo.fr", "yahoo.de", "gmx.com", "gmx.net", "gmx.de", "wp.pl", "op.pl", "o2.pl", "i.ua", "bk.ru",
)  # fmt: skip
"""Where most people have their mail; an address at one slip from them and at none of them was probably mistyped."""


def check_impossible(case: Case) -> list[Finding]:
    """Finds W012 to W014: days on the wrong side of today, mistyped mail domains, the dead number to be called on."""
    findings: list[Finding] = []
    for question in case.visible:
        value = case.values.get(question.id)
        if isinstance(value, str):
            findings += (
                _wrong_day(case, question, value) + _mistyped_mail(question, value) + _same_as(case, question, value)
            )
    return findings


def _wrong_day(case: Case, question: Question, value: str) -> list[Finding]:
    day, today = value[:10], case.today.isoformat()
    if not question.days or not re.fullmatch(r"\d{4}-\d\d-\d\d", day):
        return []
    if day <= today if question.days == "past" else day >= today:
        return []
    late = _("This day has not come yet: {day}. Is it right?")
    over = _("This day is over already: {day}. Is it right?")
    message = (late if question.days == "past" else over).format(day=day)
    return [note("W012", Level.WARNING, question, message)]


def _mistyped_mail(question: Question, value: str) -> list[Finding]:
    local, _at, domain = value.rpartition("@")
    if question.kind is not Kind.EMAIL or not local or domain in _MAIL_HOSTS:
        return []
    meant = next((host for host in _MAIL_HOSTS if slipped(domain, host)), None)
    if meant is None:
        return []
    message = _("Did you mean {address}?").format(address=f"{local}@{meant}")
    return [note("W013", Level.WARNING, question, message, f"--set {question.id}={local}@{meant}")]


def _same_as(case: Case, question: Question, value: str) -> list[Finding]:
    other = next((q for q in case.visible if q.id == question.differs_from), None)
    if other is None or not _digits(value) or _digits(str(case.values.get(other.id, ""))) != _digits(value):
        return []
    message = _("This is the same as “{label}”. If it does not work, they cannot reach you by it.")
    return [note("W014", Level.WARNING, question, message.format(label=case.label(other)))]


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())
