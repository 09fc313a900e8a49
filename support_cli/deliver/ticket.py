"""The ticket: a rendered request, and all that a deliverer may know of it. Never a question."""

from datetime import datetime

import msgspec

from support_cli.base.addresses import Address
from support_cli.forms.request import Attachment


class Followed(msgspec.Struct, frozen=True, omit_defaults=True):
    """A ticket that a desk has already: its number as the desk told it, and the link."""

    number: str
    url: str = ""


class Ticket(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What goes to a receiver.

    Attributes:
        id: Id of the request that it was rendered from.
        created: Aware moment the request was made.
        language: Language of the bodies.
        subject: One line, no control characters.
        bodies: Media type (``text/plain``, ``text/html``, ``text/markdown``) to text with LF line ends.
        fields: Role name to text (lists joined by newlines).
        requester: Who asks, when an address is known.
        attachments: Files that go along, in order.
        request_json: The request file as JSON, or None where private answers may not travel.
        queue: Queue of a desk, or empty.
        labels: Labels of an issue.
        follows: The ticket of the same desk that this one goes on with, or None for a new one.
    """

    id: str
    created: datetime
    language: str
    subject: str
    bodies: dict[str, str]
    fields: dict[str, str] = {}
    requester: Address | None = None
    attachments: tuple[Attachment, ...] = ()
    request_json: bytes | None = None
    queue: str = ""
    labels: tuple[str, ...] = ()
    follows: Followed | None = None
