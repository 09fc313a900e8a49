"""Starts, scripted runs and batches as ratios to the bare interpreter of the same environment, and their memory.

    python -m benchmarks.start              builds a wheel into a clean environment and measures it
    python -m benchmarks.start --peers      cookiecutter and copier beside it
    python -m benchmarks.start --runs 20

Absolute times of one machine mean nothing to another; only the ratios of one run are worth comparing. POSIX only.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import NamedTuple

from benchmarks.message import STDLIB, write_source

ROOT = Path(__file__).resolve().parent.parent
ANSWERS = {
    "topic": "Internet or TV",
    "name": "Anna Smith",
    "email": "anna@example.org",
    "summary": "Internet is gone every evening",
    "details": "At eight the lamp turns red; after ten minutes it comes back.",
    "tried": "restarted the router",
    "consent": "yes",
}
GOALS = {"--version": 1.5, "--help": 7.5, "wrong flag": 7.5, "completion": 7.5, "scripted": 12.0, "issue form": 12.0}
RATIOS = (
    ("scripted", "cookiecutter", 1, 0.5),
    ("scripted", "copier", 1, 0.3),
    ("batch", "cookiecutter", 0, 0.007),
    ("9 MB .eml", "stdlib email", 1, None),
)
"""Which row by which, how many pieces of work the first is (0: as many as the batch has requests), and the goal."""
MODULES, PEAK, BATCH = 230, 28, 200


class Run(NamedTuple):
    """One whole process.

    Attributes:
        seconds: From its start to its end.
        cpu: Seconds of processor time, its own and the system's for it.
        peak: Peak of its memory, MiB.
    """

    seconds: float
    cpu: float
    peak: float


def environment(folder: Path, peers: bool) -> Path:
    """Makes a clean environment with the wheel in it and returns its folder of programs."""
    programs = _installed(folder, str(ROOT))
    if peers:  # in an environment of their own: what they bring may slow every start of ours
        beside = _installed(folder.with_name(folder.name + "-peers"), "cookiecutter", "copier")
        for name in ("cookiecutter", "copier"):
            (programs / name).symlink_to(beside / name)
    return programs


def _installed(folder: Path, *packages: str) -> Path:
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([*pip, "--upgrade", "pip>=26"], check=True, env=clean)
    subprocess.run([*pip, *packages], check=True, env=clean)
    return programs


def material(folder: Path) -> Path:
    """Writes what the runs need: answers, files, an issue form, a batch, templates for the peers."""
    (folder / "answers.json").write_text(json.dumps(ANSWERS), "utf-8")
    (folder / "router.log").write_bytes(b"2026-11-21 20:00:01 link down, link up again after 600 s\n" * 1800)
    write_source(folder / "disk.img", 9_000_000)
    (folder / "stdlib.py").write_text(STDLIB, "utf-8")
    lines = (json.dumps({**ANSWERS, "summary": f"Line {n} is down"}) for n in range(BATCH))
    (folder / "batch.jsonl").write_text("\n".join(lines), "utf-8")
    questions = "".join(
        f"  - type: input\n    id: q{n}\n    attributes: {{label: Question number {n}}}\n" for n in range(60)
    )
    (folder / "form.yml").write_text(f"name: Sixty questions\ndescription: x\nbody:\n{questions}", "utf-8")
    (folder / "form.json").write_text(json.dumps({f"q{n}": f"answer {n}" for n in range(60)}), "utf-8")
    baker = folder / "cookie" / "{{cookiecutter.name}}"
    baker.mkdir(parents=True)
    (folder / "cookie" / "cookiecutter.json").write_text('{"name": "ticket"}', "utf-8")
    (baker / "ticket.md").write_text("# {{cookiecutter.name}}\n", "utf-8")
    (folder / "copy").mkdir()
    (folder / "copy" / "copier.yml").write_text("name:\n  type: str\n  default: ticket\n", "utf-8")
    (folder / "copy" / "ticket.md.jinja").write_text("# {{name}}\n", "utf-8")
    return folder


def commands(programs: Path, data: Path, peers: bool) -> dict[str, list[str]]:
    """What is measured, by name; ``base`` is what everything is divided by."""
    support, python, out = str(programs / "support"), str(programs / "python"), str(data / "out")
    script = [support, "new", "--no-input", "-q"]
    found = {
        "base": [python, "-c", "pass"],
        "--version": [support, "--version"],
        "--help": [support, "--help"],
        "wrong flag": [support, "new", "--nonsense"],
        "completion": [support],
        "scripted": [*script, "-a", "answers.json", "--attach", "router.log", "-o", out + "/"],
        "issue form": [*script, "-p", "form.yml", "-a", "form.json", "-s", "title=Sixty", "-o", "-"],
        "batch": [support, "batch", "-q", "batch.jsonl", "-o", out + "/"],
        "9 MB .eml": [*script, "-a", "answers.json", "--attach", "disk.img", "-o", out + "/mail.eml"],
        "stdlib email": [python, "stdlib.py", "disk.img", out + "-mail.eml"],
    }
    if peers:
        found["cookiecutter"] = [str(programs / "cookiecutter"), "--no-input", "-o", out, "cookie"]
        found["copier"] = [str(programs / "copier"), "copy", "--defaults", "--overwrite", "--quiet", "copy", out]
    return found


def once(command: list[str], env: dict[str, str], cwd: Path) -> Run:
    """One run as a whole process, its output thrown away and what it wrote deleted."""
    begun = time.perf_counter()
    with subprocess.Popen(
        command, env=env, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    ) as process:
        cpu = peak = 0.0
        if hasattr(os, "wait4"):
            _pid, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            cpu = usage.ru_utime + usage.ru_stime
            peak = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1 << 20)
    seconds = time.perf_counter() - begun
    shutil.rmtree(cwd / "out", ignore_errors=True)
    return Run(seconds, cpu, peak)


def modules(programs: Path, command: list[str], env: dict[str, str], cwd: Path) -> tuple[int, int]:
    """How many modules a run imports, and how many of them are ours (exact, unlike time)."""
    words = [str(programs / "python"), "-X", "importtime", *command]
    done = subprocess.run(words, check=True, env=env, cwd=cwd, capture_output=True)
    lines = [line for line in done.stderr.splitlines() if line.startswith(b"import time:")][1:]
    return len(lines), sum(line.rpartition(b"|")[2].strip().startswith(b"support_cli") for line in lines)


def measure(programs: Path, data: Path, *, runs: int, peers: bool) -> None:
    """Measures and prints the table."""
    (data / "home").mkdir(parents=True)
    material(data)
    env = {"HOME": str(data / "home"), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    work = commands(programs, data, peers)
    completion = {**env, "_SUPPORT_COMPLETE": "complete_bash", "COMP_WORDS": "support n", "COMP_CWORD": "1"}
    envs = {key: completion if key == "completion" else env for key in work}
    for key, command in work.items():  # caches and byte code
        once(command, envs[key], data)
        once(command, envs[key], data)
    found: dict[str, list[Run]] = {key: [] for key in work}
    for _run in range(runs):
        for key in random.sample(list(work), len(work)):
            found[key].append(once(work[key], envs[key], data))
    middle = {key: Run(*map(statistics.median, zip(*all_, strict=True))) for key, all_ in found.items()}
    base = middle["base"]
    print(f"base: python -c pass, {base.seconds * 1000:.1f} ms; medians of {runs} runs")
    print("(processor time is what to compare by on a machine that others use)\n")
    print(f"{'what':14} {'x base':>8} {'processor':>10} {'goal':>6} {'peak MiB':>10}")
    for key, one in middle.items():
        goal = f"{GOALS[key]:.1f}" if key in GOALS else ""
        print(f"{key:14} {one.seconds / base.seconds:8.2f} {one.cpu / base.cpu:10.2f} {goal:>6} {one.peak:10.1f}")
    print()
    for name, other, pieces, limit in RATIOS:
        if other in middle:
            times, processor = (middle[name][n] / (pieces or BATCH) / middle[other][n] for n in (0, 1))
            label = name + (" / " if pieces else ", a request / ") + other
            print(f"{label:32} {times:.4f}  processor {processor:.4f}  goal {limit or '-'}")
    everything, ours = modules(programs, work["scripted"], env, data)
    print(f"\nscripted: {everything} modules imported, {ours} of them ours (goal {MODULES}); memory: goal {PEAK} MiB")


def arguments(program: str, *, runs: int) -> argparse.Namespace:
    """Reads the command line: ``runs``, ``peers``, ``env``."""
    parser = argparse.ArgumentParser(prog=program)
    parser.add_argument("--runs", type=int, default=runs)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--env", type=Path, help="folder of an environment to measure instead of a new one")
    return parser.parse_args()


def main() -> int:
    """Measures and prints the tables."""
    wish = arguments("benchmarks.start", runs=15)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        programs = wish.env / "bin" if wish.env else environment(place / "env", wish.peers)
        measure(programs, place / "data", runs=wish.runs, peers=wish.peers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
