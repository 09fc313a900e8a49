"""No password and no token stands anywhere after a run: files, database, output, process lists, reports of crashes."""

import base64
import itertools
import json
import os
import re
import subprocess
import sys
import urllib.parse
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_desks import trusted
from tests.deliver.desks.loopback import Asked, Reply, answering
from tests.deliver.serving import serving

Support = Callable[..., Run]
PASSWORD = "p4ss-wörd €uro"
TOKEN = "tok-5ecret0123456789"
ROOT = Path(__file__).parents[2]
PACK = """
channels:
  desk:
    kind: http
    url: {url}/tickets
    body: {{title: "{{subject}}", text: "{{text}}"}}
    answer: {{id: id, error: error}}
  redmine: {{kind: redmine, url: {url}, queue: support}}
default_channel: desk
"""


def forms(secret: str) -> list[bytes]:
    """How a secret may be written down: as it is, in the usual encodings, and as logins carry it."""
    octets = secret.encode()
    encoded = [base64.b64encode(each) for each in (octets, b"\0ann\0" + octets, b"ann:" + octets, octets + b":")]
    texts = [json.dumps(secret)[1:-1], urllib.parse.quote(secret), urllib.parse.quote_plus(secret), ascii(secret)[1:-1]]
    return [octets, *encoded, *(text.encode() for text in texts), octets.hex().encode(), secret.encode("utf-16-le")]


def found(places: Iterable[Path], said: str = "") -> list[str]:
    """Where one of the secrets stands."""
    there = {str(path): path.read_bytes() for place in places for path in place.rglob("*") if path.is_file()}
    there["what was said"] = said.encode()
    return [
        place for place, octets in there.items() if any(f in octets for one in (PASSWORD, TOKEN) for f in forms(one))
    ]


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """Where the secrets are kept; nothing else is."""
    folder = tmp_path / "vault"
    folder.mkdir()
    (folder / "password").write_text(PASSWORD, "utf-8")
    (folder / "netrc").write_text(f"machine 127.0.0.1 login ann password {TOKEN}\n", "utf-8")
    return folder


