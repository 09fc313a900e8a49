"""Answers to frequent questions, from the pack, without a network."""

import msgspec

from support_cli.environment import Bench
from support_cli.packs import knowledge
from support_cli.packs.pack import Pack


class FaqAnswer(msgspec.Struct, frozen=True):
    """One answer that fits.

    Attributes:
        name: Name of the entry in the pack.
        title: Its title.
        text: The answer, readable in a terminal.
        score: How well it fits; the best first.
    """

    name: str
    title: str
    text: str
    score: float


def search_pack(bench: Bench, pack: Pack, words: str) -> list[FaqAnswer]:
    """Searches a pack's answers; without words, all of them in order."""
    entries = knowledge.load_faq(pack.faq())
    if not words.strip():
        return [FaqAnswer(one.name, one.title, one.text, 0.0) for one in entries]
    hits = knowledge.search(entries, words, bench.language)
    return [FaqAnswer(hit.entry.name, hit.entry.title, hit.entry.text, hit.score) for hit in hits]
