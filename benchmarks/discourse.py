"""Whether reports without steps or expected behaviour are noticed: precision, recall, false alarms by language.

    python -m benchmarks.discourse SECTIONS REPORTS

The files are those of ``tools.train_discourse``. Its weights are fitted anew for each fifth of the repositories on the
others, so that no report is judged by weights that saw its repository. ``cued`` leaves out reports whose expected
behaviour is a bare sentence that nobody can tell from an observation.
"""

import argparse
from pathlib import Path
from typing import Any

from support_cli.understanding import discourse
from tools.train_discourse import LABELS, folds, read, train

_GOALS = {("en", "steps"): ".78/.85 at 4 %", ("ru", "steps"): ".93/.93", ("en", "expected"): ".87/.95 cued"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sections", type=Path)
    parser.add_argument("reports", type=Path)
    given = parser.parse_args()
    sections, reports = read(given.sections), read(given.reports)
    fold = folds(report["repo"] for report in [*reports, *sections])
    judged: list[tuple[dict[str, Any], discourse.Told]] = []
    for left_out in range(5):
        weights = train(
            [one for one in sections if fold(one["repo"]) != left_out],
            [one for one in reports if fold(one["repo"]) != left_out],
        )
        judged += [
            (report, discourse.weigh(report["text"], "", weights))
            for report in reports
            if fold(report["repo"]) == left_out
        ]
    print("| missing | language | reports | precision | recall | false alarms | goal |\n|---|---|---|---|---|---|---|")
    for subject, label in LABELS.items():
        for language in sorted({report["lang"] for report in reports}):
            rows = [
                (bool(report["labels"][label]), told)
                for report, told in judged
                if report["lang"] == language
                and report["labels"][label] is not None
                and report.get("kind") != "short_support"
                and not (subject == "expected" and report.get("eb_bare"))
            ]
            print(_line(subject, language, rows))


def _line(subject: str, language: str, rows: list[tuple[bool, discourse.Told]]) -> str:
    alarms = [told for told, seen in rows if not (seen.has_steps if subject == "steps" else seen.has_expected)]
    missing, false = sum(1 for told, _seen in rows if not told), sum(alarms)
    found = len(alarms) - false
    return (
        f"| {subject} | {language} | {len(rows)} | {found / max(1, len(alarms)):.3f} | {found / max(1, missing):.3f}"
        f" | {false / max(1, len(rows) - missing):.3f} | {_GOALS.get((language, subject), '')} |"
    )


if __name__ == "__main__":
    main()
