"""What should rather not be sent: ``P`` findings. The value itself is never repeated, only a masked tail."""

from support_cli.checks.case import Case, Reply, note
from support_cli.finding import Finding, Level
from support_cli.i18n import N_, _
from support_cli.packs.model import Role
from support_cli.privacy.detect import find
from support_cli.privacy.hits import Hit, HitKind

_CODES = {
    HitKind.CARD: "P001",
    HitKind.PASSWORD: "P002",
    HitKind.TOKEN: "P003",
    HitKind.CODE: "P004",
    HitKind.DOCUMENT: "P005",
}
_MESSAGES = {
    HitKind.CARD: N_(
        "This looks like a whole card number ({masked}). Support never needs more than the last four digits."
    ),
    HitKind.PASSWORD: N_(
        "This looks like a password. Support never needs it: please take it out, and change it if others saw it."
    ),
    HitKind.TOKEN: N_(
        "This looks like a secret key or token ({masked}). Please take it out, and revoke it if others saw it."
    ),
    HitKind.CODE: N_("This looks like a PIN or a one-time code. Support never needs it: please take it out."),
    HitKind.DOCUMENT: N_(
        "This looks like the number of a personal document ({masked}). Please leave it out unless they asked for it."
    ),
}
_NUMBERED = frozenset([Role.ORDER, Role.SERIAL, Role.PHONE])


def check_private(case: Case) -> list[Finding]:
    """Finds P001 to P005 in free answers; a secret question was asked for its secret, so it is left alone."""
    findings = []
    for reply in case.replies.values():
        if reply.question.secret:
            continue
        for hit in _first_of_each(reply, find(reply.text)):
            message = _(_MESSAGES[hit.kind]).format(masked=hit.masked)
            findings.append(note(_CODES[hit.kind], Level.WARNING, reply.question, message))
    return findings


def _first_of_each(reply: Reply, hits: list[Hit]) -> list[Hit]:
    chosen: dict[HitKind, Hit] = {}
    for hit in hits:
        number = reply.text[hit.start : hit.end]
        if hit.kind is HitKind.CARD and reply.question.role in _NUMBERED and number.isdigit():
            continue  # an order or serial number may pass a card's check by chance
        if hit.kind is HitKind.DOCUMENT and reply.question.private:
            continue
        chosen.setdefault(hit.kind, hit)
    return list(chosen.values())
