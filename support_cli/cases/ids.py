"""Ids that can be read out over the phone, and finding one by its first letters."""

import difflib
import os
from collections.abc import Callable, Mapping

from support_cli.base.i18n import _
from support_cli.base.text import clean_line, shorten
from support_cli.cases.errors import IdError

ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
"""No ``0 o``, ``1 i l``, ``u`` beside ``v``: 30 letters."""

LENGTH = 8
_FIGURES = frozenset("23456789e")
_MOST = 5
"""Candidates named in an error."""


def letter(alphabet: str) -> str:
    """One letter by chance from the system, each as likely as the others; ``secrets`` and ``random`` load too much."""
    fair = 256 - 256 % len(alphabet)
    while True:
        number = os.urandom(1)[0]
        if number < fair:
            return alphabet[number % len(alphabet)]


def new_id(choose: Callable[[str], str] = letter) -> str:
    """Makes an id such as ``7f3k9q2m``: 30^8, about 6.6 * 10^11 of them.

    At least one letter is none that numbers are made of, so that a YAML or spreadsheet reader never takes an id for
    the number 23456789 or 2e345678.

    Args:
        choose: Picks one letter of a text.
    """
    while True:
        made = "".join(choose(ALPHABET) for _number in range(LENGTH))
        if not _FIGURES.issuperset(made):
            return made


def pick(prefix: str, known: Mapping[str, str], *, unknown: str, hint: str) -> str:
    """Finds the one id that begins with a prefix; an id in full always wins.

    Args:
        prefix: As typed; capitals and blanks around it do not count. An empty one fits the only id there is.
        known: Id to a few words about it.
        unknown: Sentence with ``{prefix}`` for when there is none.
        hint: What to do when there is none and nothing similar.

    Raises:
        IdError: If none or more than one begins like that; its candidates are in the hint too.
    """
    wanted = clean_line(prefix).lower()
    shown = shorten(wanted, 40)
    if prefix in known:
        return prefix
    found = [key for key in known if key.lower() == wanted] or [key for key in known if key.lower().startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        raise IdError(
            _("More than one id begins with “{prefix}”.").format(prefix=shown)
            if wanted
            else _("There is more than one to choose from."),
            hint=_("Name one of them: {candidates}").format(candidates=_named(found, known)),
            where=shown,
            candidates=tuple(found),
        )
    near = _similar(wanted, known)
    raise IdError(
        unknown.format(prefix=shown),
        hint=_("Did you mean {candidates}?").format(candidates=_named(near, known)) if near else hint,
        where=shown,
        candidates=tuple(near),
    )


def _similar(wanted: str, known: Mapping[str, str]) -> list[str]:
    if not wanted or not known:
        return []

    heads = {key[: len(wanted)].lower(): key for key in reversed(list(known))}
    return [heads[head] for head in difflib.get_close_matches(wanted, heads, n=_MOST, cutoff=0.6)]


def _named(ids: list[str], known: Mapping[str, str]) -> str:
    """``7f3k9q2m (Internet drops), 7f3m...``, and an ellipsis for the rest."""
    named = []
    for key in ids[:_MOST]:
        about = shorten(clean_line(known[key]), 40)
        shown = shorten(clean_line(key), 40)
        named.append(f"{shown} ({about})" if about else shown)
    return ", ".join(named) + (", …" if len(ids) > _MOST else "")
