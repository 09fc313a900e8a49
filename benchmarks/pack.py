"""A pack of 200 forms and 2,000 questions against one with a single form: ``new`` reads only what it needs.

Run ``python -m benchmarks.pack``. Whole processes in turns, both packs in a folder and installed; processor time and
medians, because the ratio is what counts.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

FORMS, QUESTIONS = 200, 10
FORM = """\
name: Form {number}
description: About {number}
body:
  - {{type: input, id: summary, role: summary, attributes: {{label: Summary}}, validations: {{required: true}}}}
"""
QUESTION = """\
  - type: dropdown
    id: question_{number}
    attributes:
      label: Which of these is question {number}?
      description: A line or two of help, as packs have them, so that nobody has to guess what is meant.
      options: [one, two, three, four]
"""


def write_pack(root: Path, name: str, numbers: range) -> Path:
    """Writes a pack with a form for each number."""
    (root / name / "forms").mkdir(parents=True)
    (root / name / "pack.yml").write_text(f"pack: {name}\nversion: 1.0.0\n", "utf-8")
    for number in numbers:
        questions = "".join(QUESTION.format(number=one) for one in range(QUESTIONS - 1))
        (root / name / "forms" / f"form-{number}.yml").write_text(FORM.format(number=number) + questions, "utf-8")
    return root / name


def processor_time(words: list[str], env: dict[str, str]) -> float:
    """Seconds of processor time of one run."""
    with subprocess.Popen(
        [sys.executable, "-m", "support_cli", *words], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        said = process.stderr.read() if process.stderr else b""
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(said.decode("utf-8", "replace"))
    return usage.ru_utime + usage.ru_stime


def install(pack: Path, env: dict[str, str]) -> None:
    """Installs a pack, trusting what it is."""
    words = [sys.executable, "-m", "support_cli", "pack", "info", str(pack), "--json"]
    digest = subprocess.run(words, env=env, capture_output=True, text=True, check=True).stdout.partition("sha256:")[2]
    words = ["pack", "add", str(pack), "--no-input", "--trust", "sha256:" + digest[:64]]
    processor_time(words, env)


def main() -> int:
    """Measures and prints the ratios."""
    parser = argparse.ArgumentParser(prog="benchmarks.pack")
    parser.add_argument("--runs", type=int, default=20)
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        env = {"HOME": name, "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONPATH": str(Path.cwd())}
        packs = [write_pack(place, "many", range(FORMS)), write_pack(place, "single", range(7, 8))]
        for pack in packs:
            install(pack, env)
        rows = {str(pack): "folder" for pack in packs} | {pack.name: "installed" for pack in packs}
        times: dict[str, list[float]] = {pack: [] for pack in rows}
        for turn in range(wish.runs + 2):
            for pack in random.sample(list(rows), len(rows)):
                words = ["new", "-p", pack, "form-7", "--no-input", "-q", "-s", "summary=x", "-o", "-"]
                spent = processor_time(words, env)
                if turn > 1:  # caches and byte code
                    times[pack].append(spent)
        for kind in ("folder", "installed"):
            many, single = (median(times[pack]) for pack, one in rows.items() if one == kind)
            said = f"{FORMS} forms {many * 1000:6.1f} ms, 1 form {single * 1000:6.1f} ms, ratio {many / single:.3f}"
            print(f"{kind:10} {said}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
