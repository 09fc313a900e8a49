"""Wording that makes an operator ask back: nothing but "nothing works", yes to an either-or, steps without an action.

A short true answer ("1", "ok", "Wi-Fi") is never at fault. A text is called vague only when every single word of
it is on the lists, so that one word of substance is enough to be believed. Text that nobody wrote for this request
(an untouched template, a copied example) is found here too.
"""

import re

from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import N_, _
from support_cli.base.wordforms import words_of
from support_cli.checks.case import FREE, LOOKED_AT, Case, Reply, note
from support_cli.forms.model import Kind, Question, Role
from support_cli.forms.options import NO, YES
from support_cli.understanding.lexicon import Lexicon, Marks
from support_cli.understanding.vague import Vague, subject_of, vagueness

_LONGEST_VAGUE = 20
_SLIPS = 2
"""Words that no list has and that may be slips; a text with more of them is about something."""
_ENOUGH_ELSEWHERE = 4
_PARTS = ("nothing_works", "problem", "subject", "filler", "greeting")
SUBSTANCE, FAILS, PROBLEM, GREETING = "substance", "fails", "problem", "greeting"


class Weighed:
    """A text with its words sorted into those that say something and those that do not.

    Attributes:
        weight: ``fails`` (says only that something does not work), ``problem`` (only that there is one), ``greeting``,
            or ``substance``.
        content: How many words are on no list.
        named: It names a thing (``Internet``), however vague the rest is.
    """

    def __init__(self, lexicon: Lexicon, reply: Reply) -> None:
        self.content, self.named, self.weight = 0, False, SUBSTANCE
        marks = reply.marks
        seen = self._sort(marks)
        if not _tells_what_happened(reply.question):
            return
        if 0 < self.content <= _SLIPS and len(marks.words) <= _LONGEST_VAGUE:
            marks = lexicon.marks(lexicon.repaired(_PARTS, marks.words))
            seen = self._sort(marks)
        if self.content or not marks.words or len(marks.words) > _LONGEST_VAGUE:
            return
        if "nothing_works" not in seen:
            # What only strengthens ("absolutely", "at all") may stand inside a phrase, so look again without it.
            kept = [word for index, word in enumerate(marks.words) if not marks.at("booster", index)]
            seen |= {"nothing_works"} if "nothing_works" in lexicon.marks(kept) else set()
        if "nothing_works" in seen:
            self.weight = FAILS
        elif "problem" in seen:
            self.weight = PROBLEM
        elif "greeting" in seen and not self.named:
            self.weight = GREETING

    def _sort(self, marks: Marks) -> set[str]:
        seen, index, self.content, self.named = set(), 0, 0, False
        while index < len(marks.words) and self.content < 2 * _ENOUGH_ELSEWHERE:
            length, section = max((marks.at(part, index), part) for part in _PARTS)
            if length:
                seen.add(section)
                self.named = self.named or section == "subject"
            elif not marks.words[index].isdigit():
                self.content += 1
            index += length or 1
        return seen


_ASKED_BACK = {
    Vague.ERROR: N_("What does it say, word for word? The first line is enough, or add a screenshot."),
    Vague.MODEL: N_("Which make and model is it? It often stands on a label at the back or underneath."),
    Vague.OFTEN: N_("Of the last ten times, about how many went wrong? Or how many times a day?"),
    Vague.WISH: N_("What would settle it for you: money back, a repair, a replacement, a written answer?"),
    Vague.STEPS: N_("What do you open or press last before it happens?"),
    Vague.WHEN: N_("About which day was it? A month or “before the holidays” is better than nothing."),
    Vague.TRIED: N_("What exactly was it? Name two or three things, so that nobody asks you to do them again."),
    Vague.VERSION: N_("Which number does it show? The latest one differs from device to device."),
    Vague.PLACE: N_("Which town, street and house is it?"),
    Vague.AMOUNT: N_("How much is it, roughly?"),
}
"""Better questions in place of a vague answer; vague symptoms and names have codes of their own (W001, W010)."""


