"""Many deliveries over a bad line, each counted at the receiver itself: none lost, none doubled, every outcome true.

By hand, with the table:  python -m tests.deliver.desks.runs --runs 1000 rt redmine roundup exim
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from support_cli.cases.database import Database
from support_cli.cases.outbox import Outbox
from support_cli.cases.records import Message, MessageState
from support_cli.deliver import parcel
from support_cli.deliver.base import Deliverer
from support_cli.deliver.registry import DeskAddress
from support_cli.deliver.ticket import Followed
from support_cli.environment import Bench
from support_cli.requests import outbox as attempt
from tests.deliver.desks import mail_runs
from tests.deliver.desks.asking import fresh_mark, make_desk_job
from tests.deliver.desks.counting import FILES, Clock, Table, make_bench, outbox_at
from tests.deliver.desks.faults import KINDS, LATE, Fault, Proxy, between
from tests.deliver.desks.targets import PORTS, Target, additions_of, names_at, target, tickets_of

# The request of a delivery after which the ticket is there, counted from 0, behind uploads, a look for the tracker and
# a one-time address; and how it begins. One more, a look at what was kept, may follow.
COMMITS = {
    "rt": (0, b"POST /REST/2.0/ticket "),
    "redmine": (len(FILES) + 2, b"POST /issues.json "),
    "roundup": (len(FILES) + 3, b"POST /support/rest/data/issue/@poe/"),
}
ADDITIONS = {
    "rt": (0, b"POST /REST/2.0/ticket/"),
    "redmine": (len(FILES) + 1, b"PUT /issues/"),
    "roundup": (len(FILES) + 3, b"PATCH /support/rest/data/issue/"),
}
"""The same for what is added to a ticket that is there."""
ROOT = Path(__file__).resolve().parents[3]
KILLS = 6


def store(database: Database, where: Target, port: int, mark: str, follows: Followed | None = None) -> Message:
    """Stores a ticket, or what is to be added to one, as sending does."""
    job = make_desk_job(FILES, mark, subject=f"Grüße 日本 {mark}", follows=follows)
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


def bench_for(database: Database, where: Target, clock: Clock, timeout: float) -> Bench:
    def desk(address: DeskAddress) -> Deliverer:
        port = int(address.url.split(":")[2].split("/")[0])
        return cast("Deliverer", where.desk(port, timeout))

    return make_bench(database, clock, desk=desk)


def run_fault(where: Target, fault: Fault, folder: Path, table: Table, *, adding: bool = False) -> None:
    """One delivery over a line with one fault, until it is sent; the desk is counted after every attempt.

    Args:
        where: The desk.
        fault: What is done to the line.
        folder: Takes the outbox.
        table: Takes what happened.
        adding: Something is added to a ticket that is there.
    """
    mark, name = fresh_mark(), f"{where.kind}: {fault.kind}"
    table.runs[name] += 1
    follows = None
    if adding:
        made = where.desk().deliver(make_desk_job({}, fresh_mark(), request_json=None))
        follows = Followed(made.ticket, made.url)
    clock = Clock()
    with outbox_at(folder) as database, between(where.port, fault, stall=2.0) as proxy:
        message = store(database, where, proxy.port, mark, follows)
        bench = bench_for(database, where, clock, 1.0 if fault.kind in LATE else 30.0)
        for _attempt in range(8):
            (message,) = attempt.send_waiting(bench)
            table.attempts[name] += 1
            table.doubtful[name] += message.uncertain
            bench = bench_for(database, where, clock, 30.0)
            if message.uncertain and proxy.held:
                message = try_too_early(bench, proxy, message, table, name)
            proxy.settle()
            judge(message, there(where, mark, follows), table, name)
            if message.state is not MessageState.QUEUED:
                break
            clock.ahead += timedelta(days=8)
        finish(where, message, there(where, mark, follows), table, name)
        begins = (ADDITIONS if adding else COMMITS)[where.kind][1]
        table.last_step[name] += any(line.startswith(begins) for line in proxy.struck)


def there(where: Target, mark: str, follows: Followed | None) -> list[str]:
    """What the desk has of a delivery: the ticket once for each time that it was made or added to."""
    return tickets_of(where, mark) if follows is None else [follows.number] * additions_of(where, follows.number)


def try_too_early(bench: Bench, proxy: Proxy, message: Message, table: Table, name: str) -> Message:
    """Tries again while the desk is still at work on the first attempt, as somebody without patience does."""
    message = attempt.attempt(bench, message.id, sure=True)
    table.attempts[name] += 1
    if message.state is not MessageState.QUEUED or not message.uncertain:
        table.untrue[name] += 1
        table.words.append(f"{name}: {message.state} while the desk was still at work")
    proxy.go_on()
    return message


def judge(message: Message, numbers: list[str], table: Table, name: str) -> None:
    """Compares what we say with what the desk has."""
    said = f"{message.state}{', uncertain' if message.uncertain else ''} ({message.reason_code})"
    true = {
        MessageState.SENT: len(numbers) == 1 and message.ticket == numbers[0],
        MessageState.QUEUED: message.uncertain or not numbers,
    }.get(message.state, False)
    if not true:
        table.untrue[name] += 1
        table.words.append(f"{name}: said {said} {message.reason!r}, the desk has {numbers}")


def finish(where: Target, message: Message, numbers: list[str], table: Table, name: str) -> None:
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
    for number in range(KILLS):
        ahead = timedelta(days=8 * number)
        kill_sender(folder, where.kind, ahead, rng if number < KILLS - 1 else None)
        table.attempts[name] += 1
        time.sleep(0.3)  # what the desk has got already, it goes on with
        with outbox_at(folder) as database:
            outbox = Outbox(database)
            outbox.recover(datetime.now(UTC) + ahead)
            message = outbox.get(mark)
            judge(message, tickets_of(where, mark), table, name)
        table.doubtful[name] += message.uncertain
        if message.state is MessageState.SENT:
            break
    finish(where, message, tickets_of(where, mark), table, name)


def kill_sender(folder: Path, kind: str, ahead: timedelta, rng: random.Random | None) -> None:
    """Lets another process send what is due, and kills it, unless there is no chance given."""
    command = [sys.executable, "-m", "tests.deliver.desks.runs", "--flush", str(folder), kind]
    sender = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "AHEAD_DAYS": str(ahead.days)}, stdout=subprocess.PIPE
    )
    if rng is not None:
        assert sender.stdout is not None
        sender.stdout.readline()  # it has begun
        time.sleep(rng.uniform(0, 0.5 if kind in PORTS else 0.15))
        sender.send_signal(signal.SIGKILL)
    sender.wait()


def flush_once(folder: Path, kind: str) -> None:
    clock = Clock(timedelta(days=int(os.environ["AHEAD_DAYS"])))
    with outbox_at(folder) as database:
        if kind in PORTS:
            bench = bench_for(database, target(kind), clock, 30.0)
        else:
            bench = mail_runs.bench_for(database, clock, mail_runs.PORT)
        print("begins", flush=True)
        for _message in attempt.send_waiting(bench):
            pass


def many(kinds: list[str], runs: int, seed: int, *, show_every: int = 0) -> Table:
    """Spreads so many runs over receivers and faults; shows the table as it grows.

    Args:
        kinds: Receivers in turn; one that is named twice gets twice as many.
        runs: How many.
        seed: Of everything that is left to chance.
        show_every: Runs after which the table is printed, or 0.
    """
    table, rng = Table(), random.Random(seed)
    had = dict.fromkeys(kinds, 0)
    for number in range(runs):
        if show_every and number and number % show_every == 0:
            print(f"{table}\n", flush=True)
        kind = kinds[number % len(kinds)]
        turn, had[kind] = had[kind], had[kind] + 1
        with tempfile.TemporaryDirectory() as name:
            folder, killed = Path(name), rng.random() < 0.12
            if kind == "exim":
                mail_runs.run(folder, table, rng, turn, kill_sender if killed else None)
                continue
            where = target(kind)
            if killed:
                run_kill(where, folder, table, rng)
                continue
            adding = rng.random() < 0.25
            last = (ADDITIONS if adding else COMMITS)[kind][0]
            at = last if rng.random() < 0.6 else rng.randint(0, last + 1)
            fault = Fault(list(KINDS)[turn % len(KINDS)], at, rng.choice([1, 1, 2, 3]))
            run_fault(where, fault, folder, table, adding=adding)
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
    table = many(said.kinds or [*PORTS, "exim"], said.runs, said.seed, show_every=50)
    print(table)
    return not table.perfect


if __name__ == "__main__":
    with closing(sys.stdout):
        sys.exit(main())
