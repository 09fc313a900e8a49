"""Facts that a text states by their form: numbers behind their lead words, phones, dates, hours, sums, errors, names.

Everything here works on English, Ukrainian, Russian and Polish at once, because people mix them. A fact has a place in
the text, a kind, and what stands around it; whether it answers a question is decided in ``story``.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import phonenumbers

from support_cli.base.text import later


class Fact(NamedTuple):
    """One fact.

    Attributes:
        kind: What it is: ``email``, ``phone``, ``date``, ``window``, ``amount``, ``name``, ``error``, ``log``, ``url``, or the
            role of a number (``order``, ``serial``, ``account`` ...).
        value: As it is stored: an address, E.164, an ISO date, ``HH:MM-HH:MM``, ``1150 GBP``, else the words.
        start: Offset of its first character.
        end: Offset after its last character.
        sure: Its form leaves no doubt what it is.
    """

    kind: str
    value: str
    start: int
    end: int
    sure: bool = True


# --- What is somebody else's, or no statement of the customer ----------------------------------------

_QUOTES = later(r"«[^»\n]{1,400}»|„[^”\"\n]{1,400}[”\"]|“[^”\n]{1,400}”|\"[^\"\n]{1,400}\"")
_OTHERS_LINES = later(
    r"(?m)^[ \t]*>.*$|^\[?\d{1,2}[:.]\d\d(?::\d\d)?+\]?+[ \t]*+(?!me\b|я\b|ja\b|i\b)[^\n:]{2,40}:.*$", re.IGNORECASE
)
_TRACE = later(
    r"(?m)(?:^.*(?:exception|traceback|error:|fatal|panic:).*\n)?(?:^[ \t]+(?:at |File |in ).*(?:\n|\Z)){1,200}"
    r"|^(?:FATAL|Traceback|Exception in).*(?:\n.+){0,60}",
    re.IGNORECASE,
)


def other_voices(text: str) -> list[tuple[int, int]]:
    """Where somebody else speaks: quoted lines and the other side of a chat that was pasted."""
    return [found.span() for found in _OTHERS_LINES.finditer(text)]


def quotations(text: str) -> list[tuple[int, int]]:
    """Where words stand in quotation marks."""
    return [found.span() for found in _QUOTES.finditer(text)]


def logs(text: str) -> list[Fact]:
    """Stack traces and pasted logs, whole."""
    found = []
    for match in _TRACE.finditer(text):
        start, end = match.span()
        while end > start and text[end - 1].isspace():
            end -= 1
        if end - start > 20:
            found.append(Fact("log", text[start:end], start, end))
    return found


def inside(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a place lies in one of some spans."""
    return any(first <= start and end <= last for first, last in spans)


# --- Addresses and phones ---------------------------------------------------------------------------

_EMAIL = later(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,6}[^\W\d_]{2,24}(?![\w-])")
_URL = later(r"\bhttps?://[^\s<>\"»”]{3,400}")
_PHONE = later(r"(?<![\w.,:/#№-])(?:\+|\(|00)?\d(?:[ \u00a0().-]{0,2}\d){6,14}(?![\w]|[.,:/-]\d)")
_MOST_PHONES = 40
"""Longer lists are no contacts."""
REGIONS = {"uk": ("UA",), "pl": ("PL",), "ru": ("RU", "UA", "KZ"), "en": ("GB", "US")}
"""Countries whose numbers are tried where none is named, by the language that is spoken."""


def emails(text: str) -> Iterator[Fact]:
    """E-mail addresses."""
    for found in _EMAIL.finditer(text):
        yield Fact("email", found[0].rstrip("."), found.start(), found.start() + len(found[0].rstrip(".")))


def urls(text: str) -> Iterator[Fact]:
    """Addresses of web pages."""
    for found in _URL.finditer(text):
        address = found[0].rstrip(".,;:!?)")
        yield Fact("url", address, found.start(), found.start() + len(address))


