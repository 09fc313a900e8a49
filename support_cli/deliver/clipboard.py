"""Text into the clipboard, by the program that this system has for it, or by the terminal itself.

Over ssh the clipboard is at the other end of the line, where only the terminal can reach it: OSC 52 of xterm
(https://invisible-island.net/xterm/ctlseqs/ctlseqs.html, "Manipulate Selection Data"). A terminal does not say whether
it took the text.
"""

import os
import shutil
import subprocess
import sys
from binascii import b2a_base64
from collections.abc import Iterator, Mapping
from enum import Enum

SECONDS = 5.0
_MOST_OSC = 74_994
"""Octets that fit where a terminal keeps 100,000 of base64, as many do."""


class Copied(Enum):
    """What became of a text."""

    YES = "yes"
    PERHAPS = "perhaps"
    """The terminal was asked to take it."""
    NO = "no"


def copy(text: str, environ: Mapping[str, str]) -> Copied:
    """Puts text into the clipboard.

    Args:
        text: Anything.
        environ: The environment: which desktop, and whether somebody is logged in from elsewhere.
    """
    away = bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))
    for command, encoding in () if away else _programs(environ):
        if _fed(command, text.encode(encoding, "replace"), environ):
            return Copied.YES
    return Copied.PERHAPS if _asked_of_terminal(text.encode("utf-8", "replace"), environ) else Copied.NO


def _programs(environ: Mapping[str, str]) -> Iterator[tuple[list[str], str]]:
    if os.name == "nt" or environ.get("WSL_DISTRO_NAME"):
        yield ["clip.exe"], "utf-16"  # with a mark, or it takes the code page of the console
    if sys.platform == "darwin":
        yield ["env", "LC_CTYPE=UTF-8", "pbcopy"], "utf-8"  # it takes its input for what the locale says
    if environ.get("TERMUX_VERSION"):
        yield ["termux-clipboard-set"], "utf-8"
    if environ.get("WAYLAND_DISPLAY"):
        yield ["wl-copy"], "utf-8"
    if environ.get("DISPLAY"):
        yield ["xclip", "-selection", "clipboard"], "utf-8"
        yield ["xsel", "--clipboard", "--input"], "utf-8"


def _fed(command: list[str], octets: bytes, environ: Mapping[str, str]) -> bool:
    program = shutil.which(command[0], path=environ.get("PATH"))
    if program is None:
        return False
    # What stays behind to serve the clipboard must hold no pipe.
    quiet = subprocess.DEVNULL
    try:
        done = subprocess.run(
            [program, *command[1:]],
            input=octets,
            stdout=quiet,
            stderr=quiet,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _asked_of_terminal(octets: bytes, environ: Mapping[str, str]) -> bool:
    if os.name == "nt" or environ.get("TERM", "dumb") in ("dumb", "linux") or len(octets) > _MOST_OSC:
        return False
    try:
        with open("/dev/tty", "wb") as terminal:  # noqa: PTH123 - a device, no path of anybody's
            terminal.write(b"\x1b]52;c;" + b2a_base64(octets, newline=False) + b"\x07")
    except OSError:
        return False
    return True
