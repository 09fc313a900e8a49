"""SMTP submission of a message with a 9 MB and a 25 MB file against a script with ``smtplib.send_message``.

Run ``python -m benchmarks.smtp``. Whole programs, from the file on disk to the server's last answer, each in a
process of its own and in turns; the server is a sink on loopback that only looks for the end of the message.
``support new --send`` is all of it: the answers read and checked, the documents rendered, the message stored whole
before the attempt, and the outcome noted; ``support-cli`` is the writing, storing and sending alone.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.message import run, write_source
from benchmarks.start import ANSWERS

SIZES = (9_000_000, 25_000_000)
TURNS = 5

SINK = """
import socket, sys
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    connection, _ = listener.accept()
    connection.sendall(b"220 sink\\r\\n")
    while line := connection.recv(4096):
        word = line[:4].upper()
        if word == b"DATA":
            connection.sendall(b"354 go\\r\\n")
            tail = b""
            while not tail.endswith(b"\\r\\n.\\r\\n"):
                tail = (tail + connection.recv(1 << 20))[-5:]
        connection.sendall(b"221 bye\\r\\n" if word == b"QUIT" else b"250 ok\\r\\n")
    connection.close()
"""

OURS = """
import hashlib, sys, tempfile
from datetime import datetime, timezone
from support_cli.deliver.base import Job
from support_cli.deliver.mail.message import Envelope, write
from support_cli.deliver.mail.smtp import SmtpDeliverer
from support_cli.deliver.mail.smtp_url import parse_smtp_url
from support_cli.forms.request import Attachment
from support_cli.base.addresses import Address
from support_cli.deliver.ticket import Ticket
source, port = sys.argv[1:3]
size = int(sys.argv[3])
ticket = Ticket(id="7f3k9q2m", created=datetime.now(timezone.utc), language="en", subject="No internet",
    bodies={"text/plain": "Hello.\\n"},
    attachments=(Attachment(path=source, name="disk.img", type="image/png", size=size, sha256=""),))
envelope = Envelope(sender=Address("ann@desk.test"), to=(Address("support@desk.test"),), message_id="<a.b@desk.test>",
    date=datetime.now(timezone.utc))
with open(source + ".eml", "wb") as out:  # stored whole before the first attempt, as the outbox does
    written = write(ticket, envelope, out, open_attachment=lambda attachment: open(attachment.path, "rb"))
job = Job(id="7f3k9q2m-1", request_id="7f3k9q2m", message_id=written.message_id, size=written.size,
    open=lambda: open(source + ".eml", "rb"), digest="sha256:" + written.sha256, sender="ann@desk.test",
    receivers=("support@desk.test",))
with SmtpDeliverer(parse_smtp_url("smtp://127.0.0.1:" + port)) as deliverer:
    deliverer.deliver(job)
"""

WHOLE = """
import os, sys
source, port = sys.argv[1:3]
folder = os.path.dirname(source)
os.environ.update(HOME=folder, SUPPORT_SMTP_URL="smtp://127.0.0.1:" + port)
sys.argv = ["support", "new", "--no-input", "-q", "-a", folder + "/answers.json", "--attach", source]
sys.argv += ["--send", "--to", "support@desk.test"]
from support_cli.__main__ import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
"""

STDLIB = """
import smtplib, sys
from email.message import EmailMessage
source, port = sys.argv[1:3]
message = EmailMessage()
message["From"], message["To"], message["Subject"] = "ann@desk.test", "support@desk.test", "No internet"
message["Message-ID"], message["Date"] = "<a.b@desk.test>", "Sat, 21 Nov 2026 18:20:00 +0100"
message.set_content("Hello.\\n")
with open(source, "rb") as file:
    message.add_attachment(file.read(), maintype="image", subtype="png", filename="disk.img")
with smtplib.SMTP("127.0.0.1", int(port)) as server:
    server.send_message(message)
"""


KINDS = (("bare interpreter", ""), ("support new --send", WHOLE), ("support-cli", OURS), ("smtplib", STDLIB))


def main() -> None:
    """Prints the table."""
    rows: dict[str, list[tuple[float, int]]] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen([sys.executable, "-c", SINK], stdout=subprocess.PIPE, text=True) as sink,
    ):
        try:
            port = sink.stdout.readline().strip() if sink.stdout else ""
            for size in SIZES:
                source = Path(folder, "source")
                write_source(source, size)
                Path(folder, "answers.json").write_text(json.dumps(ANSWERS), "utf-8")
                for _turn in range(TURNS):
                    for name, program in KINDS:
                        if program is WHOLE and size > SIZES[0]:
                            continue  # more than the built-in pack takes
                        label = name if name.startswith("bare") else f"{name}, {size // 10**6} MB"
                        rows.setdefault(label, []).append(run(program, folder, str(source), port, str(size)))
        finally:
            sink.kill()
    print(f"{'':28}{'ms':>8}{'/ smtplib':>11}{'peak MiB':>10}")
    for name, turns in rows.items():
        seconds = median(each for each, _peak in turns)
        peer = rows.get("smtplib," + name.partition(",")[2])
        ratio = f"{seconds / median(each for each, _peak in peer):11.2f}" if peer else " " * 11
        print(f"{name:28}{seconds * 1000:8.1f}{ratio}{median(each for _s, each in turns) / 1024:10.1f}")


if __name__ == "__main__":
    main()
