"""What waits: drafts and messages, for the home screen."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from support_cli.base.i18n import _
from support_cli.base.text import clean_line, shorten
from support_cli.cases.cases import Cases
from support_cli.cases.drafts import Drafts
from support_cli.cases.outbox import Outbox
from support_cli.cases.records import STORY, MessageState

if TYPE_CHECKING:
    from support_cli.cases.database import Database
    from support_cli.cases.records import Draft


class DraftLine(msgspec.Struct, frozen=True):
    """One draft on the home screen."""

    id: str
    title: str
    progress: str
    pack: str
    form: str


class OverdueLine(msgspec.Struct, frozen=True):
    """One case on the home screen whose answer was promised and has not come."""

    id: str
    title: str
    ticket: str
    promised_by: datetime


class Overview(msgspec.Struct, frozen=True):
    """Everything that waits.

    Attributes:
        drafts: The one touched last first.
        outbox: How many messages are not sent yet.
        overdue: Those whose answer is promised, the longest overdue first.
    """

    drafts: tuple[DraftLine, ...] = ()
    outbox: int = 0
    overdue: tuple[OverdueLine, ...] = ()


def overview(path: Path, database: "Callable[[], Database]", now: datetime) -> Overview:
    """Looks what waits; where there is no database yet, none is made."""
    if not path.exists():
        return Overview()

    drafts = Drafts(database()).list()
    waiting = Outbox(database()).list(states=(MessageState.QUEUED, MessageState.SENDING))
    lines = tuple(
        DraftLine(id=d.id, title=draft_title(d), progress=d.progress, pack=d.pack.name, form=d.form) for d in drafts
    )
    overdue = [
        OverdueLine(id=one.id, title=one.title, ticket=one.ticket, promised_by=one.promised_by)
        for one in Cases(database()).list(overdue_at=now)
        if one.promised_by is not None
    ]
    return Overview(lines, len(waiting), tuple(sorted(overdue, key=lambda one: one.promised_by)))


def draft_title(draft: "Draft") -> str:
    """The summary (of an issue the title) said so far, in one short line; else pack and form."""
    if draft.about:
        return _("About case {id}").format(id=draft.about[:4])
    for name in ("summary", "title", STORY):
        said = draft.answers.get(name)
        if said is not None and isinstance(said.value, str):
            return shorten(clean_line(said.value), 60)
    return f"{draft.pack.name} · {draft.form}"
