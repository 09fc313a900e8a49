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
