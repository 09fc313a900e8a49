"""What people type and should not send: card numbers (ISO/IEC 7812), codes, passwords, numbers of documents."""

import re
from collections.abc import Iterator
from itertools import pairwise

from support_cli.base.text import later
from support_cli.privacy.hits import Hit, HitKind, mask

# A number that stands alone: no part of a date, a sum, a version or a telephone.
_NUMBER = r"(?<![\w.,:/+#№-])\d{3,8}(?![\w-]|[.,:/]\d|[ \u00a0]\d{3}\b)"
_SMALL = r"[\s:=№#\"'«»()—–-]"
_JOINT = rf"(?:{_SMALL}{{1,4}}|is|was|це|это|jest|to|був|был|з|із|из|от|від|z|ze|from|the|my|мой|мій){{0,5}}"
_PIN = r"\b(?:pin|пін|пин)(?:[ -]?(?:code|код\w{0,2}|kod\w{0,2}))?"
_CHECK = r"\b(?:cvv2?|cvc2?|cvn|цвв|свв)(?:[ -]?(?:code|код\w{0,2}|kod\w{0,2}))?(?:/(?:cvv2?|cvc2?))?"
_ONCE = (
    r"\b(?:otp|2fa|blik|sms|смс|one[ -]?time|verification|confirmation|одноразов\w{0,4}|підтвердження|подтверждения"
    r"|jednorazow\w{0,4}|weryfikac\w{0,4}|potwierdzaj\w{0,4}|autoryzac\w{0,4})"
)
_CODE = r"\b(?:code|passcode|password|код(?:ом|у|а|и)?|парол[ьяюем]{0,3}|kod(?:em|u)?|hasł\w{0,2}|пін|pin)"
_MINE = r"\b(?:my|мой|мій|mój|moj)\s(?:code|код|kod)"
_BEFORE = (
    (rf"(?i)(?:{_PIN}){_JOINT}$", range(4, 7)),
    (rf"(?i)(?:{_CHECK}){_JOINT}$", range(3, 5)),
    (rf"(?i){_CODE}{_JOINT}{_ONCE}{_JOINT}$", range(4, 9)),
    (rf"(?i){_MINE}{_JOINT}$", range(4, 9)),
    (rf"(?i){_ONCE}{_JOINT}{_CODE}{_JOINT}$", range(4, 9)),
)
_KIND = (
    r"(?:verification|verify|security|confirmation|auth(?:entication|orization)?|access|log-?in|sign-?in|activation)"
)
_NAMES = r"(?:(?!order|product|promo|postal|error|discount|status|exit)[\w.&'’-]{1,20}\s){0,4}?"
_TOLD_AS_CODE = (
    rf"(?i)\b(?:your\s{_NAMES}|{_KIND}\s?)(?:code|otp)(?:\s(?:for\s\S{{1,20}}\s)?is|\s(?:you\s)?requested\b[\w\s]{{0,30}}\sis)?"
    r"[\s:：(\"'#-]{1,4}$|(?:验证码|認証コード|確認コード|인증번호)\s?(?:は|为|是)?[\s:：]{0,3}$"
)
"""What stands before a code in the messages that bring one."""
_CALLED_CODE = rf"(?i)[)\"'”]?\s(?:is|as)\s(?:your\s|the\s)?{_NAMES}(?:{_KIND}\s)?(?:code|otp|password\b.{{0,20}}for)"
_GOOGLE = r"\bG-(\d{6})\b"
_CODE_BEFORE = rf"(?i){_CODE}{_JOINT}$"
_ONCE_AFTER = rf"(?i){_JOINT}(?:{_CODE}{_JOINT})?{_ONCE}"
_LOOK_BEFORE, _LOOK_AFTER = 60, 40


