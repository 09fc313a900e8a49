"""What is said when packs come, change and go."""

from collections.abc import Iterable, Sequence

from support_cli.base.errors import ExitCode
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.base.text import clean_line
from support_cli.cli import console
from support_cli.cli.context import Context
from support_cli.cli.guard import exit_now
from support_cli.distribution.changes import Change
from support_cli.distribution.install import Brought
from support_cli.distribution.lockfile import Installed
from support_cli.distribution.manage import Trusted


def print_brought(brought: Brought, context: Context) -> None:
    """Shows what was installed."""
    if context.flags.json:
        console.product_json(brought)
        return
    context.say(_line(brought))
    _changes(brought.changes, context)
    if brought.state == "added":
        context.say(_("Use it:  {command}").format(command=command_line("new", "-p", brought.name)))


def print_updates(updates: Iterable[Brought], context: Context) -> None:
    """Shows what became of each pack, as it comes; ends with 1 if there is something newer, with 3 if one failed."""
    done: list[Brought] = []
    for one in updates:
        done.append(one)
        if not context.flags.json:
            if one.state == "failed":
                console.talk(_line(one))
            else:
                context.say(_line(one))
            _changes(one.changes, context)
    if context.flags.json:
        console.product_json(done)
    elif not done:
        context.say(_("No packs are installed."))
    states = {one.state for one in done}
    if "failed" in states:
        exit_now(ExitCode.UNUSABLE)
    if "available" in states:
        exit_now(ExitCode.FINDINGS)


def _line(one: Brought) -> str:
    release = f" ({clean_line(one.release)})" if one.release and one.release.removeprefix("v") != one.version else ""
    versions = one.version if one.before in ("", one.version) else f"{one.before} → {one.version}"
    said = {
        "added": _("Installed: {pack}"),
        "updated": _("Updated: {pack}"),
        "current": _("Up to date: {pack}"),
        "available": _("There is another version: {pack}"),
        "failed": _("Not updated: {pack}"),
    }[one.state]
    line = said.format(pack=f"{one.name} {clean_line(versions)}{release}")
    if one.problem:
        line += "".join(f"\n  {text}".rstrip() for text in [one.problem, *(one.hint or "").splitlines()])
    return line


def _changes(changes: Sequence[Change], context: Context) -> None:
    if changes:
        context.say("\n".join(("  !! " if change.loud else "  ") + change.message for change in changes))


def print_removed(record: Installed, context: Context) -> None:
    """Says what was removed."""
    if context.flags.json:
        console.product_json(record)
        return
    context.say(_("Removed: {pack}").format(pack=f"{record.name} {clean_line(record.version)}"))
    context.say(_("To have it again:  {command}").format(command=command_line("pack", "add", record.source)))


def print_trusted(trusted: Trusted, context: Context) -> None:
    """Says whether a pack is trusted now."""
    if context.flags.json:
        console.product_json(trusted)
        return
    name = f"{trusted.name} {clean_line(trusted.version)}"
    if trusted.trusted:
        said = _("Trusted: {pack}") if trusted.changed else _("It is trusted already: {pack}")
    else:
        said = _("Trusted no more: {pack}") if trusted.changed else _("It was not trusted: {pack}")
    context.say(said.format(pack=name))