def test_mail_leaves_no_password_behind(
    support: Support, answers: Path, here: Path, home: Path, vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, codes = "", []
    repeated = " ".join(one.decode("utf-8", "ignore") for one in forms(PASSWORD)[:3])
    scenes: list[dict[str, str]] = [
        {},
        {"AUTH": f"535 5.7.8 no {repeated}"},
        {"RCPT": f"550 no {repeated}"},
        {"EHLO": "x"},
    ]
    keys = itertools.count()
    for scene in scenes:
        for scheme in ("smtp", "smtps") if not scene else ("smtp",):
            with serving(**scene) as server:
                monkeypatch.setenv("SUPPORT_SMTP_URL", f"{scheme}://ann@127.0.0.1:{server.port}")
                command = f"{sys.executable} -c \"print(open(r'{vault}/password', encoding='utf-8').read())\""
                monkeypatch.setenv("SUPPORT_SMTP_PASSWORD_COMMAND", command)
                monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
                words = ("new", "--no-input", "-a", answers, "--send", "--to", "desk@example.org", "-v")
                told = [
                    support(*words, "--request-id", str(next(keys)), *more)
                    for more in ((), ("--json",))
                    if "AUTH" in scene or not more
                ]
                said += "".join(run.out + run.err for run in told)
                codes += [run.code for run in told]
    for words in (("outbox", "flush", "--now", "--json"), ("outbox", "list", "--all"), ("cases", "list", "--json"),
                  ("config", "list"), ("doctor",)):  # fmt: skip
        run = support(*words)
        said += run.out + run.err
    assert codes == [0, 6, 5, 5, 5, 6]
    assert "***" in said, "the server was to repeat it"
    assert found([home, here], said) == []


def test_desks_leave_no_token_behind(
    support: Support, answers: Path, here: Path, home: Path, vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    general = ROOT / "templates" / "general"
    folder = here / "pack"
    folder.mkdir()
    for path in general.rglob("*"):
        if path.is_file():
            target = folder / path.relative_to(general)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    monkeypatch.setenv("NETRC", str(vault / "netrc"))
    mood = {"status": 201}
    seen: list[str] = []

    def answer(asked: Asked) -> Reply:
        login = asked.headers.get("authorization", "") + asked.headers.get("x-redmine-api-key", "")
        seen.append(login)
        body = {"id": 7, "issue": {"id": 7}, "issues": [], "total_count": 0, "upload": {"token": "1.x"}}
        return Reply(mood["status"], body if mood["status"] < 300 else {"error": f"bad token {login} {TOKEN}"})

    said, codes = "", []
    with answering(answer) as server:
        manifest = folder / "pack.yml"
        manifest.write_text(manifest.read_text("utf-8") + PACK.format(url=server.url), "utf-8")
        trusted(support, folder)
        for channel in ("desk", "redmine"):
            for status in (201, 401, 422, 500):
                mood["status"] = status
                words = ("new", "-p", folder, "--no-input", "-a", answers, "--send", "--channel", channel, "-v")
                run = support(*words, "--request-id", f"{channel} {status}", *["--json"] * (status == 401))
                said += run.out + run.err
                codes.append(run.code)
    assert found([vault]), "what is looked for would not be found"
    assert any(TOKEN in login for login in seen)
    assert codes[:3] == [0, 5, 5], said
    for words in (("outbox", "flush", "--now"), ("outbox", "list", "--all", "--json"), ("config", "channel", "list")):
        run = support(*words)
        said += run.out + run.err
    assert found([home, here], said) == []


def test_no_password_gets_into_the_settings(support: Support, home: Path) -> None:
    for url in (f"smtps://ann:{TOKEN}@mail.example.com", f"smtps://ann:{TOKEN}@mail.example.com/x y"):
        run = support("config", "set", "smtp.url", url)
        assert run.code == 2
        assert found([home], run.out + run.err) == []
    assert support("config", "set", "mail.sender", "nobody").code == 2
    assert support("config", "set", "smtp.url", "smtp://mail.example.com").code == 0


CRASH = """
import sys, tempfile
import support_cli.deliver.mail.smtp_auth as module
def broken(wire, way, messages):
    secret = b"".join(messages).decode()
    raise ValueError("bad login " + secret)
module._exchange = broken
from support_cli.__main__ import main
main()
"""
CRASH_LATER = """
import os
import support_cli.cli.printing as module
def broken(outcome, context):
    raise ValueError("bad login " + os.environ["SUPPORT_SMTP_PASSWORD"])
module.print_outcome = broken
from support_cli.__main__ import main
main()
"""
LOOK = """#!/bin/sh
for process in self $PPID; do cat /proc/$process/cmdline >> {spied}; done
env >> {spied}
cat >/dev/null
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_crashes_and_programs_that_are_started_learn_nothing(
    answers: Path, here: Path, home: Path, tmp_path: Path
) -> None:
    spied = tmp_path / "spied"
    program = tmp_path / "sendmail"
    program.write_text(LOOK.format(spied=spied))
    program.chmod(0o755)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environ = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(temporary),
        "SUPPORT_SMTP_PASSWORD": PASSWORD,
        "SUPPORT_TOKEN_DESK": TOKEN,
        "SUPPORT_MAIL_SENDMAIL": str(program),
    }
    words = ["new", "--no-input", "-a", str(answers), "--send", "--to", "desk@example.org", "-v"]
    said = b""
    with serving() as server:
        for transport, start, code in (
            ("sendmail", ["-m", "support_cli"], 0),
            ("smtp", ["-c", CRASH], 6),
            ("smtp", ["-c", CRASH_LATER], 70),
        ):
            done = subprocess.run(
                [sys.executable, *start, *words, "--request-id", transport],
                env={
                    **environ,
                    "SUPPORT_MAIL_TRANSPORT": transport,
                    "SUPPORT_SMTP_URL": f"smtp://ann@127.0.0.1:{server.port}",
                },
                capture_output=True,
                check=False,
            )
            said += done.stdout + done.stderr
            assert done.returncode == code, done.stderr
    assert b"support_cli" in spied.read_bytes()
    assert re.search(r"A report without your words is in (\S+\.txt)", said.decode())
    assert list(home.rglob("bug-*.txt"))
    assert found([home, here, temporary, tmp_path], said.decode()) == []
