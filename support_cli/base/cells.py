"""How many columns of a terminal a text takes."""


def cells(text: str) -> int:
    """Counts columns: two for wide characters (UAX #11), none for accents that stand on another and for joiners.

    Args:
        text: One line without control characters.
    """
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    taken = 0
    for char in text:
        if char.isascii():
            taken += 1
        elif category(char) in ("Mn", "Me", "Cf") or "\u1160" <= char <= "\u11ff":  # Hangul that completes a syllable
            taken += char == "\xad"
        else:
            taken += 2 if east_asian_width(char) in "WF" else 1
    return taken
