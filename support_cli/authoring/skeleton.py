"""``support pack skeleton``: a form as a file of answers to fill in, with every question as a comment."""

import textwrap
from collections.abc import Iterator, Mapping

from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.base.markdown import readable
from support_cli.base.text import clean_line
from support_cli.distribution.info import KINDS, describe, is_required
from support_cli.forms.model import ALWAYS, Form, Kind, Question
from support_cli.forms.questionnaire import label_of, one_needed
from support_cli.packs.pack import Pack

Texts = Mapping[str, str]
_WIDTH = 98


def skeleton(pack: Pack, form: Form, named: str, language: str, texts: Texts) -> str:
    """Makes the file.

    Args:
        pack: The pack.
        form: The form.
        named: The pack as the command line names it, or empty.
        language: Language of the comments.
        texts: Translations of the pack's texts into it.

    Returns:
        YAML that ``support new -a`` reads; empty answers count as not given.
    """
    manifest = pack.manifest
    place = ("-p", named) if named else ()
    command = command_line("new", form.id, *place, "--lang", language, "-a", "FILE")
    head = [
        clean_line(f"{texts.get(manifest.title, manifest.title)} · {texts.get(form.name, form.name)}"),
        "",
        _("Fill in what you know; what stays empty is left out. Then:"),
        "  " + command,
        _("Put an answer in quotes if it holds “: ” or “ #”."),
    ]
    lines = [*_comment("\n".join(head)), ""]
    for group in form.require_any:
        members = [question for name in group if (question := form.question(name)) is not None]
        lines += _comment(one_needed(members, texts))
    for question in form.questions:
        if not question.on_form:
            continue
        if lines[-1]:
            lines.append("")
        if question.asks:
            lines += [*_about(form, question, texts), f"{_key(question.id)}:"]
        else:
            lines += _comment(readable(texts.get(question.text, question.text)))
    return "\n".join(lines) + "\n"


def _key(question_id: str) -> str:
    """The id as a key that stays one: a sign of YAML's, or a word that looks like another type, stands in quotes."""
    plain = question_id[:1].isalpha() and all(c.isalnum() or c in "_-" for c in question_id)
    return question_id if plain else "'" + question_id.replace("'", "''") + "'"


def _about(form: Form, question: Question, texts: Texts) -> Iterator[str]:
    mark = " " + _("(required)") if is_required(question) else ""
    yield from _comment(label_of(question, texts) + mark)
    if question.when != ALWAYS:
        yield from _comment(_("Only when {condition}.").format(condition=describe(question.when, form, texts)))
    if question.description:
        yield from _comment(readable(texts.get(question.description, question.description)))
    if question.why:
        yield from _comment(_("Why we ask: {why}").format(why=clean_line(texts.get(question.why, question.why))))
    sample = question.example or question.placeholder
    if sample and not question.options:
        yield from _comment(_("For example: {example}").format(example=clean_line(texts.get(sample, sample))))
    yield from _comment(_way(question))
    for option in question.options:
        if option.on_form:
            hint = clean_line(texts.get(option.description, option.description))
            label = clean_line(texts.get(option.label, option.label))
            yield from _comment(f"  - {label}" + (f"   ({hint})" if hint else ""))


def _way(question: Question) -> str:
    """How an answer is written down."""
    if question.multiple or (question.kind is Kind.CHECKBOXES and len(question.options) > 1):
        return _("Any of these, like [one, another]:")
    if question.options:
        return _("One of these:") if question.kind is Kind.DROPDOWN else _("“yes”, or the words themselves:")
    if question.kind is Kind.STEPS:
        return _("One thing a line, each indented and after “- ”.")
    if question.kind is Kind.TEXTAREA:
        return _("Several lines: put “|” after the colon and indent them below.")
    if question.kind is Kind.UPLOAD:
        return _("Paths of files, like [photo.jpg, log.txt].")
    if question.kind is Kind.CONFIRM:
        return _("yes or no")
    return "" if question.kind is Kind.INPUT else _(KINDS[question.kind])


def _comment(text: str) -> list[str]:
    lines = []
    for line in text.split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        wrapped = textwrap.wrap(line.strip(), _WIDTH - len(indent), break_long_words=False, break_on_hyphens=False)
        lines += [f"# {indent}{part}".rstrip() for part in wrapped or ([""] if text.strip() else [])]
    return lines
