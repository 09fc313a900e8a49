"""What a use case works with; the composition root fills it, a test brings its own."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from support_cli.base.cache import Cache
from support_cli.base.errors import UsageError
from support_cli.base.i18n import _
from support_cli.cases.profile import Profile

if TYPE_CHECKING:  # sqlite3 and a screen are opened only by who needs them
    from support_cli.cases.database import Database
    from support_cli.deliver.base import Deliverer
    from support_cli.deliver.registry import DeskAddress
    from support_cli.interview.prompter import Prompter


class Mail(msgspec.Struct, frozen=True):
    """How this machine sends mail.

    Attributes:
        transport: ``smtp``, ``sendmail``, ``file``, or empty where nothing is set up.
        make: Makes the deliverer.
        sender: Address that mail comes from, or empty for the requester's.
        account: Who logs in to the mail server, or empty.
        resend_unclear: Send again although an earlier attempt may have arrived and nobody can be asked.
    """

    transport: str
    make: "Callable[[], Deliverer]"
    sender: str = ""
    account: str = ""
    resend_unclear: bool = False


def no_desks(address: "DeskAddress") -> "Deliverer":
    """Default of ``Bench.desk``."""
    raise UsageError(_("No desk can be reached from here."), where=address.channel)


class Bench(msgspec.Struct, kw_only=True):
    """The collaborators of one run.

    Attributes:
        cache: Parsed packs.
        cwd: Current folder.
        made: Folder for files that we make (zips), 0700.
        now: The clock; aware.
        language: Language that is spoken.
        database: Opens the database, once.
        prompter: Makes the screen; None without a terminal, and then nothing ever asks.
        say: Shows one or more lines to the person (standard error).
        stdin: Reads standard input to its end.
        stdout: Standard output as bytes, for a message that is streamed there.
        profile: Contact details.
        mail: How mail is sent.
        desk: Makes the deliverer for a desk, with the login that this machine has for it.
        environ: The environment.
        default_pack: Pack that is used when none is named, or empty.
        output: Folder for documents when none is named, or empty.
        prefill: Whether contact details may be offered.
        plain: Questions are asked line by line; what was begun so goes on so. Counts until something is asked.
        advises: Whether hints are shown; those that take a search are not looked for otherwise.
        resume: Command that goes on with what is being written; every exit prints it.
        packs: Folder of the installed packs, or None where there are none.
    """

    cache: Cache
    cwd: Path
    made: Path
    now: Callable[[], datetime]
    language: str
    database: "Callable[[], Database]"
    prompter: "Callable[[], Prompter] | None"
    say: Callable[[str], None]
    stdin: Callable[[], bytes]
    stdout: Callable[[], BinaryIO]
    profile: Profile
    mail: Mail
    desk: "Callable[[DeskAddress], Deliverer]" = no_desks
    environ: Mapping[str, str] = {}
    default_pack: str = ""
    output: str = ""
    prefill: bool = True
    plain: bool = False
    advises: bool = True
    resume: str = ""
    packs: Path | None = None
