"""Asking once whether a pack is trusted, and standing in the way until somebody says yes.

Which packs are asked about:

- one that comes with the program: never;
- an installed one, or one that a Python package brings: before it is used;
- one that is used from where it lies (``-p FOLDER``): before something is sent where *it* says. To ask, to show and to
  write files on this computer it does no harm, and with ``--to`` the address is the customer's own.

What is kept of a pack that is not installed is its face (``lockfile.Face``), so an author who works on one is
asked again only when publisher, key or destinations change.
"""

from collections.abc import Sequence

from support_cli.base.addresses import Address
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.base.text import clean_line
from support_cli.distribution.changes import lines_about
from support_cli.distribution.lockfile import UntrustedError, is_digest, sends
from support_cli.distribution.trusted import FREE, LOCAL, is_trusted, note, place_of
from support_cli.environment import Bench
from support_cli.interview.prompter import Choice
from support_cli.packs.pack import Pack


def before_use(bench: Bench, pack: Pack, digest: str = "", *, no_input: bool = False) -> None:
    """Lets a pack be used for a new request, or asks.

    Args:
        bench: The collaborators.
        pack: The pack.
        digest: What ``--trust`` said: this is trusted without a question, and nothing else; or empty.
        no_input: Nobody is asked.

    Raises:
        UntrustedError: If nobody said yes, or the digest is not the pack's.
    """
    if digest and not is_digest(digest, pack.digest):
        raise wrong_digest(pack)
    if pack.origin not in (*FREE, *LOCAL):
        _require(bench, pack, digest, no_input)


def before_sending(
    bench: Bench, pack: Pack, to: Sequence[Address], digest: str = "", *, no_input: bool = False
) -> None:
    """Lets a request be sent where a pack says, or asks.

    Args:
        bench: The collaborators.
        pack: The pack.
        to: Addresses that the customer named instead of the pack's.
        digest: What ``--trust`` said, or empty.
        no_input: Nobody is asked.

    Raises:
        UntrustedError: If nobody said yes, or the digest is not the pack's.
    """
    if pack.origin not in FREE and not to and sends(pack.manifest):
        _require(bench, pack, digest, no_input)


def _require(bench: Bench, pack: Pack, digest: str, no_input: bool) -> None:
    if is_trusted(bench, pack):
        return

    ask(bench, pack, lines_about(bench, pack), digest, no_input=no_input, command=trust_command(pack))
    note(bench, pack, trusted=True)


def trust_command(pack: Pack) -> str:
    """The command that trusts a pack without a question."""
    name = pack.manifest.name if pack.origin == "installed" else place_of(pack)
    return command_line("pack", "trust", name, "--trust", pack.digest)


def ask(bench: Bench, pack: Pack, lines: Sequence[str], digest: str, *, no_input: bool, command: str) -> None:
    """Shows what is to be trusted and asks; a digest that was named is an answer, silence is none.

    Args:
        bench: The collaborators.
        pack: The pack.
        lines: What there is to know about it.
        digest: What ``--trust`` said, or empty.
        no_input: Nobody is asked.
        command: The command that says yes without a question.

    Raises:
        UntrustedError: If the digest is another one, nobody can be asked, or the answer is no.
    """
    name = f"{clean_line(pack.manifest.name)} {clean_line(pack.manifest.version)}"
    if digest:
        if not is_digest(digest, pack.digest):
            raise wrong_digest(pack)
        return
    if bench.prompter is None or no_input:
        raise UntrustedError(
            _("The pack {name} is not trusted yet, and nobody can be asked.").format(name=name),
            hint="\n".join([*lines, _("If this is right:  {command}").format(command=command)]),
            where=clean_line(pack.where),
        )
    screen = bench.prompter()
    screen.say("\n".join(lines))
    choices = [Choice(key="no", label=_("No")), Choice(key="trust", label=_("Yes, I trust it"), final=True)]
    if screen.choose(_("Do you trust the pack {name}?").format(name=name), choices, default="no") != "trust":
        raise UntrustedError(_("The pack {name} is not trusted, so it is not used.").format(name=name))


def wrong_digest(pack: Pack) -> UntrustedError:
    """The error for a digest that was named and is not this pack's."""
    return UntrustedError(
        _("This is not what you trust: the pack's digest is {digest}.").format(digest=pack.digest), where="--trust"
    )
