"""How this program is called: every command that people are told is made here, so that it can be run as it is."""

import os
import re

PLAIN = re.compile(r"[\w./:@=,+%-]+", re.ASCII)
"""Words that no shell changes."""


class _State:
    name = "support"
    start = ""


def call_program(name: str, start: str = "") -> None:
    """Sets what this program is called.

    Args:
        name: Name of the console script, a vendor's own.
        start: What commands begin with if that is not the name: ``python3 dev.py support`` in a clone.
    """
    _State.name, _State.start = name, start


def program() -> str:
    """The program's name, as complaints begin with it."""
    return _State.name


def started() -> str:
    """What commands begin with."""
    return _State.start or _State.name


def command_line(*words: str) -> str:
    """A command of this program, quoted for the shell of this system.

    Args:
        words: What follows the program's name; empty ones are left out. Names in capitals (``FILE``) are placeholders.
    """
    return " ".join([started(), *(_quoted(word) for word in words if word)])


def _quoted(word: str) -> str:
    if PLAIN.fullmatch(word):
        return word
    if os.name == "nt":
        from subprocess import list2cmdline

        return list2cmdline([word])
    from shlex import quote

    return quote(word)
