"""Days, hours and moments in words, in four languages; all of them said on Tuesday 2026-12-01 at ten."""

import subprocess
import sys
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from support_cli.forms.model import Kind, Question
from support_cli.forms.options import Invalid
from support_cli.forms.spoken_dates import read_day, read_moment, read_window
from support_cli.forms.values import read
from tests.table import each

_TODAY = date(2026, 12, 1)
_NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)


@each(
    ("said", "side", "day"),
    [
        ("вчора", "past", "2026-11-30"),
        ("wczoraj", "", "2026-11-30"),
        ("позавчера", "past", "2026-11-29"),
        ("jutro", "future", "2026-12-02"),
        ("21 November", "past", "2026-11-21"),
        ("21 November", "", "2026-11-21"),
        ("21 листопада", "future", "2027-11-21"),
        ("21 listopada 2025", "", "2025-11-21"),
        ("5 мая", "past", "2026-05-05"),
        ("Nov 21st", "past", "2026-11-21"),
        ("02.12", "future", "2026-12-02"),
        ("05.11", "past", "2026-11-05"),
        ("21.11.26", "", "2026-11-21"),
        ("25/11/2026", "", "2026-11-25"),
        ("11/10/2026", "", None),
        ("w piątek", "future", "2026-12-04"),
        ("piatek", "", "2026-12-04"),
        ("в пятницу", "past", "2026-11-27"),
        ("у п’ятницю", "future", "2026-12-04"),
        ("минулого вівторка", "", "2026-11-24"),
        ("w zeszłą środę", "", "2026-11-25"),
        ("last monday", "", "2026-11-30"),
        ("od wtorku", "past", "2026-11-24"),
        ("w niedzielę", "past", "2026-11-29"),
        ("do piątku", "future", "2026-12-04"),
        ("вчера вечером", "past", "2026-11-30"),
        ("сьогодні вранці", "past", "2026-12-01"),
        ("wczoraj po południu", "past", "2026-11-30"),
        ("yesterday in the evening", "past", "2026-11-30"),
        ("monday morning", "past", "2026-11-30"),
        ("poniedziałek 18", "", None),
        ("Friday 18", "", None),
        ("5-го ноября", "past", "2026-11-05"),
        ("3 дня назад", "past", "2026-11-28"),
        ("dwa dni temu", "past", "2026-11-29"),
        ("тиждень тому", "past", "2026-11-24"),
        ("a week ago", "past", "2026-11-24"),
        ("za dwa dni", "future", "2026-12-03"),
        ("next week", "", None),
        ("November", "", None),
        ("летом", "", None),
        ("31.02.2026", "", None),
        ("after six", "", None),
        ("5 apples", "", None),
        ("12", "", None),
        ("", "", None),
    ],
)
def test_day(said, side, day):
    found = read_day(said, _TODAY, side)
    assert (found.isoformat() if found else None) == day


@each(
    ("said", "moment"),
    [
        ("п'ятниця 18:00", "2026-12-04 18:00"),
        ("piątek", "2026-12-04 23:59"),
        ("48 часов", "2026-12-03 10:00"),
        ("за 2 дні", "2026-12-03 10:00"),
        ("21.12.2026 18:00", "2026-12-21 18:00"),
        ("завтра в 18", "2026-12-02 18:00"),
        ("w środę o 15", "2026-12-02 15:00"),
        ("friday at 6pm", "2026-12-04 18:00"),
        ("tomorrow after 6pm", "2026-12-02 18:00"),
        ("by 5pm", "2026-12-01 17:00"),
        ("tomorrow at noon", "2026-12-02 12:00"),
        ("do piątku", "2026-12-04 23:59"),
        ("poniedziałek 18", None),
        ("в пятницу до 18:00", "2026-12-04 18:00"),
        ("18:00", "2026-12-01 18:00"),
        ("09:00", "2026-12-02 09:00"),
        ("tomorrow at 25:00", None),
        ("soon", None),
    ],
)
def test_moment(said, moment):
    found = read_moment(said, _NOW)
    assert (f"{found:%Y-%m-%d %H:%M}" if found else None) == moment


@each(
    ("said", "window"),
    [
        ("завтра после 18", "2026-12-02 18:00-"),
        ("02.12 18-20", "2026-12-02 18:00-20:00"),
        ("22:00-04:00", "None 22:00-04:00"),
        ("after 6pm", "None 18:00-"),
        ("after 6", "None 18:00-"),
        ("w piątek po 16", "2026-12-04 16:00-"),
        ("у середу з 10 до 12", "2026-12-02 10:00-12:00"),
        ("w środę między 9 a 13", "2026-12-02 09:00-13:00"),
        ("between 3 and 5 pm", "None 15:00-17:00"),
        ("9am-5pm", "None 09:00-17:00"),
        ("до 20", "None 00:00-20:00"),
        ("piątek", "2026-12-04 None"),
        ("25-26", None),
        ("whenever", None),
    ],
)
def test_window(said, window):
    found = read_window(said, _TODAY)
    assert (f"{found[0]} {found[1]}" if found else None) == window


@each("said", ["завтра после 18", "piątek", "22:00-04:00", "18-", "2026-12-02 14-18", "tomorrow 9-13"])
def test_what_is_stored_is_read_again_unchanged(said):
    question = Question(id="visit", kind=Kind.TIME_WINDOW, label="When?", days="future")
    stored = read(question, said)
    assert read(question, stored) == stored


@given(st.text(alphabet="0123456789:.-/ apmwovзвпoдня", max_size=30))
def test_anything_is_read_or_refused(said):
    for kind in (Kind.DATE, Kind.TIME_WINDOW):
        question = Question(id="x", kind=kind, label="When?")
        try:
            stored = read(question, said)
        except Invalid:
            continue
        assert read(question, stored) == stored


def test_plain_dates_load_no_library():
    program = (
        "import sys\nfrom support_cli.forms.model import Kind, Question\nfrom support_cli.forms.values import read\n"
        "for kind, said in (('date', '21.11.2026'), ('time_window', '2026-11-21 12-14'), ('time_window', '18:00-')):\n"
        "    kind = Kind(kind)\n"
        "    read(Question(id='x', kind=kind, label='x'), said)\nprint('dateparser' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
