"""What a template may see of a request: plain values, cleaned, in the reader's language."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from support_cli.base.finding import Finding
from support_cli.base.i18n import format_size
from support_cli.base.text import clean_line, clean_text, later
from support_cli.forms import questionnaire
from support_cli.forms.model import Form, Kind, Question, Role, Value
from support_cli.forms.request import Request, Source
from support_cli.packs.pack import Pack
from support_cli.render import layout
from support_cli.render.layout import Entry, Translate, colon
from support_cli.render.meter import Plain

_FENCE = later(r"[ \t]{0,3}(`{3,}|~{3,})[ \t]*([\w+#.-]*)[ \t]*")
_INDENTED = later(r"(?:\t| {2,})\S")
_LOG = later(
    r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\[?\d\d[:.]\d\d[:.]\d\d"
    r"|(?:Traceback|at [\w.$<>]+\(|\w+(?:Error|Exception):)|\$ \S"
    r"|(?:ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL)\b|[\w.-]+ ?= ?\S+$|[{}<>\[\]]+;?$"
)

_SHORT = 200
_MOST_ITEMS = 1000
_LISTED = (Kind.STEPS, Kind.CHECKBOXES, Kind.UPLOAD)


def entry_of(question: Question, value: Value | None, translate: Translate) -> Entry:
    """One question with its answer, as templates see it.

    Args:
        question: The question.
        value: Its answer, or None; of any type, for a request file may be older than its form.
        translate: Looks texts up in the reader's language.
    """
    shown = _shown(question, value, translate)
    text = _text(question, shown, value, translate)
    code = is_code(question, text)
    label = clean_line(translate(question.label))
    return {
        "id": question.id,
        "label": label,
        "colon": colon(label),
        "link": _link(question.kind, text),
        "kind": question.kind.value,
        "role": question.role.value if question.role else "",
        "private": question.private,
        "answered": value is not None and bool(text.strip()),
        "value": shown,
        "text": text,
        "items": list(shown) if isinstance(shown, list) else [],
        "code": code,
        "language": question.render or "",
        "parts": parts_of(text, code),
        "short": not code and question.kind is not Kind.STEPS and "\n" not in text and len(text) <= _SHORT,
    }


def stray(key: str, value: Value, translate: Translate) -> Entry:
    """An answer whose question the form does not have (any more)."""
    kind = Kind.STEPS if isinstance(value, list) else Kind.TEXTAREA
    return entry_of(Question(id=clean_line(key), kind=kind, label=key), value, translate)


def _shown(question: Question, value: Value | None, translate: Translate) -> "str | bool | list[Plain]":
    listed = question.kind in _LISTED or question.multiple
    if value is None:
        return [] if listed else question.kind is not Kind.CONFIRM and ""
    if isinstance(value, bool):
        return value if question.kind is Kind.CONFIRM else translate.shared("yes" if value else "no")
    items = [_one(question, item, translate) for item in (value if isinstance(value, list) else [value])]
    if listed:
        return [*items[:_MOST_ITEMS], *(["\n".join(items[_MOST_ITEMS:])] if len(items) > _MOST_ITEMS else [])]
    return "\n".join(items)


def _one(question: Question, value: str | float, translate: Translate) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value)
    if any(option.label == text for option in question.options):
        return clean_line(translate(text))
    return clean_text(text).strip("\n").rstrip()


def _text(question: Question, shown: "str | bool | list[Plain]", value: Value | None, translate: Translate) -> str:
    if isinstance(shown, list):
        items = [str(item) for item in shown]
        line = ", ".join(items)
        return line if question.kind is not Kind.STEPS and len(line) <= _SHORT else "\n".join(items)
    if isinstance(shown, bool):
        return "" if value is None else translate.shared("yes" if shown else "no")
    return shown


def _link(kind: Kind, text: str) -> str:
    """An address that a mail program or a phone opens, for what is certain to be one."""
    if kind is Kind.EMAIL and re.fullmatch(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}", text):
        return "mailto:" + text
    if kind is Kind.PHONE and re.fullmatch(r"\+[\d ()-]{5,30}", text, re.ASCII):
        return "tel:" + re.sub(r"[^+\d]", "", text)
    return ""


def is_code(question: Question, text: str) -> bool:
    """Whether a whole answer is kept as it is: the form says so, or it is an error text of several lines."""
    if not text.strip():
        return False
    if question.render:
        return True
    return question.role is Role.ERROR and "\n" in text.strip()


class _Part(NamedTuple):
    """A stretch of an answer: prose, or code with the language that its fence named."""

    code: bool
    text: str
    language: str = ""


def parts_of(text: str, code: bool) -> list[Plain]:
    """Cuts an answer into prose and code.

    Fences that people put around code are taken out; a paragraph of indented or log-like lines is code too.

    Args:
        text: The answer.
        code: All of it is code.

    Returns:
        Dictionaries with ``code``, ``text`` and ``language``, in order; no empty ones.
    """
    if not text.strip():
        return []
    found: list[_Part] = []
    fenced = _fenced(text)
    if code:
        found = fenced if len(fenced) == 1 else [_Part(True, text.strip("\n"))]
        found = [part._replace(code=True) for part in found]
    for part in [] if code else fenced:
        if part.code:
            found.append(part)
            continue
        for paragraph in re.split(r"\n(?:[ \t]*\n)+", part.text.strip("\n")):
            looks = _looks_like_code(paragraph)
            if found and found[-1].code is looks and not found[-1].language:
                found[-1] = _Part(looks, f"{found[-1].text}\n\n{paragraph}")
            else:
                found.append(_Part(looks, paragraph))
    return [
        {"code": part.code, "text": part.text if part.code else part.text.strip(), "language": part.language}
        for part in found
        if part.text.strip()
    ]


def _fenced(text: str) -> list[_Part]:
    """Tells what stands between fences from the rest. A fence around nothing is only text."""
    parts: list[_Part] = []
    lines: list[str] = []
    opening, language, marks = "", "", ""

    def end(*, closing: str = "") -> None:
        body = "\n".join(lines)
        if opening and body.strip():
            parts.append(_Part(True, body.strip("\n"), language))
        else:
            rest = "\n".join(line for line in (opening, body, closing) if line)
            if parts and not parts[-1].code:
                parts[-1] = _Part(False, f"{parts[-1].text}\n{rest}")
            elif rest.strip():
                parts.append(_Part(False, rest))
        lines.clear()

    for line in text.split("\n"):
        fence = _FENCE.fullmatch(line)
        if not marks and fence:
            end()
            opening, marks, language = line, fence[1], fence[2]
        elif marks and fence and not fence[2] and fence[1].startswith(marks):
            end(closing=line)
            opening = marks = language = ""
        else:
            lines.append(line)
    end()
    return parts


def _looks_like_code(paragraph: str) -> bool:
    lines = [line for line in paragraph.split("\n") if line.strip()]
    if len(lines) < 2:
        return False
    marked = sum(1 for line in lines if _INDENTED.match(line) or _LOG.match(line.strip()))
    return marked * 2 >= len(lines) and not all(re.match(r"\s*(?:[-*\u2022]|\d+[.)])\s", line) for line in lines)


_CASE: dict[str, Plain] = {
    "sent": "",
    "ticket": "",
    "tag": "",
    "promised": "",
    "answered": "",
    "message": "",
    "reply": [],
    "reply_by": "",
    "reply_day": "",
    "notes": [],
}
# Findings that stand at the answer which gave the gap away, not at the question that would fill it.
_BY_CODE = {"M001": "version", "M002": "error", "M003": "began", "M009": "files"}


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
        case: What happened since, for follow-ups: ``sent``, ``ticket``, ``tag`` (the number as the desk writes it in
            subjects), ``promised``, ``answered`` (``none``, ``unhelpful``, ``here`` or empty), ``message``, the last
            ``reply`` (a list of lines) with ``reply_by`` and ``reply_day``, ``notes`` (a list).

    Returns:
        Text, numbers, booleans, lists and dictionaries only. Every question of the form is in ``answers``,
        every role in ``roles``; what has no answer is empty.
    """
    hidden = {q.id for q in form.questions if q.private} if public else set()
    entries = [entry_of(q, request.value(q.id), translate) for q in form.questions if q.asks and q.id not in hidden]
    if not public:  # whether an answer without its question is private, nobody knows
        known = {q.id for q in form.questions}
        entries += [stray(key, one.value, translate) for key, one in request.answers.items() if key not in known]
    top = layout.headline(entries, translate(form.name))
    placed = layout.sections(entries, top, translate)
    lead, below = layout.lead(placed, translate)
    missing = _missing(request, form, translate)
    files = _files(request, form, language, translate)
    return {
        "language": language,
        "request": _about_request(request, translate),
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
        "answers": {str(entry["id"]): entry["value"] for entry in entries},
        "roles": _roles(entries),
        "questions": list(entries),
        "headline": top,
        "topic": next((str(e["text"]) for e in entries if e["id"] == "topic"), ""),
        "lead": [list(line) for line in lead],
        "sections": layout.titled(placed, translate),
        "below": layout.titled(below, translate),
        "story": _story(request, entries),
        "told": [entry["label"] for entry in entries if _is_told(request, str(entry["id"]))],
        "files": list(files),
        "files_noted": any(file["note"] or file["original"] for file in files),
        "consents": _consents(request, form, entries, language, public),
        "missing": list(missing),
        "incomplete": bool(missing),
        "unknown": list(_unknown(findings, missing, form, translate)),
        "contacts": _contacts(pack, translate),
        "public": public,
        "case": {**_CASE, **(case or {})},
    }


