"""Secrets from the environment and from commands; they are in no file, flag or log of ours."""

import os
import subprocess
from collections.abc import Callable, Mapping

from support_cli.base.errors import UnusableError
from support_cli.base.i18n import _

SECONDS = 30


_taken: dict[str, str] = {}
"""What stood in the environment and is a secret."""


def take() -> None:
    """Takes tokens and passwords out of the environment, so that no program that we start inherits them."""
    for name in list(os.environ):
        if name.startswith("SUPPORT_TOKEN_") or (name.startswith("SUPPORT_") and name.endswith("_PASSWORD")):
            _taken[name] = os.environ.pop(name)


def environment() -> Mapping[str, str]:
    """The environment as it was given to us, secrets included; never to be handed on to another program."""
    return {**os.environ, **_taken}


class SecretError(UnusableError):
    """A secret cannot be had."""


def printed_by(command: str) -> Callable[[], str]:
    """Makes a function that runs a command and returns the first line that it prints.

    Args:
        command: As in a shell, without one: words and quotes, no pipes (say ``sh -c '...'`` for those).

    Returns:
        The function. It raises ``SecretError`` if the command fails, prints nothing or takes longer than half a
        minute; what it printed never stands in the error.
    """

    def ask() -> str:
        import shlex

        try:
            words = shlex.split(command)
            done = subprocess.run(words, stdout=subprocess.PIPE, timeout=SECONDS, check=False)
        except (OSError, ValueError) as error:
            problem = getattr(error, "strerror", None) or str(error)
            raise _failed(command, problem) from None
        except subprocess.TimeoutExpired:
            raise _failed(command, _("it did not end in time")) from None
        if done.returncode:
            raise _failed(command, _("it ended with {code}").format(code=done.returncode))
        lines = done.stdout.decode("utf-8", "replace").splitlines()
        if not lines or not lines[0]:
            raise _failed(command, _("it printed nothing"))
        return lines[0]

    return ask


def _failed(command: str, problem: str) -> SecretError:
    program = command.split(maxsplit=1)[0] if command.split() else command
    return SecretError(
        _("The command for the password ({program}) does not work: {problem}.").format(
            program=program, problem=problem
        ),
        hint=_("Run it by hand to see what it says."),
    )
