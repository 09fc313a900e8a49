"""Signatures: ours for minisign, minisign's for us, and nothing else passes."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.distribution import signatures
from support_cli.distribution.signatures import SignatureError
from tests.table import each

CHEAP = (524_288, 16_777_216)
"""libsodium's limits called INTERACTIVE; files carry their own, so minisign reads them as well."""

# Made by minisign 0.11: a key locked with "hello", an open one, and signatures of b"hi\n" by the latter.
LOCKED = """untrusted comment: minisign encrypted secret key
RWRTY0IyR8x9j3Io26EjKL0+e05WXjO/p3oZSgubwPI20g6m/zgAAAACAAAAAAAAAEAAAAAAt00F3z4x56AfU4jo8MCjWSupjtx5BA7eLux8Vge1nKpAboyahtXKgE31YtwCo4FucZmSRfXsYzxzInUA5JHxn8MqBOx5Gl4QN6NJEvQ/mAj6Y7ToPGkmmD+QFTHT6rxrxL2FGBSpG8Q=
"""
LOCKED_PUBLIC = "RWQCtRleyVKISoUTI4gXEBOImyKuTWKJiO2riii8CHzAVu0+ccqaAhzZ"
OPEN = """untrusted comment: minisign encrypted secret key
RWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAKrd5FeTsmLu8SwK6V/rcqOcJJmVtP0HQlFPWnxJ0eAx0FloZntr/YgZy7jWLuZ1jlRsQeOClcvDo2N7Ov58QB+440t1hf5T6AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
"""
PUBLIC = """untrusted comment: minisign public key BB98ECE41579B72A
RWQqt3kV5OyYuwZy7jWLuZ1jlRsQeOClcvDo2N7Ov58QB+440t1hf5T6
"""
HASHED = b"""untrusted comment: signature from minisign secret key
RUQqt3kV5OyYu5V6FaME/8Vt4N5dzTqNBFQbX2Yyttu3RND8XaFt/xLxvv/3bNjwuNj0gnmmVL4zmLOq8GNmPlfkE+0N8qQc2wM=
trusted comment: tc here
DEoi/lxBB72bs5YIfiEkwbbmqYlW1J0dCoCW7mErpscDMfKLnjZ2Q2Uo2yZ1pgJIdrvN5gZF+k//vDSgsdpsAw==
"""
LEGACY = b"""untrusted comment: signature from minisign secret key
RWQqt3kV5OyYu0z/29zCUc7aqCkFb0VnVKekowTKER0f2PnUwfcBd4lx1hR4FJZ+idr+fVf04yIRrA27U7iZpsQp9cs9fQBm4QQ=
trusted comment: timestamp:1795312426\tfile:f
+gYbhH1zUxJAcoNkPbQ5iooo0lYIoqsdNm3tWRF+p0l+JeN6+uFz/wurolR6rPzHMCmPxOYlIpXItEMIsTBxBQ==
"""
KEY = signatures.new_key()
CONTENT = b"a pack\n" * 3
SIGNED = signatures.sign(CONTENT, KEY, "timestamp:1\tfile:x.zip\tpack:tiny")


def never() -> str:
    raise AssertionError("an open key has no password")


def test_keys_and_signatures_of_minisign_are_read() -> None:
    key = signatures.read_public(PUBLIC)
    assert key.name == "BB98ECE41579B72A"
    assert signatures.read_secret(OPEN, never).public == key
    assert signatures.verify(b"hi\n", HASHED, key).parts == ["tc here"]
    assert signatures.verify(b"hi\n", LEGACY, key).facts() == {"timestamp": "1795312426", "file": "f"}


@pytest.mark.slow
def test_a_key_that_minisign_locked_opens_with_its_password_only() -> None:
    assert signatures.read_secret(LOCKED, lambda: "hello").public == signatures.read_public(LOCKED_PUBLIC)
    with pytest.raises(SignatureError, match="password is wrong"):
        signatures.read_secret(LOCKED, lambda: "Hello")


def test_a_signature_of_ours_says_what_it_is_of() -> None:
    found = signatures.verify(CONTENT, SIGNED, KEY.public)
    assert found.facts() == {"timestamp": "1", "file": "x.zip", "pack": "tiny", "by": "support-cli"}
    assert found.key_name == KEY.public.name


def test_windows_line_ends_of_a_signature_do_no_harm() -> None:
    signatures.verify(CONTENT, SIGNED.replace(b"\n", b"\r\n"), KEY.public)


def test_no_byte_of_a_signature_can_be_changed() -> None:
    for place in range(len(SIGNED) - 1):
        for other in {SIGNED[place] ^ 1, SIGNED[place] ^ 32, ord("\n"), ord("A")} - {SIGNED[place]}:
            changed = SIGNED[:place] + bytes([other]) + SIGNED[place + 1 :]
            with pytest.raises(SignatureError):
                signatures.verify(CONTENT, changed, KEY.public)


def test_no_byte_of_the_content_can_be_changed() -> None:
    for place in range(len(CONTENT)):
        with pytest.raises(SignatureError, match="not the one that was signed"):
            signatures.verify(CONTENT[:place] + b"?" + CONTENT[place + 1 :], SIGNED, KEY.public)
    with pytest.raises(SignatureError):
        signatures.verify(CONTENT + b"\n", SIGNED, KEY.public)


