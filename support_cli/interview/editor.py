"""One answer in the person's own editor, and back."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support_cli.base.i18n import _
from support_cli.base.text import clean_text


class EditorFailed(Exception):
    """The text could not be edited; the message is one sentence, and the text is as it was."""


def edit(text: str, command: str, terminal: int | None) -> str:
    """Lets the person change a text in an editor.

    The file lies in a private folder (0700), is private itself (0600), and both are gone afterwards.

    Args:
        text: The text so far.
        command: The editor with its arguments, as in ``$VISUAL``.
        terminal: File descriptor that becomes the editor's output, because standard output may be a file;
            None to inherit.

    Returns:
        The text as it was saved, without unsafe characters and without the final line end.

    Raises:
        EditorFailed: If the editor cannot be started, ends with an error, or leaves no readable text.
    """
    words = split_command(command)
    if not words:
        raise EditorFailed(_("No editor is set up. Your text stays here."))
    folder = Path(tempfile.mkdtemp(prefix="support-"))
    try:
        path = folder / "answer.txt"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text + "\n" if text else "")
        with _interrupts_left_to_editor():
            try:
                code = subprocess.run([*words, str(path)], stdout=terminal, check=False).returncode
            except OSError as error:
                raise EditorFailed(
                    _("The editor {name} could not be started ({reason}). Your text stays here.").format(
                        name=words[0], reason=error.strerror or str(error)
                    )
                ) from None
        if code:
            raise EditorFailed(
                _("The editor ended with an error ({code}). Your text is as it was before.").format(code=code)
            )
        try:
            return clean_text(path.read_text(encoding="utf-8-sig")).rstrip("\n")
        except (OSError, UnicodeDecodeError):
            raise EditorFailed(
                _("What the editor saved is not readable text. Your text is as it was before.")
            ) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def split_command(command: str) -> list[str]:
    """The words of an editor's command; a path with blanks stands in quotes."""
    try:
        if sys.platform == "win32":
            return [word.strip('"') for word in shlex.split(command, posix=False)]
        return shlex.split(command)
    except ValueError:
        return [command]


@contextmanager
def _interrupts_left_to_editor() -> Iterator[None]:
    """Ctrl-C in the editor is the editor's: it must not end us."""
    try:
        # A handler, not SIG_IGN: an ignored signal would stay ignored in the editor.
        before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    except ValueError:  # not in the main thread, where signals do not arrive
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
