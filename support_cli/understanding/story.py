"""What a story says: which form it belongs to, what it answers, and how surely.

Pure: no files, no clock, no screen. Three tiers (``Answer``): what is *sure* may fill a question, what is only *likely*
may stand in its field as an offer, and the rest is never guessed. Consents, statements and somebody else's numbers are
never taken from a story.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property

import msgspec

from support_cli.base.wordforms import is_everyday, stem, words_of
from support_cli.forms import questionnaire
from support_cli.forms.model import Form, Kind, Question, Role, Value
from support_cli.forms.options import Invalid
from support_cli.forms.values import read
from support_cli.understanding import facts
from support_cli.understanding.cues import Cues, Phrase, Said, found_in, words
from support_cli.understanding.facts import Fact
from support_cli.understanding.sentences import detect_language, split_sentences

Span = tuple[int, int]
_READ = 20_000
"""Characters that are read; nobody tells more, and what is longer is a log."""


class Understood(msgspec.Struct, frozen=True):
    """One answer that was found in a story.

    Attributes:
        value: As ``values.read`` made it.
        spans: Where its words stand, as offsets of characters; the first one is the most telling.
        sure: It may fill the question; otherwise it is only an offer.
    """

    value: Value
    spans: tuple[Span, ...]
    sure: bool


class Candidate(msgspec.Struct, frozen=True):
    """A form that a story may belong to."""

    pack: str
    form: str
    score: float


class Story:
    """A story, read once.

    Attributes:
        text: What was told, as far as it is read.
        whole: All of it.
        today: The day on which it was told.
        language: Its language; empty where that cannot be told.
    """

    def __init__(self, text: str, today: date, *, language: str = "", regions: Sequence[str] = ()) -> None:
        """Reads a story.

        Args:
            text: What was told.
            today: The day on which it was told.
            language: Language to assume where the text does not tell.
            regions: Countries whose telephone numbers are tried first (ISO 3166).
        """
        self.whole = text
        self.text = text[:_READ]
        self.today = today
        self.language = detect_language(text, language) or language
        self._regions = (*regions, *facts.REGIONS.get(self.language or "en", ()))

    @cached_property
    def others(self) -> list[Span]:
        """Where somebody else speaks in a pasted chat or a quoted mail."""
        return facts.other_voices(self.text)

    @cached_property
    def said(self) -> Said:
        """The words that the customer says; what others say in a pasted chat is left out."""
        return Said([word for word in words(self.text) if not facts.inside(self.others, word.start, word.end)])

    @cached_property
    def quoted(self) -> list[Span]:
        """Where words are quoted."""
        return [*facts.quotations(self.text), *self.others]

    @cached_property
    def numbers(self) -> list[Fact]:
        """Numbers behind their lead words."""
        found = facts.numbers(self.text, [*facts.LEADS, "card_last4"])
        return [one for one in found if not facts.inside(self.others, one.start, one.end)]

    @cached_property
    def emails(self) -> list[Fact]:
        """E-mail addresses outside of quotations."""
        return [one for one in facts.emails(self.text) if not facts.inside(self.quoted, one.start, one.end)]

    @cached_property
    def phones(self) -> list[Fact]:
        """Valid telephone numbers that nobody asked not to call."""
        taken = [one[2:4] for one in self.numbers if one.kind not in ("account", "reference")]
        return list(facts.phones(self.text, self._regions, [*taken, *self.others]))

    @cached_property
    def dates(self) -> list[Fact]:
        """Days."""
        return [one for one in facts.dates(self.text, self.today) if not facts.inside(self.others, one.start, one.end)]

    @cached_property
    def windows(self) -> list[Fact]:
        """Hours."""
        taken = [one[2:4] for one in [*self.phones, *self.numbers]]
        return [one for one in facts.windows(self.text) if not _overlaps(one, taken)]

    @cached_property
    def amounts(self) -> list[Fact]:
        """Sums of money."""
        return facts.amounts(self.text)

    @cached_property
    def errors(self) -> list[Fact]:
        """What screens say."""
        return facts.errors(self.text)

    @cached_property
    def names(self) -> list[Fact]:
        """Names that may be the customer's."""
        return [one for one in facts.names(self.text) if not facts.inside(self.quoted, one.start, one.end)]

    @cached_property
    def clauses(self) -> list[Span]:
        """Parts of sentences between commas and conjunctions."""
        return facts.clauses(self.text)

    @cached_property
    def stems(self) -> set[str]:
        """Stems of the words that carry meaning."""
        return _stems(self.text)

    def before(self, place: int, count: int = 40) -> str:
        """What stands before a place, in small letters."""
        return self.text[max(0, place - count) : place].casefold()

    def after(self, place: int, count: int = 30) -> str:
        """What stands after a place, in small letters."""
        return self.text[place : place + count].casefold()


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words_of(text) if not is_everyday(word)}


