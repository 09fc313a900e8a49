"""What a command line asks of a request."""

from typing import NamedTuple


class NewOptions(NamedTuple):
    """What ``support new`` was told; every field is its flag, and ``told`` the text of the story."""

    form: str = ""
    pack: str = ""
    answers: str = ""
    story: str = ""
    told: str = ""
    body: str = ""
    set: tuple[str, ...] = ()
    attach: tuple[str, ...] = ()
    no_input: bool = False
    document: str = ""
    format: str = ""
    output: str = ""
    send: bool = False
    channel: str = ""
    to: str = ""
    allow_files: tuple[str, ...] = ()
    request_id: str = ""
    dry_run: bool = False
    strict: bool = False
    strict_form: bool = False
    trust: str = ""
