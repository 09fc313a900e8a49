from hypothesis import given
from hypothesis import strategies as st

from support_cli.forms.model import parameterize, unique
from support_cli.packs.units import parse_duration, parse_size, satisfies
from tests.table import each


@each(
    ("text", "size"),
    [
        ("10MB", 10_000_000),
        ("10 MB", 10_000_000),
        ("10MiB", 10 * 2**20),
        ("500kB", 500_000),
        ("500KB", 500_000),
        ("1KiB", 1024),
        ("1.5GB", 1_500_000_000),
        ("4.35MB", 4_350_000),
        ("2.3GB", 2_300_000_000),
        ("0", 0),
        (0, 0),
        (14_000_000, 14_000_000),
        ("7B", 7),
        ("7", 7),
        ("", None),
        ("MB", None),
        ("-1MB", None),
        (-1, None),
        ("1,5MB", None),
        ("10 megabytes", None),
        ("10TB", None),
        ("1e6", None),
        ("1.5.5MB", None),
        (10**30, None),
        ("9" * 400, None),
        ("٣MB", 3_000_000),
    ],
)
def test_sizes(text, size):
    assert parse_size(text) == size


@each(
    ("text", "seconds"),
    [
        ("72h", 259_200),
        ("30min", 1800),
        ("30 m", 1800),
        ("3d", 259_200),
        ("2w", 1_209_600),
        ("0h", 0),
        ("", None),
        ("72", None),
        ("1.5h", None),
        ("-3d", None),
        ("3 days", None),
        ("9" * 400 + "d", None),
    ],
)
def test_durations(text, seconds):
    assert parse_duration(text) == seconds


@each(
    ("version", "requirement", "fits"),
    [
        ("1.0.0", ">=1", True),
        ("1.0.0", ">=1.0.1", False),
        ("1.2.3", ">=1.2,<2", True),
        ("2.0", ">=1.2,<2", False),
        ("1.4", "1.4", True),
        ("1.3.9", "1.4", False),
        ("1.0", "==1.0.0", True),
        ("1.0", ">1", False),
        ("1.1", "<=1.1", True),
        ("1.0", "", True),
        ("1.0", ">=1,", True),
        ("1.0", "~=1", None),
        ("1.0", "one", None),
        ("1.0", ">=", None),
        ("1.0.0rc1", ">=1", True),
    ],
)
def test_requirements(version, requirement, fits):
    assert satisfies(version, requirement) is fits


@each(
    ("label", "made"),
    [
        ("What happened?", "what-happened"),
        ("  Steps -- to reproduce ", "steps-to-reproduce"),
        ("Café Ünïcode", "cafe-unicode"),
        ("Ваше ім'я", "ваше-ім-я"),
        ("Мій ПК", "мій-пк"),
        ("日本語", "日本語"),
        ("a_b", "a_b"),
        ("!?", ""),
        ("", ""),
    ],
)
def test_ids_are_made_of_labels(label, made):
    assert parameterize(label) == made


@given(st.lists(st.sampled_from(["a", "b", "", "a-2"]), max_size=8))
def test_ids_are_unique(wanted):
    taken = set()
    made = [unique(one, taken, number) for number, one in enumerate(wanted, 1)]
    assert len(set(made)) == len(made)
    assert all(made)
    assert taken == set(made)


@given(st.text(max_size=40))
def test_any_label_makes_a_tidy_id(label):
    made = parameterize(label)
    assert "--" not in made
    assert made == made.strip("-")
    assert not any(c.isspace() for c in made)
