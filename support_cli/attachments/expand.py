"""What was typed, dropped or pasted, turned into files: paths, quotes, URLs, patterns, folders.

What exists as it was typed always wins: over splitting at blanks, over escapes, over patterns.
"""

import os
import re
import stat
from collections.abc import Iterator
from difflib import SequenceMatcher, get_close_matches
from pathlib import Path
from unicodedata import normalize
from urllib.parse import unquote_to_bytes

import msgspec

from support_cli.attachments.globbing import MAX_FILES, Scan, TooManyError, folder_files, has_magic, left_out, matches
from support_cli.attachments.names import displayable
from support_cli.base.i18n import _, ngettext
from support_cli.base.text import later

_MOST = 5000


def same_look(path: Path) -> Path | None:
    """Finds the one file whose name looks the same.

    A Mac writes a narrow blank before "PM" and a letter with its accent as two characters; whoever types such a
    name, or pastes it from a chat, cannot know.

    Returns:
        The file, or None when there is none or more than one.
    """
    wanted = _look(path.name)
    same = [name for name in _names_in(path.parent) if _look(name) == wanted]
    return path.parent / same[0] if len(same) == 1 else None


def near_names(path: Path) -> list[str]:
    """Up to three names in the same folder that are like this one, fit to be shown, the likest first."""
    wanted = _look(path.name).casefold()
    by_look = {_look(name).casefold(): name for name in _names_in(path.parent)}
    near = get_close_matches(wanted, by_look, n=3, cutoff=0.6)
    likeness = {look: SequenceMatcher(None, look, wanted).ratio() for look in near}
    # The same ending makes everything a little alike: what is far behind the best is no help.
    return [displayable(by_look[look]) for look, ratio in likeness.items() if ratio > max(likeness.values()) - 0.15]


def _look(name: str) -> str:
    if name.isascii():
        return name

    return re.sub(r"\s", " ", normalize("NFC", name))


def _names_in(folder: Path) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            for _count, entry in zip(range(_MOST), entries, strict=False):
                yield entry.name
    except (OSError, ValueError):
        return


_POSIX_QUOTED = later(r'"((?:[^"\\]|\\.)*)"|\'([^\']*)\'', re.DOTALL)
_WINDOWS_QUOTED = later(r'"([^"]*)"|\'([^\']*)\'', re.DOTALL)


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """One word of a line.

    Attributes:
        raw: As it was typed.
        value: Without quotes and escapes.
        pattern: The value with quoted and escaped ``*``, ``?`` and ``[`` made literal (``[*]``).
        quoted: Some of it was in quotes.
        start: Offset of its first character in the line.
        end: Offset behind its last one.
    """

    raw: str
    value: str
    pattern: str
    quoted: bool
    start: int
    end: int

    @classmethod
    def plain(cls, text: str) -> "Word":
        """A word that stands for itself and may be a pattern."""
        return cls(raw=text, value=text, pattern=text, quoted=False, start=0, end=len(text))


def words(text: str, *, windows: bool) -> list[Word]:
    r"""Splits a line at unquoted blanks and line ends.

    A quote without its partner is an ordinary character, so ``John's.png`` stays whole. On Windows ``\`` is an
    ordinary character too; elsewhere it escapes the next one, inside double quotes only ``"``, ``\``, ``$`` and the
    backquote (POSIX.1-2024, XCU 2.2). The ``&`` that PowerShell puts before a dropped path is passed over.

    Args:
        text: The line.
        windows: Whose rules.
    """
    found: list[Word] = []
    at = 0
    while at < len(text):
        if text[at].isspace() and text[at] not in "\u00a0\u2007\u202f":  # those are part of names on a Mac
            at += 1
            continue
        word = _word(text, at, windows)
        if not (windows and word.raw == "&"):
            found.append(word)
        at = word.end
    return found


def _word(text: str, start: int, windows: bool) -> Word:
    value: list[str] = []
    pattern: list[str] = []
    quoted, at = False, start

    def literal(piece: str) -> None:
        value.append(piece)
        pattern.append(re.sub(r"([*?[])", r"[\1]", piece))

    while at < len(text) and (not text[at].isspace() or text[at] in "\u00a0\u2007\u202f"):
        match = (_WINDOWS_QUOTED if windows else _POSIX_QUOTED).match(text, at) if text[at] in "\"'" else None
        if match:
            double = match[1]
            if double is not None and not windows:
                double = re.sub(r'\\(["\\$`])', r"\1", double)
            literal(double if double is not None else match[2])
            quoted, at = True, match.end()
        elif text[at] == "\\" and not windows and at + 1 < len(text):
            literal(text[at + 1])
            at += 2
        else:
            value.append(text[at])
            pattern.append(text[at])
            at += 1
    return Word(raw=text[start:at], value="".join(value), pattern="".join(pattern), quoted=quoted, start=start, end=at)


