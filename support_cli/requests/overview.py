"""What waits, for the home screen: drafts, messages, requests that nobody has sent, answers that have not come."""

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
from support_cli.cases.records import STORY, CaseState, MessageState

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


class WrittenLine(msgspec.Struct, frozen=True):
    """One case on the home screen that was written and, as far as is known here, not sent."""

    id: str
    title: str


class Overview(msgspec.Struct, frozen=True):
    """What waits; of each kind as many as were asked for, and how many there are.

    Attributes:
        drafts: The one touched last first.
        outbox: How many messages are not sent yet.
        overdue: Those whose answer is promised, the longest overdue first.
        written: Those that were not sent from here nor marked as sent, the one touched last first.
        draft_count: How many drafts there are.
        overdue_count: How many answers are overdue.
        written_count: How many were written and not sent.
    """

    drafts: tuple[DraftLine, ...] = ()
    outbox: int = 0
    overdue: tuple[OverdueLine, ...] = ()
    written: tuple[WrittenLine, ...] = ()
    draft_count: int = 0
    overdue_count: int = 0
    written_count: int = 0


def overview(path: Path, database: "Callable[[], Database]", now: datetime, most: int = -1) -> Overview:
    """Looks what waits, at most so many of each kind; where there is no database yet, none is made."""
    if not path.exists():
        return Overview()

    drafts, cases = Drafts(database()), Cases(database())
    return Overview(
        drafts=tuple(
            DraftLine(id=d.id, title=draft_title(d), progress=d.progress, pack=d.pack.name, form=d.form)
            for d in drafts.list(limit=most)
        ),
        outbox=Outbox(database()).count((MessageState.QUEUED, MessageState.SENDING)),
        overdue=tuple(
            OverdueLine(id=one.id, title=one.title, ticket=one.ticket, promised_by=one.promised_by)
            for one in cases.list(overdue_at=now, limit=most)
            if one.promised_by is not None
        ),
        written=tuple(
            WrittenLine(id=one.id, title=one.title) for one in cases.list(states=(CaseState.WRITTEN,), limit=most)
        ),
        draft_count=drafts.count(),
        overdue_count=cases.count(overdue_at=now),
        written_count=cases.count(states=(CaseState.WRITTEN,)),
    )


def draft_title(draft: "Draft") -> str:
    """The summary (of an issue the title) said so far, in one short line; else pack and form."""
    if draft.about:
        return _("About case {id}").format(id=draft.about[:4])
    for name in ("summary", "title", STORY):
        said = draft.answers.get(name)
        if said is not None and isinstance(said.value, str):
            return shorten(clean_line(said.value), 60)
    return f"{draft.pack.name} · {draft.form}"
