"""Addresses that open on this computer: a page in the browser, a message in the mail program.

The customer presses the last button there themselves, so nothing counts as sent.
"""

import os
import shutil
import subprocess
import sys
import webbrowser
from collections.abc import Mapping

SECONDS = 5.0
"""A program that still runs after this long has come up."""


def open_page(url: str) -> bool:
    """Opens an address in the browser that the system names (``webbrowser`` honours BROWSER); False where none is."""
    try:
        return webbrowser.open(url)
    except (webbrowser.Error, OSError):
        return False


def open_mail(url: str, environ: Mapping[str, str]) -> bool:
    """Opens a ``mailto:`` address in the mail program of the desktop; False where there is none.

    Not by ``webbrowser``: where there is no desktop it would take a browser in the terminal, which cannot write mail.

    Args:
        url: A ``mailto:`` address, ASCII.
        environ: The environment.
    """
    if sys.platform == "win32":
        try:
            os.startfile(url)  # noqa: S606 - a mailto: address of ours
        except OSError:
            return False
        return True
    if sys.platform != "darwin" and not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return False
    opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open", path=environ.get("PATH"))
    if opener is None:
        return False
    quiet = subprocess.DEVNULL
    try:
        process = subprocess.Popen([opener, url], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    except OSError:
        return False
    try:
        return process.wait(SECONDS) == 0
    except subprocess.TimeoutExpired:
        return True
