"""Labelled answers in four languages, one text file a language."""

from pathlib import Path


def read(language: str) -> dict[str, list[str]]:
    """Reads one language's answers: section to answers."""
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in (Path(__file__).parent / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            lines = sections.setdefault(line[1:-1], [])
        elif line.strip() and not line.startswith("#"):
            lines.append(line)
    return sections


def read_stories() -> list[tuple[str, set[str], str]]:
    """Reads the whole stories: language, codes that an operator would miss, text."""
    text = (Path(__file__).parent / "stories.txt").read_text(encoding="utf-8")
    stories = []
    for part in text.split("\n== ")[1:]:
        head, _end, story = part.partition("\n")
        language, _bar, codes = head.partition("|")
        stories.append((language.strip(), set(codes.split()), story.strip()))
    return stories
