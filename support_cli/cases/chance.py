"""Chance from the system, without ``secrets`` and ``random``, whose imports cost more than a start may."""

import os


def token(size: int) -> str:
    """Hexadecimal digits for ``size`` bytes that nobody can guess."""
    return os.urandom(size).hex()


def letter(alphabet: str) -> str:
    """One letter, each as likely as the others."""
    fair = 256 - 256 % len(alphabet)
    while True:
        number = os.urandom(1)[0]
        if number < fair:
            return alphabet[number % len(alphabet)]


def fraction() -> float:
    """A number from 0 up to 1."""
    return int.from_bytes(os.urandom(6)) / 2**48