_NEAR = (
    "pin", "cv", "otp", "2fa", "code", "kod", "pass", "has", "blik", "sms", "пін", "пин", "код", "парол", "смс", "цвв",
    "свв", "验证码", "コード", "인증번호",
)  # fmt: skip
"""One of these stands near every code, in small letters: most numbers are done with at once."""


def find_codes(text: str) -> list[Hit]:
    """Finds PINs, check values and one-time codes."""
    found = [
        Hit(HitKind.CODE, match.start(), match.end(), mask(match[0]))
        for match in re.finditer(_NUMBER, text)
        if _is_code(text, match.start(), match.end())
    ]
    return found + [Hit(HitKind.CODE, *match.span(), mask("")) for match in re.finditer(_GOOGLE, text)]


def _is_code(text: str, start: int, end: int) -> bool:
    near = text[max(0, start - _LOOK_BEFORE) : end + _LOOK_AFTER].lower()
    if not any(word in near for word in _NEAR):
        return False
    before = text[max(0, start - _LOOK_BEFORE) : start]
    for pattern, lengths in _BEFORE:
        if end - start in lengths and re.search(pattern, before):
            return True
    if end - start < 4:
        return False
    if re.search(_TOLD_AS_CODE, before) or re.match(_CALLED_CODE, text[end : end + _LOOK_AFTER]):
        return True
    after = re.match(_ONCE_AFTER, text[end : end + _LOOK_AFTER])
    return after is not None and (re.search(_CODE_BEFORE, before) is not None or _has_code(after[0]))


def _has_code(after: str) -> bool:
    return re.search(_CODE, after, re.IGNORECASE) is not None


_DOCUMENTS: tuple[tuple[str, str], ...] = (
    (
        "passport|паспорт|паспорта|паспортом|паспорту|dow[oó]d\\w{0,4}|osobisty|osobistego|paszport\\w{0,3}",
        r"(?:[A-Za-zА-ЯІЇЄа-яіїє]{2,3}[ -]?\d{6}|\d{2} ?\d{2}(?: ?№ ?|,? ?номер ?| ?)\d{6}|\d{9})",
    ),
    ("pesel|pesel:", r"\d{11}"),
    ("рнокпп|іпн|ідентифікаційний код", r"\d{10}"),
    ("инн", r"\d{12}"),  # ten digits are a company's
    ("снилс", r"\d{3}-?\d{3}-?\d{3}[ -]?\d{2}"),
    ("ssn|social security number|social security", r"\d{3}-?\d{2}-?\d{4}"),
)
_GAP = r"(?:[\s:=№#\"'«»()—–-]|is|серия|серії|серія|серии|номер|number|no|nr|numer|мой|мій|i|і|и|serii|seria|\.){1,12}"


def find_documents(text: str) -> list[Hit]:
    """Finds numbers of passports, identity cards, and tax or social numbers."""
    folded = text.casefold()
    hits = []
    for words, shape in _DOCUMENTS:
        if any(word.split("\\")[0][:4] in folded for word in words.split("|")):
            for match in re.finditer(rf"(?i)\b(?:{words}){_GAP}({shape})(?![\w-])", text):
                hits.append(Hit(HitKind.DOCUMENT, match.start(1), match.end(1), mask(match[1], shown=2)))
    return hits


