"""What makes a form hard to answer, or an answer hard to use."""

import re
from collections import Counter
from collections.abc import Iterator

import regex

from support_cli.authoring.check_case import FormSource, error, hint, listed, warning
from support_cli.base.finding import Finding
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, shorten
from support_cli.forms.model import ALWAYS, Kind, Question, Role
from support_cli.forms.options import Invalid
from support_cli.forms.values import read

_TEXTS = "name|title|label|description|placeholder|example|why|text|value|answer|about|note"
# ``label: Issue #5`` is “Issue” and a remark; who means a remark writes a blank behind the mark.
_CUT = re.compile(
    rf"[ \t]*(?:-[ \t]+)*(?:(?:{_TEXTS})[ \t]*:|-)[ \t]+(?P<text>[^\s\"'|>&*!\[{{#][^#\n]*?)[ \t]+#[^\s#]"
)
_KEY = re.compile(r"[^:]{1,60}:(?:[ \t]|$)")
_PO_LINE = re.compile(r"(?:(?:msgid|msgid_plural|msgctxt|msgstr(?:\[\d+\])?)[ \t]*)?(?P<string>\".*)")
_PO_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"[ \t]*")


def check_yaml(name: str, text: str) -> Iterator[Finding]:
    """Looks for texts that YAML ends at a ``#``.

    Args:
        name: The file's name.
        text: Its content.
    """
    block = -1
    for number, line in enumerate(text.split("\n"), 1):
        depth = len(line) - len(line.lstrip(" "))
        if line.strip() and depth <= block:
            block = -1
        if block >= 0:
            continue  # inside of a text of several lines a # is a #
        if re.search(r"[|>][-+]?\d?[ \t]*$", line):
            block = depth
        found = _CUT.match(line)
        if found is None or (line.lstrip().startswith("-") and _KEY.match(found["text"])):
            continue
        message = _("The text ends at the #, as “{text}”; what follows is a remark.")
        place = f"{name}:{number}:{found.start('text') + 1}"
        yield warning("T004", place, message.format(text=shorten(clean_line(found["text"]), 60)))


def check_po(name: str, raw: bytes) -> Iterator[Finding]:
    """Looks for strings of a PO file whose quotes are wrong; gettext's readers lose a letter of such a line."""
    for number, line in enumerate(raw.decode("utf-8", "replace").splitlines(), 1):
        found = _PO_LINE.fullmatch(line.strip())
        if found is not None and not _PO_STRING.fullmatch(found["string"]):
            yield error("T075", f"{name}:{number}", _("The quotes of this line are not closed, or one stands inside."))


_PERSONAL = (Role.NAME, Role.EMAIL, Role.PHONE, Role.ACCOUNT, Role.SERIAL)
_CHECKED = {Role.EMAIL: Kind.EMAIL, Role.PHONE: Kind.PHONE}
_HOSTILE = ("a" * 3000 + "!", "1" * 3000 + "x", " " * 3000 + ".", "aA1-" * 800 + "\N{SNOWMAN}", "-" * 3000 + "x")
_PATTERN_SECONDS = 0.2


def check_form(source: FormSource) -> list[Finding]:
    """Looks at one form of ours."""
    found = [*_whole(source), *_groups(source)]
    for question in source.form.questions:
        if question.asks:
            found += _question(source, question)
    return found


def _whole(source: FormSource) -> Iterator[Finding]:
    form, top = source.form, source.where(())
    if form.with_role(Role.SUMMARY) is None:
        message = _("No question has the role “summary”, so every request of this form has the same subject.")
        yield warning("T020", top, message, "role: summary")
    told = (Role.DETAILS, Role.ACTUAL, Role.STEPS, Role.ERROR)
    if not any(q.role in told or q.kind in (Kind.TEXTAREA, Kind.STEPS) for q in form.questions):
        yield hint("T020", top, _("There is no place to tell what happened: no question takes several lines."))
    roles = Counter(q.role for q in form.questions if q.role is not None and q.when == ALWAYS)
    for role, count in roles.items():
        if count > 1:
            ids = listed(q.id for q in form.questions if q.role is role)
            yield warning(
                "T021", top, _("Several questions have the role “{role}”: {ids}.").format(role=role, ids=ids)
            )  # fmt: skip
    labels = Counter(clean_line(q.label) for q in form.questions if q.asks and q.when == ALWAYS)
    for label, count in labels.items():
        if count > 1:
            message = _("Several questions are called “{label}”; answers by label cannot be told apart.")
            yield warning("T022", top, message.format(label=shorten(label, 60)))


def _groups(source: FormSource) -> Iterator[Finding]:
    for number, group in enumerate(source.form.require_any):
        place = source.where(("require_any", number))
        needed = [q.id for name in group if (q := source.form.question(name)) and q.required and q.when == ALWAYS]
        if needed:
            message = _("“{id}” is required anyway, so at least one of this group is always answered.")
            yield warning("T023", place, message.format(id=needed[0]))
        if len(set(group)) < 2:
            yield warning("T023", place, _("A group of one is simply required."), "validations: {required: true}")


def _question(source: FormSource, question: Question) -> Iterator[Finding]:
    here = source.at(question)
    if question.secret and not question.private:
        message = _("“{id}” is masked while it is typed, and then sent in clear to wherever requests go.")
        yield warning("T024", here, message.format(id=question.id), "private: true")
    if question.role in _PERSONAL and not question.why:
        message = _("“{id}” asks for something personal and does not say why.").format(id=question.id)
        yield warning("T025", here, message, "why: ...")
    kind = _CHECKED.get(question.role) if question.role else None
    if kind is not None and question.kind is not kind:
        message = _("“{id}” is not checked as its role could be.").format(id=question.id)
        yield warning("T026", source.at(question, "type"), message, f"type: {kind.value}")
    yield from _samples(source, question)
    if question.pattern is not None and _hangs(question.pattern):
        message = _("This pattern takes very long with some texts; it is given up after a moment.")
        yield warning("T028", source.at(question, "validations", "pattern"), message)


def _samples(source: FormSource, question: Question) -> Iterator[Finding]:
    """A default that its own rules refuse is a fault, a sample that they refuse a trap."""
    if question.default is not None:
        try:
            read(question, question.default)
        except Invalid as problem:
            message = _("The default is refused by the question's own rules: {problem}").format(problem=problem.message)
            yield error("T027", source.at(question, "attributes"), message)
    for key, sample in (("example", question.example), ("placeholder", question.placeholder)):
        checked = key == "example" or question.kind in (Kind.EMAIL, Kind.PHONE, Kind.URL, Kind.DATE, Kind.TIME_WINDOW)
        if not sample or not checked or question.options:
            continue
        try:
            read(question, sample)
        except Invalid as problem:
            message = _("The sample “{text}” is refused by the question's own rules: {problem}").format(
                text=shorten(clean_line(sample), 60), problem=problem.message
            )
            path = ("example",) if key == "example" else ("attributes", "placeholder")
            yield warning("T027", source.at(question, *path), message)


def _hangs(pattern: str) -> bool:
    try:
        compiled = regex.compile(pattern)
        for text in _HOSTILE:
            compiled.fullmatch(text, timeout=_PATTERN_SECONDS)
    except TimeoutError:
        return True
    except regex.error:
        return False  # said while the form was read
    return False
