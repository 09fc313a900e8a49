"""The files of a request while a person collects them: everything is taken, and what does not fit is said.

Implements the ``Tray`` of ``interview.prompter`` without knowing it.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from support_cli.attachments import budget, fit
from support_cli.attachments.errors import NoSuchRowError
from support_cli.attachments.expand import expand
from support_cli.attachments.inspect import examine, link_target, same_file, stale
from support_cli.attachments.names import displayable, unique_name
from support_cli.attachments.secret_files import explain, secret_kind
from support_cli.base.errors import AttachmentError
from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _, format_size, ngettext
from support_cli.forms.model import Limits, Question
from support_cli.forms.request import Attachment, FileRow

_OFFER = 32_768
"""Bytes from which a zip is weighed without need."""
_EFFORT = 64 << 20
"""Bytes that are squeezed at most to draw the rows once; the rest is weighed the next time."""

_Mark = tuple[int, int, int]


class FileTray:
    """A tray over the files of one request.

    Rows are the files of the upload question that is asked (the first one, until ``turn_to`` names another) and those
    of no question; limits count all. Positions start from 0.

    Args:
        limits: What the receiver takes.
        folder: Private folder for zips and for links to files of odd names; made when needed, may be shared.
        cwd: Folder that typed paths start from.
        other: Octets of the message without attachments.
        uploads: The upload questions of the form.
        attachments: What the draft holds already; changed and vanished files are shown as such.
        changed: Called after every change with all files, so that the draft is stored at once.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        folder: Path,
        cwd: Path,
        other: int,
        uploads: Sequence[Question] = (),
        attachments: Sequence[Attachment] = (),
        changed: Callable[[tuple[Attachment, ...]], None],
    ) -> None:
        self._limits, self._folder, self._cwd, self._other = limits, folder.absolute(), cwd, other
        self._question, self._changed = next(iter(uploads), None), changed
        self._accepts = {question.id: question.accept for question in uploads}
        self._files = list(attachments)
        self._doubted: set[Path] = set()
        self._zipped: dict[tuple[str, str], int | None] = {}
        self._verified: dict[str, tuple[_Mark | None, Finding | None]] = {}

    def turn_to(self, question: Question) -> None:
        """Shows and takes the files of another upload question; of one that is not the form's, all files."""
        self._question = question if question.id in self._accepts else None

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """All files of the request, in order."""
        return tuple(self._files)

    def rows(self) -> Sequence[FileRow]:
        """The files of this question so far, in order; see ``FileRow``."""
        effort = _EFFORT
        troubles = self._troubles()
        rows: list[FileRow] = []
        for file in self._mine():
            trouble = troubles.get(id(file), "")
            zipped = None
            if self._worth_weighing(file, bool(trouble)) and (effort > 0 or self._key(file) in self._zipped):
                effort -= 0 if self._key(file) in self._zipped else min(file.size, fit.EXACT)
                zipped = self._weigh(file)
            rows.append(
                FileRow(
                    name=file.name,
                    type=file.type,
                    size=file.size,
                    zipped=zipped,
                    trouble=trouble,
                    remark=self._remark(file),
                )
            )
        return rows

    def usage(self) -> tuple[int, int]:
        """Bytes of all files, and bytes they may have: the tighter of the total and what the message leaves."""
        used = sum(file.size for file in self._files)
        return used, budget.room_for(self._files, self._limits, self._other)

    def problems(self) -> list[Finding]:
        """Everything that keeps the request from being sent, and hints; ``F001`` to ``F009``."""
        found = [finding for file in self._files if (finding := self._stale(file))]
        found += [finding for file in self._files for finding in self._check_one(file)]
        return found + budget.check_all(self._files, self._limits, self._other)

    def add(self, text: str) -> list[str]:
        """Takes what was typed, dropped or pasted, also what is over a limit: its row says so.

        Returns:
            One sentence for each thing that was not taken: not found, not a file, there already, left out.
        """
        found = expand(text, cwd=self._cwd)
        sentences = [" ".join(filter(None, (item.message, item.hint))) for item in found.problems]
        sentences += self.take(found.paths)
        return sentences + [item.message for item in found.notes]

    def take(self, paths: Iterable[Path]) -> list[str]:
        """Takes files by their paths; see ``add``."""
        sentences: list[str] = []
        for path in paths:
            if sentence := self._take(path):
                sentences.append(sentence)
        return sentences

    def drop(self, index: int) -> None:
        """Takes one file out again; a zip that was made here is deleted, the person's own file never.

        Raises:
            NoSuchRowError: There is no such row.
        """
        file = self._at(index)
        self._files = [other for other in self._files if other is not file]
        self._changed(self.attachments)
        self._tidy(file)

    def zip(self, index: int) -> str:
        """Replaces one file by a zip of it, if that is smaller and the receiver takes zips.

        Returns:
            One sentence about the outcome.

        Raises:
            NoSuchRowError: There is no such row.
        """
        file = self._at(index)
        if finding := self._stale(file):
            return " ".join(filter(None, (finding.message, finding.fix)))
        if not self._may_zip(file):
            return _("{name} stays as it is: a zip would not be taken.").format(name=file.name)
        try:
            made = fit.zip_file(file, self._folder)
        except AttachmentError as error:
            return " ".join(filter(None, (error.message, error.hint)))
        if made.size >= file.size:
            self._tidy(made)
            return _("{name} stays as it is: a zip would not be smaller.").format(name=file.name)
        taken = [other.name for other in self._files if other is not file]
        made = _renamed(made, unique_name(made.name, taken))
        self._files = [made if other is file else other for other in self._files]
        self._changed(self.attachments)
        self._tidy(file)
        return _("{name} is {size} now, instead of {before}.").format(
            name=made.name, size=format_size(made.size), before=format_size(file.size)
        )

    def _take(self, path: Path) -> str | None:
        """Takes one file; says why not. A private key or the like is taken when it is added a second time."""
        if path not in self._doubted and (kind := secret_kind(path)):
            self._doubted.add(path)
            return explain(path, kind) + " " + _("Add it once more if that is meant.")
        try:
            found = examine(path, question=self._question.id if self._question else None, folder=self._folder)
        except AttachmentError as error:
            return " ".join(filter(None, (error.message, error.hint)))
        same = next((file for file in self._files if self._is_same(file, found)), None)
        if same is not None and self._stale(same) is None:
            name = displayable(path.name)
            if name == same.name:
                return _("{name} is there already.").format(name=name)
            return _("{name} is there already, as {other}.").format(name=name, other=same.name)
        taken = [file.name for file in self._files if file is not same]
        found = _renamed(found, unique_name(found.name, taken))
        if same is None:
            self._files.append(found)
        else:  # it changed, and adding it again is how a person says that this is fine
            self._files = [found if file is same else file for file in self._files]
        self._verified[found.path] = (_mark(found.path), None)
        self._changed(self.attachments)
        return None

    def _is_same(self, file: Attachment, found: Attachment) -> bool:
        """Whether a file is here already: the same place by whatever path, or a zip that was made of it here."""
        if self._made_here(file) and fit.is_zip_of(file.path, self._folder, found.sha256):
            return True
        return same_file(file.path, found.path)

    def _mine(self) -> list[Attachment]:
        if self._question is None:
            return self._files
        return [file for file in self._files if file.question in (None, self._question.id)]

    def _at(self, index: int) -> Attachment:
        rows = self._mine()
        if not 0 <= index < len(rows):
            raise NoSuchRowError(
                _("There is no file number {number}.").format(number=index + 1),
                hint=_("The numbers stand before the names."),
            )
        return rows[index]

    def _accept(self, file: Attachment) -> tuple[str, ...]:
        return self._accepts.get(file.question or "", ())

    def _check_one(self, file: Attachment) -> list[Finding]:
        return budget.check_one(file, self._limits, self._accept(file))

    def _troubles(self) -> dict[int, str]:
        """Why files cannot stay: by themselves, or beside those before them that can."""
        sentences: dict[int, str] = {}
        count = total = weight = 0
        for file in self._files:
            found = [gone] if (gone := self._stale(file)) else self._check_one(file)
            sentence = next((finding.message for finding in found if finding.level is Level.ERROR), "")
            sentence = sentence or self._too_much(count + 1, total + file.size, weight + budget.part_size(file))
            if sentence:
                sentences[id(file)] = sentence
            else:
                count, total, weight = count + 1, total + file.size, weight + budget.part_size(file)
        return sentences

    def _too_much(self, count: int, total: int, weight: int) -> str:
        """Says which common limit so many files, bytes and octets on the wire are over; empty when they fit."""
        limits = self._limits
        if count > limits.files:
            text = ngettext("Only {limit} file is taken in all.", "Only {limit} files are taken in all.", limits.files)
            return text.format(limit=limits.files)
        if total > limits.total:
            return _("It does not fit beside the others: {excess} too much, of {limit} in all.").format(
                excess=format_size(total - limits.total), limit=format_size(limits.total)
            )
        if self._other + weight > limits.message:
            return _(
                "It does not fit beside the others: the message would be {excess} too large as it is sent."
            ).format(excess=format_size(self._other + weight - limits.message))
        return ""

    def _remark(self, file: Attachment) -> str:
        if file.original or not file.size:
            return file.original or _("It is empty.")
        target = None if Path(file.path).parent == self._folder else link_target(file.path)
        return _("It is a link: what goes along is {target}.").format(target=target) if target else ""

    def _may_zip(self, file: Attachment) -> bool:
        """Whether the receiver would take a zip; one around a refused program is refused by most mail servers too."""
        if self._stale(file) or any(finding.code == "F004" for finding in self._check_one(file)):
            return False
        return budget.takes(f"{file.name}.zip", "application/zip", self._limits, self._accept(file))

    def _worth_weighing(self, file: Attachment, needed: bool) -> bool:
        return (needed or file.size >= _OFFER) and budget.compressible(file.type) and self._may_zip(file)

    def _weigh(self, file: Attachment) -> int | None:
        key = self._key(file)
        if key not in self._zipped:
            self._zipped[key] = fit.zipped_size(file)
        return self._zipped[key]

    def _key(self, file: Attachment) -> tuple[str, str]:
        return file.sha256, file.name

    def _stale(self, file: Attachment) -> Finding | None:
        """Whether a file is no longer what was taken; it is read again only where size, time or place changed."""
        mark = _mark(file.path)
        known = self._verified.get(file.path)
        if known is None or known[0] != mark or mark is None:
            known = self._verified[file.path] = (mark, stale(file))
        return known[1]

    def _made_here(self, file: Attachment) -> bool:
        """Whether it is a zip that was made here, never a file of the person's own."""
        return bool(file.original) and fit.is_zip_of(file.path, self._folder)

    def _tidy(self, file: Attachment) -> None:
        """Deletes a zip that was made here once nothing refers to it."""
        if self._made_here(file) and all(other.path != file.path for other in self._files):
            with suppress(OSError):  # it is gone from the request; a leftover in a private folder harms nobody
                Path(file.path).unlink(missing_ok=True)


def _renamed(file: Attachment, name: str) -> Attachment:
    return replace(file, name=name)


def _mark(path: str) -> _Mark | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - paths are text
    except (OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino
