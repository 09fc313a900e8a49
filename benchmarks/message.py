"""The streaming MIME writer against the standard library's ``email``: time and memory for one 9 MB attachment.

Run ``python -m benchmarks.message``. Each turn is a process of its own that imports what it needs, both kinds
alternate, and the medians are compared; what the bare interpreter takes is shown and not subtracted.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

SIZE = 9_000_000
TURNS = 7

OURS = """
import sys, contextlib
from datetime import datetime, timezone
from support_cli.deliver.mail.message import Envelope, write
from support_cli.forms.request import Attachment
from support_cli.base.addresses import Address
from support_cli.deliver.ticket import Ticket
source, target = sys.argv[1:3]
size = int(sys.argv[3])
ticket = Ticket(id="7f3k9q2m", created=datetime.now(timezone.utc), language="en", subject="No internet",
    bodies={"text/plain": "Hello.\\n", "text/html": "<p>Hello.</p>\\n"},
    attachments=(Attachment(path=source, name="disk.img", type="image/png", size=size, sha256=""),))
envelope = Envelope(sender=Address("ann@desk.test"), to=(Address("support@desk.test"),), message_id="<a.b@desk.test>",
    date=datetime.now(timezone.utc))
with open(target, "wb") as out:
    write(ticket, envelope, out, open_attachment=lambda attachment: open(attachment.path, "rb"))
"""

STDLIB = """
import sys
from email.message import EmailMessage
from email.policy import SMTP
source, target = sys.argv[1:3]
message = EmailMessage(policy=SMTP)
message["From"], message["To"], message["Subject"] = "ann@desk.test", "support@desk.test", "No internet"
message["Message-ID"], message["Date"] = "<a.b@desk.test>", "Sat, 21 Nov 2026 18:20:00 +0100"
message.set_content("Hello.\\n")
message.add_alternative("<p>Hello.</p>\\n", subtype="html")
with open(source, "rb") as file:
    message.add_attachment(file.read(), maintype="image", subtype="png", filename="disk.img")
with open(target, "wb") as out:
    out.write(message.as_bytes())
"""

# Peak memory of the process, KiB, read by the child itself; not on Windows, which has no such call.
PEAK = """
try:
    import resource
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
except ImportError:
    print(0)
"""


def run(program: str, folder: str, *arguments: str) -> tuple[float, int]:
    """One process: seconds, and peak memory in KiB. Byte code is cached in the folder, as an installation has it."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", program + PEAK, *arguments],
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
        env=environment,
    )
    return time.perf_counter() - start, int(done.stdout)


def write_source(source: Path, size: int) -> None:
    """Writes a file of so many octets, in pieces: a child's peak begins with what its parent holds."""
    with source.open("wb") as file:
        for _piece in range(size // 1000):
            file.write(bytes(range(250)) * 4)


def main() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "source"), str(Path(folder, "target"))
        rows: dict[str, list[tuple[float, int]]] = {}
        for size in (SIZE, SIZE * 10):
            write_source(source, size)
            arguments = (str(source), target, str(source.stat().st_size))
            kinds = {f"support-cli, {size} octets": OURS}
            if size == SIZE:
                kinds |= {f"email, {size} octets": STDLIB, "bare interpreter": ""}
                kinds |= {"support-cli, imports": imports_of(OURS), "email, imports": imports_of(STDLIB)}
            for _turn in range(TURNS):
                for name, program in kinds.items():
                    rows.setdefault(name, []).append(run(program, folder, *arguments))
    middle = {name: median(seconds for seconds, _peak in turns) for name, turns in rows.items()}
    base = middle[f"email, {SIZE} octets"]
    print(f"{'':32}{'ms':>8}{'/ email':>10}{'peak MiB':>10}")
    for name, turns in rows.items():
        peak = median(each for _seconds, each in turns) / 1024
        print(f"{name:32}{middle[name] * 1000:8.1f}{middle[name] / base:10.2f}{peak:10.1f}")
    ours = middle[f"support-cli, {SIZE} octets"] - middle["support-cli, imports"]
    print(f"writing alone, without imports: {ours / (base - middle['email, imports']):.2f} of email")


def imports_of(program: str) -> str:
    """The part of a program that does no work yet."""
    return program.split("source, target", maxsplit=1)[0]


if __name__ == "__main__":
    main()
