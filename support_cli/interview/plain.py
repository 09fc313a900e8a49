"""The screen in ordinary lines: for screen readers, dumb terminals, and whoever asks for it.

Nothing is redrawn, nothing is marked by place, colour or drawing; every command is a word that is said beforehand.
"""

import codecs
import contextlib
import os
import re
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TextIO

from support_cli.base.errors import SupportError
from support_cli.base.i18n import _
from support_cli.base.text import cells, clean_line, clean_text
from support_cli.forms.model import Kind, Value
from support_cli.forms.options import NO, YES
from support_cli.interview.commands import (
    Files,
    Stay,
    asks_finally,
    final_hint,
    not_done,
    pasted,
    read_files,
    read_final,
    read_review,
    read_story,
)
from support_cli.interview.plainpages import (
    NotListed,
    Visit,
    command,
    files_intro,
    files_lines,
    help_lines,
    lines_taken,
    literal,
    pick,
    pick_several,
    question_lines,
    review_lines,
    review_words_lines,
    shown,
    story_lines,
    story_words_lines,
)
from support_cli.interview.prompter import (
    Act,
    Back,
    Choice,
    Edit,
    FileRow,
    FilesScreen,
    Leave,
    Reply,
    ReviewPage,
    Screen,
    Skip,
    StoryPage,
    Take,
)
from support_cli.interview.wording import (
    BETWEEN,
    as_line,
    complaint,
    must_answer,
    numbered,
    takes_choice,
    takes_several,
    takes_steps,
)
from support_cli.interview.wrap import room, wrap

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


