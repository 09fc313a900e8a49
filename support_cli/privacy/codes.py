"""PINs, card check values and one-time codes."""

import re

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
_LOOK_BACK, _LOOK_ON = 60, 40


_NEAR = (
    "pin", "cv", "otp", "2fa", "code", "kod", "pass", "has", "blik", "sms", "пін", "пин", "код", "парол", "смс", "цвв",
    "свв", "验证码", "コード", "인증번호",
)  # fmt: skip
"""One of these stands near every code, in small letters: most numbers are done with at once."""


def find(text: str) -> list[Hit]:
    """Finds PINs, check values and one-time codes."""
    found = [
        Hit(HitKind.CODE, match.start(), match.end(), mask(match[0]))
        for match in re.finditer(_NUMBER, text)
        if _is_code(text, match.start(), match.end())
    ]
    return found + [Hit(HitKind.CODE, *match.span(), mask("")) for match in re.finditer(_GOOGLE, text)]


def _is_code(text: str, start: int, end: int) -> bool:
    near = text[max(0, start - _LOOK_BACK) : end + _LOOK_ON].lower()
    if not any(word in near for word in _NEAR):
        return False
    before = text[max(0, start - _LOOK_BACK) : start]
    for pattern, lengths in _BEFORE:
        if end - start in lengths and re.search(pattern, before):
            return True
    if end - start < 4:
        return False
    if re.search(_TOLD_AS_CODE, before) or re.match(_CALLED_CODE, text[end : end + _LOOK_ON]):
        return True
    after = re.match(_ONCE_AFTER, text[end : end + _LOOK_ON])
    return after is not None and (re.search(_CODE_BEFORE, before) is not None or _has_code(after[0]))


def _has_code(after: str) -> bool:
    return re.search(_CODE, after, re.IGNORECASE) is not None
