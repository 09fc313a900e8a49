"""Setting and forgetting contact details, by the rules that a prompt applies."""

import difflib

from support_cli.base import labels
from support_cli.base.errors import UsageError
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.base.labels import label
from support_cli.cases.profile import ROLES, Profile
from support_cli.forms.model import Kind, Question, Role
from support_cli.forms.options import Invalid
from support_cli.forms.values import read
from support_cli.understanding.vague import Vague, vagueness

_KINDS = {Role.EMAIL: Kind.EMAIL, Role.PHONE: Kind.PHONE}


def _role(name: str) -> Role:
    called = {label(labels.ROLES, key).casefold(): key for key in ROLES}
    key = called.get(name.casefold(), name)
    if key in ROLES:
        return ROLES[key]
    near = difflib.get_close_matches(name, list(ROLES), 1, 0.5)
    hint = _("Did you mean “{near}”?").format(near=near[0]) if near else ", ".join(ROLES)
    raise UsageError(_("“{name}” is not a contact detail that can be kept.").format(name=name[:60]), hint=hint)


def set_detail(profile: Profile, name: str, value: str) -> tuple[Role, str]:
    """Checks and keeps a detail.

    Returns:
        The detail, and the value as it is stored.

    Raises:
        UsageError: If there is no such detail or the value will not do.
    """
    role = _role(name)
    try:
        stored = read(Question(id=role.value, kind=_KINDS.get(role, Kind.INPUT), label=role.value), value)
    except Invalid as problem:
        raise UsageError(problem.message, where=name) from None
    if stored is None:
        raise UsageError(_("The value is empty."), hint=command_line("profile", "forget", name), where=name)
    if role is Role.NAME and vagueness(Vague.NAME, str(stored)):
        message = _("“{answer}” is not a name that they can look up. Please write it in full.")
        raise UsageError(message.format(answer=str(stored)[:40]), where=name)
    profile.put(role, str(stored))
    return role, str(stored)


def forget_detail(profile: Profile, name: str) -> None:
    """Forgets one detail, or all for an empty name.

    Raises:
        UsageError: If there is no such detail.
    """
    profile.forget(_role(name) if name else None)
