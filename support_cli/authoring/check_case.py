"""A pack under the eyes of its checks: what it says, and where each thing stands."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from support_cli.base.finding import Finding, Level
from support_cli.forms.model import Form, Manifest, Question
from support_cli.packs.yamltext import KeyPath

Where = Callable[[KeyPath], str]
"""From a path inside a file to ``file:line:column``."""


@dataclass(frozen=True)
class FormSource:
    """One form, and where its parts stand."""

    form: Form
    where: Where

    def at(self, question: Question, *path: str | int) -> str:
        """Where a question stands, or a part of it."""
        return self.where(("body", self.form.questions.index(question), *path))


@dataclass(frozen=True)
class PackSource:
    """A manifest with all forms that could be read.

    Attributes:
        whole: These are all forms of the pack; if not, nothing is said of what may depend on the others.
    """

    manifest: Manifest
    where: Where
    forms: tuple[FormSource, ...]
    whole: bool = True


def error(code: str, where: str, message: str, fix: str | None = None) -> Finding:
    """A fault: the pack does not do what it says."""
    return Finding(code=code, level=Level.ERROR, where=where, message=message, fix=fix)


def warning(code: str, where: str, message: str, fix: str | None = None) -> Finding:
    """Something that its author will want to change."""
    return Finding(code=code, level=Level.WARNING, where=where, message=message, fix=fix)


def hint(code: str, where: str, message: str, fix: str | None = None) -> Finding:
    """Something that may be meant so."""
    return Finding(code=code, level=Level.HINT, where=where, message=message, fix=fix)


def listed(items: Iterable[object], most: int = 6) -> str:
    """A few names on one line."""
    names = [str(item) for item in items]
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")
