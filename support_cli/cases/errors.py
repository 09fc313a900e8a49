"""What can go wrong with what is stored.

DatabaseError (3)          it cannot be opened, read or written
├── NewerDatabase          written by a newer version of the program; never touched
├── ForeignDatabase        another program's database; never touched
├── DatabaseBusy           locked by another program for too long
├── NotWritable            permission denied or a read-only disk
├── StorageFull            no room; nothing that was saved before is harmed
├── DatabaseDamaged        damage that showed up while running
└── DatabaseGone           moved or deleted while running
DraftOpenElsewhere (3)     another ``support`` works on this draft
DraftGone (3)              finished or deleted in another window
LeaseLost (3)              somebody else sends this message by now
MessageDamaged (3)         the stored bytes are not those that were stored
IdError (2)                no such id, or more than one begins like that
WrongState (2)             what was asked does not fit the state it is in
AlreadyStored (2)          the same message waits or was sent already
"""

from collections.abc import Callable
from datetime import datetime

from support_cli.base.errors import UnusableError, UsageError


class DatabaseError(UnusableError):
    """The database cannot be opened, read or written.

    Attributes:
        unsaved: The value that was not saved (an ``Answer``, a text, a record), or None.
        retry: Does the same again and raises the same kinds of error, or None where that makes no sense.
    """

    unsaved: object = None
    retry: Callable[[], object] | None = None


class NewerDatabase(DatabaseError):
    """A newer version of the program wrote it; it was not touched."""


class ForeignDatabase(DatabaseError):
    """Another program's database, a folder or a device lies there; it was not touched."""


class DatabaseBusy(DatabaseError):
    """Another program held the lock for longer than we wait."""


class NotWritable(DatabaseError):
    """Permission denied, or the disk is read-only."""


class StorageFull(DatabaseError):
    """The disk or a quota is full; what was saved before stays saved."""


class DatabaseDamaged(DatabaseError):
    """Damage showed up while running; the next ``open_database(path, check=True)`` sets the file aside."""


class DatabaseGone(DatabaseError):
    """The file was moved, replaced or deleted while we worked with it."""


class DraftOpenElsewhere(UnusableError):
    """Another ``support`` works on this draft.

    Attributes:
        draft_id: The draft.
        pid: Process id of the other one.
        host: Machine it runs on.
        since: When it took the draft.
        certain: It is known to be running; otherwise it may have ended (another machine, no way to tell).
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str,
        draft_id: str,
        pid: int,
        host: str,
        since: datetime,
        certain: bool,
    ) -> None:
        super().__init__(message, hint=hint, where=draft_id)
        self.draft_id = draft_id
        self.pid = pid
        self.host = host
        self.since = since
        self.certain = certain


class DraftGone(UnusableError):
    """The draft was finished or deleted in another window.

    Attributes:
        unsaved: The value that was not saved. ``Drafts.restore`` stores the whole draft again.
        finished: It has become a case.
    """

    def __init__(self, message: str, *, hint: str, where: str, unsaved: object, finished: bool) -> None:
        super().__init__(message, hint=hint, where=where)
        self.unsaved = unsaved
        self.finished = finished


class LeaseLost(UnusableError):
    """This attempt took so long that it was given up and somebody else sends the message by now."""


class MessageDamaged(UnusableError):
    """The bytes of a stored message are missing or changed; they must not be sent."""


class IdError(UsageError):
    """No such id, or more than one begins like that.

    Attributes:
        candidates: Ids that may have been meant, best first.
    """

    def __init__(self, message: str, *, hint: str, where: str, candidates: tuple[str, ...]) -> None:
        super().__init__(message, hint=hint, where=where)
        self.candidates = candidates


class WrongState(UsageError):
    """What was asked does not fit the state it is in (cancel while sending, finish twice)."""


class AlreadyStored(UsageError):
    """The same message of the same request for the same channel waits or was sent already.

    Attributes:
        message_id: Id in the outbox of the one that is there.
    """

    def __init__(self, message: str, *, hint: str, message_id: str) -> None:
        super().__init__(message, hint=hint, where=message_id)
        self.message_id = message_id