def phones(text: str, regions: Sequence[str], taken: Sequence[tuple[int, int]] = ()) -> Iterator[Fact]:
    """Telephone numbers that are valid in one of some countries.

    Args:
        text: The text.
        regions: Countries (ISO 3166) to try where the number names none, the likeliest first.
        taken: Places that hold other numbers.
    """
    matches = [found for found in _PHONE.finditer(text) if not inside(taken, *found.span())][:_MOST_PHONES]
    if not matches:
        return

    for found in matches:
        written = found[0].strip(" .-")
        if re.fullmatch(r"\d{1,2}[.-]\d{1,2}[.-]\d{2,4}|\d{4}-\d\d-\d\d.*", written):
            continue
        for region in [""] if written.startswith("+") else regions:
            try:
                number = phonenumbers.parse(written, region or None)
            except phonenumbers.NumberParseException:
                continue
            if phonenumbers.is_valid_number(number):
                value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
                yield Fact("phone", value, found.start(), found.start() + len(found[0].rstrip(" .-")))
                break


# --- Numbers behind their lead words ----------------------------------------------------------------

_NR = r"(?:\s{0,2}(?:numbers?|num\b|no\b\.?|nr\b\.?|№|#|номер\w{0,2}|n\b|is|to|это|це|:|-|–|—|\()){0,3}\s{0,2}"
_CODE = r"(?P<value>[A-Za-zА-ЯІЇЄҐ]{0,6}[-/]?(?:\d|[A-Z]\d)[\w-]*(?:[/-][\w]+){0,4})"
LEADS: dict[str, str] = {
    "order": r"order|замовл\w{0,5}|заказ\w{0,3}|zamówieni\w{1,2}|zamowieni\w{1,2}|zam\.",
    "serial": r"serial|s/n|sn(?=[\s:]{1,2}\w*\d)|серийн\w{2,3}|серійн\w{2,3}|с/н|seryjn\w{1,3}",
    "version": r"version|ver\.?|верси\w{1,2}|версі\w{1,2}|wersj\w{1,2}|v(?=\.? ?\d+\.\d)",
    "tracking": r"tracking|parcel|ттн|накладн\w{1,2}|трек\w{0,3}|посилк\w{1,2}|посылк\w{1,2}|przesyłk\w|przesylk\w|paczk\w",
    "earlier_number": r"ref(?:erence)?|ticket|case|complaint|звернення|обращени\w|заявк\w|скарг\w|жалоб\w|reklamacj\w|zgłoszeni\w"
    r"|zgloszeni\w|inc(?=-\d)",
    "account": r"acc(?:ount)?|customer|client|contract|agreement|договор\w{0,2}|договір|договору|л/с|о/р|лицев\w{2,3} сч[её]т\w?"
    r"|особов\w{2,3} рахун\w{2,4}|рахун\w{2,4}|сч[её]т\w?|клиент\w?|клієнт\w?|umow\w|klient\w|konto|rachun\w{2,4}|deposit|депозит\w?"
    r"|lokat\w",
    "reference": r"transaction|payment id|транзакц\w{2}|платеж\w?|transakcj\w",
}
_CARD = later(
    r"(?i)(?:ending(?: in| with)?|last (?:four|4)(?: digits)?|останн\w{1,2} (?:4 |чотири )?цифр\w|последн\w{2} (?:4 |четыре )?цифр\w"
    r"|закінчу\w{2,4} на|заканчива\w{3,5} на|kończąc\w{1,3} się (?:na|numerem)|ostatni\w (?:4 |cztery )?cyfr\w|card|карт\w{1,3}|kart\w{1,2})"
    r"(?:\s{0,2}(?:is|are|in|to|on|—|-|:|number|номер|nr|на|\*{1,12}|x{2,12}|…|\.\.\.)){0,3}\s{0,2}\*{0,12}(?P<value>\d{4})(?!\d|[.,]\d|[ -]\d{4})"
)


def _lead(role: str) -> re.Pattern[str]:
    if role not in _COMPILED:
        _COMPILED[role] = re.compile(rf"(?i)(?<![\w-])(?:{LEADS[role]}){_NR}{_CODE}(?!\w)")
    return _COMPILED[role]


