"""File names where their encoding is not UTF-8: nothing ends as a fault of ours, and nothing is lost."""

import json
import os
import subprocess
import sys

import pytest

from tests.table import each

ASKED = {
    "summary": "Немає інтернету вже третій день", "details": "Немає зв’язку", "name": "Оля Коваль",
    "email": "o@example.org", "consent": True,
}  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="the encoding of file names follows the locale on Linux only")
@each(
    ("words", "output", "code", "told"),
    [
        (("new", "--no-input", "-a", "answers.json", "--attach", "лог.txt", "-o", "out/"), "", 0, "Written"),
        (("new", "--no-input", "-a", "answers.json"), "Тека", 3, "file names are in ASCII here"),
        (("pack", "init", "Мій", "--no-input", "--kind", "software", "--to", "a@b.example"), "", 3, "LANG to a UTF-8"),
    ],
)
def test_what_file_names_cannot_hold_is_left_out_or_said(support, here, words, output, code, told):
    (here / "answers.json").write_text(json.dumps(ASKED), "utf-8")
    (here / "лог.txt").write_text("x", "utf-8")
    (here / "out").mkdir(exist_ok=True)
    assert support("config", "set", "output", output).code == 0
    environ = {**os.environ, "SUPPORT_LANG": "en", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    run = subprocess.run([sys.executable, "-m", "support_cli", *words], env=environ, capture_output=True, check=False)
    assert (run.returncode, told in run.stderr.decode() + run.stdout.decode()) == (code, True), run.stderr.decode()
    if code == 0:
        assert sorted(path.suffix for path in (here / "out").iterdir()) == [".eml", ".md"]
