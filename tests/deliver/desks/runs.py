"""Many deliveries over a bad line, each counted at the desk itself: none lost, none doubled, every outcome true.

By hand, with the table:  python -m tests.deliver.desks.runs --runs 1000 rt redmine roundup
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from support_cli.cases.database import Database, open_database
from support_cli.cases.outbox import Outbox
from support_cli.cases.records import Message, MessageState
from support_cli.deliver import parcel
from support_cli.deliver.base import Deliverer
from support_cli.deliver.desks.options import DeskOptions, Login
from support_cli.deliver.registry import DeskAddress, desk_deliverer
from support_cli.workflow import attempt
from support_cli.workflow.bench import Bench, Mail
from tests.deliver import servers
from tests.deliver.desks.asking import NAMES, fresh_mark, make_desk_job
from tests.deliver.desks.faults import KINDS, Fault, between

PORTS = {"rt": 18080, "redmine": 18083, "roundup": 18081}
FILES = dict(list(NAMES.items())[:2])
ROOT = Path(__file__).resolve().parents[3]


@dataclass
class Target:
    """A real desk.

    Attributes:
        kind: Its kind.
        port: Where it listens.
        path: What stands behind host and port in its address.
        queue: Queue.
        login: User and token.
    """

    kind: str
    port: int
    path: str
    queue: str
    login: Login
    settings: dict[str, str] = field(default_factory=dict)

    def options(self, port: int, timeout: float) -> DeskOptions:
        return DeskOptions(
            url=f"http://127.0.0.1:{port}{self.path}",
            queue=self.queue,
            settings=self.settings,
            login=lambda: self.login,
            timeout=timeout,
        )

    def desk(self, port: int = 0, timeout: float = 60.0) -> Any:
        return desk_deliverer(self.kind, self.options(port or self.port, timeout))


def target(kind: str) -> Target:
    found = servers.environment(kind)
    if kind == "rt":
        login = Login("", found["RT_TOKEN"])
        return Target(kind, 18080, "", found["RT_QUEUE"], login, {"field.Environment": "environment"})
    if kind == "redmine":
        login = Login("", found["REDMINE_KEY"])
        settings = {f"field.{found['REDMINE_FIELD_ENVIRONMENT']}": "environment", "tracker": "Support"}
        return Target(kind, 18083, "", found["REDMINE_PROJECT"], login, settings)
    login = Login(found["ROUNDUP_USER"], found["ROUNDUP_PASSWORD"])
    return Target(kind, 18081, "/support", "", login, {"priority": "bug"})


def readback(kind: str, number: str) -> Any:
    command = [sys.executable, str(servers.script(f"{kind}/readback.py")), number]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def tickets_of(where: Target, mark: str) -> list[str]:
    """Numbers of all tickets at the desk with a mark in the subject, which is not how the desk is asked otherwise."""
    client = where.desk().client
    if where.kind == "rt":
        data = client.get("/REST/2.0/tickets", [("query", f"Subject LIKE '{mark}'"), ("per_page", "100")]).data()
        return [one["id"] for one in data["items"]]
    if where.kind == "redmine":
        query = [("status_id", "*"), ("subject", f"~{mark}"), ("limit", "100")]
        return [str(one["id"]) for one in client.get("/issues.json", query).data()["issues"] if mark in one["subject"]]
    issues = client.get("/rest/data/issue", [("title", mark)]).data()["data"]["collection"]
    return [one["id"] for one in issues]


def names_at(where: Target, number: str) -> list[str]:
    """Names of the files that a ticket has."""
    client = where.desk().client
    if where.kind == "rt":
        query = [("fields", "Filename"), ("per_page", "100")]
        rows = client.get(f"/REST/2.0/ticket/{number}/attachments", query).data()["items"]
        return [one["Filename"] for one in rows if one.get("Filename")]
    if where.kind == "redmine":
        issue = client.get(f"/issues/{number}.json", [("include", "attachments")]).data()["issue"]
        return [one["filename"] for one in issue["attachments"]]
    files = client.get(f"/rest/data/issue/{number}").data()["data"]["attributes"]["files"]
    return [client.get(f"/rest/data/file/{one['id']}").data()["data"]["attributes"]["name"] for one in files]


@dataclass
class Table:
    """What happened, by kind of fault."""

    runs: Counter[str] = field(default_factory=Counter)
    attempts: Counter[str] = field(default_factory=Counter)
    asked_first: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    doubled: Counter[str] = field(default_factory=Counter)
    untrue: Counter[str] = field(default_factory=Counter)
    words: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        columns = ("runs", "attempts", "asked_first", "lost", "doubled", "untrue")
        lines = [f"{'fault':38}" + "".join(f"{name:>13}" for name in columns)]
        for kind in sorted(self.runs):
            lines.append(f"{kind:38}" + "".join(f"{getattr(self, name)[kind]:>13}" for name in columns))
        sums = "".join(f"{sum(getattr(self, name).values()):>13}" for name in columns)
        return "\n".join([*lines, f"{'all':38}{sums}", *self.words[:20]])

    @property
    def perfect(self) -> bool:
        return not (self.lost or self.doubled or self.untrue)


@contextmanager
def outbox_at(folder: Path) -> Iterator[Database]:
    with open_database(folder / "support.db") as database:
        yield database


def store(database: Database, where: Target, port: int, mark: str) -> Message:
    """Stores a ticket as sending does."""
    job = make_desk_job(FILES, mark, subject=f"Grüße 日本 {mark}")
    assert job.ticket is not None
    assert job.open_attachment is not None
    with tempfile.TemporaryFile() as whole:
        parcel.write(job.ticket, whole, open_attachment=job.open_attachment)
        whole.seek(0)
        return Outbox(database).add(
            mark,
            "desk",
            iter(lambda: whole.read(65536), b""),
            datetime.now(UTC),
            envelope={
                "kind": where.kind,
                "url": f"http://127.0.0.1:{port}{where.path}",
                "queue": where.queue,
                "settings": where.settings,
            },
            message_id=mark,
            media_type=parcel.MEDIA_TYPE,
        )


class Clock:
    """Runs ahead, so that no attempt has to be waited for."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def bench_for(database: Database, where: Target, clock: Clock, timeout: float) -> Bench:
    def desk(address: DeskAddress) -> Deliverer:
        port = int(address.url.split(":")[2].split("/")[0])
        return cast("Deliverer", where.desk(port, timeout))

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
        mail=Mail("", cast("Any", None)),
        desk=desk,
    )


