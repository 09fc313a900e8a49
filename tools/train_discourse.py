"""Makes the weights of ``support_cli/understanding/discourse.json`` from labelled reports.

python -m tools.train_discourse SECTIONS REPORTS [--output FILE]

SECTIONS is JSON, gzipped or not: reports in sections, ``[{"id", "repo", "secs": [[heading, kinds, text], ...]}]``,
whose kinds are ``S2R`` (steps), ``EB`` (expected behaviour) and others, none where nobody knows. REPORTS are JSON lines
of whole reports: ``group`` (language, hyphen, id in SECTIONS), ``repo``, ``text``, ``lang``, and ``labels`` with
``S2R`` and ``EB`` true (told), false (missing) or null; ``eb_bare`` where the expected behaviour is a bare sentence
that nobody can tell from an observation. Neither is part of the project; ``benchmarks.discourse`` measures the weights
on reports of repositories that were left out.
"""

import argparse
import gzip
import hashlib
import json
from collections.abc import Callable, Iterable
from math import exp
from pathlib import Path
from typing import Any

from support_cli.understanding import discourse

OUTPUT = Path(discourse.__file__).with_suffix(".json")
LABELS = {"steps": "S2R", "expected": "EB"}
_RIDGE = 5.0
_ROUNDS = 8
_LEAST_SEEN = 12
"""A feature that fewer sentences have gets no weight."""

Row = tuple[list[str], bool, float]


def main() -> None:
    """Trains on everything that is given and writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sections", type=Path)
    parser.add_argument("reports", type=Path)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    given = parser.parse_args()
    weights = train(read(given.sections), read(given.reports))
    given.output.write_text(json.dumps(weights, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    count = sum(len(one) for part in weights.values() for one in part.values())
    print(f"{count} weights in {given.output}")


def read(path: Path) -> list[dict[str, Any]]:
    """Reads a list of objects: one JSON document or JSON lines, gzipped or not."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8")
    if text.startswith("["):
        return list(json.loads(text))
    return [json.loads(line) for line in text.splitlines()]


def train(sections: list[dict[str, Any]], reports: list[dict[str, Any]]) -> dict[str, dict[str, dict[str, float]]]:
    """Fits the weights of the sentences, and with them those of whole texts."""
    bare = {report["group"].partition("-")[2] for report in reports if report.get("eb_bare")}
    sentence = {}
    for subject in discourse.SUBJECTS:
        fitting = [report for report in sections if subject != "expected" or report["id"] not in bare]
        sentence[subject] = fit([row for report in fitting for row in _sentence_rows(report, LABELS[subject])])
    texts = [
        (text, told | ({"expected": None} if report["id"] in bare else {}))
        for report in sections
        for text, told in ablated(report)
    ]
    texts += [(report["text"], _told(report)) for report in reports]
    text_rows: dict[str, list[Row]] = {subject: [] for subject in discourse.SUBJECTS}
    for text, told in texts:
        features = discourse.sentence_features(text)
        for subject, rows in text_rows.items():
            if told[subject] is not None:
                likely = [discourse.probability(sentence[subject], one) for one in features]
                rows.append((discourse.text_features(text, features, likely), bool(told[subject]), 1.0))
    return {"sentence": sentence, "text": {subject: fit(rows, 6) for subject, rows in text_rows.items()}}


def _told(report: dict[str, Any]) -> dict[str, bool | None]:
    told = {subject: report["labels"][label] for subject, label in LABELS.items()}
    return told | ({"expected": None} if report.get("eb_bare") else {})


def _sentence_rows(report: dict[str, Any], label: str) -> list[Row]:
    """Each sentence of a report as it stands in the text without its headings, and with them."""
    rows: list[Row] = []
    for headed in (False, True):
        text, places = _joined(report["secs"], headed)
        features = discourse.sentence_features(text)
        for sentence, one in zip(discourse.split_sentences(text), features, strict=False):
            kinds = next((kinds for start, end, kinds in places if start <= sentence.start < end), None)
            if kinds:
                rows.append((one, label in kinds, 0.5 if headed else 1.0))
    return rows


def _joined(sections: Iterable[Any], headed: bool) -> tuple[str, list[tuple[int, int, list[str]]]]:
    text, places = "", []
    for heading, kinds, body in sections:
        if headed and heading:
            text += f"### {heading}\n"
        places.append((len(text), len(text) + len(body), kinds))
        text += body + "\n\n"
    return text, places


def ablated(report: dict[str, Any]) -> list[tuple[str, dict[str, bool | None]]]:
    """A report as it is, without its steps, and without what was expected: text and what it tells then."""
    kinds = {kind for _heading, own, _text in report["secs"] for kind in own}
    found = []
    for left_out in (None, *LABELS.values()):
        if left_out is None or left_out in kinds:
            kept = [one for one in report["secs"] if left_out not in one[1]]
            if kept:
                told = {subject: label != left_out if label in kinds else None for subject, label in LABELS.items()}
                found.append((_joined(kept, headed=False)[0].strip(), told))
    return found


def fit(rows: list[Row], least: int = _LEAST_SEEN) -> dict[str, float]:
    """Fits a logistic regression with ridge penalty by Newton's method.

    Args:
        rows: Features that are there, the label, and the weight of the row.
        least: Rows that a feature must be in.
    """
    seen: dict[str, int] = {}
    for features, _label, _weight in rows:
        for feature in set(features):
            seen[feature] = seen.get(feature, 0) + 1
    names = sorted(name for name, count in seen.items() if count >= least)
    index = {name: place for place, name in enumerate(names)}
    data = [([index[one] for one in set(features) if one in index], label, weight) for features, label, weight in rows]
    weights = [0.0] * len(names)
    for _round in range(_ROUNDS):
        gradient = [_RIDGE * one if name != "bias" else 0.0 for name, one in zip(names, weights, strict=True)]
        curve = [[0.0] * len(names) for _name in names]
        for place in range(len(names)):
            curve[place][place] = _RIDGE
        for places, label, weight in data:
            likely = 1 / (1 + exp(-max(-30.0, min(30.0, sum(weights[one] for one in places)))))
            slope, bend = weight * (likely - label), weight * likely * (1 - likely)
            for one in places:
                gradient[one] += slope
                row = curve[one]
                for other in places:
                    row[other] += bend
        step = solve(curve, gradient)
        weights = [one - change for one, change in zip(weights, step, strict=True)]
    return {name: round(one, 2) for name, one in zip(names, weights, strict=True) if abs(one) >= 0.05}


def solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solves a system of linear equations by Gauss's elimination; the matrix is positive definite."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for pivot in range(size):
        head = rows[pivot]
        for row in rows[pivot + 1 :]:
            factor = row[pivot] / head[pivot]
            if factor:
                for place in range(pivot, size + 1):
                    row[place] -= factor * head[place]
    found = [0.0] * size
    for pivot in reversed(range(size)):
        rest = sum(rows[pivot][place] * found[place] for place in range(pivot + 1, size))
        found[pivot] = (rows[pivot][size] - rest) / rows[pivot][pivot]
    return found


def folds(repositories: Iterable[str], count: int = 5) -> Callable[[str], int]:
    """Spreads repositories over folds, the same each time."""
    names = sorted(set(repositories), key=lambda name: hashlib.sha256(name.encode()).digest())
    return {name: place % count for place, name in enumerate(names)}.__getitem__


if __name__ == "__main__":
    main()
