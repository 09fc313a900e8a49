"""Which of two versions is the newer one."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from support_cli.distribution import versions
from tests.table import each

# PEP 440, "Summary of permitted suffixes and relative ordering", and SemVer 2.0.0, section 11.
RISING = [
    [
        "nightly",
        "0",
        "0.9.9",
        "1.0.dev1",
        "1.0a1.dev1",
        "1.0a1",
        "1.0a2",
        "1.0b1",
        "1.0rc1",
        "1.0",
        "1.0.post1",
        "1.0.1",
    ],
    ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.1.0"],
    ["v1.9", "v1.10", "v1.10.1", "v2.0.0-rc1", "v2.0.0", "V10"],
    ["2026.1.9", "2026.11.21", "2026.11.22-rc.1", "2026.11.22"],
]


@each("row", RISING)
def test_versions_rise(row):
    for one, other in pairwise(row):
        assert versions.is_older(one, other), (one, other)
        assert not versions.is_older(other, one), (one, other)


@each(("one", "other"), [("1.0", "v1.0.0"), ("1.0.0rc1", "1.0.0-rc.1"), ("1.0+a", "1.0+b")])
def test_the_same_version_in_two_ways(one, other):
    assert versions.key(one) == versions.key(other)


@each("text", ["1.0.0-rc.1", "1.0b2", "v2-alpha", "3.dev1", "1.0.0-next.4"])
def test_prereleases(text):
    assert versions.is_version(text)
    assert versions.is_prerelease(text)


@each("text", ["1.0", "v1", "1.0.post1", "1.0+git.5"])
def test_releases(text):
    assert versions.is_version(text)
    assert not versions.is_prerelease(text)


@each("text", ["", "main", "release-1", "1.0 ", "1.0/x", "1..0", "v", "١.٠", "1" * 500, "2026-11-21"])
def test_what_is_no_version(text):
    assert not versions.is_version(text)
    assert not versions.is_prerelease(text)


@given(st.lists(st.text("v0123456789.-+abrcdev", max_size=12), min_size=3, max_size=3))
def test_there_is_always_an_order(three):
    first, second, third = sorted(three, key=versions.key)
    assert not versions.is_older(third, first)
    assert not versions.is_older(second, first)
