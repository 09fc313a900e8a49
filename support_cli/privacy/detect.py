"""What a customer should not send: card numbers, passwords, keys, one-time codes, numbers of documents.

Written for what people type, in English, Ukrainian, Russian and Polish. Precision comes first: a number is a card
only with a brand's prefix and length and a right check digit, a word is a password only where it is given as one.
Every search is linear in the text.
"""

from support_cli.privacy import cards, codes, passwords, tokens
from support_cli.privacy.hits import Hit


def find(text: str) -> list[Hit]:
    """Finds what should not be sent.

    Args:
        text: Anything; case, scripts and separators as people mix them.

    Returns:
        Hits in the order of the text, none overlapping; where two kinds claim a place, the longer one has it.
    """
    found = [*tokens.find(text), *cards.find(text), *passwords.find(text), *codes.find(text)]
    found.sort(key=lambda hit: (hit.start, -hit.end))
    kept: list[Hit] = []
    for hit in found:
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
        elif hit.end - hit.start > kept[-1].end - kept[-1].start:
            kept[-1] = hit
    return kept