_KEY = later(
    r"(?:pass(?:word|wd|phrase|code)s?|(?<![^\W_])pass(?=[\"']?\s?[:=])|(?<![^\W_])pwd"
    r"|(?<![^\W_])ключ(?:\s\w{2,4})?\s(?:wi-?fi|вай-?фа\w{1,2})|(?<![^\W_])(?:wi-?fi|network)\skey|klucz\swi-?fi"
    r"|пассворд\w{0,2}|парол[ьяюіеи]\w{0,2}|has[łl](?:o|a|em))(?![^\W_]|_|-)",
    re.IGNORECASE,
)
_WITH_NAME = (
    r"(?i)\s{1,3}(?:от|від|к|до|для|на|у|в|for|to|of|at|on|do|od|dla)"
    r"\s{1,3}(?:[^\W\d][\w-]{0,19}\s{1,3}){0,2}?[\w-]{1,20}"
)
_JOINED = r"[-—–]|is|was|це|это|ото|такий же|такой же|такий самий|такий|такой|to|jest|був|был"
_GIVEN = rf"(?i)[\"'”»]?\s{{0,3}}(?:[:=]|(?<=\s)(?:{_JOINED})(?=\s))\s{{0,3}}"
_VALUE = (
    r"\"([^\"\n]{1,80})\"|'([^'\n]{1,80})'|«([^»\n]{1,80})»|„([^”\n]{1,80})”|“([^”\n]{1,80})”|([^\s\"'«»„“”]{1,128})"
)
_BARE = 6
"""The group of ``_VALUE`` that is a word without quotes."""
_BACKWARDS = (
    r"(?i)(?<!\S)(\S{6,40})\s(?:is|це|это|to|-|—|–)\s(?:my\s|the\s|мій\s|мой\s|moje\s)?(?:password|пароль|hasło)\b"
)
_DENIED = ("not ", "не ", "nie ", "does", "isn", "was ", "is ", "has ", "fail", "reject", "wrong", "never", "no longer")
_LINE = 120
_FOLDER = ("/", "~", "\\", ".")
"""How a folder begins: ``PWD=/srv`` is where a program runs."""
_EMPTY = frozenset(["none", "null", "true", "false", "nil", "undefined", "string", "yes", "no", "так", "да", "tak"])


def find_passwords(text: str) -> list[Hit]:
    """Finds passwords."""
    hits = []
    for key in _KEY.finditer(text):
        place = _after(text, key.start(), key.end())
        if place is not None and not (key[0].lower() == "pwd" and text.startswith(_FOLDER, place[0])):
            hits.append(_hit(text, *place))
    for match in re.finditer(_BACKWARDS, text):
        if _looks_secret(match[1], bar=1):
            hits.append(_hit(text, match.start(1), match.end(1)))
    return hits


def _hit(text: str, start: int, end: int) -> Hit:
    return Hit(HitKind.PASSWORD, start, end, mask(text[start:end]))


def _after(text: str, key_start: int, start: int) -> tuple[int, int] | None:
    """Where the value after a key word stands, or None when the word is only spoken of."""
    end = text.find("\n", start, start + _LINE)
    end = min(len(text), start + _LINE) if end < 0 else end
    flag = text[max(0, key_start - 2) : key_start] == "--"
    given = re.compile(_GIVEN).match(text, start, end)
    found = _value(text, given.end() if given else start, end, given[0] if given else "", flag=flag)
    if found is None:
        # "пароль от роутера: ...", "password to the router ..."
        named = re.compile(_WITH_NAME).match(text, start, end)
        if named is not None:
            given = re.compile(_GIVEN).match(text, named.end(), end)
            found = _value(text, given.end() if given else named.end(), end, given[0] if given else "", flag=False)
            if found and not given and text[found[1] : end].lstrip(" ,\"'").startswith(_DENIED):
                return None  # "password for root2024 not accepted": a name, not a value
    return found


def _value(text: str, start: int, end: int, given: str, *, flag: bool) -> tuple[int, int] | None:
    """The word at a place if, after what joins it to the key word (``:``, ``is`` or nothing), it is a password."""
    found = re.compile(r"\s{0,3}(?:" + _VALUE + ")").match(text, start, end)
    if found is None or (not given and not text[start : start + 1].isspace()):
        return None
    group = found.lastindex or 0
    value, place = found[group], found.start(group)
    quoted = group != _BARE
    if not quoted:
        value = value.rstrip(".,;:)]}") or value
    if _is_blank(value):
        return None
    rest = text[place + len(value) : end].strip(" \t.,;!)»”\"'}")
    explicit = given.strip(" \"'”»") in (":", "=")
    span = place, place + len(value)
    if _looks_secret(value, bar=0 if explicit or flag else 1 if given else 2):
        return span
    if explicit and len(value) >= 4 and (quoted or (not rest and not _speaks(value))):
        return span  # nothing follows on the line, so the word itself is meant: "пароль: солнышко"
    if value.isdigit() and 4 <= len(value) <= 40 and (given or (len(value) <= 12 and not rest[:1].isalpha())):
        return span
    return span if flag and len(value) >= 4 and not value.startswith("-") else None