def _overlaps(fact: Fact, spans: Iterable[Span]) -> bool:
    return any(fact.start < end and start < fact.end for start, end in spans)


# --- Answers by role, type and id -------------------------------------------------------------------

_CALL = re.compile(
    r"call|phone|ring|reach|tel\b|contact|звон|позвон|перезвон|дзвон|телефон|подзвон|зв'яз|контакт|dzwo|zadzwo|telefon|kontakt|oddzwo"
)
_MINE = re.compile(r"(?:my|mine|number|мій|мой|номер\w*|mój|moj|numer\w*|nr)\W{0,3}(?:is|це|это|to)?\W{0,4}$")
_DO_NOT = re.compile(r"(?:don't|do not|dont|never)\s\w*\s?(?:call|ring)|не (?:дзвон|звон|телефон)|nie dzwo")
_OTHERS = re.compile(
    r"(?:daughter|son|wife|husband|mother|neighbour|neighbor|friend|colleague|дочк|син|чоловік|дружин|мам|сусід|сын|муж|жен|сосед|córk|syn|mąż|męż|"
    r"żon|sąsiad)\w{0,4}(?:['’]?s)?\s(?:\w+\s){0,2}$"
)
_FRAUD = re.compile(r"(?:with|from|з|із|с|od|z)\s(?:the\s)?(?:number|номер\w?|numer\w?)\s$")
_VISIT = re.compile(
    r"technician|engineer|visit|come|мастер|майстер|візит|прийти|прийде|приедет|прид|technik|wizyt|przyj"
)
_COURIER = re.compile(r"courier|deliver|кур'єр|курьер|привез|kurier|dostarcz")
_DATE_VERBS = {
    "paid_on": re.compile(
        r"paid|pay|sent|transfer|went|оплат|заплат|сплат|перевел|отправ|переказ|відправ|списал|zapłac|przelew|wysła|wpłac"
    ),
    "sent_on": re.compile(r"sent|return|posted|отправ|верну|відправ|поверн|надісл|odesł|wysł|zwróc"),
    "bought": re.compile(r"bought|purchas|got\b|ordered|куп|придба|kupi|zakup|nabył"),
    "promised_on": re.compile(r"promis|due|обеща|обіця|obiec|termin"),
    "from_day": re.compile(r"from|on the|mov|з\s|с\s|від|переї|переезж|od\s|do\s|cancel"),
}
_SINCE = re.compile(
    r"(?:since|from|starting|began|started|з|зі|із|від|с|со|от|началось|почалося|od|ode|zaczęło)\W(?:\w+\W){0,2}$|^(?:since|з|із|с|со|від|od)\s",
    re.IGNORECASE,
)
_TRIED = re.compile(
    r"(?i)\b(?:(?:i|we|already|i've|have|also)\s+)*(?:restart\w*|reboot\w*|unplug\w*|re-?set|replug\w*|re-?install\w*|clean\w*|clear\w*|check\w*"
    r"|tried|changed|replaced|switch\w*|turned|looked|asked|called|emailed|e-mailed|wrote|updated|deleted|removed|descal\w*|swapped)\b"
    r"|(?:пере)?(?:завантаж|запуст|загру[зж]|установ|вставл|встанов|ставил|ставив|ставила|нос)\w*|вимик\w*|вимкн\w*|выключ\w*|отключ\w*|включ\w*"
    r"|(?:с)?пробу\w*|попробо\w*|перевір\w*|провер\w*|чисти\w*|почист\w*|протер\w*|протир\w*|мін[яю]\w*|поміня\w*|меня\w*|поменя\w*|скину\w*"
    r"|сброс\w*|дзвонил\w*|дзвонив|звонил\w*|писал\w*|писав|питал\w*|спраш\w*|поправ\w*|помы\w*|помил\w*|заряджа\w*|заряжа\w*|промив\w*"
    r"|(?:z|prze|od)?restart\w*|odłącz\w*|wyłącz\w*|włącz\w*|próbow\w*|spróbow\w*|sprawdz\w*|czyści\w*|wyczyści\w*|zmieni\w*|wymieni\w*"
    r"|resetow\w*|przeinstal\w*|odkamieni\w*|dzwoni\w*|pisał\w*|pytał\w*"
)
_NOT_TRIED = re.compile(
    r"(?i)\b(?:please|can you|could you|will|would|want|should|if|to|прошу|хочу|можна|можно|чи|як|как|если|якщо|треба|надо|proszę|chcę|czy|jak|jeśli"
    r"|nie|не|not|didn't|don't|cannot|can't|agent|operator|оператор\w*|consultant|engineer)\b"
)
_FIRST_PERSON = re.compile(
    r"(?i)\b(?:i|we|i've|we've|already|tried)\b|(?:ла|в|ли|лась|вся|лися|лся|лись)\b|(?:łem|łam|liśmy|łyśmy)\b|ed\b|\breset\b|\bdone\b"
)
_WANT = re.compile(
    r"(?i)(?:please|pls|i want|want|i'd like|i would like|would like|i demand|i ask|can you|could you|прошу|просьба|хочу|хотел\w? бы|хотіл\w? б|верн\w+"
    r"|повер\w+|требую|вимагаю|зробіть|сделайте|объясните|поясніть|випустіть|обміняйте|замен\w+те|замін\w+ть|помогите|допоможіть|proszę o|proszę|chcę"
    r"|chciał\w{0,3}bym|żądam|oczekuję|zwróćcie|wymieńcie|send another|refund)"
)
_CONTACT_ONLY = re.compile(
    r"(?i)\b(?:call|phone|ring|write|email|e-mail|reply|contact|звон\w*|дзвон\w*|пиш\w*|телефон\w*|dzwo\w*|pisa\w*|telefon)\b"
)
_EXPECT = re.compile(
    r"(?i)(?:expected|expecting|should have|should be|was meant to|supposed to|ожидал\w?|должн\w{1,2} (?:был|быть)|очікував|очікувала|мало б|має бути"
    r"|oczekuję|oczekiwał\w*|powinn\w+|spodziewał\w*)\s*(?:that|to|,|что|що|że)?\s*(?P<v>[^.;!?\n]{4,160})"
)
_STEPS = re.compile(
    r"(?i)(?:steps?(?: to reproduce)?|шаги|кроки|kroki)\s*:\s*(?P<v>[^\n]+(?:\n\s*(?:[-*•]|\d+[.)]).+)*)"
)
_NUMBERED = re.compile(
    r"(?m)^\s*(?:\d{1,2}[.)]|[-*•])\s+(.+)$|(?:(?<=\s)|^)\d{1,2}[.)]\s+([^\d\n][^\n]*?)(?=\s\d{1,2}[.)]\s|\n|$)"
)
_SYSTEM = re.compile(
    r"(?i)\b(?:(?:windows|ubuntu|debian|fedora|macos|mac os|android|ios|андроид|андроїд|iphone|айфон|galaxy|pixel|xiaomi|redmi|samsung|самсунг|moto|oppo"
    r"|huawei|honor|nokia|tp-link|asus|keenetic|sonoma|sequoia)[ \t]?(?:[a-zа-яіїє]{0,10}[ \t-]?\d[\w.]{0,8})?(?:[ \t](?:\d+[\w.]*|[A-Z]\d+|pro|max|mini|plus|lts))?)"
)
_ADDRESS = re.compile(
    r"(?:(?:адреса?|address|adres|вул\.|вулиця|ул\.|улица|ul\.)\W{0,3}(?P<a>[^.;\n]{4,60}?\d+[а-яa-z]?(?:,?\s(?:кв\.?|квартира|flat|apt|m\.|mieszkania|/)\s?\d+)?))"
    r"|(?P<b>(?:Flat \d+, )?\d{1,4} [A-Z]\w+ (?:Street|Road|Lane|Close|Row|Avenue|Drive|Way|Court|Place)(?:, [A-Z]\w+)?)"
)
_FREQUENT = re.compile(
    r"(?i)\b(?:every (?:evening|day|night|hour|few minutes|\d+ \w+)|\d+(?: or \d+)? times a (?:day|week|hour)|each (?:day|evening)|кожн\w+ (?:день|вечор\w|годин\w)"
    r"|щодня|щовечора|каждый (?:день|вечер|час)|ежедневно|по \d+ раз\w? (?:в|на) (?:день|час|тиждень)|codziennie|co wieczór|\d+ razy dziennie)"
)