MAX_TEXT = 200_000
"""Characters of one paste that are looked at; a hundred dropped paths are a tenth of it."""
_JOIN = 12
"""Words that one unquoted path with blanks may have among others."""
_SUGGESTIONS = 5
"""Names that were not found for which near ones are looked for."""


class Problem(msgspec.Struct, frozen=True):
    """Something about a piece of the text.

    Attributes:
        text: The piece, as it was typed, fit to be shown.
        message: One sentence.
        hint: What to do, or empty.
    """

    text: str
    message: str
    hint: str = ""


class Expansion(msgspec.Struct, frozen=True):
    """What a text stands for.

    Attributes:
        paths: Files in the order of the text, absolute, each once. Nothing is known yet but that they are there.
        problems: What could not be found or taken.
        notes: What was left out on purpose: hidden files, folders inside a folder, links that lead away.
    """

    paths: tuple[Path, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


def expand(text: str, *, cwd: Path, windows: bool = os.name == "nt", split: bool = True) -> Expansion:
    r"""Finds the files that a text means.

    It takes one path or several, in quotes or with escaped blanks, ``file://`` URLs, ``~``, patterns (``*.log``,
    ``**``, ``[ab]``), and folders (the files straight in them).

    Args:
        text: What came from a keyboard, a drag or a paste.
        cwd: Folder that relative paths start from.
        windows: Whether ``\`` separates folders (and escapes nothing).
        split: Whether the text may hold several; ``False`` for an argument that a shell has already split.

    Returns:
        The files, and a sentence for each piece that stands for none.
    """
    found = _Found(cwd.absolute(), windows)
    text = text.strip(" \t\r\n")
    if len(text) > MAX_TEXT:
        found.problem(text[:40], _("This text is too long to be the names of files."), _("Add fewer files at a time."))
    elif text and not found.take(text):
        pieces = words(text, windows=windows) if split else [Word.plain(text)]
        if len(pieces) > MAX_FILES:
            found.problem(
                text,
                ngettext(
                    "This is {count} name; at most {limit} are taken at once.",
                    "These are {count} names; at most {limit} are taken at once.",
                    len(pieces),
                ).format(count=len(pieces), limit=MAX_FILES),
                _("Name the files that matter, or pack them into one zip and add that."),
            )
        else:
            found.take_words(text, pieces)
    return Expansion(tuple(dict.fromkeys(found.paths)), tuple(found.problems), tuple(found.notes))


class _Found:
    """Collects paths and sentences while a text is worked through."""

    def __init__(self, cwd: Path, windows: bool) -> None:
        self.cwd, self.windows = cwd, windows
        self.paths: list[Path] = []
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []

    def problem(self, text: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(displayable(text), message, hint))

    def _note(self, text: str, scan: Scan, *, folders: bool = True) -> None:
        self.notes += [Problem(displayable(text), message) for message in left_out(scan, folders=folders)]

    def take(self, typed: str) -> bool:
        """Takes a path that exists exactly as given; a folder gives its files."""
        path = self._path(typed)
        if path is None:
            return False
        try:
            folder = stat.S_ISDIR(path.stat().st_mode)
        except (OSError, ValueError):
            if not _is_there(path):
                return False
            folder = False  # a dangling link, a file out of reach: looking at it explains what is wrong
        if folder:
            self._take_folder(path, typed)
        else:
            self.paths.append(path)
        return True

    def take_words(self, text: str, pieces: list[Word]) -> None:
        """Resolves the pieces of a text; neighbours that are one path with blanks are put together again."""
        lost: list[Word] = []
        problems = len(self.problems)
        at = 0
        while at < len(pieces):
            end = self._longest(text, pieces, at)
            if end > at + 1:
                at = end
                continue
            if not self._take_word(pieces[at]):
                lost.append(pieces[at])
            at += 1
        nothing_else = len(lost) == len(pieces) and len(self.problems) == problems
        if len(lost) > 1 and nothing_else and not any(word.quoted for word in lost) and "\n" not in text:
            if not self._take_same(text):
                self._not_found(text, text)  # a name with blanks and a slip of the finger
            return
        for number, word in enumerate(lost):
            self._not_found(word.raw, word.value, near=number < _SUGGESTIONS)

    def _longest(self, text: str, pieces: list[Word], at: int) -> int:
        """How far a path with unquoted blanks goes that begins at this piece; takes it. ``at`` if there is none."""
        for end in range(min(len(pieces), at + _JOIN), at + 1, -1):
            run = pieces[at:end]
            typed = text[run[0].start : run[-1].end]
            if not any(word.quoted for word in run) and "\n" not in typed and self.take(typed):
                return end
        return at

    def _take_word(self, word: Word) -> bool:
        """Takes one piece; False when nothing is known of it and nobody has said so yet."""
        if self.take(word.raw) or self.take(word.value):
            return True
        if re.match(r"(?i)file:", word.value):
            return self._take_url(word)
        if re.match(r"(?i)(https?|ftps?|mailto|data):", word.value):
            self.problem(
                word.raw,
                _("{text} is an address, not a file.").format(text=displayable(word.raw)),
                _("Save it to this computer first, or put the address into the text."),
            )
            return True
        if has_magic(word.pattern) and self._path(word.value) is not None:
            return self._take_pattern(word)
        return self._take_same(word.value)

    def _take_same(self, typed: str) -> bool:
        path = self._path(typed)
        same = same_look(path) if path is not None and path.name else None
        return same is not None and self.take(str(same))

    def _path(self, typed: str) -> Path | None:
        try:
            if not typed or b"\0" in os.fsencode(typed):
                return None
        except UnicodeEncodeError:  # half a character, which is in no name
            return None
        path = self.cwd / typed
        if typed.startswith("~") and not _is_there(path):
            path = self.cwd / os.path.expanduser(typed)  # noqa: PTH111 - Path.expanduser raises for unknown users
        if path.name == "..":  # os.path: Path.resolve raises for links in a circle
            return Path(os.path.realpath(path))
        return Path(os.path.realpath(path.parent), path.name) if ".." in path.parts else path

    def _take_url(self, word: Word) -> bool:
        match = re.fullmatch(r"(?is)file:(?://([^/]*))?(/.*)", word.value)
        host = match[1] if match else None
        if match is None or (host or "localhost").lower() != "localhost":
            self.problem(
                word.raw,
                _("{text} is on another computer.").format(text=displayable(word.raw))
                if match
                else _("{text} names no file.").format(text=displayable(word.raw)),
                _("Copy the file to this computer and add the copy."),
            )
            return True
        typed = os.fsdecode(unquote_to_bytes(match[2]))
        typed = re.sub(r"^/+(?=[A-Za-z]:)", "", typed) if self.windows else f"/{typed.lstrip('/')}"
        if not self.take(typed):
            self._not_found(word.raw, typed)
        return True

    def _take_pattern(self, word: Word) -> bool:
        scan = Scan()
        pattern = word.pattern
        if pattern.startswith("~"):
            pattern = os.path.expanduser(pattern)  # noqa: PTH111 - as above
        try:
            before = len(self.paths)
            self.paths += matches(self.cwd, pattern, scan, windows=self.windows)
        except TooManyError as error:
            del self.paths[before:]
            self._too_many(word.raw, error)
            return True
        self._note(word.raw, scan, folders="**" not in pattern)
        if len(self.paths) == before:
            self.problem(
                word.raw,
                _("No file matches {text}.").format(text=displayable(word.raw)),
                _("Put the name in quotes if * ? or [ belong to it."),
            )
        return True

    def _take_folder(self, folder: Path, typed: str) -> None:
        scan = Scan()
        try:
            files = folder_files(folder, scan)
        except TooManyError as error:
            self._too_many(typed, error)
            return
        except OSError as error:
            self.problem(
                typed,
                _("The folder {name} could not be opened: {reason}.").format(
                    name=displayable(folder), reason=os.strerror(error.errno or 0)
                ),
            )
            return
        self.paths += files
        self._note(typed, scan)
        if not files:
            self.problem(typed, _("There are no files in the folder {name}.").format(name=displayable(folder)))

    def _too_many(self, typed: str, error: TooManyError) -> None:
        text = displayable(typed)
        if error.files:
            message = ngettext(
                "{text} stands for more than {limit} file.", "{text} stands for more than {limit} files.", MAX_FILES
            ).format(text=text, limit=MAX_FILES)
        else:
            message = _("{text} is too much to search through.").format(text=text)
        self.problem(typed, message, _("Name the files that matter, or pack them into one zip and add that."))

    def _not_found(self, raw: str, typed: str, *, near: bool = True) -> None:
        """Says that there is no such file, with names that are near."""
        text, path = displayable(raw), self._path(typed)
        if path is None or not path.name:
            self.problem(raw, _("{name} cannot be the name of a file.").format(name=text))
        elif not os.path.isdir(path.parent):  # noqa: PTH112 - Path.is_dir raises where it may not look
            message = _("There is no file {name}: the folder {folder} does not exist.")
            self.problem(
                raw,
                message.format(name=text, folder=displayable(path.parent)),
                _("Check the path."),
            )
        else:
            names = ", ".join(near_names(path)) if near else ""
            hint = _("Did you mean {names}?").format(names=names) if names else _("Check the path.")
            self.problem(raw, _("There is no file {name}.").format(name=text), hint)


def _is_there(path: Path) -> bool:
    try:
        path.lstat()
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True
