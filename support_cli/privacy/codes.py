"""PINs, card check values, one-time codes, and numbers of personal documents."""

import re

from support_cli.privacy.hits import Hit, HitKind, mask

# A number that stands alone: no part of a date, a sum, a version or a telephone.
_NUMBER = r"(?<![\w.,:/+#№-])\d{3,8}(?![\w-]|[.,:/]\d|[ \u00a0]\d{3}\b)"
_SMALL = r"[\s:=№#\"'«»()—–-]"
_JOINT = rf"(?:{_SMALL}{{1,4}}|is|was|це|это|jest|to|був|был|з|із|из|от|від|z|ze|from|the|my|мой|мій){{0,5}}"
_PIN = r"\b(?:pin|пін|пин)(?:[ -]?(?:code|код\w{0,2}|kod\w{0,2}))?"
_CHECK = r"\b(?:cvv2?|cvc2?|cvn|цвв|свв)(?:[ -]?(?:code|код\w{0,2}|kod\w{0,2}))?(?:/(?:cvv2?|cvc2?))?"
_ONCE = (
    r"\b(?:otp|2fa|sms|смс|one[ -]?time|verification|confirmation|одноразов\w{0,4}|підтвердження|подтверждения"
    r"|jednorazow\w{0,4}|weryfikac\w{0,4}|potwierdzaj\w{0,4}|autoryzac\w{0,4})"
)
_CODE = r"\b(?:code|passcode|password|код(?:ом|у|а|и)?|парол[ьяюем]{0,3}|kod(?:em|u)?|hasł\w{0,2}|пін|pin)"
_BEFORE = (
    (re.compile(rf"(?:{_PIN}){_JOINT}$", re.IGNORECASE), range(4, 7)),
    (re.compile(rf"(?:{_CHECK}){_JOINT}$", re.IGNORECASE), range(3, 5)),
    (re.compile(rf"{_CODE}{_JOINT}{_ONCE}{_JOINT}$", re.IGNORECASE), range(4, 9)),
    (re.compile(rf"{_ONCE}{_JOINT}{_CODE}{_JOINT}$", re.IGNORECASE), range(4, 9)),
)
_CODE_BEFORE = re.compile(rf"{_CODE}{_JOINT}$", re.IGNORECASE)
_ONCE_AFTER = re.compile(rf"{_JOINT}(?:{_CODE}{_JOINT})?{_ONCE}", re.IGNORECASE)
_STEMS = (
    "pin",
    "пін",
    "пин",
    "cvv",
    "cvc",
    "cvn",
    "otp",
    "2fa",
    "код",
    "code",
    "kod",
    "смс",
    "sms",
    "цвв",
    "свв",
    "парол",
)
_LOOK_BACK, _LOOK_ON = 60, 40

_DOCUMENTS: tuple[tuple[str, str], ...] = (
    (
        "passport|паспорт|паспорта|паспортом|паспорту|dow[oó]d\\w{0,4}|osobisty|osobistego|paszport\\w{0,3}",
        r"(?:[A-Za-zА-ЯІЇЄа-яіїє]{2,3}[ -]?\d{6}|\d{2} ?\d{2}(?: ?№ ?|,? ?номер ?| ?)\d{6}|\d{9})",
    ),
    ("pesel|pesel:", r"\d{11}"),
    ("рнокпп|іпн|ідентифікаційний код|инн", r"(?:\d{12}|\d{10})"),
    ("снилс", r"\d{3}-?\d{3}-?\d{3}[ -]?\d{2}"),
    ("ssn|social security number|social security", r"\d{3}-?\d{2}-?\d{4}"),
)
_GAP = rf"(?:{_SMALL}|is|серия|серії|серія|серии|номер|number|no|nr|numer|мой|мій|i|і|и|serii|seria|\.){{1,12}}"


def find(text: str) -> list[Hit]:
    """Finds codes that open an account, and numbers of documents."""
    folded = text.casefold()
    hits = []
    if any(stem in folded for stem in _STEMS):
        for match in re.finditer(_NUMBER, text):
            if _is_code(text, match.start(), match.end()):
                hits.append(Hit(HitKind.CODE, match.start(), match.end(), mask(match[0])))
    for words, shape in _DOCUMENTS:
        if any(word.split("\\")[0][:4] in folded for word in words.split("|")):
            pattern = rf"(?i)\b(?:{words}){_GAP}({shape})(?![\w-])"
            for match in re.finditer(pattern, text):
                hits.append(Hit(HitKind.DOCUMENT, match.start(1), match.end(1), mask(match[1], shown=2)))
    return hits


def _is_code(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _LOOK_BACK) : start]
    for pattern, lengths in _BEFORE:
        if end - start in lengths and pattern.search(before):
            return True
    if end - start < 4:
        return False
    after = _ONCE_AFTER.match(text, end, min(len(text), end + _LOOK_ON))
    return after is not None and (_CODE_BEFORE.search(before) is not None or _has_code(after[0]))


def _has_code(after: str) -> bool:
    return re.search(_CODE, after, re.IGNORECASE) is not None
