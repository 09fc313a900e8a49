"""Named places in the description of a desk: what there is to fill in, and filling it in, as data."""

import re
from collections.abc import Mapping

from support_cli.base.errors import UsageError
from support_cli.base.i18n import _
from support_cli.deliver.desks.options import DeskOptions, Setting
from support_cli.deliver.desks.wording import plain, rich, subject
from support_cli.deliver.ticket import Ticket

_PLACE = re.compile(r"\{([a-z_]+(?:\.[a-z_0-9]+)?)\}")
_LONE = re.compile(r"\{([a-z_]+(?:\.[a-z_0-9]+)?)\}\Z")
_ROLES = frozenset(
    [
        "summary",
        "details",
        "steps",
        "expected",
        "actual",
        "environment",
        "version",
        "error",
        "tried",
        "outcome",
        "severity",
        "account",
        "order",
        "serial",
        "name",
        "email",
        "phone",
        "preferred_contact",
        "consent",
    ]
)
_KNOWN = _ROLES | frozenset(
    [
        "subject",
        "text",
        "markdown",
        "html",
        "mark",
        "request",
        "queue",
        "language",
        "created",
        "priority",
        "labels",
        "files",
        "id",
        "file.name",
        "file.type",
        "file.size",
        "file.base64",
        "file.data",
        "file.id",
    ]
)
_LONGEST_SUBJECT = 1000
_TEXTS = ("body.", "form.", "header.", "file.")


class PlaceError(UsageError):
    """A text names a place that there is not."""


def places_of(ticket: Ticket, mark: str, notes: list[str], options: DeskOptions) -> tuple[dict[str, object], list[str]]:
    """Everything that a text can name, what was not said being empty; and a sentence where the text had to be cut."""
    who = ticket.requester
    title, whole = subject(ticket, _limit(options, "limit.subject") or _LONGEST_SUBJECT)
    notes, most = [*whole, *notes], _limit(options, "limit.text")
    text, cut = plain(ticket, mark, notes, most=most)
    said: dict[str, object] = dict.fromkeys(_ROLES, "")
    said |= {role: text for role, text in ticket.fields.items() if role in _ROLES}
    if who is not None:
        said |= {"email": who.address, "name": who.name or said["name"]}
    known = {
        "subject": title,
        "text": text,
        "markdown": plain(ticket, mark, notes, kind="text/markdown", most=most)[0],
        "html": rich(ticket, mark, notes),
        "mark": mark,
        "request": ticket.id,
        "queue": ticket.queue or options.queue,
        "language": ticket.language,
        "created": ticket.created.isoformat(),
        "priority": options.mapped("priority", "severity", ticket),
        "labels": list(ticket.labels),
        "files": [],
    }
    return said | known, cut


def _limit(options: DeskOptions, name: str) -> int:
    said = options.text(name)
    return int(said) if said.isdecimal() and len(said) < 10 else 0


def filled(template: object, places: Mapping[str, object]) -> object:
    """Fills places into the strings of a template; a string that is one place alone becomes what stands there."""
    if isinstance(template, dict):
        return {key: filled(value, places) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, places) for value in template]
    if not isinstance(template, str):
        return template
    alone = _LONE.match(template)
    if alone and alone[1] in places:
        return places[alone[1]]

    def value(match: re.Match[str]) -> str:
        found = places.get(match[1], match[0])
        if not isinstance(found, str | list):
            raise PlaceError(_("The place “{name}” must stand alone in its text.").format(name=match[1]))
        return ", ".join(map(str, found)) if isinstance(found, list) else found

    return _PLACE.sub(value, template)


def nested(flat: Mapping[str, Setting]) -> object:
    """``a.b: 1`` as ``{"a": {"b": 1}}``; names that are all numbers become a list."""
    tree: dict[str, object] = {}
    for name, value in flat.items():
        node = tree
        *parents, last = name.split(".")
        for parent in parents:
            below = node.setdefault(parent, {})
            if not isinstance(below, dict):
                below = node[parent] = {}
            node = below
        node[last] = value
    return _listed(tree)


def _listed(node: object) -> object:
    if not isinstance(node, dict):
        return node
    children = {name: _listed(child) for name, child in node.items()}
    if children and all(name.isdigit() for name in children):
        return [children[name] for name in sorted(children, key=int)]
    return children


def put(body: object, path: str, value: object) -> object:
    """Puts a value at a dotted place of an object, making what is missing on the way."""
    if not isinstance(body, dict):
        return body
    first, _dot, rest = path.partition(".")
    return {**body, first: put(body.get(first) or {}, rest, value) if rest else value}


def check_places(settings: Mapping[str, Setting], body: object) -> None:
    """Finds names of places that there are not.

    Raises:
        PlaceError: If there is one.
    """
    texts = [str(value) for key, value in settings.items() if key.startswith(_TEXTS) or key.endswith(("url", "link"))]
    for text in [*texts, *_strings(body)]:
        for name in _PLACE.findall(text):
            if name not in _KNOWN:
                raise PlaceError(
                    _("The description of the desk names “{name}”, which does not exist.").format(name=name),
                    hint=", ".join(sorted(_KNOWN)),
                )


def _strings(node: object) -> list[str]:
    if isinstance(node, str):
        return [node]
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [text for child in children for text in _strings(child)]
