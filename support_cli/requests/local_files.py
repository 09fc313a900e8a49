"""Which files of this computer may go along: a path that came from a file needs somebody's word.

What the command line names was meant by whoever typed it. An answers file, a request file or a table may come from
somebody else, and so do the paths in it: they are confirmed at a terminal, or allowed by ``--allow-files``.
"""

import os
from collections.abc import Sequence
from pathlib import Path, PurePath

from support_cli.attachments.names import displayable, quoted
from support_cli.base.errors import AttachmentError
from support_cli.base.i18n import _, ngettext
from support_cli.base.paths import expand
from support_cli.cases.cases import Cases
from support_cli.cases.errors import IdError
from support_cli.environment import Bench
from support_cli.forms.request import Attachment, Request
from support_cli.interview.prompter import Choice
from support_cli.requests.options import NewOptions


class NotAllowedError(AttachmentError):
    """A file names other files, and nobody said that they may be sent."""


def may_go(bench: Bench, options: NewOptions, paths: Sequence[Path], source: str) -> bool:
    """Finds out whether files that a file names may be sent; asks where somebody is there.

    Nothing has been opened by then.

    Args:
        bench: The collaborators.
        options: ``allow_files`` names folders and files.
        paths: Absolute paths.
        source: What names them, for messages.

    Returns:
        False if the person wants them left out.

    Raises:
        NotAllowedError: If nobody can be asked.
    """
    asked = list(dict.fromkeys(path for path in paths if not _is_within(path, options.allow_files, bench.cwd)))
    if not asked:
        return True
    names = ", ".join(displayable(path) for path in asked)
    text = ngettext(
        "{source} names a file of this computer: {names}.",
        "{source} names files of this computer: {names}.",
        len(asked),
    ).format(source=source, names=names)
    if bench.prompter is None or options.no_input:
        raise NotAllowedError(
            text,
            hint=_("If that is meant, name their folder:  {flag}").format(
                flag=" ".join(f"--allow-files {quoted(one)}" for one in dict.fromkeys(path.parent for path in asked))
            ),
            where=source,
        )

    prompter = bench.prompter()
    prompter.say(text)
    choices = [
        Choice(key="without", label=_("Leave them out")),
        Choice(key="attach", label=_("Attach them, they are meant to be sent"), final=True),
    ]
    return prompter.choose(_("May these files go along?"), choices, default="without") == "attach"


def keep_known(bench: Bench, request: Request | None, attachments: Sequence[Attachment]) -> list[Attachment]:
    """The attachments of a request file that a case of this machine has as well: its person attached them here."""
    if request is None or not attachments:
        return []

    try:
        known = {(one.path, one.sha256) for one in Cases(bench.database()).get(request.id).request.attachments}
    except IdError:
        return []
    return [one for one in attachments if (one.path, one.sha256) in known]


def _is_within(path: Path, allowed: Sequence[str], cwd: Path) -> bool:
    """Whether a path is one of those allowed, or lies in one of those folders, links followed."""
    places = [cwd / expand(one) for one in allowed]
    if os.name == "nt" and str(path).startswith("\\\\"):  # looking at it alone would log in to another computer
        places = [place for place in places if _is_below(os.path.abspath(path), os.path.abspath(place))]  # noqa: PTH100
    return any(_is_below(os.path.realpath(path), os.path.realpath(place)) for place in places)


def _is_below(path: str, folder: str) -> bool:
    return PurePath(path).is_relative_to(folder)