class _Finder:
    """Finds the answers of one form in one story."""

    def __init__(self, story: Story, form: Form, cues: Cues, texts: Mapping[str, str]) -> None:
        self.story = story
        self.form = form
        self.cues = cues
        self.texts = texts
        self.found: dict[str, Understood] = {}

    def run(self) -> dict[str, Understood]:
        for question in self.form.questions:
            if question.asks and not question.secret and question.kind not in (Kind.CONFIRM, Kind.UPLOAD):
                self.question(question)
        self.contact()
        return self.found

    def put(self, question: Question, raw: object, spans: Sequence[Span], *, sure: bool) -> None:
        """Keeps an answer if the question takes it."""
        try:
            value = read(question, raw, self.texts)
        except Invalid:
            return
        if value is not None and not questionnaire.problems_of(question, value, self.texts):
            self.found[question.id] = Understood(value, tuple(spans), sure)

    def fact(self, question: Question, one: Fact | None, *, sure: bool | None = None) -> None:
        """Keeps a fact as the answer."""
        if one is not None:
            self.put(question, one.value, [(one.start, one.end)], sure=one.sure if sure is None else sure)

    def question(self, question: Question) -> None:
        """Tries everything that may answer one question."""
        story, role, kind = self.story, question.role, question.kind
        if question.options:
            self.options(question)
        elif kind is Kind.EMAIL:
            self.fact(question, _only(story.emails))
        elif kind is Kind.PHONE:
            self.phone(question)
        elif kind is Kind.URL:
            self.fact(question, next(facts.urls(story.text), None))
        elif kind is Kind.DATE:
            self.day(question)
        elif kind is Kind.TIME_WINDOW:
            self.hours(question)
        elif question.id == "card_last4" or role in _NUMBERED_ROLES or question.id in facts.LEADS:
            self.fact(question, _only([one for one in story.numbers if one.kind == (role or question.id)]))
        elif role is Role.NAME:
            self.name(question)
        elif role is Role.ERROR:
            self.fact(question, story.errors[0] if story.errors else None)
        elif role is Role.TRIED:
            self.tried(question)
        elif role is Role.STEPS:
            self.steps(question)
        elif role is Role.OUTCOME:
            self.outcome(question)
        elif role is Role.EXPECTED:
            if match := _EXPECT.search(story.text):
                self.put(question, match["v"].strip(), [match.span("v")], sure=False)
        elif role is Role.ACTUAL:
            self.actual(question)
        elif role is Role.ENVIRONMENT:
            self.environment(question)
        elif question.id == "amount":
            self.amount(question)
        elif question.id == "began":
            self.began(question)
        elif question.id == "frequency":
            if match := _FREQUENT.search(story.text):
                self.put(question, match[0], [match.span()], sure=True)
        elif question.id in ("service_address", "place"):
            if match := _ADDRESS.search(story.text):
                group = "a" if match["a"] else "b"
                self.put(question, match[group].strip(), [match.span(group)], sure=False)
        elif question.id == "speed":  # noqa: SIM102 - as its neighbours
            if match := re.search(
                r"(?i)(?<![\w.])(\d{1,4}(?:[.,]\d)?)\s?(?:mbit|mbps|mb/s|мбіт|мбит|мегабіт|мегабит|мега|mega)",
                story.text,
            ):
                self.put(question, match[1].replace(",", "."), [match.span(1)], sure=False)

    def name(self, question: Question) -> None:
        """A name that was said as such, or stands where people sign: beside a way to reach them or at the end."""
        names = self.story.names
        if not names:
            return
        near = [*self.story.phones, *self.story.emails, *self.story.windows]
        signed = [
            one
            for one in names
            if one.sure
            or len(self.story.text) - one.end < 3
            or any(0 <= fact.start - one.end < 30 or 0 <= one.start - fact.end < 12 for fact in near)
        ]
        one = _only(signed) or (signed or names)[-1]
        self.fact(question, one, sure=len({fact.value for fact in signed}) == 1 and (" " in one.value or one.sure))

    def options(self, question: Question) -> None:
        """Takes the option whose cues, or whose label, the story holds; two of them are only an offer."""
        hits: dict[str, list[Span]] = {}
        weights: dict[str, int] = {}
        labelled = self.cues.options.get(question.id, {})
        said = self.story.said.words
        for option in question.options:
            for cue in labelled.get(option.label, ()):
                for start, end, negated in found_in(cue, self.story.said):
                    place = (said[start].start, said[end - 1].end)
                    if negated or facts.inside(self.story.others, *place):
                        continue
                    hits.setdefault(option.label, []).append(place)
                    weights[option.label] = max(weights.get(option.label, 0), sum(part is not None for part in cue))
        if not hits:
            return
        if question.kind is Kind.CHECKBOXES or question.multiple:
            spans = [span for one in hits.values() for span in one]
            self.put(question, list(hits), spans[:6], sure=True)
            return
        order = sorted(hits, key=lambda label: (weights[label], len(hits[label])), reverse=True)
        best = order[0]
        sure = len(order) == 1 or weights[best] > weights[order[1]]
        offered = question.role in (Role.SEVERITY, Role.PREFERRED_CONTACT)
        self.put(question, best, hits[best][:3], sure=sure and not offered)

    def phone(self, question: Question) -> None:
        """The number to call, or the number that it is about (a phone with the role of an account)."""
        story = self.story
        about = next((q for q in self.form.questions if q.kind is Kind.PHONE and q.role is Role.ACCOUNT), None)
        call, number, other = [], [], []
        for one in story.phones:
            before, after = story.before(one.start), story.after(one.end)
            if _FRAUD.search(before):
                continue
            forbidden = _DO_NOT.search(before[-30:]) or _DO_NOT.search(after)
            if _OTHERS.search(before) and (forbidden or not _CALL.search(before)):
                continue
            if _CALL.search(before[-25:]) and not forbidden:
                call.append(one)
            elif _MINE.search(before) or forbidden:
                number.append(one)
            else:
                other.append(one)
        if question.role is Role.ACCOUNT:
            self.fact(question, _only(number) or (_only(other) if not number else None), sure=len(number) == 1)
            if not number and len(other) == 1 and question.id in self.found and (call or self._signs_off(other[0])):
                del self.found[question.id]
            return
        if len(call) == 1:
            self.fact(question, call[0])
        elif about is None and not call:
            self.fact(question, _only(number + other), sure=len(number + other) == 1)
        elif not call and len(other) == 1:
            self.fact(question, other[0], sure=self._signs_off(other[0]))

    def _signs_off(self, one: Fact) -> bool:
        """Whether a number stands beside a name or an address at the end: where people say how to reach them."""
        near = [*self.story.names, *self.story.emails, *self.story.windows]
        return any(0 <= fact.start - one.end < 25 or 0 <= one.start - fact.end < 25 for fact in near)

    def day(self, question: Question) -> None:
        """A day whose verb stands beside it; the only day of a story is an offer."""
        verbs = _DATE_VERBS.get(question.id)
        near = []
        for one in self.story.dates:
            clause = self.story.before(one.start, 60) + " " + self.story.after(one.end, 30)
            if verbs is not None and verbs.search(clause):
                near.append(one)
        if verbs is not None and near:
            self.fact(question, near[0], sure=near[0].sure and len(near) == 1)
        elif question.id == "happened_on" and self.story.dates:
            past = [one for one in self.story.dates if one.value <= self.story.today.isoformat()]
            if past:
                one = max(past, key=lambda fact: fact.value) if len(past) > 1 else past[0]
                self.fact(question, one, sure=len(past) == 1)

    def hours(self, question: Question) -> None:
        """Hours to call, of a visit, of a delivery: by the words beside them."""
        wanted = []
        for one in self.story.windows:
            start = self.story.text.rfind(".", 0, one.start) + 1
            sentence = self.story.text[start : one.end + 25].casefold()
            kind = (
                "visit_window"
                if _VISIT.search(sentence)
                else "delivery_window"
                if _COURIER.search(sentence)
                else "contact_time"
            )
            if question.id == kind or (
                kind == "contact_time" and question.id not in ("visit_window", "delivery_window")
            ):
                wanted.append((one, sentence))
        if question.id == "contact_time":
            reach = [one for one, sentence in wanted if _CALL.search(sentence) or self._near_phone(one)]
            hours = _only(reach) or (_only([one for one, _sentence in wanted]) if not reach else None)
            self.fact(question, hours, sure=bool(reach))
            return
        if len(wanted) == 1:
            one = wanted[0][0]
            day = next((d for d in self.story.dates if 0 <= one.start - d.end < 20), None)
            value = f"{day.value} {one.value}" if day is not None and "-" in one.value else one.value
            self.put(question, value, [(one.start, one.end)], sure=one.sure)

    def _near_phone(self, one: Fact) -> bool:
        return any(0 <= one.start - phone.end < 20 or 0 <= phone.start - one.end < 12 for phone in self.story.phones)

    def amount(self, question: Question) -> None:
        """The only sum that is no price."""
        sums = [one for one in self.story.amounts if one.sure]
        values = {one.value for one in sums}
        if len(values) == 1:
            self.fact(question, sums[0])
        elif sums:
            self.fact(question, sums[0], sure=False)
        elif len(self.story.amounts) == 1:
            self.fact(question, self.story.amounts[0], sure=False)

    def began(self, question: Question) -> None:
        """Since when, as the day where that can be told, and else in the customer's words."""
        for one in self.story.dates:
            if one.value > self.story.today.isoformat():
                continue
            if _SINCE.search(self.story.before(one.start, 30)) or _SINCE.match(
                self.story.text[one.start : one.end + 1]
            ):
                self.put(question, one.value, [(one.start, one.end)], sure=True)
                return
        past = [one for one in self.story.dates if one.value <= self.story.today.isoformat()]
        if len(past) == 1:
            self.put(question, past[0].value, [(past[0].start, past[0].end)], sure=False)

    def tried(self, question: Question) -> None:
        """Clauses in which the customer says what they did about it."""
        story, found = self.story, []
        for start, end in story.clauses:
            clause = story.text[start:end]
            if facts.inside(facts.other_voices(story.text), start, end) or len(clause) > 120:
                continue
            match = _TRIED.search(clause)
            if (
                match
                and _FIRST_PERSON.search(clause[match.start() :])
                and not _NOT_TRIED.search(clause[: match.start()])
            ):
                found.append((start, end))
        if found:
            lines = [story.text[start:end].strip(" ()") for start, end in found]
            raw: object = lines if question.kind is Kind.STEPS else "\n".join(lines)
            self.put(question, raw, found, sure=False)

    def steps(self, question: Question) -> None:
        """A list of steps that is called one, or is numbered."""
        text = self.story.text
        if match := _STEPS.search(text):
            body = match["v"].split(". ")[0] if "\n" not in match["v"] else match["v"]
            parts = [
                one.strip(" .;-*•") for one in re.split(r"\n\s*(?:\d+[.)]|[-*•])?|;|,\s", body) if one.strip(" .;-*•")
            ]
            if len(parts) > 1:
                self.put(question, parts, [(match.start("v"), match.start("v") + len(body))], sure=True)
                return
        listed = [(one[1] or one[2], one.span()) for one in _NUMBERED.finditer(text)]
        if len(listed) > 1:
            self.put(question, [item.strip() for item, _span in listed], [span for _item, span in listed], sure=False)

    def outcome(self, question: Question) -> None:
        """What the customer asks for."""
        for start, end in _sentence_spans(self.story.text):
            sentence = self.story.text[start:end]
            match = _WANT.search(sentence)
            if match is None or facts.inside(self.story.quoted, start + match.start(), start + match.end()):
                continue
            clause = sentence[match.start() :]
            if _CONTACT_ONLY.search(clause) and len(clause) < 60:
                continue
            self.put(question, clause.strip(" ."), [(start + match.start(), end)], sure=False)
            return

    def actual(self, question: Question) -> None:
        """The first sentence that says more than hello: an offer, to be confirmed."""
        for start, end in _sentence_spans(self.story.text):
            sentence = self.story.text[start:end]
            if len(sentence.split()) >= 3 and not _WANT.match(sentence) and "?" not in sentence:
                self.put(question, sentence.strip(" ."), [(start, end)], sure=False)
                return

    def environment(self, question: Question) -> None:
        """Devices and systems by name."""
        found = [match.span() for match in _SYSTEM.finditer(self.story.text) if match[0].strip()]
        found = [span for span in found if not facts.inside(self.story.quoted, *span)]
        if found:
            value = ", ".join(dict.fromkeys(self.story.text[start:end].strip() for start, end in found))
            self.put(question, value, found, sure=False)

    def contact(self) -> None:
        """The only way that a customer gives to be reached is the one that they prefer."""
        question = self.form.with_role(Role.PREFERRED_CONTACT)
        if question is None or question.id in self.found:
            return
        phone, email = self.form.with_role(Role.PHONE), self.form.with_role(Role.EMAIL)
        ways = [
            (name, self.found[one.id])
            for name, one in (("Phone", phone), ("E-mail", email))
            if one is not None and one.id in self.found
        ]
        labels = [option.label for option in question.options]
        if len(ways) == 1 and ways[0][0] in labels:
            self.put(question, ways[0][0], ways[0][1].spans, sure=False)


