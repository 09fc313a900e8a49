"""What should rather not be sent: ``P`` findings. The value itself is never repeated, only a masked tail."""

from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import N_, _
from support_cli.checks.case import Case, note
from support_cli.forms.model import Role
from support_cli.privacy.detect import find

# By ``HitKind``; the enumeration itself is imported only when there is a hit.
_KINDS = {
    "card": (
        "P001",
        N_("This looks like a whole card number ({masked}). Support never needs more than the last four digits."),
    ),
    "password": (
        "P002",
        N_("This looks like a password. Support never needs it: please take it out, and change it if others saw it."),
    ),
    "token": (
        "P003",
        N_("This looks like a secret key or token ({masked}). Please take it out, and revoke it if others saw it."),
    ),
    "private key": (
        "P003",
        N_("This looks like a private key. Please take it out, and replace it if others saw it."),
    ),
    "cookie": (
        "P003",
        N_("This looks like a cookie that opens your session. Please take it out, and sign out if others saw it."),
    ),
    "code": (
        "P004",
        N_("This looks like a PIN or a one-time code. Support never needs it: please take it out."),
    ),
    "document": (
        "P005",
        N_(
            "This looks like the number of a personal document ({masked})."
            " Please leave it out unless they asked for it."
        ),
    ),
}
_NUMBERED = frozenset([Role.ORDER, Role.SERIAL, Role.PHONE])


def check_private(case: Case) -> list[Finding]:
    """Finds P001 to P005 in free answers; a secret question was asked for its secret, so it is left alone."""
    findings = []
    for reply in case.replies.values():
        question, seen = reply.question, set()
        for hit in find(reply.text) if not question.secret else ():
            number = reply.text[hit.start : hit.end]
            if hit.kind == "card" and question.role in _NUMBERED and number.isdigit():
                continue  # an order or serial number may pass a card's check by chance
            if hit.kind in seen or (hit.kind == "document" and question.private):
                continue
            seen.add(hit.kind)
            code, message = _KINDS[hit.kind]
            findings.append(note(code, Level.WARNING, question, _(message).format(masked=hit.masked)))
    return findings
