"""Answers to frequent questions, from the pack, without a network."""

import msgspec

from support_cli import knowledge
from support_cli.workflow.bench import Bench
from support_cli.workflow.choose import find_pack


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


def search_pack(bench: Bench, named: str, words: str) -> list[FaqAnswer]:
    """Searches a pack's answers; without words, all of them in order."""
    pack, _form = find_pack(bench, named, "")
    entries = knowledge.load_faq(pack.faq())
    if not words.strip():
        return [FaqAnswer(one.name, one.title, one.text, 0.0) for one in entries]
    hits = knowledge.search(entries, words, bench.language)
    return [FaqAnswer(hit.entry.name, hit.entry.title, hit.entry.text, hit.score) for hit in hits]