_COMPILED: dict[str, re.Pattern[str]] = {}
_MONEY_AFTER = re.compile(
    r"\s{0,2}(?:zł|pln|грн|uah|руб|rub|тенге|kzt|€|eur|£|gbp|usd|quid|днів|дней|days|dni|разів|раз|times|razy)",
    re.IGNORECASE,
)


def numbers(text: str, roles: Sequence[str]) -> Iterator[Fact]:
    """Numbers of orders, contracts, devices and the like, each behind a word that says what it is."""
    for role in roles:
        if role == "card_last4":
            for found in _CARD.finditer(text):
                yield Fact(role, found["value"], *found.span("value"))
        if role not in LEADS:
            continue
        for found in _lead(role).finditer(text):
            value = found["value"].rstrip("-/.")
            start = found.start("value")
            digits = sum(c.isdigit() for c in value)
            if digits < (1 if role == "version" else 3) or _MONEY_AFTER.match(text, start + len(value)):
                continue
            if role == "version":
                more = re.match(r"[\w]*(?:[.-]\w+){0,4}", text[start:])
                value = more[0].rstrip(".-") if more else value
                if not re.match(r"v?\d", value):
                    continue
            if role != "version" and re.fullmatch(r"(?:19|20)\d\d|\d{1,2}", value):
                continue  # a year, a count
            yield Fact(role, value, start, start + len(value))


# --- Days -------------------------------------------------------------------------------------------

_MONTHS = (
    ("jan", "январ", "січ", "sty"), ("feb", "феврал", "лют", "lut"), ("mar", "март", "берез", "mar"),
    ("apr", "апрел", "квіт", "kwie"), ("may", "ма", "трав", "maj"), ("jun", "июн", "черв", "czerw"),
    ("jul", "июл", "лип", "lip"), ("aug", "август", "серп", "sierp"), ("sep", "сентябр", "верес", "wrze"),
    ("oct", "октябр", "жовт", "paźdz|pazdz"), ("nov", "ноябр", "листоп", "listop"), ("dec", "декабр", "груд", "grud"),
)  # fmt: skip
_MONTH = "|".join(
    f"(?P<m{number}>{en}[a-z]{{0,6}}|{ru}(?:я|ь|а|е|й)?|{uk}(?:ня|ні|ень|ого|ий|ада|аді|ад)?|(?:{pl})[a-ząńźę]{{0,6}})"
    for number, (en, ru, uk, pl) in enumerate(_MONTHS, 1)
)
_DAY_MONTH = later(
    rf"(?i)(?<![\w.:])(?P<day>\d{{1,2}})(?:st|nd|rd|th|-?го|-е|\.)?(?:\s(?:of\s)?)(?:{_MONTH})(?!\w)(?:,?\s(?P<year>20\d\d))?"
)
_MONTH_DAY = later(
    rf"(?i)(?<!\w)(?:{_MONTH})\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\w|[.:]\d)(?:,?\s(?P<year>20\d\d))?"
)
_NUMERIC = later(
    r"(?<![\w.,:/-])(?:(?P<iso>20\d\d-\d\d-\d\d)|(?P<d>\d{1,2})[./](?P<m>\d{1,2})(?:[./](?P<y>20\d\d|\d\d))?)(?![\w:]|[./,-]\d)"
)
_ORDINAL = later(
    r"(?i)(?:\bon\s|\bthe\s){1,2}(?P<day>\d{1,2})(?:st|nd|rd|th)\b(?!\s(?:of|floor|time|time))|(?P<day2>\d{1,2})-го\b"
)
_WEEKDAYS = (
    "monday|понеділ\\w{1,3}|понедельник\\w?|poniedział\\w{1,3}|poniedzial\\w{1,3}",
    "tuesday|вівтор\\w{1,3}|вторник\\w?|wtor\\w{1,3}",
    "wednesday|серед[ауи]|сред[ауы]|środ\\w|srod[ae]",
    "thursday|четвер\\w{0,2}|четверг\\w?|czwart\\w{1,3}",
    "friday|п['’ʼ]?ятниц\\w|пятниц\\w|piąt\\w{1,3}|piat(?:ek|ku)",
    "saturday|субот\\w|суббот\\w|sobot\\w|sobót",
    "sunday|неділ\\w|воскресень\\w|niedziel\\w",
)
_WEEKDAY = later("(?i)(?<!\\w)(?:" + "|".join(f"(?P<w{n}>{one})" for n, one in enumerate(_WEEKDAYS)) + r")(?!\w)")
_LAST_WEEK = later(
    r"(?i)^\W{0,3}(?:last week|of last week|минулого тижня|на минулому тижні|на прошлой неделе|w zeszłym tygodniu)"
)
_NEXT = later(r"(?i)(?:next|this|coming|наступн\w{1,3}|следующ\w{2,3}|w przyszł\w{1,2}|w najbliższ\w{1,2})\W{0,3}$")
_RELATIVE = (
    (0, r"today|tonight|this (?:morning|afternoon|evening)|сьогодні|сегодня|dziś|dzis|dzisiaj|зранку|з ранку|с утра|od rana|since morning"),
    (1, r"yesterday|last night|вчора\w{0,6}|вчера\w{0,6}|wczoraj\w{0,6}|учора|учорашн\w{2,3}|вечора вчора"),
    (2, r"(?:the )?day before yesterday|позавчора|позавчера|przedwczoraj"),
    (-1, r"tomorrow|завтра|jutro"),
)  # fmt: skip
_RELATIVES = later(
    "(?i)(?<!\\w)(?:" + "|".join(f"(?P<r{n}>{words})" for n, (_days, words) in enumerate(_RELATIVE)) + r")(?!\w)"
)
_AGO = later(
    r"(?i)(?<!\w)(?P<n>\d{1,3}|one|two|three|four|five|a|an|один|два|три|дві|две|тиждень|неделю|tydzień|dwa|dwie|trzy)?\s?"
    r"(?:(?P<day>days?|дн\w{1,2}|день|dni|dzień)|(?P<week>weeks?|тижн\w{1,3}|недел\w{1,2}|tygodni\w?|tygodnie))\s(?:ago|тому|назад|temu)"
)
_COUNTS = {"one": 1, "a": 1, "an": 1, "один": 1, "two": 2, "два": 2, "дві": 2, "две": 2, "dwa": 2, "dwie": 2, "three": 3, "три": 3,
           "trzy": 3, "four": 4, "five": 5}  # fmt: skip