def check_vague(case: Case) -> list[Finding]:
    """Finds W001, W008, W009 and W011: answers that say no more than that something is wrong, or nothing at all."""
    weighed = {reply.question.id: Weighed(case.lexicon, reply) for reply in case.story}
    total = sum(weighed[r.question.id].content for r in case.story if _observes(r.question))
    findings = []
    for reply in case.story:
        question, mine = reply.question, weighed[reply.question.id]
        subject = subject_of(question, case.label(question))
        vague = vagueness(subject, reply.text, case.language)
        if vague in _ASKED_BACK:
            findings.append(note("W011", Level.WARNING, question, _(_ASKED_BACK[vague])))
            continue
        if question.role is Role.SUMMARY and _says_nothing(reply):
            message = _("This does not say what it is about. A few words on what fails help it reach the right person.")
            findings.append(note("W008", Level.WARNING, question, message))
            continue
        if not _tells_what_happened(question) or (mine.weight is SUBSTANCE and vague is None):
            continue
        told_elsewhere = total >= _ENOUGH_ELSEWHERE  # a vague text has no content of its own
        if question.role is Role.SUMMARY:
            findings += _weak_summary(question, mine, told_elsewhere)
        elif mine.weight != GREETING and not told_elsewhere:
            findings.append(
                note(
                    "W001",
                    Level.WARNING,
                    question,
                    _(
                        "This says only that something does not work. What do you see, hear or read when you try?"
                        " That is what they will ask first."
                    ),
                )
            )
    return findings


def _says_nothing(reply: Reply) -> bool:
    """``yes``, ``12345``: no headline for anybody."""
    numbers = "".join(reply.words)
    return _only_yes_or_no(reply) or (numbers.isdigit() and len(numbers) >= 3)


def _tells_what_happened(question: Question) -> bool:
    if question.role in (Role.SUMMARY, Role.DETAILS, Role.ACTUAL):
        return True
    return question.role is None and question.kind is Kind.TEXTAREA and not question.render


def _observes(question: Question) -> bool:
    """What was done, expected or tried does not say what happens."""
    return question.role is Role.ERROR or _tells_what_happened(question)


def _weak_summary(question: Question, weighed: Weighed, told_elsewhere: bool) -> list[Finding]:
    if weighed.weight is GREETING:
        message = _("This is only a greeting. A few words on what it is about help it reach the right person.")
        return [note("W009", Level.WARNING, question, message)]
    if weighed.weight is FAILS and not told_elsewhere:
        message = _(
            "This says only that something does not work. Name what you wanted to do and what happened instead."
        )
        return [note("W001", Level.WARNING, question, message)]
    if weighed.named and told_elsewhere:
        return []
    message = _("This does not say what it is about. A few words on what fails help it reach the right person.")
    return [note("W008", Level.WARNING, question, message)]


def check_either_or(case: Case) -> list[Finding]:
    """Finds W002: yes or no said to a question that names two things."""
    findings = []
    for reply in case.replies.values():
        question = reply.question
        if question.kind not in (Kind.INPUT, Kind.TEXTAREA) or not _only_yes_or_no(reply):
            continue
        if any(_is_either_or(case, label) for label in {question.label, case.label(question)}):
            message = _("“{answer}” does not say which one. Please write which of them it is.")
            findings.append(
                note("W002", Level.WARNING, question, message.format(answer=" ".join(reply.text.split())[:40]))
            )
    return findings


def _only_yes_or_no(reply: Reply) -> bool:
    if not reply.words or len(reply.words) > 4:
        return False
    said = [word for index, word in enumerate(reply.words) if not reply.marks.at("greeting", index)]
    if len(said) == 1 and not said[0].isdigit() and said[0] in YES | NO:
        return True
    return reply.marks.covers("yes") or reply.marks.covers("no")


def _is_either_or(case: Case, label: str) -> bool:
    for sentence in label.replace("?", ".").replace("!", ".").split("."):
        marks = case.marks(sentence)
        # "Чи" and "czy" at the beginning only open the question; what follows the last "or" must name a thing.
        inside = [start for start, end in marks.spans("or") if start > 0 and end < len(marks.words)]
        if inside and "or_open" not in marks:
            return True
    return False


