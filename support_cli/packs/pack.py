"""A pack at hand: its manifest at once, everything else when somebody asks for it.

A pack of two hundred forms opens as fast as one with a single form, because only what is needed is read.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from support_cli.base import i18n
from support_cli.forms.model import Form, Manifest
from support_cli.packs.errors import PackError

if TYPE_CHECKING:
    from support_cli.issue_forms.chooser import Offer
    from support_cli.packs.schema import CuesFile


class Files(Protocol):
    """The read-only content of a pack: a folder, a zip, or a dictionary in a test.

    Names use ``/`` and are relative to the pack; an adapter refuses whatever leaves it.
    """

    def names(self, folder: str) -> list[str]:
        """Names of the files straight inside a folder (``forms``), sorted; empty when there is none."""

    def read(self, name: str) -> bytes:
        """The content of one file.

        Raises:
            PackError: If it is missing, unreadable, or larger than a pack's file may be.
        """

    def path(self, name: str) -> Path | None:
        """Where it lies on disk, for messages; None when it does not."""

    def listing(self) -> list[tuple[str, int, int]]:
        """Name, size in bytes and time of change of every file, sorted; hidden ones and caches left out."""


def _plain(name: str) -> str:
    """A name by its letters and digits: ``Bug_report`` and “🐛 Bug report” are the same."""
    return "-".join(re.findall(r"[^\W_]+", name[:500].casefold()))


class Pack:
    """One pack, opened.

    Attributes:
        manifest: What ``pack.yml`` says.
        digest: ``sha256:`` and the digest over every file's name and content.
        where: Where it was found, for messages.
        origin: ``builtin``, ``folder``, ``zip``, ``installed`` or ``issue-forms``.
        files: What it is read from, for the tools of its authors; None for issue forms.
        offer: What the place of issue forms offers besides (links, a blank issue, its repository); None for our packs.
    """

    def __init__(
        self,
        manifest: Manifest,
        *,
        digest: str,
        where: str,
        origin: str,
        form_names: Mapping[str, str],
        read_form: Callable[[str], Form],
        read_template: Callable[[str], str | None],
        read_texts: Callable[[str], Mapping[str, str]],
        template_names: Sequence[str] = (),
        files: Files | None = None,
        read_faq: Callable[[], list[tuple[str, str]]] = list,
        read_cues: Callable[[], "CuesFile | None"] = lambda: None,
    ) -> None:
        self.manifest = manifest
        self.digest = digest
        self.where = where
        self.origin = origin
        self.files = files
        self.offer: Offer | None = None
        self._form_names = form_names
        self._read_form = read_form
        self._read_template = read_template
        self._read_texts = read_texts
        self._template_names = tuple(template_names)
        self._read_faq = read_faq
        self._read_cues = read_cues

    def form_ids(self) -> list[str]:
        """Ids of the forms, in the order of the chooser."""
        return list(self._form_names)

    def form_file(self, form_id: str) -> str:
        """File that a form is written in, for messages."""
        return self._form_names[form_id]

    def form(self, form_id: str) -> Form:
        """Reads one form.

        Args:
            form_id: Its id, or another name that ``find`` knows.

        Raises:
            PackError: If there is no such form or it cannot be used.
        """
        return self._read_form(self.find(form_id) or form_id)

    def find(self, said: str) -> str:
        """Finds the form that people mean: by its id, the name of its file, or its own name, in any case.

        Returns:
            Its id; empty where none or several are called so.
        """
        if not said or said in self._form_names:
            return said
        wanted = _plain(said)
        found = {
            form_id
            for form_id, name in self._form_names.items()
            for one in (form_id, name, name.rpartition("/")[2])
            if _plain(one) == wanted
        }
        if not found and wanted:
            found = {form_id for form_id in self._form_names if wanted in self._titles(form_id)}
        return found.pop() if len(found) == 1 else ""

    def _titles(self, form_id: str) -> set[str]:
        """What a form calls itself, in the pack's language and the customer's; nothing if it cannot be read."""
        try:
            name = self._read_form(form_id).name
        except PackError:
            return set()
        texts = self._read_texts(i18n.current())
        return {_plain(name), _plain(texts.get(name, name))}

    def template(self, name: str) -> str | None:
        """Source of one of the pack's own templates (``ticket.md.j2``), or None."""
        return self._read_template(name)

    def template_names(self) -> tuple[str, ...]:
        """Names of the pack's own templates."""
        return self._template_names

    def texts(self, language: str) -> Mapping[str, str]:
        """Translations of the pack's own texts: original to translated; empty for the pack's own language."""
        return self._read_texts(language)

    def faq(self) -> list[tuple[str, str]]:
        """Answers to frequent questions: name without ``.md`` (``router``, ``router.uk``) and Markdown, by name."""
        return self._read_faq()

    def cues(self) -> "CuesFile | None":
        """The customers' own words for forms and options, or None where the pack has none."""
        return self._read_cues()