_NUMBERED_ROLES = frozenset([Role.ACCOUNT, Role.ORDER, Role.SERIAL, Role.VERSION])


def _only(found: Sequence[Fact]) -> Fact | None:
    """The only fact, however often it is said."""
    values = {one.value for one in found}
    return found[0] if len(values) == 1 else None


def _sentence_spans(text: str) -> list[Span]:
    return [(one.start, one.end) for one in split_sentences(text)]


def understand(story: Story, form: Form, cues: Cues, texts: Mapping[str, str]) -> dict[str, Understood]:
    """Finds what a story answers of a form.

    Args:
        story: The story.
        form: The form.
        cues: The customers' words for its options.
        texts: Translations of the form's texts into the customer's language.

    Returns:
        Question id to what was understood; hidden questions are among them, for what was said opens their gates.
    """
    return _Finder(story, form, cues, texts).run()


# --- Which form -------------------------------------------------------------------------------------


class FormWords(msgspec.Struct, frozen=True):
    """What tells that a story belongs to a form.

    Attributes:
        pack: Name of the pack.
        form: Id of the form.
        cues: The pack's cues.
        options: Ids of the form's questions that have cues.
        stems: Stems of the form's own texts, in the languages at hand.
        general: It takes what fits nowhere else.
    """

    pack: str
    form: str
    cues: Cues
    options: tuple[str, ...]
    stems: frozenset[str]
    general: bool = False


