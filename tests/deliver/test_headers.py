"""Header fields by themselves: what the whole message's tests cannot see."""

import binascii
import re

from hypothesis import given
from hypothesis import strategies as st

from support_cli.base.addresses import Address
from support_cli.deliver.mail import headers

WORDS = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("é日👍 a")), min_size=1, max_size=200
)


@given(text=WORDS, room=st.integers(45, 75))
def test_encoded_words_are_whole_short_and_padded_only_at_the_end(text: str, room: int) -> None:
    words = headers.encoded_words(text, room)

    decoded = []
    for at, word in enumerate(words):
        assert len(word) <= (75 if at else room)
        found = re.fullmatch(r"=\?utf-8\?([BQ])\?([!->@-~]+)\?=", word)
        assert found
        if found[1] == "B":
            # GMime loses what follows padding.
            assert "=" not in found[2] or at == len(words) - 1
            octets = binascii.a2b_base64(found[2])
        else:
            octets = binascii.a2b_qp(found[2].encode(), header=True)
        decoded.append(octets.decode())  # fails where a character was split
    assert "".join(decoded) == text


def test_the_shorter_encoding_is_taken() -> None:
    assert headers.encoded_words("Größe") == ["=?utf-8?B?R3LDtsOfZQ==?="]
    assert headers.encoded_words("A long English subject with one é")[0].startswith("=?utf-8?Q?A_long_English")
    assert headers.encoded_words("Привіт")[0].startswith("=?utf-8?B?")


def test_what_is_plain_stays_readable() -> None:
    assert headers.unstructured("Subject", "[desk #12] No internet") == b"Subject: [desk #12] No internet\r\n"
    assert headers.unstructured("Subject", "[desk #12] é done").startswith(b"Subject: [desk #12] =?utf-8?")
    assert headers.unstructured("Subject", "[desk #12] é done").endswith(b"?= done\r\n")
    assert headers.unstructured("Subject", "") == b"Subject:\r\n"


def test_names_need_quotes_only_where_the_grammar_says_so() -> None:
    def written(name: str) -> str:
        return headers.addresses("To", (Address("a@b.c", name),)).decode().removeprefix("To: ").strip()

    assert written("") == "a@b.c"
    assert written("Ann Lee") == "Ann Lee <a@b.c>"
    assert written("Lee, Ann (Desk)") == '"Lee, Ann (Desk)" <a@b.c>'
    assert written('Ann "x" \\') == '"Ann \\"x\\" \\\\" <a@b.c>'
    assert written("=?utf-8?Q?x?=").startswith("=?utf-8?")
    assert written("Ann\r\nBcc: x@y.z") == '"Ann Bcc: x@y.z" <a@b.c>'


def test_long_lists_are_folded_between_addresses() -> None:
    people = [Address(f"somebody.{number}@desk.test", "Somebody Else") for number in range(30)]
    lines = headers.addresses("Cc", people).split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert all(line.endswith((b",", b">", b"Else", b"Somebody")) for line in lines[:-1])


def test_file_names_choose_the_form_that_readers_know() -> None:
    def written(name: str) -> bytes:
        return headers.with_parameters("X", "attachment", [("filename", name)])

    assert written("a b.png") == b'X: attachment; filename="a b.png"\r\n'
    assert written("é.png") == b"X: attachment; filename*=utf-8''%C3%A9.png\r\n"
    assert written('a"b.png') == b"X: attachment; filename*=utf-8''a%22b.png\r\n"
    long = written("ї" * 100)
    assert b"filename*0*=utf-8''" in long
    assert b"filename*1*=" in long
    assert max(map(len, long.split(b"\r\n"))) <= 78
