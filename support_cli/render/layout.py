"""The order of a ticket: who, what happens, steps, since when, technical facts, what was tried, what is wanted.

Decided here once, for every form and format. An answer stands in exactly one section, and none is left out. What an
operator looks for first (who, how to reach them, since when, what they want) makes the lead, right below the headline.
Headings and labels are texts of the built-in pack ``general``: its catalogues translate them, for every pack.
"""

from collections.abc import Sequence
from typing import Protocol

from support_cli.base.text import clean_line, shorten
from support_cli.forms.model import Form, Kind, Role
from support_cli.forms.questionnaire import way_named
from support_cli.render.meter import Plain

Entry = dict[str, Plain]
"""One answered or unanswered question as templates see it; ``answers.entry_of`` makes it."""
Sections = dict[str, list[Entry]]
"""Section name to what stands in it; every section is there."""


class Translate(Protocol):
    """Looks a text up in the reader's language."""

    def __call__(self, text: str) -> str:
        """The text of a pack, translated; unchanged where there is no translation."""

    def shared(self, text: str) -> str:
        """A text of ours, translated."""


TITLES = {
    "who": "Contact details",
    "problem": "What happens",
    "steps": "Steps that lead to it",
    "timing": "Since when and how often",
    "technical": "Technical details",
    "more": "More answers",
    "tried": "Already tried",
    "outcome": "Desired outcome",
}

# Where an answer stands, by the role or the well-known id of its question, in the order within the section.
PLACES: dict[str, tuple[str, str]] = {
    "name": ("who", "Name"),
    "phone": ("who", "Phone"),
    "email": ("who", "E-mail"),
    "preferred_contact": ("who", "Reach by"),
    "contact_time": ("who", "Best time"),
    "account": ("who", "Account or contract"),
    "contract_name": ("who", "Contract"),
    "contract_holder": ("who", "Contract in the name of"),
    "service_address": ("who", "Address of the connection"),
    "card_last4": ("who", "Card ends in"),
    "order": ("who", "Order"),
    "article": ("who", "Article"),
    "serial": ("who", "Serial number"),
    "details": ("problem", ""),
    "expected": ("problem", "Expected"),
    "actual": ("problem", "Happens instead"),
    "steps": ("steps", ""),
    "began": ("timing", "Since when"),
    "frequency": ("timing", "How often"),
    "severity": ("timing", "How serious"),
    "error": ("technical", "Error text"),
    "version": ("technical", "Version"),
    "environment": ("technical", "Device and system"),
    "tried": ("tried", ""),
    "outcome": ("outcome", ""),
}
LANGUAGES = {"en": "English", "uk": "Ukrainian", "ru": "Russian", "pl": "Polish"}
UNKNOWN = {
    "began": "Since when",
    "steps": "Steps that lead to it",
    "tried": "What was tried",
    "details": "What happens",
    "outcome": "Desired outcome",
    "files": "Files that show it",
}
_NUMBER = "Number in question"
"""What an account is called that is a telephone number."""
_WANTED = "Wanted"
"""What the desired outcome is called in the lead, where it has no heading."""
_LEAD_LENGTH = 100
"""Longer answers stay in their section."""
_STORY = ("summary", "details", "actual", "error")
_HEADLINE = 120


def texts() -> list[str]:
    """Every text of this module that a reader meets, for translators."""
    labels = [label for _section, label in PLACES.values()]
    found = [*TITLES.values(), *labels, _WANTED, _NUMBER, *LANGUAGES.values(), *UNKNOWN.values(), "yes", "no"]
    return [text for text in dict.fromkeys(found) if text]


def colon(label: str) -> str:
    """What stands between a label and its answer."""
    return "" if label.endswith((":", "?", "!", ".", "…")) else ":"


def headline(entries: Sequence[Entry], form_name: str) -> str:
    """The request in one line: its summary, or the beginning of the story, or the form's name."""
    for role in _STORY:
        for entry in entries:
            if entry["role"] == role and entry["answered"]:
                text = str(entry["text"]).strip()
                return shorten(clean_line(text if role == "summary" else text.split("\n")[0]), _HEADLINE)
    return shorten(clean_line(form_name), _HEADLINE) or "?"