def check_same(case: Case) -> list[Finding]:
    """Finds W003: what was expected and what happened are the same words."""
    expected, actual = case.said(Role.EXPECTED), case.said(Role.ACTUAL)
    if expected is None or actual is None or not expected.words or _plain(expected.text) != _plain(actual.text):
        return []
    message = _("What you expected and what happened are the same words. What went differently?")
    return [note("W003", Level.WARNING, actual.question, message)]


def _plain(text: str) -> str:
    """Case, blanks and the full stop aside; in code each sign may be the very difference."""
    if "`" in text:
        return text.strip()
    return " ".join(text.casefold().split()).strip(" .,;:!…")


def check_name(case: Case) -> list[Finding]:
    """Finds W010: "mine", "yes" or a number for an answer where a name is asked for."""
    message = _("“{answer}” is not a name that they can look up. Please write it in full.")
    return [
        note("W010", Level.WARNING, reply.question, message.format(answer=reply.text.strip()[:40]))
        for reply in case.replies.values()
        if (subject := subject_of(reply.question, case.label(reply.question))) is Vague.NAME
        and (vagueness(subject, reply.text, case.language) or _says_nothing(reply))
    ]


# A menu path, a command, a key, an address, something quoted: an action without a verb.
_SIGN = (
    r"(?im)->|→|=>|\S\s?[>/\\]\s?\S|^\s*[$#>]\s|`|\s--?[a-z]|#\d|https?:|www\."
    r"|\b(?:ctrl|alt|cmd|shift|enter|tab|esc|f\d{1,2})\b"
)
_QUOTED = r"[«“„\"'][^»”\"'\n]{2,60}[»”\"']"
# What people do, as they tell it: "захожу", "нажать", "зайдіть", "kliknąłem". Nouns that end alike are rare in steps.
_VERBS = {
    "cyrillic": (
        "аю", "яю", "юю", "ити", "ати", "іти", "ать", "ить", "еть", "ять", "ться", "ався", "алась", "ився",
        "илась", "ілась", "ился", "айте", "ите", "іть", "йте", "уйте",
    ),
    "latin": (
        "alem", "ilem", "ylem", "elem", "alam", "ilam", "ylam", "elam", "uje", "owac", "ywac", "nac", "isc",
        "ujemy", "amy", "imy", "ajcie", "ijcie",
    ),
}  # fmt: skip
_NO_VERBS = frozenset(
    (
        "опять", "память", "площадь", "часть", "думаю", "считаю", "понимаю", "полагаю", "желаю", "гадаю",
        "вважаю", "памятаю", "бажаю",
    )
)  # fmt: skip
_NOUNS = ("ость", "ість", "osc")


def check_steps(case: Case) -> list[Finding]:
    """Finds W004."""
    findings = []
    for reply in case.replies.values():
        if _is_asked_for_steps(reply) and not _acts(reply):
            message = _("These steps do not say what you do. Write what you open, press or type, one thing a line.")
            findings.append(note("W004", Level.WARNING, reply.question, message))
    return findings


def _is_asked_for_steps(reply: Reply) -> bool:
    question = reply.question
    if question.role is Role.TRIED:  # "moved the router", "asked the neighbours": whatever was done counts
        return False
    return question.kind is Kind.STEPS or question.role is Role.STEPS


def _acts(reply: Reply) -> bool:
    words, text = reply.words, reply.text[:LOOKED_AT]
    if not words or (len(words) <= 2 and all(len(word) <= 2 for word in words)):
        return True  # "1", "ok": too little to judge
    # "Does not open" is said of the thing, not of the person.
    failing = {index for start, end in reply.marks.spans("nothing_works") for index in range(start, end)}
    if any(start not in failing for start, _end in reply.marks.spans("actions")):
        return True
    if any(_is_verb(word) for index, word in enumerate(words) if index not in failing):
        return True
    return re.search(_SIGN, text) is not None or re.search(_QUOTED, text) is not None


