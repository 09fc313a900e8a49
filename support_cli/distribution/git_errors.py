"""Why git failed, in one sentence; it says so itself in English, among other things."""

import re

from support_cli.base.i18n import N_, _
from support_cli.base.text import clean_line, clean_text, shorten
from support_cli.distribution.source import Source
from support_cli.packs.errors import PackError


class GitError(PackError):
    """A repository cannot be fetched."""


_REASONS = (
    (
        r"could not read (?:Username|Password)|Authentication failed|terminal prompts disabled|error: 40[13]",
        N_("{host} wants a login for this repository, or it does not exist."),
        N_("For a private repository use ssh: git+ssh://git@host/name.git"),
    ),
    (r"error: 30\d", N_("The repository has moved, and {host} does not say it safely."), N_("Name its new address.")),
    (
        r"[Rr]epository .{0,400}not found|error: 404|does not appear to be a git repository|No such file",
        N_("There is no git repository at this address."),
        None,
    ),
    (
        r"Could not resolve host|Could not resolve proxy",
        N_("There is no server called {host}, or the network is away."),
        N_("What is installed works without a network; only add and update need one."),
    ),
    (
        r"Host key verification failed",
        N_("{host} is not known to ssh on this computer."),
        N_("Connect to it once with ssh, and look at its key."),
    ),
    (r"Permission denied \(|Too many authentication", N_("{host} does not let you in with your ssh keys."), None),
    (
        r"SSL certificate problem|certificate verif|server certificate|SSL: no alternative",
        N_("The certificate of {host} cannot be trusted."),
        N_("See whether the clock of this computer is right, and tell the people who run the server."),
    ),
    (
        r"Failed to connect|Connection refused|Connection timed out|unable to connect|Operation too slow",
        N_("{host} cannot be reached, or is too slow."),
        N_("Try again later."),
    ),
    (
        r"dubious ownership",
        N_("The repository belongs to another user of this computer, and git does not read it."),
        None,
    ),
    (r"cannot run ssh|ssh: not found", N_("The program ssh is needed to fetch this, and it is not installed."), None),
)


def explain(said: str, source: Source) -> GitError:
    """Says in one sentence why git failed.

    Args:
        said: What it printed, in English.
        source: What was fetched.
    """
    host = _host(source)
    for pattern, message, hint in _REASONS:
        if re.search(pattern, said):
            return GitError(_(message).format(host=host), hint=_(hint) if hint else None, where=source.text)
    lines = [line for line in clean_text(said).splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "error:", "ERROR:"))] or lines or ["git"]
    return GitError(
        _("git cannot fetch this: {problem}.").format(problem=shorten(clean_line(fatal[0]), 160).rstrip(".")),
        where=source.text,
    )


def _host(source: Source) -> str:
    address = source.address.partition("://")[2] or source.address
    return clean_line(re.split(r"[/:]", address.rpartition("@")[2] or address)[0]) or "git"