def _contacts(pack: Pack, translate: Translate) -> list[Plain]:
    return [
        {
            "kind": contact.kind,
            "value": clean_line(contact.value),
            "hours": clean_line(translate(contact.hours)),
            "note": clean_line(translate(contact.note)),
        }
        for contact in pack.manifest.contacts
    ]


def _about_request(request: Request, translate: Translate) -> dict[str, Plain]:
    language = clean_line(request.language)
    return {
        "id": clean_line(request.id),
        "created": _moment(request.created),
        "day": request.created.date().isoformat(),
        "created_iso": request.created.isoformat(),
        "language": language,
        "language_name": translate.shared(layout.LANGUAGES[language]) if language in layout.LANGUAGES else language,
    }


def _moment(moment: datetime) -> str:
    """A moment as everybody reads it, whatever their language: ``2026-11-21 18:20 +01:00``."""
    text = moment.isoformat(" ", "minutes")
    return f"{text[:16]} {text[16:]}".rstrip()


def _roles(entries: Sequence[Entry]) -> dict[str, Plain]:
    roles: dict[str, Plain] = {role.value: [] if role in (Role.STEPS, Role.TRIED) else "" for role in Role}
    for entry in reversed(entries):
        if entry["role"] and entry["answered"]:
            roles[str(entry["role"])] = entry["value"]
    return roles