def test_another_key_is_named() -> None:
    other = signatures.new_key().public
    with pytest.raises(SignatureError, match=f"another key: {KEY.public.name}, not {other.name}"):
        signatures.verify(CONTENT, SIGNED, other)
    with pytest.raises(SignatureError, match="not the one that was signed"):
        signatures.verify(CONTENT, SIGNED, signatures.PublicKey(KEY.public.id, other.key))


def test_the_comment_of_another_signature_does_not_fit() -> None:
    newer = signatures.sign(CONTENT, KEY, "timestamp:2")
    mixed = b"\n".join([*SIGNED.split(b"\n")[:2], *newer.split(b"\n")[2:]])
    signatures.verify(CONTENT, mixed, KEY.public)  # Ed25519 is deterministic: the same content has the same signature
    forged = b"\n".join([*SIGNED.split(b"\n")[:3], *newer.split(b"\n")[3:]])
    with pytest.raises(SignatureError, match="comment was changed"):
        signatures.verify(CONTENT, forged, KEY.public)


def test_a_comment_cannot_bring_lines_or_escapes() -> None:
    found = signatures.verify(CONTENT, signatures.sign(CONTENT, KEY, "file:a\nb\x1b[31m"), KEY.public)
    assert found.facts()["file"] == "a b"
    hostile = HASHED.replace(b"tc here", b"tc \x1b[31m\xff here")
    assert signatures.read_signature(hostile).parts == ["tc \N{REPLACEMENT CHARACTER} here"]


def test_a_locked_key_opens_with_its_password_only() -> None:
    text = signatures.secret_text(KEY, "pass wörd", CHEAP)
    assert signatures.read_secret(text, lambda: "pass wörd") == KEY
    with pytest.raises(SignatureError, match="password is wrong"):
        signatures.read_secret(text, lambda: "pass word")


def test_an_open_key_asks_for_nothing() -> None:
    assert signatures.read_secret(signatures.secret_text(KEY, ""), never) == KEY


def test_public_keys_are_read_from_a_file_or_a_line() -> None:
    assert signatures.read_public(signatures.public_text(KEY.public)) == KEY.public
    assert signatures.read_public(signatures.public_text(KEY.public).replace("\n", "\r\n")) == KEY.public
    assert signatures.read_public(KEY.public.text) == KEY.public


@each(
    "text",
    ["", "RW", "\n\n\n", PUBLIC + "x", KEY.public.text[:-1], SIGNED.decode(), "é" * 56],
    # the key is another one every time
)
def test_what_is_no_key_says_so(text: str) -> None:
    with pytest.raises(SignatureError, match="not a public key"):
        signatures.read_public(text)
    with pytest.raises(SignatureError, match="not a secret key"):
        signatures.read_secret(text, never)


def test_a_key_that_asks_for_all_memory_is_refused() -> None:
    import base64

    raw = bytearray(base64.b64decode(LOCKED.split("\n")[1]))
    raw[46:54] = (1 << 60).to_bytes(8, "little")
    with pytest.raises(SignatureError, match="not a secret key"):
        signatures.read_secret(f"untrusted comment: x\n{base64.b64encode(raw).decode()}\n", lambda: "hello")


def test_a_damaged_key_is_told_from_a_wrong_password() -> None:
    import base64

    raw = bytearray(base64.b64decode(OPEN.split("\n")[1]))
    raw[70] ^= 1
    with pytest.raises(SignatureError, match="damaged"):
        signatures.read_secret(f"untrusted comment: x\n{base64.b64encode(raw).decode()}\n", never)


@given(st.binary(max_size=400))
def test_anything_as_a_signature_ends_in_a_sentence(raw: bytes) -> None:
    with pytest.raises(SignatureError):
        signatures.verify(CONTENT, raw, KEY.public)


def minisign(*arguments: str | Path, said: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(["minisign", *map(str, arguments)], input=said, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("password", ["", "pass wörd"])
def test_minisign_verifies_ours_and_signs_with_our_keys(tmp_path: Path, password: str) -> None:
    file, key, public = tmp_path / "x.zip", tmp_path / "a.key", tmp_path / "a.pub"
    file.write_bytes(CONTENT)
    key.write_text(signatures.secret_text(KEY, password))
    public.write_text(signatures.public_text(KEY.public))
    (tmp_path / "x.zip.minisig").write_bytes(SIGNED)

    verified = minisign("-V", "-H", "-p", public, "-m", file)
    assert verified.returncode == 0, verified.stderr
    assert "pack:tiny" in verified.stdout

    signed = minisign("-S", *([] if password else ["-W"]), "-s", key, "-m", file, said=password + "\n")
    assert signed.returncode == 0, signed.stderr
    assert signatures.verify(CONTENT, (tmp_path / "x.zip.minisig").read_bytes(), KEY.public).facts()["file"] == "x.zip"

    file.write_bytes(CONTENT[:-1] + b"?")
    assert minisign("-V", "-p", public, "-m", file).returncode == 1
