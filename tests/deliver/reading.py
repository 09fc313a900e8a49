"""What other people's software makes of a message."""

import email
import email.policy
from email.message import EmailMessage


def read(octets: bytes) -> EmailMessage:
    """Python's own reader, which must find nothing wrong anywhere."""
    message = email.message_from_bytes(octets, policy=email.policy.default)
    for part in message.walk():
        assert not part.defects, part.defects
        for name, value in part.items():
            assert not value.defects, (name, value.defects)
    return message


def assert_wire_form(octets: bytes) -> None:
    """Seven-bit, CRLF and nothing else, short lines, and headers that fold where they should."""
    assert octets.isascii()
    assert b"\0" not in octets
    lines = octets.split(b"\r\n")
    assert octets.endswith(b"\r\n")
    assert all(b"\r" not in line and b"\n" not in line for line in lines)
    assert max(map(len, lines)) <= 78
    assert all(line.strip() for line in octets.split(b"\r\n\r\n")[0].split(b"\r\n")), "a blank line within the header"


def body(message: EmailMessage, kind: str = "plain") -> str:
    """A body with LF line ends."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")