def sections(entries: Sequence[Entry], top: str, translate: Translate) -> Sections:
    """Groups what was answered.

    Args:
        entries: All questions, in the form's order.
        top: The headline, which is not said again.
        translate: Looks headings up in the reader's language.

    Returns:
        The answered ones by section, in the order in which they are read.
    """
    found: dict[str, list[tuple[int, Entry]]] = {name: [] for name in TITLES}
    order = list(PLACES)
    taken: set[str] = set()
    for entry in entries:
        if not entry["answered"] or entry["kind"] in ("confirm", "upload") or entry["id"] == "topic":
            continue
        key = str(entry["role"] or entry["id"])
        first = key not in taken
        taken.add(key)
        if entry["role"] in _STORY and clean_line(str(entry["text"])) == top:
            continue
        if key == "summary" and first:
            # Too long for the headline: the whole of it stands before the details.
            found["problem"].append((-1, {**entry, "label": ""}))
        elif key in PLACES and first:
            section, label = PLACES[key]
            if key == "account" and entry["kind"] == "phone":
                label = _NUMBER
            label = label and translate.shared(label)
            found[section].append((order.index(key), {**entry, "label": label, "colon": colon(label)}))
        else:
            section = "who" if entry["kind"] in ("time_window", "email", "phone") else "more"
            found[section].append((len(order), entry))
    return {
        name: [entry for _place, entry in sorted(several, key=lambda one: one[0])] for name, several in found.items()
    }


def titled(placed: Sections, translate: Translate) -> dict[str, Plain]:
    """Sections as templates see them: ``id``, ``title`` and ``entries``."""
    return {
        name: {"id": name, "title": translate.shared(TITLES[name]), "entries": list(entries)}
        for name, entries in placed.items()
    }


def lead(placed: Sections, translate: Translate) -> tuple[list[list[Entry]], Sections]:
    """Picks what stands below the headline: who and how to reach them, then since when, how often and what is wanted.

    Args:
        placed: What ``sections`` made.
        translate: Looks labels up in the reader's language.

    Returns:
        At most two lines of entries, and the sections without what these lines say.
    """
    who = {str(entry["role"] or entry["id"]): entry for entry in reversed(placed["who"])}
    preferred = who.get("preferred_contact")
    way = way_named(str(preferred["text"])) if preferred else None
    first = [{**who["name"], "label": ""}] if "name" in who else []
    if preferred and way in who:
        first.append({**preferred, "text": f"{preferred['text']} {_unbroken(who[way])}", "link": who[way]["link"]})
    else:
        first += [preferred] if preferred else []
        first += [{**who[key], "text": _unbroken(who[key])} for key in (Role.PHONE, Role.EMAIL) if key in who][:1]
    first += [who["contact_time"]] if "contact_time" in who else []
    second = [entry for entry in placed["timing"] if _is_brief(entry)]
    label = translate.shared(_WANTED)
    second += [{**entry, "label": label, "colon": colon(label)} for entry in placed["outcome"] if _is_brief(entry)]
    said = {entry["id"] for entry in (*first, *second)} | ({who[way]["id"]} if preferred and way in who else set())
    below = {name: [entry for entry in entries if entry["id"] not in said] for name, entries in placed.items()}
    return [line for line in (first, second) if line], below


def _is_brief(entry: Entry) -> bool:
    return bool(entry["short"]) and len(str(entry["text"])) <= _LEAD_LENGTH


def _unbroken(entry: Entry) -> str:
    """An address or a number that stays on one line."""
    return str(entry["text"]).replace(" ", "\N{NO-BREAK SPACE}")


def label_of(key: str, form: Form, translate: Translate) -> str:
    """What the reader calls a question or a role; empty if nothing is known of it."""
    question = form.question(key)
    role = question.role.value if question and question.role else key
    if question and role == "account" and question.kind is Kind.PHONE:
        return translate.shared(_NUMBER)
    known = UNKNOWN.get(role) or PLACES.get(role, ("", ""))[1]
    if known:
        return translate.shared(known)
    return clean_line(translate(question.label)) if question else ""
