"""Jobs and desks for the tests of desks."""

import os
from collections.abc import Mapping
from typing import Any

import msgspec

from support_cli.base.addresses import Address
from support_cli.deliver.base import Deliverer, Job
from support_cli.deliver.desks.options import DeskOptions, Login
from support_cli.deliver.registry import desk_deliverer
from support_cli.forms.request import Attachment
from tests.deliver.making import Files, make_attachment, make_job, make_ticket

NAMES = {
    "лог файл.log": bytes(range(256)) * 20,
    "日本語.bin": b"\x00\xff\r\n--boundary\r\n" * 9,
    "koi8.txt": "привет\r\n".encode("koi8-r"),
    "utf16.csv": "a;ж\n".encode("utf-16"),
    "рядки.csv": "  a;ж\r\nb;Ü\n\n.\nFrom x".encode(),
}
"""Files with names and contents that servers like to change."""

TYPES = {"log": "text/plain", "txt": "text/plain", "csv": "text/csv", "json": "application/json", "png": "image/png"}

SECRET = "tok-5ecret0123456789"


def fresh_mark() -> str:
    return "t" + os.urandom(5).hex()


def typed(files: Mapping[str, bytes]) -> tuple[Attachment, ...]:
    """Attachments with the types that their names promise."""
    kinds = {name: TYPES.get(name.rpartition(".")[2], "application/octet-stream") for name in files}
    return tuple(
        msgspec.structs.replace(
            make_attachment(name, octets, kinds[name]),
            charset="utf-8" if kinds[name].startswith("text/") and _is_utf8(octets) else "",
        )
        for name, octets in files.items()
    )


def _is_utf8(octets: bytes) -> bool:
    try:
        return bool(octets.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def make_desk_job(files: Mapping[str, bytes] | None = None, mark: str = "7f3k9q2m", **more: Any) -> Job:
    """A job for a desk; the files lie in memory."""
    files = NAMES if files is None else files
    settings: dict[str, Any] = {
        "subject": "Grüße: crash 日本 €",
        "bodies": {
            "text/plain": "line one\n  indented\n\nÜmläut — end\n",
            "text/markdown": "**line** one\n\nÜmläut — end\n",
            "text/html": "<html><body><p>line <b>one</b></p></body></html>",
        },
        "requester": Address("ann@example.org", "Änn Lee"),
        "fields": {"environment": "Ubuntu 24.04 é", "severity": "Nothing works", "serial": "SN-1"},
        "request_json": b'{"support-request": 1}\n',
    }
    ticket = make_ticket(attachments=typed(files), id=mark, **(settings | more))
    return make_job(id=f"{mark}-1", request_id=mark, message_id=mark, ticket=ticket, open_attachment=Files(dict(files)))


def make_desk(kind: str, url: str, *, user: str = "ann@example.org", secret: str = SECRET, **more: Any) -> Deliverer:
    """A desk at an address, with settings as keywords (dots written as they are, in a dict)."""
    settings = more.pop("settings", {})
    timeout = more.pop("timeout", 10.0)
    options = DeskOptions(url=url, settings=settings, timeout=timeout, login=lambda: Login(user, secret), **more)
    return desk_deliverer(kind, options)