def form_words(
    pack: str, form: Form, cues: Cues, translate: Sequence[Callable[[str], str]], *, general: bool = False
) -> FormWords:
    """Collects what tells that a story belongs to a form.

    Args:
        pack: Name of the pack.
        form: The form.
        cues: The pack's cues.
        translate: Gives a text of the pack in each language that it speaks.
        general: It takes what fits nowhere else.
    """
    texts = [form.name, form.description]
    for question in form.questions:
        if question.options and question.role is None:
            texts += [option.label for option in question.options]
    stems = {word for say in translate for text in texts for word in _stems(say(text))}
    options = tuple(q.id for q in form.questions if q.options and q.id in cues.options and q.role is None)
    return FormWords(pack, form.id, cues, options, frozenset(stems), general)


def choose_forms(story: Story, forms: Sequence[FormWords]) -> list[Candidate]:
    """Ranks forms by how well a story fits them, the best first.

    The cues of a form weigh most, then those of its options, then the words that it shares with the form's own texts,
    each the more the fewer forms have it.
    """
    rarity: dict[str, int] = {}
    for one in forms:
        for word in one.stems & story.stems:
            rarity[word] = rarity.get(word, 0) + 1
    ranked = []
    for one in forms:
        score = 3.0 * _weight(one.cues.forms.get(one.form, ()), story.said)
        for question in one.options:
            labels = one.cues.options[question]
            best = max((_weight(cues, story.said) for cues in labels.values()), default=0.0)
            score += (1.5 if question in ("topic", "trouble", "defect") else 0.4) * best
        score += sum(0.5 / rarity[word] for word in one.stems & story.stems)
        ranked.append(Candidate(one.pack, one.form, score + (1.0 if one.general else 0.0)))
    return sorted(ranked, key=lambda one: -one.score)


def _weight(cues: Sequence[Phrase], said: Said) -> float:
    """How much of some cues a story holds: each counts once, a longer one more."""
    total = 0.0
    for cue in cues:
        if any(not negated for _start, _end, negated in found_in(cue, said)):
            total += 0.6 + 0.4 * sum(part is not None for part in cue)
    return min(total, 6.0)
