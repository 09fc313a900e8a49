"""What happened in many deliveries over a bad line, as a table."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from support_cli.cases.database import Database, open_database
from support_cli.environment import Bench, Mail, no_desks
from tests.deliver.desks.asking import NAMES

FILES = dict(list(NAMES.items())[:2])
COLUMNS = ("runs", "attempts", "last_step", "doubtful", "chosen", "lost", "doubled", "untrue")


@dataclass
class Table:
    """What happened, by kind of fault.

    Attributes:
        runs: Deliveries.
        attempts: Attempts of all of them.
        last_step: Deliveries whose fault struck the very request, or message, that makes the ticket.
        doubtful: Attempts that left doubt, which was told.
        chosen: Deliveries that came twice since the customer, told of the doubt, wanted them sent again.
        lost: Deliveries that ended without the receiver having them whole, and were not told to be waiting.
        doubled: Deliveries that came more than once without anybody having wanted it.
        untrue: Attempts of which something else was told than what the receiver has.
        words: What was not as it should be.
    """

    runs: Counter[str] = field(default_factory=Counter)
    attempts: Counter[str] = field(default_factory=Counter)
    last_step: Counter[str] = field(default_factory=Counter)
    doubtful: Counter[str] = field(default_factory=Counter)
    chosen: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    doubled: Counter[str] = field(default_factory=Counter)
    untrue: Counter[str] = field(default_factory=Counter)
    words: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"{'fault':38}" + "".join(f"{name:>10}" for name in COLUMNS)]
        for kind in sorted(self.runs):
            lines.append(f"{kind:38}" + "".join(f"{getattr(self, name)[kind]:>10}" for name in COLUMNS))
        sums = "".join(f"{sum(getattr(self, name).values()):>10}" for name in COLUMNS)
        return "\n".join([*lines, f"{'all':38}{sums}", *self.words[:20]])

    @property
    def perfect(self) -> bool:
        return not (self.lost or self.doubled or self.untrue)


class Clock:
    """Runs ahead, so that no attempt has to be waited for."""

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        self.ahead = ahead

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@contextmanager
def outbox_at(folder: Path) -> Iterator[Database]:
    with open_database(folder / "support.db") as database:
        yield database


def make_bench(database: Database, clock: Clock, *, mail: Mail | None = None, desk: Any = no_desks) -> Bench:
    """As much of a bench as sending needs."""
    return Bench(
        cache=cast("Any", None),
        cwd=Path(),
        made=Path(),
        now=clock,
        language="en",
        database=lambda: database,
        prompter=None,
        say=lambda _text: None,
        stdin=lambda: b"",
        stdout=cast("Any", None),
        profile=cast("Any", None),
        mail=mail or Mail("", cast("Any", None)),
        desk=desk,
    )
