"""The name that GitHub itself gives to a field without an id: in prefilled addresses and in its check for clashes."""

import re
import unicodedata

# What normalisation does not take apart, as i18n for Ruby writes it (its default approximations end at U+017F).
_LETTERS = str.maketrans(
    {
        "Æ": "AE", "æ": "ae", "Ð": "D", "ð": "d", "×": "x", "Ø": "O", "ø": "o", "Þ": "Th", "þ": "th", "ß": "ss",
        "Đ": "D", "đ": "d", "Ħ": "H", "ħ": "h", "ı": "i", "Ĳ": "IJ", "ĳ": "ij", "ĸ": "k", "Ŀ": "L", "ŀ": "l",
        "Ł": "L", "ł": "l", "ŉ": "'n", "Ŋ": "NG", "ŋ": "ng", "Œ": "OE", "œ": "oe", "Ŧ": "T", "ŧ": "t", "ſ": "?",
    }
)  # fmt: skip
_LAST_KNOWN = "\u017f"


def prefill_name(label: str) -> str:
    """Makes the name that GitHub makes of a label: Rails' ``parameterize``.

    Source: "Labels are too similar" in GitHub's common validation errors, and ActiveSupport's inflector.

    Returns:
        Lower-case ASCII words joined by ``-``; empty for a label in another script.
    """
    text = unicodedata.normalize("NFC", label).translate(_LETTERS)
    plain = "".join(c if c.isascii() else _base(c) for c in text)
    return re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9_-]+", "-", plain.lower())).strip("-")


def _base(character: str) -> str:
    base = unicodedata.normalize("NFD", character)[0]
    return base if character <= _LAST_KNOWN and base.isascii() else "?"
