"""Paths as people type them, and the folders that a program of theirs has."""

import sys
from collections.abc import Mapping
from pathlib import Path

APP = "support-cli"
"""What our folders are called."""

_XDG = (("XDG_CONFIG_HOME", ".config"), ("XDG_DATA_HOME", ".local/share"), ("XDG_CACHE_HOME", ".cache"))


def expand(text: str) -> Path:
    """Reads a path with ``~``; ``~name`` where nobody is called so stays as it is, as in a shell.

    ``Path.expanduser`` raises RuntimeError there.
    """
    path = Path(text)
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def folders(app: str, environ: Mapping[str, str]) -> tuple[Path, Path, Path]:
    """Folders of settings, data and cache.

    Args:
        app: Name of the program.
        environ: The environment.
    """
    if found := xdg_folders(app, environ):
        return found
    from platformdirs import PlatformDirs

    dirs = PlatformDirs(app, appauthor=False, roaming=False)
    return Path(dirs.user_config_dir), Path(dirs.user_data_dir), Path(dirs.user_cache_dir)


def xdg_folders(app: str, environ: Mapping[str, str]) -> tuple[Path, Path, Path] | None:
    """Folders of settings, data and cache on Linux, by the XDG Base Directory Specification.

    They are what platformdirs says, whose import takes a thirtieth of a short run; every other system is left to it.

    Args:
        app: Name of the program.
        environ: The environment; paths in it that are not absolute do not count.

    Returns:
        None where it takes more to tell: on another system, on Android, or without a home folder.
    """
    home = environ.get("HOME", "")
    if sys.platform != "linux" or "ANDROID_ROOT" in environ or not home.startswith("/"):
        return None
    config, data, cache = (
        Path(named if (named := environ.get(variable, "")).startswith("/") else f"{home}/{usual}", app)
        for variable, usual in _XDG
    )
    return config, data, cache
