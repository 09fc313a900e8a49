"""What a template may see of a request: plain values, cleaned, in the reader's language.

The order and grouping of a ticket is decided here, once, for every format: who, what happens, steps, since when,
technical facts, what was tried, what is wanted, everything else. An answer stands in exactly one section and none is
left out, whatever the form.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from support_cli import questionnaire
from support_cli.finding import Finding
from support_cli.i18n import format_size
from support_cli.packs.model import Form, Kind, Question, Role, Value
from support_cli.packs.pack import Pack
from support_cli.render.answers import is_code, parts_of
from support_cli.render.meter import Plain
from support_cli.request import Request
from support_cli.text import clean_line, clean_text, shorten


class Translate(Protocol):
    """Looks a text up in the reader's language."""

    def __call__(self, text: str) -> str:
        """The text of a pack, translated; unchanged where there is no translation."""

    def shared(self, text: str) -> str:
        """A text of ours, translated."""


# Headings and labels are texts of the built-in pack ``general``: its catalogues translate them, for every pack.
_TITLES = {
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
_PLACES: dict[str, tuple[str, str]] = {
    "name": ("who", "Name"),
    "phone": ("who", "Phone"),
    "email": ("who", "E-mail"),
    "preferred_contact": ("who", "Reach by"),
    "contact_time": ("who", "Best time"),
    "account": ("who", "Account or contract"),
    "order": ("who", "Order"),
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
_LANGUAGES = {"en": "English", "uk": "Ukrainian", "ru": "Russian", "pl": "Polish"}
_UNKNOWN = {
    "began": "Since when",
    "steps": "Steps that lead to it",
    "tried": "What was tried",
    "details": "What happens",
    "outcome": "Desired outcome",
    "files": "Files that show it",
}
_CASE: dict[str, Plain] = {"sent": "", "ticket": "", "promised": "", "message": "", "notes": []}
_HEADLINE = 120
_SHORT = 200


def build(
    request: Request,
    form: Form,
    pack: Pack,
    findings: Iterable[Finding] = (),
    *,
    language: str,
    translate: Translate,
    public: bool = False,
    case: "dict[str, Plain] | None" = None,
) -> dict[str, Plain]:
    """Makes the context of a request's documents.

    Args:
        request: The request; it may be incomplete, or made with another version of the form.
        form: The form.
        pack: Its pack.
        findings: ``M`` findings become the list of what is still unknown.
        language: Language of the reader.
        translate: Looks texts up in it.
        public: Leave private answers out, with the person's name and address among them.
        case: What happened since, for follow-ups: ``sent``, ``ticket``, ``promised``, ``message``, ``notes`` (a list).

    Returns:
        Text, numbers, booleans, lists and dictionaries only. Every question of the form is in ``answers``,
        every role in ``roles``; what has no answer is empty.
    """
    reader = _Reader(translate, form)
    hidden = {q.id for q in form.questions if q.private} if public else set()
    entries = [reader.entry(q, request.value(q.id)) for q in form.questions if q.asks and q.id not in hidden]
    known = {q.id for q in form.questions}
    entries += [reader.stray(key, answer.value) for key, answer in request.answers.items() if key not in known]
    answers = {str(entry["id"]): entry["value"] for entry in entries}
    roles: dict[str, Plain] = {role.value: [] if role in (Role.STEPS, Role.TRIED) else "" for role in Role}
    for entry in reversed(entries):
        if entry["role"] and entry["answered"]:
            roles[str(entry["role"])] = entry["value"]
    headline = reader.headline(entries)
    missing = reader.missing(request, form)
    return {
        "language": language,
        "request": {
            "id": clean_line(request.id),
            "created": _moment(request.created),
            "day": request.created.date().isoformat(),
            "created_iso": request.created.isoformat(),
            "language": clean_line(request.language),
            "language_name": translate.shared(_LANGUAGES[request.language])
            if request.language in _LANGUAGES
            else clean_line(request.language),
        },
        "pack": {
            "name": pack.manifest.name,
            "title": clean_line(translate(pack.manifest.title)),
            "version": clean_line(request.pack.version),
            "publisher": clean_line(pack.manifest.publisher.name),
        },
        "form": {
            "id": form.id,
            "name": clean_line(translate(form.name)),
            "description": clean_line(translate(form.description)),
        },
        "answers": answers,
        "roles": roles,
        "questions": list(entries),
        "headline": headline,
        "topic": next((str(e["text"]) for e in entries if e["id"] == "topic"), ""),
        "sections": reader.sections(entries, headline),
        "files": _files(request, language),
        "files_noted": any(file.note or file.original for file in request.attachments),
        "consents": reader.consents(request, form, entries, language),
        "missing": list(missing),
        "incomplete": bool(missing),
        "unknown": [*reader.unknown(findings, missing)],
        "public": public,
        "case": {**_CASE, **(case or {})},
    }


def _moment(moment: datetime) -> str:
    """A moment as everybody reads it, whatever their language: ``2026-11-21 18:20 +01:00``."""
    text = moment.isoformat(" ", "minutes")
    return f"{text[:16]} {text[16:]}".rstrip()


def _colon(label: str) -> str:
    return "" if label.endswith((":", "?", "!", ".", "…")) else ":"


def _link(kind: Kind, text: str) -> str:
    """An address that a mail program or a phone opens, for what is certain to be one."""
    if kind is Kind.EMAIL and re.fullmatch(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}", text):
        return "mailto:" + text
    if kind is Kind.PHONE and re.fullmatch(r"\+[\d ()-]{5,30}", text, re.ASCII):
        return "tel:" + re.sub(r"[^+\d]", "", text)
    return ""


def _files(request: Request, language: str) -> list[Plain]:
    return [
        {
            "number": number,
            "name": clean_line(file.name),
            "type": clean_line(file.type),
            "size": format_size(file.size, language),
            "bytes": file.size,
            "sha256": clean_line(file.sha256),
            "note": clean_line(file.note),
            "original": clean_line(file.original),
        }
        for number, file in enumerate(request.attachments, 1)
    ]


Entry = dict[str, Plain]


class _Reader:
    """Reads answers for one reader."""

    def __init__(self, translate: Translate, form: Form) -> None:
        self.translate = translate
        self.form = form

    def entry(self, question: Question, value: Value | None) -> Entry:
        """One question with its answer, as the reader sees it."""
        shown = self._shown(question, value)
        items = shown if isinstance(shown, list) else []
        text = self._text(question, shown)
        if isinstance(shown, bool) and value is not None:
            text = self.translate.shared("yes" if shown else "no")
        code = is_code(question, text)
        label = clean_line(self.translate(question.label))
        return {
            "id": question.id,
            "label": label,
            "colon": _colon(label),
            "link": _link(question.kind, text),
            "kind": question.kind.value,
            "role": question.role.value if question.role else "",
            "private": question.private,
            "answered": value is not None and bool(text.strip()),
            "value": shown,
            "text": text,
            "items": list(items),
            "code": code,
            "language": question.render or "",
            "parts": list(parts_of(text, code)),
            "short": not code and question.kind is not Kind.STEPS and "\n" not in text and len(text) <= _SHORT,
        }

    def _text(self, question: Question, shown: "str | bool | list[Plain]") -> str:
        if isinstance(shown, list):
            items = [str(item) for item in shown]
            line = ", ".join(items)
            return line if question.kind is not Kind.STEPS and len(line) <= _SHORT else "\n".join(items)
        return shown if isinstance(shown, str) else ""

    def stray(self, key: str, value: Value) -> Entry:
        """An answer whose question the form does not have (any more)."""
        return self.entry(
            Question(id=key, kind=Kind.STEPS if isinstance(value, list) else Kind.TEXTAREA, label=key), value
        )

    def _shown(self, question: Question, value: Value | None) -> "str | bool | list[Plain]":
        listed = question.kind in (Kind.STEPS, Kind.CHECKBOXES, Kind.UPLOAD) or question.multiple
        if value is None:
            return [] if listed else False if question.kind is Kind.CONFIRM else ""
        if isinstance(value, list):
            return [self._one(question, item) for item in value]
        if isinstance(value, bool):
            return value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text = self._one(question, str(value))
        return [text] if listed else text

    def _one(self, question: Question, text: str) -> str:
        if question.options and any(option.label == text for option in question.options):
            return clean_line(self.translate(text))
        return clean_text(text).strip("\n").rstrip()

    def headline(self, entries: Sequence[Entry]) -> str:
        """The request in one line: its summary, or the beginning of the story, or the form's name."""
        for role in ("summary", "details", "actual", "error"):
            for entry in entries:
                if entry["role"] == role and entry["answered"]:
                    text = str(entry["text"]).strip()
                    return shorten(clean_line(text if role == "summary" else text.split("\n")[0]), _HEADLINE)
        return shorten(clean_line(self.translate(self.form.name)), _HEADLINE) or "?"

    def sections(self, entries: Sequence[Entry], headline: str) -> dict[str, Plain]:
        """Groups what was answered; every section is there, an empty one without entries."""
        found: dict[str, list[tuple[int, Entry]]] = {name: [] for name in _TITLES}
        order = list(_PLACES)
        taken: set[str] = set()
        for entry in entries:
            if not entry["answered"] or entry["kind"] in ("confirm", "upload") or entry["id"] == "topic":
                continue
            key = str(entry["role"] or entry["id"])
            if clean_line(str(entry["text"])) == headline:
                taken.add(key)
                continue
            if key == "summary" and key not in taken:
                taken.add(key)
                # Too long for the headline: the whole of it stands before the details.
                found["problem"].append((-1, {**entry, "label": ""}))
                continue
            if key not in _PLACES or key in taken:
                key = "contact_time" if entry["kind"] == "time_window" else key
                section = "who" if entry["kind"] in ("time_window", "email", "phone") else "more"
                found[section].append((order.index(key) if key in order else len(order), entry))
                continue
            taken.add(key)
            section, label = _PLACES[key]
            label = label and self.translate.shared(label)
            found[section].append((order.index(key), {**entry, "label": label, "colon": _colon(label)}))
        return {
            name: {
                "id": name,
                "title": self.translate.shared(_TITLES[name]),
                "entries": [entry for _place, entry in sorted(placed, key=lambda one: one[0])],
            }
            for name, placed in found.items()
        }

    def consents(self, request: Request, form: Form, entries: Sequence[Entry], language: str) -> list[Plain]:
        """What was agreed to, in the reader's language, with the wording shown where that was another."""
        found: list[Plain] = []
        recorded = {consent.question: consent for consent in request.consents}
        for entry in entries:
            if entry["kind"] != "confirm" or (
                entry["id"] not in recorded and not request.answers.get(str(entry["id"]))
            ):
                continue
            consent = recorded.get(str(entry["id"]))
            given = consent.given if consent else entry["value"] is True
            wording = clean_line(consent.wording) if consent else str(entry["label"])
            text = str(entry["label"]) if consent and consent.language != language else wording
            found.append({"text": text, "shown": wording if wording != text else "", "given": given})
        for key, consent in recorded.items():
            if form.question(key) is None:
                found.append({"text": clean_line(consent.wording), "shown": "", "given": consent.given})
        return found

    def missing(self, request: Request, form: Form) -> list[str]:
        """Labels of what the form requires and the request does not have."""
        values = questionnaire.effective(form, {key: answer.value for key, answer in request.answers.items()})
        found = []
        for problem in questionnaire.check(form, values):
            if problem.code == "A006":
                group = next((group for group in form.require_any if problem.where in group), ())
                found.append(" / ".join(self.label(name) for name in group))
            elif problem.code in ("A001", "A007"):
                found.append(self.label(problem.where))
        return found

    def unknown(self, findings: Iterable[Finding], missing: Sequence[str]) -> list[str]:
        """Labels of what an operator would have to ask."""
        found: list[str] = []
        for finding in findings:
            if finding.code.startswith("M"):
                label = self.label(finding.where) or clean_line(finding.message)
                if label not in found and label not in missing:
                    found.append(label)
        return found

    def label(self, key: str) -> str:
        """What the reader calls a question or a role; empty if nothing is known of it."""
        question = self.form.question(key)
        role = question.role.value if question and question.role else key
        for table in (_UNKNOWN, {name: label for name, (_section, label) in _PLACES.items()}):
            if table.get(role):
                return self.translate.shared(table[role])
        return clean_line(self.translate(question.label)) if question else ""
