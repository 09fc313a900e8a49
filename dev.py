"""Sets up and runs the project with nothing but Python 3.11, git and the package index.

    python3 dev.py support [ARGS...]   the program, set up at the first call
    python3 dev.py test                the tests (fast)
    python3 dev.py test --all          all tests: real desks and mail servers, terminals, long fault runs (see .ci/run)
    python3 dev.py test --desks        those against Request Tracker, Redmine, Roundup and Exim alone
    python3 dev.py check               formatting, types, import contracts, catalogues, generated docs
    python3 dev.py python [ARGS...]    the interpreter of the environment

Set-up is remembered by the content of pyproject.toml, so a second start costs nothing.
"""

import hashlib
import os
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = Path(os.environ.get("SUPPORT_DEV_VENV") or ROOT / ".venv")
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
BOTH = ("-n", "2", "--dist", "loadfile")
"""Two processes; a file stays in one of them, where it is loaded and set up once."""


def set_up(group: str) -> None:
    """Makes the environment with the program and, for ``dev``, the tools of its tests; only when anything changed."""
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + (ROOT / "build_catalogs.py").read_bytes())
    for catalogue in sorted(ROOT.glob("support_cli/locale/*/LC_MESSAGES/*.po")):
        wanted.update(catalogue.read_bytes())
    stamp = VENV / f"set-up-{group}"
    if stamp.is_file() and stamp.read_text("utf-8") == wanted.hexdigest() and PYTHON.exists():
        return
    print(f"Setting up {VENV} ...", file=sys.stderr)
    if not PYTHON.exists():
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False)
        if made.returncode:
            sys.exit("This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--upgrade", "pip>=26"], check=True, stdout=sys.stderr)
    groups = ["--group", f"{ROOT / 'pyproject.toml'}:dev"] if group == "dev" else []
    subprocess.run([*pip, "--editable", str(ROOT), *groups], check=True, stdout=sys.stderr)
    stamp.write_text(wanted.hexdigest(), "utf-8")


def run(*command: str | Path) -> int:
    """Runs a program of the environment and returns its exit code."""
    return subprocess.run([str(part) for part in command], check=False).returncode


def become(*command: str | Path) -> int:
    """Lets a program take this one's place, so that signals and the terminal are its own."""
    words = [str(part) for part in command]
    if os.name == "nt":
        return run(*words)
    return os.execv(words[0], words)


def test(arguments: list[str]) -> int:
    """Runs the fast tests, with ``--all`` everything else too, with ``--desks`` only what needs real desks."""
    rest = [word for word in arguments if word not in ("--all", "--desks")]
    if "--desks" in arguments:
        return run(PYTHON, "-m", "pytest", "-m", "desks", *rest)
    fast = run(PYTHON, "-m", "pytest", *BOTH, *rest)
    if fast or "--all" not in arguments:
        return fast
    os.environ.setdefault("HYPOTHESIS_PROFILE", "many")
    slow = run(PYTHON, "-m", "pytest", *BOTH, "-m", "(slow or hypothesis) and not desks", *rest)
    return slow or run(PYTHON, "-m", "pytest", "-m", "desks", *rest)


def check() -> int:
    """Runs every check that is not a test; the first one that fails ends it."""
    for command in (
        (BIN / "ruff", "format", "--check", "."),
        (BIN / "ruff", "check", "."),
        (BIN / "mypy",),
        (BIN / "lint-imports",),
        (PYTHON, "-m", "tools.catalogues", "--check"),
        (PYTHON, "-m", "tools.generate_docs", "--check"),
    ):
        print("$", *(Path(str(part)).name for part in command), flush=True)
        if code := run(*command):
            return code
    return 0


def main(arguments: list[str]) -> int:
    """Does what the first word says."""
    what, *rest = arguments or ["help"]
    if what == "support":
        set_up("run")
        # The commands that it tells can be run as they are.
        python = "py" if os.name == "nt" else "python3"
        os.environ["SUPPORT_STARTED_AS"] = f"{python} {shlex.quote(sys.argv[0])} support"
        return become(PYTHON, "-m", "support_cli", *rest)
    if what in ("test", "check", "python"):
        set_up("dev")
        os.chdir(ROOT)
        if what == "python":
            return become(PYTHON, *rest)
        return test(rest) if what == "test" else check()
    print(__doc__)
    return 0 if what in ("help", "-h", "--help") else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
