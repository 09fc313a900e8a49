"""Which lines of a text are worth a close look: those that hold one of a few words."""


def lower(text: str) -> str:
    """The text in small letters and as long as before: the few letters whose small form is longer stay."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def lines_with(lowered: str, words: tuple[str, ...], *, beside: bool = False) -> list[tuple[int, int]]:
    """Where the lines stand that hold one of some words, each once, in the order of the text.

    Args:
        lowered: A text in small letters.
        words: What is looked for, in small letters.
        beside: The line before and the line after belong to each; stretches that meet are one.
    """
    found: dict[int, int] = {}
    ascii_only = lowered.isascii()
    for word in words:
        if ascii_only and not word.isascii():
            continue
        at = lowered.find(word)
        while at >= 0:
            start = lowered.rfind("\n", 0, at) + 1
            end = lowered.find("\n", at)
            end = len(lowered) if end < 0 else end
            found[start] = end
            at = lowered.find(word, end)
    if not beside:
        return sorted(found.items())
    wide: list[tuple[int, int]] = []
    for start, end in sorted(found.items()):
        before = lowered.rfind("\n", 0, max(0, start - 1)) + 1
        after = lowered.find("\n", end + 1)
        after = len(lowered) if after < 0 else after
        if wide and before <= wide[-1][1]:
            wide[-1] = wide[-1][0], max(after, wide[-1][1])
        else:
            wide.append((before, after))
    return wide