def _is_verb(word: str) -> bool:
    if len(word) < 5 or word in _NO_VERBS or word.endswith(_NOUNS):
        return False
    return word.endswith(_VERBS["latin" if word.isascii() else "cyrillic"])


_LOUD_ROW = 6
"""Words in capital letters, one after another, that are shouting in any text; codes and names come in fewer."""
_LOUD_SHARE = 0.8
_LOUD_LEAST, _LOUD_LETTERS = 3, 20
_WALL_LETTERS = 1000
_WALL_WORDS = 120


def check_tone(case: Case) -> list[Finding]:
    """Finds W006 and W007."""
    findings = []
    for reply in case.replies.values():
        question = reply.question
        if question.render or question.secret or question.role is Role.ERROR:
            continue  # pasted, not said
        if "insult" in reply.marks:
            message = _("Strong words may get in the way of quick help. Would you like to put it more calmly?")
            findings.append(note("W006", Level.HINT, question, message))
        elif is_shouting(reply.text):
            message = _("Capital letters all through read like shouting. Ordinary letters are read sooner.")
            findings.append(note("W006", Level.HINT, question, message))
        if question.kind is Kind.TEXTAREA and is_wall(reply.text):
            message = _("This is one long block. Short paragraphs with an empty line between them are answered sooner.")
            findings.append(note("W007", Level.HINT, question, message))
    return findings


def is_shouting(text: str) -> bool:
    """Whether a text, apart from what it quotes and from codes, is written in capital letters.

    Args:
        text: An answer; a few words in capitals (``NOT``, ``HP LASERJET``, ``ERR_TIMEOUT``) are none of our business.
    """
    if len(text) < _LOUD_LETTERS or sum(map(str.isupper, text)) < _LOUD_LETTERS:
        return False
    said = re.sub(r"«[^»\n]*»|„[^”\n]*”|“[^”\n]*”|\"[^\"\n]*\"|`[^`\n]*`", " ", text[:8000])
    words = [w for w in re.findall(r"[^\s,.;:!?()]+", said) if any(c.isalpha() for c in w)]
    long_words = [w for w in words if len(w) >= 3]
    shouted = [w for w in long_words if w.isupper() and w.isalpha()]
    if (
        len(words) > _LOUD_LEAST <= len(shouted)
        and len(shouted) >= _LOUD_SHARE * len(long_words)
        and sum(map(len, shouted)) >= _LOUD_LETTERS
    ):
        return True
    row: list[str] = []
    for word in words:
        row = [*row, word] if word.isalpha() and word.isupper() else []
        if len(row) >= _LOUD_ROW and sum(map(len, row)) >= _LOUD_LETTERS:
            return True
    return False


def is_wall(text: str) -> bool:
    """Whether a paragraph is longer than anybody reads in one breath: 1,000 characters and 120 words."""
    return any(
        len(paragraph) >= _WALL_LETTERS and len(paragraph.split(None, _WALL_WORDS)) > _WALL_WORDS
        for paragraph in text.split("\n")
    )


# W005: text that nobody wrote for this request: an untouched template, a copied example, keys hit at random.
_ASKS = r"your|insert|enter|describe|fill|write|опиши|опишіть|введ|укаж|вкаж|ваш|впиш|wpisz|opisz|podaj|twoj|twój"
_BLANKS = rf"\[(?:{_ASKS})[^\]\n]{{0,80}}\](?!\()|<(?:{_ASKS})[^>\n]{{0,60}}>"
_OPEN_STEP = (
    r"(?i)\s*(?:\d{1,2}[.)]|[-*])?\s*(?:go to|click on|scroll down to|run|перейти в|перейти до|нажать на)"
    r"\s*['\"`«]?\s*(?:\.{2,}|…)+\s*['\"`»]?\s*"
)
_TAGS = "details|summary|br|p|img|code|pre|b|i|a|hr|li|ul|ol|table|tr|td|th|div|span|sub|sup|kbd|h[1-6]|!--"
_STORY = frozenset([Role.SUMMARY, Role.DETAILS, Role.STEPS, Role.EXPECTED, Role.ACTUAL, Role.TRIED, Role.OUTCOME])
_UNIQUE = frozenset([Role.ACCOUNT, Role.ORDER, Role.SERIAL, Role.PHONE, Role.EMAIL])
_FEW = 4