def dates(text: str, today: date) -> list[Fact]:
    """Days, as ISO dates in the order of the text; those that are counted from today are not ``sure``.

    Args:
        text: The text.
        today: The day on which it was written.
    """
    found: list[Fact] = []

    def add(day: int, month: int, year: str | None, start: int, end: int, *, sure: bool = True) -> None:
        try:
            made = date(int(year) if year and len(year) == 4 else 2000 + int(year) if year else today.year, month, day)
        except ValueError:
            return
        if not year and made > today + timedelta(days=180):
            made = made.replace(year=made.year - 1)
        if not any(one.start <= start and end <= one.end for one in found[-20:]):
            found.append(Fact("date", made.isoformat(), start, end, sure))

    for match in _NUMERIC.finditer(text):
        if match["iso"]:
            year, month, day = match["iso"].split("-")
            add(int(day), int(month), year, *match.span())
        elif match["y"] or "." in match[0]:
            add(int(match["d"]), int(match["m"]), match["y"], *match.span())
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        for match in pattern.finditer(text):
            month = next(number for number in range(1, 13) if match[f"m{number}"])
            add(int(match["day"]), month, match["year"], *match.span())
    for match in _ORDINAL.finditer(text):
        group = "day" if match["day"] else "day2"
        add(int(match[group]), today.month, None, *match.span(group), sure=False)
    for match in _RELATIVES.finditer(text):
        days = next(days for n, (days, _words) in enumerate(_RELATIVE) if match[f"r{n}"])
        found.append(Fact("date", (today - timedelta(days=days)).isoformat(), *match.span(), False))
    for match in _AGO.finditer(text):
        count = match["n"] or "1"
        days = (int(count) if count.isdigit() else _COUNTS.get(count.lower(), 1)) * (7 if match["week"] else 1)
        found.append(Fact("date", (today - timedelta(days=days)).isoformat(), *match.span(), False))
    for match in _WEEKDAY.finditer(text):
        wanted = next(n for n in range(7) if match[f"w{n}"])
        back = (today.weekday() - wanted) % 7 or 7
        if _LAST_WEEK.match(text[match.end() : match.end() + 30]):
            back = today.weekday() + 7 - wanted
        day = today - timedelta(days=back)
        if _NEXT.search(text[max(0, match.start() - 14) : match.start()]):
            day = today + timedelta(days=(wanted - today.weekday()) % 7 or 7)
        found.append(Fact("date", day.isoformat(), *match.span(), False))
    return sorted(found, key=lambda one: one.start)


