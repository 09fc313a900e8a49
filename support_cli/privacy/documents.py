"""Numbers of personal documents, named as such."""

import re

from support_cli.privacy.hits import Hit, HitKind, mask

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


def find(text: str) -> list[Hit]:
    """Finds numbers of passports, identity cards, and tax or social numbers."""
    folded = text.casefold()
    hits = []
    for words, shape in _DOCUMENTS:
        if any(word.split("\\")[0][:4] in folded for word in words.split("|")):
            for match in re.finditer(rf"(?i)\b(?:{words}){_GAP}({shape})(?![\w-])", text):
                hits.append(Hit(HitKind.DOCUMENT, match.start(1), match.end(1), mask(match[1], shown=2)))
    return hits
