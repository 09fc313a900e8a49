"""What a customer should not send: card numbers, passwords, keys, one-time codes, numbers of documents.

Written for what people type, in English, Ukrainian, Russian and Polish. Precision comes first: a number is a card
only with a brand's prefix and length and a right check digit, a word is a password only where it is given as one.
Every search is linear in the text.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support_cli.privacy.hits import Hit

_PASSWORD_WORDS = (
    "passw",
    "passp",
    "passc",
    "pass:",
    "pass=",
    "pwd",
    "парол",
    "пассворд",
    "hasł",
    "hasl",
    "://",
    "ключ",
    "key",
    "klucz",
)
_CODE_WORDS = (
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
    "blik",
    "смс",
    "sms",
    "цвв",
    "свв",
)
_DOCUMENT_WORDS = (
    "passp",
    "pasz",
    "пасп",
    "dow",
    "osobist",
    "pesel",
    "рноко",
    "рнокп",
    "іпн",
    "інн",
    "ідент",
    "снилс",
    "инн",
    "ssn",
    "social",
)
_LEAST_TOKEN = 16


def find(text: str) -> "list[Hit]":
    """Finds what should not be sent.

    Args:
        text: Anything; case, scripts and separators as people mix them.

    Returns:
        Hits in the order of the text, none overlapping; where two kinds claim a place, the longer one has it.
    """
    found: list[Hit] = []
    folded = text.casefold()
    digits = sum(map(str.isdigit, text))
    # Most answers hold nothing of the kind: what cannot be there is not even compiled.
    if digits >= 13:
        from support_cli.privacy import cards

        found += cards.find(text)
    if any(word in folded for word in _PASSWORD_WORDS):
        from support_cli.privacy import passwords

        found += passwords.find(text)
    if digits >= 3 and any(word in folded for word in _CODE_WORDS):
        from support_cli.privacy import codes

        found += codes.find(text)
    if digits >= 6 and any(word in folded for word in _DOCUMENT_WORDS):
        from support_cli.privacy import documents

        found += documents.find(text)
    if "private key" in folded or "basic" in folded or _has_long_word(text):
        from support_cli.privacy import tokens

        found += tokens.find(text)
    found.sort(key=lambda hit: (hit.start, -hit.end))
    kept: list[Hit] = []
    for hit in found:
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
        elif hit.end - hit.start > kept[-1].end - kept[-1].start:
            kept[-1] = hit
    return kept


def _has_long_word(text: str) -> bool:
    return any(len(word) >= _LEAST_TOKEN and not word.isalpha() for word in text.split())