def run_fault(where: Target, fault: Fault, folder: Path, table: Table) -> None:
    """One delivery over a line with one fault, until it is sent; the desk is counted after every attempt."""
    mark, name = fresh_mark(), f"{where.kind}: {fault.kind}"
    table.runs[name] += 1
    clock = Clock()
    with outbox_at(folder) as database, between(where.port, fault) as proxy:
        message = store(database, where, proxy.port, mark)
        bench = bench_for(database, where, clock, 0.6 if "stalled" in fault.kind else 20.0)
        for _attempt in range(8):
            table.asked_first[name] += message.uncertain
            (message,) = attempt.flush(bench)
            table.attempts[name] += 1
            while proxy.busy:
                time.sleep(0.01)
            judge(where, message, tickets_of(where, mark), table, name)
            if message.state is not MessageState.QUEUED:
                break
            bench = bench_for(database, where, clock, 20.0)
            clock.ahead += timedelta(days=8)
        finish(where, message, mark, table, name)


def judge(where: Target, message: Message, numbers: list[str], table: Table, name: str) -> None:
    """Compares what we say with what the desk has."""
    said = f"{message.state}{', uncertain' if message.uncertain else ''} ({message.reason_code})"
    true = {
        MessageState.SENT: len(numbers) == 1 and message.ticket == numbers[0],
        MessageState.QUEUED: message.uncertain or not numbers,
    }.get(message.state, False)
    if not true:
        table.untrue[name] += 1
        table.words.append(f"{name}: said {said} {message.reason!r}, the desk has {numbers}")


