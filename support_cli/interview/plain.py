"""The screen in ordinary lines: for screen readers, dumb terminals, and whoever asks for it.

Nothing is redrawn, nothing is marked by place, colour or drawing; every command is a word that is said beforehand.
"""

import os
from collections.abc import Sequence
from typing import TextIO

from support_cli.base.errors import SupportError
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, clean_text
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
from support_cli.interview.lines import LineReader, Typed
from support_cli.interview.plainpages import (
    files_intro,
    files_lines,
    help_lines,
    lines_taken,
    question_lines,
    review_lines,
    review_words_lines,
    story_lines,
    story_words_lines,
)
from support_cli.interview.plainvisit import Visit
from support_cli.interview.plainwords import NotListed, command, literal, pick, pick_several, shown
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