def _story(request: Request, entries: Sequence[Entry]) -> str:
    """The story that the request began with, unless an answer says the same."""
    story = clean_text(request.story).strip()
    return "" if any(str(entry["text"]).split() == story.split() for entry in entries) else story


def _is_told(request: Request, key: str) -> bool:
    """Whether an answer was understood from the story, and nobody was asked for it."""
    answer = request.answers.get(key)
    return answer is not None and answer.source is Source.STORY


def _files(request: Request, form: Form, language: str, translate: Translate) -> list[dict[str, Plain]]:
    """The attachments; one without a note shows what its question asked for, unless that says nothing."""
    return [
        {
            "number": number,
            "name": clean_line(file.name),
            "type": clean_line(file.type),
            "size": format_size(file.size, language),
            "bytes": file.size,
            "sha256": clean_line(file.sha256),
            "note": clean_line(file.note) or _asked_for(form.question(file.question or ""), translate),
            "original": clean_line(file.original),
        }
        for number, file in enumerate(request.attachments, 1)
    ]


def _asked_for(question: Question | None, translate: Translate) -> str:
    if question is None or question.label in (layout.UNKNOWN["files"], ""):
        return ""
    return clean_line(translate(question.label))


def _consents(request: Request, form: Form, entries: Sequence[Entry], language: str, public: bool) -> list[Plain]:
    """What was agreed to, in the reader's language, with the wording shown where that was another."""
    found: list[Plain] = []
    recorded = {consent.question: consent for consent in request.consents}
    for entry in entries:
        if entry["kind"] != "confirm" or (entry["id"] not in recorded and entry["id"] not in request.answers):
            continue
        consent = recorded.get(str(entry["id"]))
        given = consent.given if consent else entry["value"] is True
        wording = clean_line(consent.wording) if consent else str(entry["label"])
        text = str(entry["label"]) if consent and consent.language != language else wording
        found.append({"text": text, "shown": wording if wording != text else "", "given": given})
    for key, consent in recorded.items():
        if form.question(key) is None and not public:
            found.append({"text": clean_line(consent.wording), "shown": "", "given": consent.given})
    return found


def _missing(request: Request, form: Form, translate: Translate) -> list[str]:
    """Labels of what the form requires and the request does not have."""
    values = questionnaire.effective(form, {key: answer.value for key, answer in request.answers.items()})
    found = []
    for problem in questionnaire.check(form, values):
        if problem.code == "A006":
            group = next((group for group in form.require_any if problem.where in group), ())
            found.append(" / ".join(layout.label_of(name, form, translate) for name in group))
        elif problem.code in ("A001", "A007"):
            found.append(layout.label_of(problem.where, form, translate))
    return found


def _unknown(findings: Iterable[Finding], missing: Sequence[str], form: Form, translate: Translate) -> list[str]:
    """Labels of what an operator would have to ask."""
    found: list[str] = []
    for finding in findings:
        if finding.code.startswith("M"):
            place = _BY_CODE.get(finding.code, finding.where)
            label = layout.label_of(place, form, translate) or clean_line(finding.message)
            if label not in found and label not in missing:
                found.append(label)
    return found