class PlainPrompter:
    """Asks line by line. Implements ``Prompter``."""

    def __init__(self, reader: TextIO, writer: TextIO) -> None:
        """Takes the two streams; nothing is written yet.

        Args:
            reader: Where answers come from.
            writer: Where questions go to.
        """
        self._lines = LineReader(reader, self._put)
        self._writer = writer
        self._title = ""
        self._noted = ""
        self._taken: list[str] = []

    def ask(self, screen: Screen) -> Reply:
        """Asks one question; see ``Prompter.ask``."""
        self._settle()
        self._note(screen.notes)
        self._head(screen.heading.title)
        visit = Visit(screen)
        self._write(*question_lines(visit))
        if screen.problem:
            self._write(complaint(screen.problem, screen.question))
        while True:
            try:
                reply = self._answer(visit)
            except Stay as reason:
                self._write(str(reason))
                continue
            except Leave:
                if self._lines.unfinished:
                    visit.keep(self._lines.unfinished)
                raise
            problem = screen.check(reply.raw) if isinstance(reply, Take) else None
            if problem:
                self._write(complaint(problem, screen.question))
                continue
            if isinstance(reply, Take) and visit.told:
                self._taken.append(_("Taken: {answer}").format(answer=as_line(screen.question, reply.raw)))
            return reply

    def _answer(self, visit: Visit) -> Reply:
        """Reads one answer, right or wrong."""
        question = visit.screen.question
        visit.told = False
        said = self._text(visit) if visit.many else self._line(visit)
        if not isinstance(said, str):
            return said
        visit.told |= not said.strip() and visit.start is not None
        if not said.strip():
            if visit.start is not None:
                return Take(visit.start)
            if visit.screen.decides and not must_answer(question):
                raise Stay(_("Please type a number, or {skip} to leave it empty.").format(skip=shown(["skip"])))
            return Take([] if visit.options else said) if must_answer(question) else Skip()
        if visit.many:
            return Take([line for line in said.split("\n") if line.strip()] if takes_steps(question) else said)
        if question.kind is Kind.CONFIRM or takes_choice(question):
            visit.told = True
            return Take(_chosen(visit, said))
        if visit.screen.adds and visit.start is not None:
            said = f"{visit.start}{BETWEEN}{said.strip()}"
        return Take(said if question.secret else said.strip())

    def _line(self, visit: Visit) -> str | Back | Skip:
        """Reads one line, obeying commands; of a paste every line belongs to the answer."""
        while True:
            line = self._read(_("Answer: "), secret=visit.screen.question.secret)
            if line.pasted:
                visit.told = "\n" in line.text
                return pasted(line.text)
            verb = command(line.text, visit.words)
            if not verb:
                return literal(line.text, visit.words)
            reply = self._obey(verb, visit)
            if reply:
                return reply

    def _text(self, visit: Visit) -> str | Back | Skip:
        """Reads lines up to an empty one or a dot that was typed, obeying commands; each line is kept as it comes."""
        steps = takes_steps(visit.screen.question)
        prompt = _("Answer: ")
        while True:
            line = self._read(_("Step {number}: ").format(number=len(visit.lines) + 1) if steps else prompt)
            verb = "" if line.pasted else command(line.text, visit.words)
            if verb:
                reply = self._obey(verb, visit)
                if reply:
                    return reply
                prompt = _("Answer: ")
            elif line.text.strip() in ("", "."):
                return "\n".join(visit.lines).strip("\n")
            else:
                prompt = ""  # said once; the next lines follow each other like on paper
                text = pasted(line.text, steps=steps, multiline=True) if line.pasted else _written(line.text, visit)
                lines = text.split("\n")
                visit.lines += lines
                visit.keep()
                if len(lines) > 1:
                    self._write(lines_taken(len(lines)))

    def _obey(self, verb: str, visit: Visit) -> Back | Skip | None:
        if verb in ("save", "stop"):
            raise Leave
        if verb not in visit.verbs:
            needed = _("This needs an answer.") if verb == "skip" else ""
            self._write(needed or _("There is nothing before this to go back to."))
            return None
        if verb == "back":
            return Back()
        if verb == "skip":
            return Skip()
        if verb == "clear":
            visit.lines = []
            visit.keep()
            self._write(_("What you had typed is thrown away."))
        else:
            self._write(*help_lines(visit.screen.question, visit.verbs))
        return None

    def files(self, screen: FilesScreen) -> Reply:
        """Collects attachments; see ``Prompter.files``."""
        self._settle()
        self._note(screen.notes)
        self._head(screen.heading.title)
        verbs = [*(["back"] if screen.can_go_back else []), "help", "save"]
        tray = screen.tray
        self._write(*files_intro(screen, verbs))
        known: Sequence[FileRow] | None = None
        while True:
            rows = tray.rows()
            if rows != known:
                self._write(*files_lines(rows, tray.usage()))
            known = list(rows)
            line = self._read(_("File: "))
            verb = "" if line.pasted else command(line.text, verbs)
            if verb == "save":
                raise Leave
            if verb == "back":
                return Back()
            if verb:
                self._write(*files_intro(screen, verbs))
                continue
            try:
                if line.pasted:
                    wish = Files("add", text=pasted(line.text, paths=True))
                else:
                    wish = read_files(rows, literal(line.text, verbs))
                if wish.verb == "done":
                    problem = not_done(rows, tray.usage(), screen.question.required)
                    if not problem:
                        return Take([])
                    raise Stay(problem)
                if wish.verb == "zip":
                    self._write(tray.zip(wish.index))
                elif wish.verb == "drop":
                    tray.drop(wish.index)
                    self._write(_("{name} was left out.").format(name=clean_line(rows[wish.index].name)))
                else:
                    self._write(*tray.add(wish.text))
            except Stay as reason:
                self._write(str(reason))
            except Leave:  # from a question about a disk that is full, asked on the way
                raise
            except SupportError as error:
                self._write(error.message, *filter(None, [error.hint]))
            except KeyboardInterrupt:
                raise Leave from None

    def review(self, page: ReviewPage) -> Edit | Act:
        """Reads the review page out; see ``Prompter.review``."""
        self._settle()
        verbs = [*(["back"] if page.rows else []), "help"]
        self._write("", *review_lines(page), *review_words_lines(page, verbs))
        while True:
            line = pasted(self._read(_("What now? "), fresh=True).text)
            verb = command(line, verbs)
            if verb == "back":
                return Edit(page.rows[-1].question)
            if verb:
                self._write(*review_words_lines(page, verbs))
                continue
            try:
                return read_review(page, line)
            except Stay as reason:
                self._write(str(reason))

    def story(self, page: StoryPage) -> Edit | Act:
        """Reads out what was understood from the story; see ``Prompter.story``."""
        self._settle()
        self._write("", *story_lines(page), *story_words_lines(page, ["help"]))
        while True:
            line = pasted(self._read(_("What now? "), fresh=True).text)
            if command(line, ["help"]):
                self._write(*story_words_lines(page, ["help"]))
                continue
            try:
                return read_story(page, line)
            except Stay as reason:
                self._write(str(reason))

    def choose(self, title: str, choices: Sequence[Choice], default: str = "") -> str:
        """Asks for one of a few lines; see ``Prompter.choose``."""
        keys = [choice.key for choice in choices]
        labels = [clean_line(choice.label) for choice in choices]
        self._write("", clean_text(title), *numbered([(choice.label, choice.hint) for choice in choices]))
        if asks_finally(choices):
            self._write(final_hint(choices, default))
        elif default in keys:
            self._write(_("Type a number. Enter alone takes {label}.").format(label=labels[keys.index(default)]))
        while True:
            line = pasted(self._read(_("Answer: "), fresh=asks_finally(choices)).text)
            verb = command(line, ["save", "stop", *(["back"] if "back" in keys else [])])
            if verb == "back":
                return verb
            if verb:
                raise Leave
            try:
                if asks_finally(choices):
                    return read_final(choices, default, line)
                if not line.strip() and default in keys:
                    return default
                return keys[pick(line, labels)]
            except Stay as reason:
                self._write(str(reason))

    def read(self, title: str, text: str) -> None:
        """Writes a text and waits for Enter; see ``Prompter.read``."""
        self._settle()
        self._write("", clean_line(title), "", clean_text(text).strip("\n"), "")
        self._read(_("Press Enter to go on. "))

    def say(self, text: str) -> None:
        """Writes a few lines; see ``Prompter.say``."""
        self._settle()
        self._write(clean_text(text))

    def _settle(self) -> None:
        """Says which answers were taken, now that they are stored."""
        taken, self._taken = self._taken, []
        self._write(*taken)

    def _note(self, text: str) -> None:
        if text.strip() and text != self._noted:
            self._noted = text
            self._write("", clean_text(text).strip("\n"))

    def _head(self, title: str) -> None:
        self._write("")
        if title != self._title:
            self._title = title
            self._write(clean_line(title), "")

    def _write(self, *lines: str) -> None:
        columns = self._columns()
        for line in lines:
            for part in wrap(line, room(columns)) if columns else [line]:
                self._put(part + "\n")

    def _columns(self) -> int:
        """Columns of the terminal; 0 where there is none, or it does not know."""
        try:
            return os.get_terminal_size(self._writer.fileno()).columns
        except (OSError, ValueError):
            return 0

    def _put(self, text: str) -> None:
        # A console of another encoding shows question marks instead of ending us.
        encoding = getattr(self._writer, "encoding", None) or "utf-8"
        self._writer.write(text.encode(encoding, "replace").decode(encoding))
        self._writer.flush()

    def _read(self, prompt: str, *, secret: bool = False, fresh: bool = False) -> Typed:
        """Reads what is typed up to Enter, made harmless; see ``LineReader.read``.

        Raises:
            Leave: If there is nothing more to read, or the person interrupts.
        """
        while True:
            try:
                line = self._lines.read(prompt, secret=secret, fresh=fresh)
            except (KeyboardInterrupt, EOFError):
                self._put("\n")
                raise Leave from None
            except UnicodeError:
                self._write("", _("That was not readable text. Please type it again."))
                continue
            text = clean_text(line.text)
            return Typed(text, pasted=True) if line.pasted else Typed(text.replace("\n", " "))


def _written(line: str, visit: Visit) -> str:
    """A typed line of a text; a backslash alone stands for an empty one."""
    return "" if line.strip() == "\\" else literal(line, visit.words)


def _chosen(visit: Visit, said: str) -> Value:
    """What a line names among the choices, or yes or no.

    Raises:
        Stay: If it names nothing.
    """
    if visit.screen.question.kind is Kind.CONFIRM:
        word = said.strip().casefold()
        if word in YES or word == _("yes").casefold():
            return True
        if word in NO or word == _("no").casefold():
            return False
        raise Stay(_("Please answer yes or no."))
    labels = [clean_line(option.label) for option in visit.options]
    if takes_several(visit.screen.question):
        return [visit.options[i].label for i in pick_several(said, labels)]
    try:
        return visit.options[pick(said, labels)].label
    except NotListed:
        if said.strip().isdigit():
            raise
        return clean_line(said)  # it may mean one all the same, and "yes" to an either-or has an answer of its own