def check_sample(case: Case) -> list[Finding]:
    """Finds W005."""
    findings = []
    for question in case.visible:
        value = case.values.get(question.id)
        if value is None:
            continue
        reply = case.replies.get(question.id)
        if reply is not None and (_is_template(case, reply) or _is_copied(case, question, reply) or _is_junk(reply)):
            level = Level.WARNING
            message = _("This looks like sample text. Please put it into your own words, or leave it out.")
        elif isinstance(value, str) and _is_sample_number(case, question, value):
            level = Level.HINT  # by chance it may be true
            message = _("This is the sample that was shown. Is it really yours?")
        else:
            continue
        findings.append(note("W005", level, question, message))
    return findings


def _is_template(case: Case, reply: Reply) -> bool:
    """The prefilled text was left as it is, or lines of it that ask to be replaced are still there."""
    question, text = reply.question, reply.text
    default = question.default
    if isinstance(default, str) and question.kind is Kind.TEXTAREA and _is_a_text(default):
        for original in {default, case.texts.get(default, default)}:
            if words_of(original) == reply.words:
                return True
            gaps = [line for line in original.splitlines() if _has_gap(line)]
            if any(line.strip() and line.strip() in {mine.strip() for mine in text.splitlines()} for line in gaps):
                return True
    if question.render or question.role is Role.ERROR:
        return False
    if (".." in text or "…" in text) and any(re.fullmatch(_OPEN_STEP, line) for line in text.splitlines()):
        return True
    if ("<" in text or "[" in text) and re.search(_BLANKS, text, re.IGNORECASE):
        return True
    return "template" in reply.marks


def _is_a_text(default: str) -> bool:
    """A prefilled ``latest`` may well be the answer; several lines or a gap to fill are a template."""
    return len(words_of(default)) >= _FEW or "\n" in default.strip() or _has_gap(default)


def _has_gap(line: str) -> bool:
    return bool(re.search(rf"\.{{3}}|…|_{{3,}}|<(?!/?(?:{_TAGS})\b)[^<>\n]{{2,40}}>|\[[^\[\]\n]{{3,60}}\](?!\()", line))


def _is_copied(case: Case, question: Question, reply: Reply) -> bool:
    """The greyed sample or the example was typed off; a short one (``Windows 11``) may be the truth."""
    if question.role not in _STORY:
        return False
    for source in (question.placeholder, question.example):
        for sample in {source, case.texts.get(source, source)}:
            words = words_of(sample)
            if len(words) >= _FEW and words == reply.words:
                return True
    description = words_of(question.description)
    return len(description) >= _FEW and description == reply.words


def _is_junk(reply: Reply) -> bool:
    """Keys hit at random, or "test", where a story is asked for. Bare numbers and signs may be answers."""
    question = reply.question
    if question.kind not in FREE or not (
        question.role in _STORY or (question.role is None and question.kind is Kind.TEXTAREA)
    ):
        return False
    if not reply.words:
        return question.required and not any(c.isalnum() for c in reply.text)
    if reply.marks.covers("junk"):
        return True
    letters = "".join(c for c in reply.text[:200].casefold() if c.isalnum())
    return len(letters) >= 4 and len(set(letters)) <= 2 and letters.isalpha() and len(reply.text.strip()) >= 4


def _is_sample_number(case: Case, question: Question, value: str) -> bool:
    samples = {
        one for source in (question.placeholder, question.example) for one in (source, case.texts.get(source, source))
    }
    if question.role in _UNIQUE or question.kind in (Kind.EMAIL, Kind.PHONE):
        if question.kind is Kind.PHONE:
            return len(_digits(value)) >= 7 and _digits(value) in {_digits(sample) for sample in samples}
        return len(value.strip()) >= 4 and value.strip().casefold() in {sample.strip().casefold() for sample in samples}
    return False


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())
