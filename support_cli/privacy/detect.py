"""What should not be sent, in what people type and in what programs write; the one scanner of answers and files.

Precision comes first: a number is a card only with a brand's prefix and length and a right check digit, a word is a
password only where it is given as one. Every search is linear in the text, and what cannot be there is not even loaded.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from support_cli.base.text import Lines, lower_in_place
from support_cli.privacy import typed
from support_cli.privacy.secrets import find_secrets

if TYPE_CHECKING:
    from support_cli.privacy.hits import Hit

_PASSWORD_WORDS = (
    "pass", "pwd", "fi key", "network key", "fikey",
    "hasl", "klucz", "hasł", "парол", "пассворд", "ключ",
)  # fmt: skip
_CODE_WORDS = (
    "pin", "cvv", "cvc", "cvn", "otp", "2fa", "code", "kod", "blik", "sms", "one-time", "one time", " g-",
    "пін", "пин", "код", "смс", "цвв", "свв", "验证码", "認証", "確認コード", "인증번호",
)  # fmt: skip
_DOCUMENT_WORDS = (
    "passport", "paszp", "dowod", "osobist", "pesel", "ssn", "social sec", "dowód", "пасп", "рнокпп", "іпн", "ідент",
    "снилс", "инн",
)  # fmt: skip
_SETTING_WORDS = (
    "pass",
    "pwd",
    "secret",
    "token",
    "key",
    "cred",
    "auth",
    "salt",
    "cookie",
    "://",
    "basic ",
    "bearer ",
    "-u ",
)
_LEAST_TOKEN = 16
_LONG = 2_000
"""Characters from which on a text is taken for what a program wrote."""


def find(text: str, *, personal: bool = False) -> "list[Hit]":
    """Finds what should not be sent.

    Args:
        text: Anything; case, scripts and separators as people mix them. A file is given in stretches of whole lines.
        personal: Also look for personal data in what programs write: addresses, accounts, names of users and of hosts.

    Returns:
        Hits in the order of the text, none overlapping; where two claim a place, the longer one has it.
    """
    lowered = lower_in_place(text)
    lines = Lines(lowered)
    found: list[Hit] = []
    digits = sum(map(text.count, "0123456789")) if len(text) < _LONG else len(text)
    if digits >= 13:
        found += typed.find_cards(text)
    if at := lines.with_any(_PASSWORD_WORDS):
        found += _among(text, at, typed.find_passwords)
    if digits >= 3 and (at := lines.with_any(_CODE_WORDS, beside=True)):
        found += _among(text, at, typed.find_codes)
    if digits >= 6 and (at := lines.with_any(_DOCUMENT_WORDS, beside=True)):
        found += _among(text, at, typed.find_documents)
    if len(text) >= _LONG or any(word in lowered for word in _SETTING_WORDS) or _has_long_word(text):
        found += find_secrets(text, lowered, lines)
    if personal:
        from support_cli.privacy.personal import find_personal

        found += find_personal(text, lines)
    return _without_overlaps(found)


def _among(text: str, lines: list[tuple[int, int]], finder: "Callable[[str], list[Hit]]") -> "list[Hit]":
    return [
        msgspec.structs.replace(hit, start=start + hit.start, end=start + hit.end)
        for start, end in lines
        for hit in finder(text[start:end])
    ]


def _has_long_word(text: str) -> bool:
    return any(len(word) >= _LEAST_TOKEN and not word.isalpha() for word in text.split())


def _without_overlaps(found: "list[Hit]") -> "list[Hit]":
    found.sort(key=lambda hit: (hit.start, -hit.end))
    kept: list[Hit] = []
    for hit in found:
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
        elif hit.end - hit.start > kept[-1].end - kept[-1].start:
            kept[-1] = hit
    return kept
