"""``support`` and ``python -m support_cli``."""

import gc
import os
import sys


def main(name: str = "support", version: str = "") -> None:
    """Runs the program; the version is told without loading any of it.

    Args:
        name: What it is called in help texts, and in the commands that are told.
        version: Version of a vendor's package, of whose command this is.
    """
    if sys.argv[1:] in (["--version"], ["-V"]):
        from support_cli import __version__

        own = f"support {__version__}"
        try:
            print(f"{name} {version} ({own})" if version else own, flush=True)
        except OSError:  # nobody listens, or the disk is full
            sys.exit(3)
        return
    # Nothing that a start makes is garbage: looking for it takes a twentieth of a short run.
    gc.set_threshold(50_000, 20, 20)
    from support_cli.base import i18n, invocation
    from support_cli.cli import console, secrets

    secrets.take()
    console.prepare_streams()
    i18n.activate(_language())
    from support_cli.cli.app import app

    invocation.call_program(name, os.environ.pop("SUPPORT_STARTED_AS", ""))
    try:
        app(prog_name=invocation.started())
    finally:
        gc.freeze()  # the interpreter's last collections would look at everything, and free what the system frees


def _language() -> str:
    """Language of the help texts, before the settings are read: ``--lang``, SUPPORT_LANG, the file, the locale."""
    from support_cli.base import i18n
    from support_cli.base.paths import APP, folders
    from support_cli.cli.settings_text import peek_language

    words = sys.argv[1:]
    for number, word in enumerate(words):
        if word.startswith("--lang="):
            return i18n.match_language([word.removeprefix("--lang=")])
        if word == "--lang" and number + 1 < len(words):
            return i18n.match_language([words[number + 1]])
    named = os.environ.get("SUPPORT_LANG") or peek_language(folders(APP, os.environ)[0] / "settings.toml")
    return i18n.match_language([named] if named else i18n.environment_languages())


if __name__ == "__main__":
    main()
