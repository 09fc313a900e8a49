"""The zip of a 50 MB log against ``zip -6``: time, size and memory of whole programs in turns.

Run ``python -m benchmarks.zipping``; it needs the program ``zip``. Ours also looks at the file first (type, digest),
makes sure while it reads that it did not change, and waits until the zip is on the disk.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.message import run

SIZE = 50_000_000
TURNS = 5

OURS = """
import sys
from pathlib import Path
from support_cli.attachments.fit import zip_file
from support_cli.attachments.inspect import examine
zip_file(examine(Path(sys.argv[1])), Path(sys.argv[2]))
"""


def write_log(path: Path) -> None:
    """Writes a log whose lines differ in time, level, number and text, as logs do."""
    words = ("link", "down", "up", "retry", "timeout", "session", "renewed", "packet", "lost", "from", "to", "lease")
    with path.open("w", encoding="ascii", newline="\n") as out:
        number = size = 0
        while size < SIZE:
            number = (number * 1103515245 + 12345) % (1 << 31)
            said = " ".join(words[number >> shift & 7] for shift in (3, 7, 11, 15, 19))
            size += out.write(
                f"2026-11-21 20:{size // 900000:02}:{number % 60:02} {number:010} daemon[{size}] {said}\n"
            )


def main() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "router.log")
        write_log(log)
        ours: list[tuple[float, int]] = []
        theirs: list[float] = []
        for _turn in range(TURNS):
            ours.append(run(OURS, folder, str(log), f"{folder}/zips"))
            begun = time.perf_counter()
            subprocess.run(["zip", "-6", "-q", "-j", f"{folder}/peer.zip", str(log)], check=True)
            with Path(folder, "peer.zip").open("rb") as made:
                os.fsync(made.fileno())
            theirs.append(time.perf_counter() - begun)
            weight = max(Path(folder, "zips").iterdir(), key=lambda one: one.stat().st_mtime).stat().st_size
            size = Path(folder, "peer.zip").stat().st_size
            Path(folder, "peer.zip").unlink()
    seconds, peak = (median(column) for column in zip(*ours, strict=True))
    print(f"zip -6      {median(theirs) * 1000:8.0f} ms {size:10} octets")
    print(f"support-cli {seconds * 1000:8.0f} ms {weight:10} octets, peak {peak / 1024:.1f} MiB")
    print(f"ratio {seconds / median(theirs):.2f} (goal 1.05)")


if __name__ == "__main__":
    sys.exit(main())
