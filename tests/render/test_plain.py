"""What desks keep of a mail: they cut replies off with these libraries, and a request has to come through whole."""

import json
import re
import subprocess

import pytest
from email_reply_parser import EmailReplyParser
from hypothesis import given
from hypothesis import strategies as st
from mailparser_reply import EmailReplyParser as MailReplyParser

from support_cli.base.i18n import LANGUAGES
from support_cli.render.plain import defuse
from tests.packs.builtin import PACKS, RENDERER, request, said, samples
from tests.table import each, sample

CASE = {
    "sent": "2026-11-21", "ticket": "4711", "promised": "2026-11-22 18:00 +01:00", "answered": "unhelpful",
    "message": "It is still so.\n-- \nAnna", "reply": ["Please restart it.", "> I did", "-- ", "Support"],
    "reply_by": "Support", "reply_day": "2026-11-22", "notes": ["2026-11-22: Called, nobody knew"],
}  # fmt: skip
NASTY = """\
I wrote it down as it happened.
--
-- 
----------
===
On Monday, 16 November 2026, Support <help@example.org>
wrote:
> Have you restarted it?
>> Yes
From: Support <help@example.org>
Sent: Monday, 16 November 2026 10:12
To: Anna
Subject: Re: your request
-----Original Message-----
- first the lamp went out
- then all of it
-v was given
Sent from my iPhone
From my flat nothing is seen.
Calling from mobile works.
Am Montag schrieb Support:
Dnia 16 listopada Support napisał(a):
вт, 5 янв. 2016 г. в 23:39, Support <help@example.org>:
пользователь support написал:
Support via Desk wrote:
Best regards,
Thanks,
Z poważaniem
Uwaga: e-mail
The end of it."""  # noqa: W291 - the signature's blank


def kept_by(text: str) -> dict[str, str]:
    """What each reader of mail keeps of a text."""
    kept = {"email-reply-parser": EmailReplyParser.parse_reply(text)}
    for language in ("en", "pl", "de"):
        replies = MailReplyParser(languages=[language]).read(text).replies
        assert len(replies) == 1, text
        kept[f"mail-parser-reply {language}"] = replies[0].body
    return kept


def letters(text: str) -> str:
    """A text without blanks: readers fold those."""
    return re.sub(r"\s", "", text)


TEXTS = ("ticket", "email", "follow-up", "escalation")


def texts_of(name: str, stem: str, language: str) -> list[str]:
    """Every text that may be mailed of one of a pack's own tests."""
    form, values = said(samples(name)[stem], name)
    made = request(name, form, values, language)
    return [
        RENDERER.render(PACKS[name], form, made, document=one, format="txt", language=language, case=CASE)
        for one in TEXTS
    ]


SAMPLES = [(name, stem) for name in PACKS for stem in samples(name)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "stem"), sample(SAMPLES, every=9))
def test_desks_keep_every_word_of_every_document_in_every_language(name, stem, language):
    for text in texts_of(name, stem, language):
        for reader, kept in kept_by(text).items():
            assert letters(kept) == letters(text), reader


@pytest.mark.slow
def test_discourse_keeps_every_word_too():
    """The library is Ruby: the Debian package ruby-email-reply-trimmer, as CI installs it."""
    texts = [defuse(NASTY)]
    for name, stem in SAMPLES:
        for language in LANGUAGES:
            texts += texts_of(name, stem, language)
    script = (
        'require "json"; require "email_reply_trimmer"; '
        "puts JSON.generate(JSON.parse(STDIN.read).map { |text| EmailReplyTrimmer.trim(text) })"
    )
    done = subprocess.run(["ruby", "-e", script], input=json.dumps(texts), capture_output=True, text=True, check=True)
    for text, kept in zip(texts, json.loads(done.stdout), strict=True):
        assert letters(kept) == letters(text)


@each("language", LANGUAGES)
def test_our_own_words_need_no_bar(language):
    for name in PACKS:
        for text in texts_of(name, next(iter(samples(name))), language)[:2]:
            assert [line for line in text.split("\n") if line.startswith("|")] == []


def test_what_a_customer_wrote_comes_through_whatever_it_looks_like():
    form, values = said(samples("general")["internet"], "general")
    for key in ("details", "error", "tried", "outcome"):
        answers = values | {key: NASTY.split("\n") if key == "tried" else NASTY}
        text = RENDERER.render(
            PACKS["general"],
            form,
            request("general", form, answers, "en"),
            document="email",
            format="txt",
            language="en",
        )
        for word in re.findall(r"\w+", NASTY):
            assert word in text
        for reader, kept in kept_by(text).items():
            assert letters(kept) == letters(text), (key, reader)


@each(
    ("line", "told_apart"),
    [
        ("-- ", "| -- "),
        ("    -----", "  | -----"),
        ("> quoted", "| > quoted"),
        ("- a point", "• a point"),
        ("- 5 degrees", "| - 5 degrees"),
        ("From: Anna", "| From: Anna"),
        ("Sent from my phone", "Sent\u00a0from my phone"),
        ("Anna <a@b.example> wrote: no", "| Anna <a@b.example>\u00a0wrote\u00a0: no"),
        ("2015-10-18 0:17 Matt <m@e.example>:", "| 2015-10-18 0:17 Matt <m@e.example>: |"),
        ("| -- ", "| -- "),
        ("plain - words", "plain - words"),
        ("1. -- is an option", "1. -- is an option"),
    ],
)
def test_how_a_line_is_told_apart(line, told_apart):
    assert defuse(line) == told_apart


LINES = st.lists(st.sampled_from([*NASTY.split("\n"), "", "plain words", "    code = 1"]), max_size=12).map("\n".join)


@given(LINES)
def test_no_mixture_of_such_lines_is_cut(text):
    shown = defuse(f"Hello,\n\n{text}\n\nThe end.")
    for reader, kept in kept_by(shown).items():
        assert letters(kept) == letters(shown), reader
    assert re.findall(r"\w+", shown) == re.findall(r"\w+", f"Hello,\n\n{text}\n\nThe end.")
    assert defuse(shown) == shown
