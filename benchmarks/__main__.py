"""Start-up and the scripted run, as ratios to the bare interpreter of the same environment, in one interleaved run.

    python -m benchmarks              builds a wheel into a clean environment and measures it
    python -m benchmarks --peers      installs cookiecutter and copier beside it and measures them too
    python -m benchmarks --runs 20

Absolute times of one machine mean nothing to another; only the ratios are worth comparing.
"""

import argparse
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

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


def environment(folder: Path, peers: bool) -> Path:
    """Makes a clean environment with the wheel in it and returns its folder of programs."""
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([*pip, "--upgrade", "pip>=26"], check=True, env=clean)
    subprocess.run([*pip, str(ROOT)], check=True, env=clean)
    if peers:
        subprocess.run([*pip, "cookiecutter", "copier"], check=True, env=clean)
    return programs


def material(folder: Path) -> Path:
    """Writes what the runs need: answers, a file of 100 kB, an issue form, templates for the peers."""
    (folder / "answers.json").write_text(__import__("json").dumps(ANSWERS), "utf-8")
    (folder / "router.log").write_bytes(b"2026-11-21 20:00:01 link down, link up again after 600 s\n" * 1800)
    questions = "".join(
        f"  - type: input\n    id: q{n}\n    attributes: {{label: Question number {n}}}\n" for n in range(60)
    )
    (folder / "form.yml").write_text(f"name: Sixty questions\ndescription: x\nbody:\n{questions}", "utf-8")
    (folder / "form.json").write_text("{" + ",".join(f'"q{n}": "answer {n}"' for n in range(60)) + "}", "utf-8")
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
    support, out = str(programs / "support"), str(data / "out")
    found = {
        "base": [str(programs / "python"), "-c", "pass"],
        "--version": [support, "--version"],
        "--help": [support, "--help"],
        "wrong flag": [support, "new", "--nonsense"],
        "completion": [support],
        "scripted": [support, "new", "--no-input", "-q", "-a", str(data / "answers.json"), "--attach",
                     str(data / "router.log"), "-o", out + "/"],
        "issue form": [support, "new", "--no-input", "-q", "-p", str(data / "form.yml"), "-a", str(data / "form.json"),
                       "-s", "title=Sixty", "-o", "-"],
    }  # fmt: skip
    if peers:
        baked = [str(programs / "cookiecutter"), "--no-input", "--overwrite-if-exists", "-o", out, str(data / "cookie")]
        found["cookiecutter"] = baked
        found["copier"] = [str(programs / "copier"), "copy", "--defaults", "--overwrite", "--quiet", str(data / "copy"),
                           out + "/copied"]  # fmt: skip
    return found


def once(command: list[str], env: dict[str, str], cwd: Path) -> float:
    """Seconds of one run as a whole process."""
    begun = time.perf_counter()
    subprocess.run(command, check=False, env=env, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   stdin=subprocess.DEVNULL)  # fmt: skip
    return time.perf_counter() - begun


def modules(programs: Path, command: list[str], env: dict[str, str], cwd: Path) -> int:
    """How many modules a run imports (exact, unlike time)."""
    words = [str(programs / "python"), "-X", "importtime", "-m", "support_cli", *command[1:]]
    done = subprocess.run(words, check=False, env=env, cwd=cwd, capture_output=True)
    return done.stderr.count(b"import time:")


def main() -> int:
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--env", type=Path, help="folder of an environment to measure instead of a new one")
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        programs = wish.env / "bin" if wish.env else environment(place / "env", wish.peers)
        data = place / "data"
        data.mkdir()
        material(data)
        (data / "home").mkdir()
        env = {"HOME": str(data / "home"), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        work = commands(programs, data, wish.peers)
        completion = {**env, "_SUPPORT_COMPLETE": "complete_bash", "COMP_WORDS": "support n", "COMP_CWORD": "1"}
        envs = {key: completion if key == "completion" else env for key in work}
        for key, command in work.items():  # caches and byte code
            once(command, envs[key], data)
            once(command, envs[key], data)
        seconds: dict[str, list[float]] = {key: [] for key in work}
        for _run in range(wish.runs):
            for key in random.sample(list(work), len(work)):
                seconds[key].append(once(work[key], envs[key], data))
        count = modules(programs, work["scripted"], env, data)
    base = statistics.median(seconds["base"])
    print(f"base: python -c pass, {base * 1000:.1f} ms; medians of {wish.runs} runs\n")
    print(f"{'what':14} {'x base':>7} {'goal':>7}")
    for key, times in seconds.items():
        goal = f"{GOALS[key]:.1f}" if key in GOALS else ""
        print(f"{key:14} {statistics.median(times) / base:7.2f} {goal:>7}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"\nmodules imported by the scripted run: {count} (goal 230); largest peak of any run: {peak} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