def finish(where: Target, message: Message, mark: str, table: Table, name: str) -> None:
    numbers = tickets_of(where, mark)
    if len(numbers) > 1:
        table.doubled[name] += 1
    whole = False
    if numbers:
        whole = sorted(names_at(where, numbers[0])) == sorted([*FILES, "request.json"])
    if message.state is not MessageState.SENT or not whole:
        table.lost[name] += 1
        table.words.append(f"{name}: ended as {message.state}: {message.reason}; whole: {whole}")


def run_kill(where: Target, folder: Path, table: Table, rng: random.Random) -> None:
    """One delivery whose sender is killed at any moment, as often as it takes."""
    mark, name = fresh_mark(), f"{where.kind}: kill -9"
    table.runs[name] += 1
    with outbox_at(folder) as database:
        store(database, where, where.port, mark)
    for number in range(6):
        command = [sys.executable, "-m", "tests.deliver.desks.runs", "--flush", str(folder), where.kind]
        sender = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "AHEAD_DAYS": str(8 * number)}, stdout=subprocess.PIPE
        )
        table.attempts[name] += 1
        if number < 5:
            assert sender.stdout is not None
            sender.stdout.readline()  # it has begun
            time.sleep(rng.uniform(0, 0.5))
            sender.send_signal(signal.SIGKILL)
        sender.wait()
        time.sleep(0.3)  # what the desk has got already, it goes on with
        with outbox_at(folder) as database:
            outbox = Outbox(database)
            outbox.recover(datetime.now(UTC) + timedelta(days=8 * number))
            message = outbox.get(mark)
            judge(where, message, tickets_of(where, mark), table, name)
        table.asked_first[name] += message.uncertain
        if message.state is MessageState.SENT:
            break
    finish(where, message, mark, table, name)


def flush_once(folder: Path, kind: str) -> None:
    clock = Clock()
    clock.ahead = timedelta(days=int(os.environ["AHEAD_DAYS"]))
    with outbox_at(folder) as database:
        bench = bench_for(database, target(kind), clock, 20.0)
        print("begins", flush=True)
        for _message in attempt.flush(bench):
            pass


def many(kinds: list[str], runs: int, seed: int, *, show_every: int = 0) -> Table:
    """Spreads so many runs over desks and faults; shows the table as it grows."""
    table, rng = Table(), random.Random(seed)
    # At which request of a delivery the fault strikes: uploads, one-time address and the ticket itself.
    longest = {"rt": 1, "redmine": len(FILES) + 2, "roundup": len(FILES) + 4}
    for number in range(runs):
        if show_every and number and number % show_every == 0:
            print(f"{table}\n", flush=True)
        where = target(kinds[number % len(kinds)])
        with tempfile.TemporaryDirectory() as name:
            if rng.random() < 0.12:
                run_kill(where, Path(name), table, rng)
                continue
            last = longest[where.kind] - 1
            at = last if rng.random() < 0.6 else rng.randint(0, last)
            fault = Fault(list(KINDS)[number // len(kinds) % len(KINDS)], at, rng.choice([1, 1, 2, 3]))
            run_fault(where, fault, Path(name), table)
    return table


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("kinds", nargs="*")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--flush", metavar="FOLDER")
    said = parser.parse_args()
    if said.flush:
        flush_once(Path(said.flush), said.kinds[0])
        return 0
    table = many(said.kinds or list(PORTS), said.runs, said.seed, show_every=50)
    print(table)
    return not table.perfect


if __name__ == "__main__":
    with closing(sys.stdout):
        sys.exit(main())