def _looks_secret(value: str, *, bar: int) -> bool:
    """Letters and digits mixed as nobody writes words.

    Args:
        value: The word.
        bar: How sure it must look: 0 after ``password:``, 1 after ``password is``, 2 straight after ``password``, where
            an ordinary word may follow too (``password Windows10 asks for``).
    """
    digits = sum(c.isdigit() for c in value)
    letters = sum(c.isalpha() for c in value)
    signs = sum(c in "!@#$%^&*_+=?~" for c in value.rstrip("!?"))
    if re.fullmatch(r"v?\d+(?:[.:/-]\d+)+\w{0,4}", value) or value.startswith(("http://", "https://")):
        return False
    if bar == 0:
        return len(value) >= 4 and (bool(digits and letters) or bool(signs and letters) or digits >= 4)
    if len(value) < 6 or not letters:
        return False
    if bar == 1:
        return bool(digits)
    if re.fullmatch(r"[^\W\d]+-?\d{1,2}", value):
        return False
    return digits >= 3 or bool(digits and signs) or bool(digits and _switches(value) >= 2)


def _switches(value: str) -> int:
    return sum(a.isdigit() != b.isdigit() for a, b in pairwise(value))


def _speaks(value: str) -> bool:
    """A word that tells about a password instead of being one, in any of the languages."""
    word = value.casefold()
    return word.startswith(_TELLING) or not any(c.isalnum() for c in word)


_TELLING = (
    "not", "wrong", "incorrect", "invalid", "reject", "accept", "expire", "requir", "forg", "reset", "change",
    "hidden", "remov", "redact", "mask", "secret", "correct", "unknown", "empty", "blank", "lost", "same", "fail",
    "error", "field", "works", "missing", "protected", "denied", "locked", "blocked", "enabled", "disabled", "sent",
    "set", "default", "невер", "невір", "неправ", "прав", "верн", "вірн", "забы", "забу", "скры", "прихов", "устар",
    "застар", "заблок", "измен", "змін", "сброс", "скин", "восст", "віднов", "прише", "прийш", "прихо", "приня",
    "прийн", "введ", "ввод", "ошиб", "помил", "неизв", "невід", "отсут", "відсут", "просит", "просить", "требу",
    "вимаг", "работа", "працю", "действ", "дійс", "старый", "старий", "новый", "новий", "секрет", "нужен", "потріб",
    "подход", "підход", "удал", "видал", "знаю", "помню", "памят", "пам'ят", "есть", "прошу", "niepr", "niepo",
    "popraw", "prawid", "błęd", "bled", "zapom", "ukry", "zmien", "wygas", "zablok", "odrzuc", "wpis", "przysz",
    "wymag", "działa", "dziala", "nieznan", "brak", "puste", "stare", "nowe", "tajne", "usun", "podane",
)  # fmt: skip


def _is_blank(value: str) -> bool:
    """A mask, a placeholder, a variable or a call: nothing that opens a door."""
    inner = value.strip("*•xX.…#_-?<>[](){}$% \t")
    if len(inner) < 2 or value[0] in "<[{($%&" or "(" in value or value.casefold() in _EMPTY:
        return True
    return "***" in value or "•••" in value or "{{" in value


