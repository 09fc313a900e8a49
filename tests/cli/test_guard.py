"""Ends of a run that nobody sees coming."""

import signal
import subprocess
import sys

import pytest

DEAF = """
import os, signal, time
from support_cli.cli import guard

guard.PATIENCE = 0.2

class Deaf:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.01)

def run():
    Deaf()
    time.sleep(20)

guard.guarded(run, wants_json=False)
"""


@pytest.mark.skipif(
    not hasattr(signal, "setitimer"), reason="Windows has no such timer; there Ctrl+Break is pressed again"
)
def test_a_signal_that_the_interpreter_drops_is_heard_all_the_same() -> None:
    run = subprocess.run([sys.executable, "-c", DEAF], capture_output=True, text=True, check=False)
    assert run.returncode == 130
    assert run.stderr.endswith("Stopped.\n")
