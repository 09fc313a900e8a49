"""Where documents go: names made of date and summary, and a trial of the place before the first question."""

import os
import re
from pathlib import Path
from unicodedata import normalize

from support_cli.base.errors import UnusableError
from support_cli.base.files import is_device, storable
from support_cli.base.i18n import _
from support_cli.base.paths import expand
from support_cli.base.text import clean_line
from support_cli.forms.model import Form, Role
from support_cli.forms.request import Request
from support_cli.requests.produce import Output


class OutputError(UnusableError):
    """A place cannot be written to."""


def summary_of(request: Request, form: Form) -> str:
    """The summary, else the first text that was said, else the form's name; one line."""
    question = form.with_role(Role.SUMMARY)
    said = request.value(question.id) if question is not None else None
    if not isinstance(said, str):
        texts = (a.value for a in request.answers.values() if isinstance(a.value, str))
        said = next(texts, form.name)
    return clean_line(said)


def file_stem(request: Request, form: Form) -> str:
    """Name for files, made from date and summary: ``2026-11-21-internet-drops``.

    Letters of any script are kept; words that file names of this computer cannot hold are left out.
    """
    text = summary_of(request, form)
    if not text.isascii():
        text = normalize("NFC", text)
    words = re.findall(r"[^\W_]+", text.lower())
    stem = ""
    for word in words:
        if storable(word) != word:
            continue
        if len((stem + word).encode()) > 60:
            break
        stem += "-" + word
    return f"{request.created:%Y-%m-%d}{stem or '-' + request.id}"


def check_place(target: str, cwd: Path) -> None:
    """Tries before the first question whether documents can be written where they shall go.

    Raises:
        OutputError: If not.
    """
    if target == "-":
        return
    path = (cwd / expand(target)) if target else cwd
    if is_device(path):
        return
    folder = path if path.is_dir() or target.endswith(("/", "\\")) else path.parent if target else path
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir():
        raise OutputError(_("{path} is not a folder.").format(path=folder), where="--output")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(
            _("Documents cannot be written to {path}.").format(path=folder),
            hint=_("Name another place with -o."),
            where="--output",
        )


def place_of(output: Output, target: str, cwd: Path, stem: str, count: int) -> Path:
    """Where a document goes.

    Args:
        output: The document.
        target: Value of ``--output``: a file, a folder, or empty for the current one.
        cwd: The current folder.
        stem: Name without ending.
        count: How many documents are written.
    """
    path = cwd / expand(target) if target else cwd
    as_folder = not target or path.is_dir() or target.endswith(("/", "\\")) or count > 1
    if not as_folder:
        return path
    name = stem if output.document in ("ticket", "email", "issue") else f"{stem}-{output.document}"
    return path / f"{name}.{output.format}"
