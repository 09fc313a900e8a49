"""Reading what somebody saved: any charset, any form, and nothing of it trusted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.cases.replies import LARGEST, MailError, bare, read_reply
from tests.making import is_clean
from tests.table import each

PLAIN = b"""From: =?koi8-r?B?8MXU0g==?= <agent@desk.test>
To: ann@example.org
Subject: =?utf-8?B?UmU6IFtkZXNrLnRlc3QgIzQ3XSDQl9Cy0Y/Qt9C+0Lo=?=
Message-ID: <a1@desk.test>
In-Reply-To: <7f3k9q2m.0011@example.org>
References: <first@example.org>
 <7f3k9q2m.0011@example.org>
Content-Type: text/plain; charset=windows-1251
Content-Transfer-Encoding: quoted-printable

=C4=EE=E1=F0=FB=E9 =E4=E5=ED=FC

> earlier
--=20
Desk
"""


def mail(*fields: str, body: str = "Hello") -> bytes:
    return ("\n".join(["From: a@b.c", *fields]) + "\n\n" + body).encode()


def test_words_in_any_charset_and_what_it_answers():
    reply = read_reply(b"From ann Sat Nov 21 18:20:00 2026\n" + PLAIN.replace(b"\n", b"\r\n"), "x.eml")
    assert (reply.sender, reply.subject) == ("Петр", "Re: [desk.test #47] Звязок")
    assert reply.own_words == "Добрый день"
    assert reply.answers == ("<7f3k9q2m.0011@example.org>", "<first@example.org>")
    assert reply.references == ("<first@example.org>", "<7f3k9q2m.0011@example.org>")
    assert [(mark.number, mark.tag) for mark in reply.marks] == [("47", "[desk.test #47]")]
    assert not reply.automatic


def test_html_alone_is_read_as_text():
    page = "<style>p {x}</style><p>Restart&nbsp;it.<br>Then <b>wait</b></p><script>alert(1)</script><p>Bye"
    reply = read_reply(mail("Content-Type: text/html; charset=utf-8", body=page), "x")
    assert reply.text == "Restart it.\nThen wait\n\nBye"


def test_the_text_beside_html_and_attachments_counts():
    fields = ("MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="b"')
    body = (
        "--b\nContent-Type: text/plain\nContent-Disposition: attachment\n\nfile\n"
        "--b\nContent-Type: text/html\n\n<p>page\n--b\nContent-Type: text/plain\n\nwords\n--b--\n"
    )
    assert read_reply(mail(*fields, body=body), "x").text == "words"


@each(
    ("field", "number", "tag"),
    [
        ("Subject: Re: [desk.test #47] drops", "47", "[desk.test #47]"),
        ("Subject: RE: [Ticket#2026112110000012] drops", "2026112110000012", "[Ticket#2026112110000012]"),
        ("Subject: [Internet - Bug #12] (New) drops", "12", "[Internet - Bug #12]"),
        ("Subject: [issue47] drops", "47", "[issue47]"),
        ("Subject: [#123456] drops", "123456", "[#123456]"),
        ("Subject: [JIRA] (NET-12) drops", "NET-12", "(NET-12)"),
        ("Subject: Re: [owner/repo] It drops (Issue #12)", "12", "(Issue #12)"),
        ("Subject: group/project | It drops (#12)", "12", "(#12)"),
        ("RT-Ticket: desk.test #47", "47", "[desk.test #47]"),
        ("X-RT-Ticket: desk.test #47", "47", "[desk.test #47]"),
        ("X-Redmine-Issue-Id: 12", "12", "#12"),
        ("X-Roundup-Issue-Id: 47", "47", "#47"),
        ("Subject: Your request #881 was received", "881", "#881"),
        ("Subject: Заявка № 881", "881", "№ 881"),
    ],
)
def test_the_number_as_each_desk_writes_it(field, number, tag):
    [mark] = read_reply(mail(field), "x").marks
    assert (mark.number, mark.tag) == (number, tag)
    assert bare(tag) == number or "№" in tag


def test_a_sure_number_stands_before_a_doubtful_one():
    reply = read_reply(mail("Subject: Re: order #9 in UTF-8 [desk #47]"), "x")
    assert [(mark.number, mark.sure) for mark in reply.marks] == [("47", True), ("9", False), ("UTF-8", False)]


@each(
    ("fields", "automatic"),
    [
        (["Auto-Submitted: auto-replied"], True),
        (["Auto-Submitted: auto-replied (vacation)"], True),
        (["Auto-Submitted: no"], False),
        (["X-Autoreply: yes"], True),
        (["Auto-Submitted: auto-generated"], True),
        (["Auto-Submitted: auto-generated", "X-Redmine-Issue-Id: 12", "Message-ID: <redmine.journal-3.1@x>"], False),
        (["Auto-Submitted: auto-generated", "X-Redmine-Issue-Id: 12", "Message-ID: <redmine.issue-12.1@x>"], True),
        (["Subject: [desk.test #47] AutoReply: drops", "RT-Ticket: desk.test #47", "Precedence: bulk"], True),
        (["Subject: Re: [desk.test #47] drops", "RT-Ticket: desk.test #47", "Precedence: bulk"], False),
        (["Content-Type: multipart/report; report-type=delivery-status; boundary=b"], True),
    ],
)
def test_machines_are_told_from_people(fields, automatic):
    assert read_reply(mail(*fields), "x").automatic is automatic


def test_what_is_no_mail_is_refused_in_a_sentence():
    for octets in (b"", b"%PDF-1.4\n", b"just words\n", b"\x00\x01"):
        with pytest.raises(MailError, match="not a saved mail"):
            read_reply(octets, "x.pdf")
    with pytest.raises(MailError, match="larger"):
        read_reply(b"From: a\n\n" + b"x" * LARGEST, "x.eml")


def test_nothing_of_it_reaches_a_terminal_as_more_than_words():
    said = "\x1b[2Jred\u202etxt\x07"
    fields = (f"Subject: {said} [x\x1b[31m #1]", f"Message-ID: <{said}>", f"References: {said}")
    reply = read_reply(mail(*fields, body=said).replace(b"a@b.c", b'"\x1b]0;x\x07" <a@b.c>'), "x")
    for text in (reply.subject, reply.sender, reply.text, reply.message_id, *(m.tag for m in reply.marks)):
        assert is_clean(text)


@each(
    "octets",
    [
        mail("Content-Type: text/plain; charset=punycode", body="a" * 900_000 + "-b"),
        mail("Content-Type: text/plain; charset=hex", body="zz"),
        mail("Content-Type: text/html", body="<script" * 130_000),
        mail("Content-Type: text/html", body="&" * 900_000),
        mail(*("Content-Type: multipart/mixed; boundary=b",), body="--b\n" * 250_000),
        mail(*[f"Content-Type: multipart/mixed; boundary=b{n}" for n in range(20_000)]),
        mail(body="".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(5000))),
        mail("Subject: " + "=?utf-8?q?" * 90_000),
        mail("Subject: " + "[#" * 400_000),
        mail("References: " + "<" * 900_000),
        mail("From: " + '"' * 500_000 + "(" * 400_000),
        b"a:" * 500_000,
        mail("Content-Transfer-Encoding: base64", body="=" * 900_000),
        mail("Content-Transfer-Encoding: x-uuencode", body="begin 666 x\n" + "M" * 900_000),
    ],
)
def test_a_mail_made_to_take_long_takes_no_time(octets):
    assert read_reply(octets, "x").sender is not None  # without limits these take minutes, or never end


@given(st.binary(max_size=400))
def test_any_octets_are_a_mail_or_refused(octets):
    for whole in (octets, b"Subject: x\n" + octets, b"Content-Type: " + octets + b"\n\nx", b"From: " + octets):
        try:
            reply = read_reply(whole, "x")
        except MailError:
            continue
        assert is_clean(reply.subject)
        assert is_clean(reply.text)
