"""Payment card numbers (ISO/IEC 7812: a brand's prefix and length, a Luhn check digit)."""

import re
from collections.abc import Iterator

from support_cli.privacy.hits import Hit, HitKind, mask

# 13 to 19 digits, in groups parted by one blank or hyphen; a longer row of digits is an account number (Polish and
# Ukrainian ones are written in groups of four too), and one after "+" a telephone.
_RUN = re.compile(r"(?<![\w.,:/+#№-])(?<!\d[ \u00a0])\d(?:[ \u00a0-]?\d){12,18}(?![ \u00a0-]?\d)(?![^\W\d]|[./:,]\d)")
_SHAPE = bytes.maketrans(
    bytes(range(256)),
    bytes(49 if 48 <= code <= 57 else 45 if code in b" -\xa0" else 10 if code == 10 else 46 for code in range(256)),
)
"""Digits as ``1``, what may stand between groups as ``-``, ends of lines as they are: to pass over what is no card."""
_SHAPES = (b"1" * 13, b"1111-1111-111", b"1111-111111-111", b"111-111-111-111", b"11111-11111-111")
_NOT_A_CARD = re.compile(
    r"imei|iccid|imsi|\bsim\b|serial|s/n|barcode|\bean\b|order|tracking|invoice|ticket"
    r"|серій|серий|штрих|замовл|заказ|накладн|ттн|трек|рахунок|счет|квитан"
    r"|seryjn|kreskow|zamówien|zamowien|przesył|paczk|faktur|rachun",
    re.IGNORECASE,
)
_SAYS_CARD = re.compile(r"card|visa|master|карт|мастер|віза|виза|kart", re.IGNORECASE)
_LOOK_BACK = 40


def find(text: str) -> list[Hit]:
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
