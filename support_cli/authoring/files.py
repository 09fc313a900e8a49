"""Writing what authors of packs make: whole or not at all, with the permissions that their other files have."""

from pathlib import Path

from support_cli.base.files import is_device, new_file
from support_cli.base.i18n import _
from support_cli.requests.places import OutputError


def put(path: Path, content: bytes, *, replace: bool, private: bool = False) -> None:
    """Writes a file.

    Args:
        path: Where it shall lie; its folder is made.
        content: All of it.
        replace: What is there may go.
        private: Nobody else may read it (0600).

    Raises:
        OutputError: If it cannot be written, or something is there and may not go.
    """
    try:
        if is_device(path):
            replace = True
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
        if not replace and (path.exists() or path.is_symlink()):
            raise already_there(path)
        with new_file(path, lasting=False, public=not private) as file:
            file.out.write(content)
    except OSError as error:
        raise OutputError(
            _("{path} cannot be written: {problem}.").format(path=path, problem=error.strerror or error),
            hint=_("Name another place."),
            where=str(path),
        ) from None


def already_there(path: Path) -> OutputError:
    """The error for a place that is taken."""
    return OutputError(
        _("{path} is there already, and nothing is overwritten.").format(path=path),
        hint=_("Name another place, or take it away first."),
        where=str(path),
    )
