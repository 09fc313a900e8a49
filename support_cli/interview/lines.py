"""Lines that a person types, told from what they paste.

At a terminal the line is edited here and not by the terminal's driver: the driver throws away what a line has above
4,095 octets (1,024 on a Mac), and hands over a pasted text line by line as if each had been typed. A terminal that
can marks a paste (``CSI 200 ~`` … ``CSI 201 ~``, xterm's bracketed paste). Until one was seen to do so, a line end
with more text right behind it is part of a paste: nobody types that fast.
"""

import codecs
import contextlib
import os
import re
import sys
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple, TextIO

from support_cli.base.cells import cells
from support_cli.base.text import clean_text

if sys.platform == "win32":
    import msvcrt
    import time
else:
    import select
    import signal
    import termios

PAUSE = 0.05
"""Seconds without further text that a typed line end is followed by at least."""

_PASTE, _PASTED = "\x1b[200~", "\x1b[201~"
# A control sequence or a function key (ECMA-48) is one key; an escape that begins neither stands alone.
_KEY = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1bO[ -~]|\x1b(?=[^\[O]|O[^ -~]|\[[0-?]*[ -/]*[^ -~]|\[.{30})|[^\x1b]", re.DOTALL
)
_BACKSPACE, _INTERRUPT, _END, _ERASE_LINE, _ERASE_WORD = ("\x7f", "\b"), "\x03", "\x04", "\x15", "\x17"


class Typed(NamedTuple):
    """What came up to the Enter that ended it; a paste may have brought several lines of it."""

    text: str
    pasted: bool = False


class LineReader:
    """Reads what a person types, a line at a time.

    Attributes:
        unfinished: The line that the person was typing when the reading was interrupted.
    """

    def __init__(self, reader: TextIO, write: Callable[[str], None]) -> None:
        """Nothing is read yet.

        Args:
            reader: Where lines come from, a terminal or not.
            write: Shows text on the terminal at once.
        """
        self._reader = reader
        self._write = write
        decoder = codecs.getincrementaldecoder(getattr(reader, "encoding", None) or "utf-8")
        self._decoder = decoder("surrogateescape")
        self._rest = ""
        self._keys: deque[str] = deque()
        self._marks = False
        self.unfinished = ""

    def read(self, prompt: str, *, secret: bool = False, fresh: bool = False) -> Typed:
        """Shows a prompt and reads up to Enter.

        Args:
            prompt: What stands before the line.
            secret: What is typed is not shown.
            fresh: An Enter that was pressed before this was called is dropped.

        Raises:
            EOFError: If there is nothing more to read.
            KeyboardInterrupt: If the person interrupts.
            UnicodeError: If it is not text in the terminal's encoding.
        """
        self.unfinished = ""
        if sys.platform != "win32" and self._reader.isatty():
            return self._edited(prompt, secret, fresh)
        self._write(prompt)
        if sys.platform == "win32" and self._reader.isatty():
            return self._console(secret)
        return Typed(self._line())

    def _line(self) -> str:
        line = self._reader.readline()
        if not line:
            raise EOFError
        return line.rstrip("\r\n")

    if sys.platform == "win32":

        def _console(self, secret: bool) -> Typed:
            """Windows edits the line, of any length; a paste is told by what waits behind its line ends."""
            if secret and self._reader is sys.stdin:
                from getpass import getpass

                return Typed(getpass(""))
            lines = [self._line()]
            while msvcrt.kbhit() or _arrives_soon():
                lines.append(self._line())
            return _typed("\n".join(lines), len(lines) > 1)

    else:

        def _edited(self, prompt: str, secret: bool, fresh: bool) -> Typed:
            descriptor = self._reader.fileno()
            with _key_by_key(descriptor) as echoes:
                marks = os.environ.get("TERM", "dumb") != "dumb"
                text: list[str] = []
                try:
                    if fresh and self._follows(descriptor, 0):
                        self._fill(descriptor)
                        self._keys = deque() if set(self._keys) <= {"\n"} else self._keys
                    self._write("\x1b[?2004h" + prompt if marks else prompt)
                    return self._collected(descriptor, text, self._write if echoes and not secret else _show_nothing)
                except (EOFError, KeyboardInterrupt):
                    self.unfinished = "" if secret else "".join(text)
                    raise
                finally:
                    self._write("\x1b[?2004l" if marks else "")

        def _collected(self, descriptor: int, text: list[str], echo: Callable[[str], None]) -> Typed:
            """Edits one line, a key at a time."""
            shown: list[str] = []
            pasted = inside = False
            while True:
                if not self._keys:
                    echo("".join(shown))
                    shown.clear()
                    self._fill(descriptor)
                    continue
                key = self._keys.popleft()
                if key in (_PASTE, _PASTED):
                    inside = key == _PASTE
                    self._marks = pasted = True
                elif key in "\r\n":
                    if not inside and (self._marks or not (self._keys or self._follows(descriptor, PAUSE))):
                        echo("".join(shown))
                        self._write("\n")
                        return _typed("".join(text), pasted)
                    pasted = True
                    text.append("\n")
                    shown.append("\n")
                elif inside or not _is_control(key):
                    text.append(key)
                    shown.append(clean_text(key))
                elif key == _INTERRUPT:
                    raise KeyboardInterrupt
                elif key == _END and not text:
                    raise EOFError
                else:
                    shown.append("\b \b" * _erase(text, key))

        def _fill(self, descriptor: int) -> None:
            """Waits for keys, and takes all that are there; a sequence that has not arrived whole waits for its end."""
            try:
                data = os.read(descriptor, 1 << 16)
            except OSError:  # the terminal went away
                data = b""
            if not data:
                raise EOFError
            self._rest += self._decoder.decode(data)
            end = 0
            while match := _KEY.match(self._rest, end):
                self._keys.append(match[0])
                end = match.end()
            self._rest = self._rest[end:]

        def _follows(self, descriptor: int, seconds: float) -> bool:
            return bool(select.select([descriptor], [], [], seconds)[0])


if sys.platform == "win32":

    def _arrives_soon() -> bool:
        time.sleep(PAUSE)
        return msvcrt.kbhit()


def _typed(text: str, pasted: bool) -> Typed:
    """What was read; line ends alone are an Enter that was held down.

    Raises:
        UnicodeError: If there are octets in it that are no text.
    """
    text.encode("utf-8")
    return Typed(text, pasted) if text.strip("\n") else Typed("")


def _show_nothing(_text: str) -> None:
    pass


def _is_control(key: str) -> bool:
    return key != "\t" and (key[0] < " " or key == "\x7f")


def _erase(text: list[str], key: str) -> int:
    """Takes away what a key erases, within the last line: the cells that have to be wiped out."""
    wiped = 0
    if key in _BACKSPACE:
        while text and text[-1] != "\n" and not wiped:
            wiped = cells(text.pop())
    elif key in (_ERASE_LINE, _ERASE_WORD):
        word = False
        while text and text[-1] != "\n" and not (key == _ERASE_WORD and word and text[-1].isspace()):
            word = word or not text[-1].isspace()
            wiped += cells(text.pop())
    return wiped


if sys.platform != "win32":

    @contextlib.contextmanager
    def _key_by_key(descriptor: int) -> Iterator[bool]:
        """Lets a terminal hand over keys as they are pressed and show none; gives whether it showed them before."""
        before = termios.tcgetattr(descriptor)
        mode = termios.tcgetattr(descriptor)
        mode[3] &= ~(termios.ICANON | termios.ECHO)
        mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0

        def switch(*_signal: object) -> None:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, mode)

        with contextlib.ExitStack() as undo:
            with contextlib.suppress(ValueError):  # not in the main thread, which alone may look at signals
                undo.callback(signal.signal, signal.SIGCONT, signal.signal(signal.SIGCONT, switch))
            undo.callback(termios.tcsetattr, descriptor, termios.TCSADRAIN, before)
            switch()
            yield bool(before[3] & termios.ECHO)