# --- Hours ------------------------------------------------------------------------------------------

_HOUR = r"(?P<{0}>\d{{1,2}})(?:[:.h](?P<{0}m>\d\d))?\s?(?P<{0}p>am|pm|a\.m\.|p\.m\.|noon)?"
_FROM_TO = later(
    r"(?i)(?<![\w.:/-])(?:(?:between|from|з|із|с|со|od|między|miedzy)\s)?"
    + _HOUR.format("a")
    + r"(?:\s?[-–—]\s?|\s(?:to|till|until|and|до|do|i|a)\s)(?:(?P<noon>noon)|"
    + _HOUR.format("b")
    + r")(?![\w]|[.:,/-]\d|\s?(?:zł|грн|руб|мбіт|мега|mb|дн|день|days|minutes|мин|хв|min\b|разів|times|razy|%))"
)
_AFTER = later(
    r"(?i)(?<!\w)(?P<w>after|po|після|после|from|від|от|till|until|before|до|do)\s(?P<h>\d{1,2})(?:[:.](?P<m>\d\d))?\s?(?P<p>am|pm)?(?!\w|[.:,/-]\d|\s?(?:zł|грн|руб|дн|days|хв|мин|min|%|разів|груд|дек|dec|лист|нояб))|(?P<after>після|после)\s(?P<word>п['’]?ятої|шостої|сьомої|пяти|шести|семи)"
)
_WORD_HOURS = {"пятої": 17, "п'ятої": 17, "п’ятої": 17, "шостої": 18, "сьомої": 19, "пяти": 17, "шести": 18, "семи": 19}
_BEFORE = frozenset(["till", "until", "before", "до", "do"])


