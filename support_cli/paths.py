"""Paths as people type them."""

from pathlib import Path


def expand(text: str) -> Path:
    """Reads a path with ``~``; ``~name`` where nobody is called so stays as it is, as in a shell.

    ``Path.expanduser`` raises RuntimeError there.
    """
    path = Path(text)
    try:
        return path.expanduser()
    except RuntimeError:
        return path