# 13 to 19 digits, in groups parted by one blank or hyphen; a longer row of digits is an account number (Polish and
# Ukrainian ones are written in groups of four too), and one after "+" a telephone.
_RUN = later(r"(?<![\w.,:/+#№-])(?<!\d[ \u00a0])\d(?:[ \u00a0-]?\d){12,18}(?![ \u00a0-]?\d)(?![^\W\d]|[./:,]\d)")
_SHAPE = bytes.maketrans(
    bytes(range(256)),
    bytes(49 if 48 <= code <= 57 else 45 if code in b" -\xa0" else 10 if code == 10 else 46 for code in range(256)),
)
"""Digits as ``1``, what may stand between groups as ``-``, ends of lines as they are: to pass over what is no card."""
_SHAPES = (b"1" * 13, b"1111-1111-111", b"1111-111111-111", b"111-111-111-111", b"11111-11111-111")
_NOT_A_CARD = later(
    r"imei|iccid|imsi|\bsim\b|serial|s/n|barcode|\bean\b|order|tracking|invoice|ticket"
    r"|серій|серий|штрих|замовл|заказ|накладн|ттн|трек|рахунок|счет|квитан"
    r"|seryjn|kreskow|zamówien|zamowien|przesył|paczk|faktur|rachun",
    re.IGNORECASE,
)
_SAYS_CARD = later(r"card|visa|master|карт|мастер|віза|виза|kart", re.IGNORECASE)
_LOOK_BACK = 40


def find_cards(text: str) -> list[Hit]:
    """Finds card numbers."""
    hits = []
    for match in _candidates(text):
        number = "".join(c for c in match[0] if c.isdigit())
        grouped = len(number) != len(match[0])
        if not number.isascii() or not is_card(number) or (grouped and not _card_groups(match[0])):
            continue
        before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
        says_card = bool(_SAYS_CARD.search(before))
        if not says_card and ((not grouped and _NOT_A_CARD.search(before)) or len(number) < 15):
            continue
        hits.append(Hit(HitKind.CARD, match.start(), match.end(), mask(number, shown=4)))
    return hits


def _candidates(text: str) -> Iterator[re.Match[str]]:
    shape = text.encode("latin-1", "replace").translate(_SHAPE)
    starts: dict[int, int] = {}
    for literal in _SHAPES:
        at = shape.find(literal)
        while at >= 0:
            start, end = shape.rfind(b"\n", 0, at) + 1, shape.find(b"\n", at)
            starts[start] = end = len(text) if end < 0 else end
            at = shape.find(literal, end)
    for start, end in starts.items():
        yield from _RUN.finditer(text, start, end)


def _card_groups(written: str) -> bool:
    groups = re.split(r"[ \u00a0-]", written)
    return len(groups) <= 6 and all(len(group) >= 3 for group in groups[:-1])


def is_card(number: str) -> bool:
    """Whether digits are a number that a brand issues: prefix, length and check digit fit."""
    return _brand(number) and luhn(number) and len(set(number)) > 1


def _brand(number: str) -> bool:
    length = len(number)
    two, four = int(number[:2]), int(number[:4])
    if number[0] == "4":  # Visa
        return length in (13, 16, 19)
    if 51 <= two <= 55 or 2221 <= four <= 2720:  # Mastercard
        return length == 16
    if 2200 <= four <= 2204:  # Mir
        return 16 <= length <= 19
    if two in (34, 37):  # American Express
        return length == 15
    if two in (36, 38) or 300 <= int(number[:3]) <= 305:  # Diners Club
        return length == 14
    if 3528 <= four <= 3589 or four == 6011 or two in (62, 65, 81) or four == 9860:  # JCB, Discover, UnionPay, Humo
        return 16 <= length <= 19
    return two in (50, 56, 57, 58, 63, 67, 68, 69) and length in (16, 18, 19)  # Maestro, Prostir


def luhn(number: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit)
        if place % 2:
            value = value * 2 - 9 * (value > 4)
        total += value
    return total % 10 == 0