def windows(text: str) -> Iterator[Fact]:
    """Hours of the day as ``09:00-12:00``, with an open end as ``18:00-`` or ``-18:00``."""
    taken: list[tuple[int, int]] = []
    for found in _FROM_TO.finditer(text):
        first = _clock(
            found["a"], found["am"], found["ap"] or (found["bp"] if found["bp"] and not found["ap"] else None)
        )
        last = 720 if found["noon"] else _clock(found["b"], found["bm"], found["bp"])
        if first is None or last is None:
            continue
        if first >= last and not found["ap"]:
            first = _clock(found["a"], found["am"], None) or 0
        if first < last:
            taken.append(found.span())
            yield Fact("window", f"{_shown(first)}-{_shown(last)}", *found.span())
    for found in _AFTER.finditer(text):
        if inside(taken, *found.span()):
            continue
        if found["word"]:
            yield Fact("window", f"{_WORD_HOURS[found['word'].lower()]:02}:00-", *found.span())
            continue
        moment = _clock(found["h"], found["m"], found["p"])
        if moment is not None and (found["p"] or found["m"] or 6 <= moment // 60 <= 23):
            open_end = found["w"].lower() in _BEFORE
            yield Fact("window", f"-{_shown(moment)}" if open_end else f"{_shown(moment)}-", *found.span(), False)


def _clock(hours: str, minutes: str | None, half: str | None) -> int | None:
    hour = int(hours)
    if half and half.lower().startswith("p") and hour < 12:
        hour += 12
    if hour > 24 or int(minutes or 0) > 59:
        return None
    return hour * 60 + int(minutes or 0)


def _shown(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


# --- Sums of money ----------------------------------------------------------------------------------

_CURRENCY = (
    ("GBP", r"£|gbp|quid|pounds?"), ("USD", r"\$|usd|dollars?|bucks"), ("EUR", r"€|eur|euros?|євро|евро"),
    ("PLN", r"zł|zl|pln|złot\w{2,3}"), ("UAH", r"₴|грн|uah|гривень|гривні|гривен|гривны"), ("RUB", r"₽|руб\w{0,3}|rub|р\.(?=\s|$)"),
    ("KZT", r"₸|тенге|тг|kzt"),
)  # fmt: skip
_SUM = r"\d{1,3}(?:[ \u00a0,]\d{3}){1,4}(?:[.,]\d{1,2})?(?!\d)|\d{1,9}(?:[.,]\d{1,2})?(?!\d)"
_AMOUNT = later(
    "(?i)(?<![\\w.,])(?:"
    + "|".join(
        f"(?:(?P<a{n}>{sign})\\s?(?P<x{n}>{_SUM}))" for n, (_c, sign) in enumerate(_CURRENCY) if sign[0] in "£\\€₴₽₸"
    )
    + "|(?P<number>"
    + _SUM
    + ")\\s?(?:"
    + "|".join(f"(?P<b{n}>{sign})" for n, (_c, sign) in enumerate(_CURRENCY))
    + r"))(?![\w])"
)
_TARIFF = later(
    r"(?i)(?:pay|paid for|plan|tariff|abonament|абонплат\w|тариф\w{0,2}|плачу|платить|платит|płacę|place|за|per month|price|стоит|коштує|kosztuje|было|стало|було)\s(?:\w+\s){0,2}$"
)


def amounts(text: str) -> list[Fact]:
    """Sums with their currency, as ``1150 GBP``; what a tariff or a thing costs is not ``sure``."""
    found = []
    for match in _AMOUNT.finditer(text):
        number, currency = "", ""
        for n, (name, _sign) in enumerate(_CURRENCY):
            groups = match.groupdict()
            if groups.get(f"a{n}"):
                number, currency = match[f"x{n}"], name
            elif groups.get(f"b{n}"):
                number, currency = match["number"], name
        if not number:
            continue
        plain = re.sub(r"[ \u00a0]|,(?=\d{3})", "", number).replace(",", ".")
        value = plain.rstrip("0").rstrip(".") if "." in plain else plain
        sure = not _TARIFF.search(text[max(0, match.start() - 30) : match.start()])
        found.append(Fact("amount", f"{value} {currency}", *match.span(), sure))
    return found


# --- Errors -----------------------------------------------------------------------------------------

_SAYS = later(
    r"(?i)(?:says?|saying|shows?|showing|message|error|prints?|reads?|пише|пишет|показує|показывает|повідомлення|сообщени\w|помилк\w|ошибк\w"
    r"|напис\w{1,3}|терминал\w?|термінал\w?|komunikat\w?|błąd|blad|pisze|wyświetla|terminal)[\s:,–—-]{1,3}(?:that\s|что\s|що\s|że\s)?"
    r"(?P<q>«[^»\n]{2,200}»|„[^”\"\n]{2,200}[”\"]|“[^”\n]{2,200}”|\"[^\"\n]{2,200}\")"
)
_ERROR_CODE = later(
    r"(?i)(?<![\w-])(?:(?:error|err|code|ошибк\w|помилк\w|код\w?|błąd|kod)[\s:№#-]{1,3}(?P<c>[A-Z]{0,4}[-_]?\d{1,6}(?:x[0-9a-f]+)?)|(?P<e>[EF]\d{1,3}|0x[0-9A-Fa-f]{4,10}))(?!\w)"
)


def errors(text: str) -> list[Fact]:
    """What a screen says: quoted words after a verb of saying, codes of errors, and traces."""
    found = [Fact("error", one.value, one.start, one.end) for one in logs(text)]
    for match in _SAYS.finditer(text):
        start, end = match.start("q") + 1, match.end("q") - 1
        if not inside([one[2:4] for one in found], start, end):
            found.append(Fact("error", text[start:end].strip(), start, end))
    if not found:
        for match in _ERROR_CODE.finditer(text):
            group = "c" if match["c"] else "e"
            found.append(Fact("error", match[group], *match.span(group)))
    return found


# --- Names ------------------------------------------------------------------------------------------

_CAP = r"[A-ZА-ЯІЇЄҐŁŚŻŹĆ][\w'’ʼ-]{1,20}"
_INITIAL = r"[A-ZА-ЯІЇЄҐŁŚŻŹĆ]\.?"
_FULL = rf"(?:(?:Mrs?|Ms|Dr|Pan|Pani|Пан|Пані)\.?\s)?(?:{_CAP}|{_INITIAL})(?:\s(?:{_CAP}|{_INITIAL})){{1,2}}"
_SAID_NAME = later(
    rf"(?:[Mm]y name is|[Nn]ame(?: is|:)?|I am|I'm|[Мм]ене звати|[Мм]еня зовут|[Зз]вати|[Зз]овут|[Нн]азываюсь|[Nn]azywam się|[Ii]mię i nazwisko:?|ПІБ:?|ФИО:?)\s(?P<name>{_FULL})"
)
_ALONE = later(rf"(?:^|[.,;:!?\n…]\s{{0,2}})(?P<name>{_FULL})(?=\s{{0,2}}(?:[.,;\n]|$))")
_SIGNED = later(
    rf"(?:^|\n|[.!?]\s|(?:thx|thanks|regards|дякую|спасибо|pozdrawiam|dziękuję),?\s)(?P<name>{_CAP})\s*\.?\s*$"
)
_STAFF = re.compile(
    r"(?i)\b(?:agent|operator|consultant|engineer|manager|оператор\w?|менеджер\w?|консультант\w?|майстер|мастер|konsultant\w*|technik\w?|doradc\w*)\W"
)
_NOT_A_NAME = frozenset(
    ["hello", "hi", "dear", "good", "please", "thanks", "router", "internet", "wi-fi", "windows", "android", "ios", "iphone", "samsung", "pixel", "moto", "macos", "linux", "chrome", "дякую", "доброго", "добрий", "добрый", "здравствуйте", "привіт", "вітаю", "прошу", "спасибо", "дзвоніть", "пишіть", "роутер", "інтернет", "замовлення", "плед", "договір", "dzień", "dobry", "proszę", "dziękuję", "router", "umowa", "wersja", "ubuntu", "karta", "klient"]
)  # fmt: skip


def names(text: str) -> list[Fact]:
    """Names of people as they sign: said as such, or alone between marks; ``sure`` where they were said or stand alone."""
    found = [Fact("name", match["name"], *match.span("name")) for match in _SAID_NAME.finditer(text)]
    if not found:
        for match in _ALONE.finditer(text):
            words = match["name"].split()
            staff = _STAFF.search(text[max(0, match.start() - 20) : match.end("name")])
            if not staff and not any(
                word.casefold().rstrip(".") in _NOT_A_NAME or any(map(str.isdigit, word)) for word in words
            ):
                found.append(Fact("name", match["name"], *match.span("name"), False))
    signed = None if found else _SIGNED.search(text)
    if signed is not None and signed["name"].casefold() not in _NOT_A_NAME:
        found.append(Fact("name", signed["name"], *signed.span("name"), False))
    return found


# --- Clauses ----------------------------------------------------------------------------------------

_CUT = later(
    r"\s*(?:[,;:!?…\n]|\.(?=\s|$)|\s[-–—]\s|\s(?:and|but|so|then|а|але|но|и|і|й|та|бо|чтобы|щоб|ale|oraz|a|i|bo|więc)\s)\s*",
    re.IGNORECASE,
)


def clauses(text: str) -> list[tuple[int, int]]:
    """Parts of sentences between commas and conjunctions, as offsets."""
    found, start = [], 0
    for cut in _CUT.finditer(text):
        if cut.start() - start > 2:
            found.append((start, cut.start()))
        start = cut.end()
    if len(text) - start > 2:
        found.append((start, len(text.rstrip(" .!?"))))
    return found
