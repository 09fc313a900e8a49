"""Secrets and personal data: how many are found by kind, false alarms in ordinary logs, and how fast.

    python -m benchmarks.privacy FOLDER

``FOLDER`` holds ``positives.jsonl`` (objects with ``text``, ``secret``, ``kind``), ``negatives.txt.gz`` (ordinary
lines) and ``hard_negatives.jsonl`` (objects with ``text``, ``strict``). A secret is found if masking leaves nothing of
it: of a private key no line of 16 characters.
"""

import argparse
import gzip
import json
import time
from collections import Counter
from pathlib import Path

from support_cli.privacy.detect import find

_PERSONAL = frozenset(["iban", "ipv4", "ipv6", "email", "hostname", "mac", "username_log", "user_in_path"])
_LINES = 1_200
"""Lines of a stretch: about what a file is read in."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    total, hit = Counter[str](), Counter[str]()
    for line in (folder / "positives.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        total[row["kind"]] += 1
        hit[row["kind"]] += _is_gone(row["kind"], row["secret"], _masked(row["text"]))
    print("| kind | cases | found |\n|---|---|---|")
    for kind, number in total.most_common():
        print(f"| {kind} | {number} | {hit[kind] / number:.3f} |")
    for name, goal, kinds in (
        ("credentials", ">= .85", total.keys() - _PERSONAL),
        ("personal data", ">= .80", total.keys() & _PERSONAL),
    ):
        print(f"| {name} (goal {goal}) | {sum(total[k] for k in kinds)} | ", end="")
        print(f"{sum(hit[k] for k in kinds) / max(1, sum(total[k] for k in kinds)):.3f} |")
    with gzip.open(folder / "negatives.txt.gz", "rt", encoding="utf-8") as stream:
        lines = stream.read().splitlines(keepends=True)
    stretches = ["".join(lines[at : at + _LINES]) for at in range(0, len(lines), _LINES)]
    size = sum(map(len, stretches)) / 1e6
    for personal in (False, True):
        started = time.process_time()
        alarms = sum(len(find(stretch, personal=personal)) for stretch in stretches)
        speed = size / (time.process_time() - started)
        if not personal:
            print(f"| false alarms in 10,000 lines (goal <= 1) | {len(lines)} | {alarms / len(lines) * 10_000:.2f} |")
        print(f"| MB/s{', with personal data' if personal else ' (goal >= 20)'} | {size:.1f} MB | {speed:.1f} |")
    strict = [row for row in map(json.loads, (folder / "hard_negatives.jsonl").open(encoding="utf-8")) if row["strict"]]
    alarms = sum(bool(find(row["text"])) for row in strict)
    print(f"| hard negatives with a finding (goal <= 2 %) | {len(strict)} | {alarms / len(strict):.1%} |")


def _masked(text: str) -> str:
    signs = list(text)
    for found in find(text, personal=True):
        signs[found.start : found.end] = "\0" * (found.end - found.start)
    return "".join(signs)


def _is_gone(kind: str, secret: str, masked: str) -> bool:
    if kind == "private_key":
        return not any(line in masked for line in secret.split("\n") if len(line) >= 16)
    return secret not in masked


if __name__ == "__main__":
    main()
