"""From a question to the field that fits its type."""

from collections.abc import Callable

from support_cli.base.i18n import _
from support_cli.base.text import clean_line, clean_text
from support_cli.forms.model import Kind, Question, Value
from support_cli.forms.options import NO, YES
from support_cli.interview.choices import ChoiceList, Item
from support_cli.interview.commands import Stay
from support_cli.interview.keeper import Keeper
from support_cli.interview.keys import help_lines, key_hints
from support_cli.interview.live import Live
from support_cli.interview.panel import Panel
from support_cli.interview.prompter import Back, Reply, Screen, Skip, Take
from support_cli.interview.wording import (
    BETWEEN,
    as_text,
    complaint,
    kind_hint,
    label_of,
    must_answer,
    origin,
    search_text,
    standing,
    takes_choice,
    takes_several,
    takes_steps,
    takes_text,
)

_GREYED = 60
"""Most characters of the greyed text in a field."""


def field_for(screen: Screen, editor: bool) -> Live[Reply]:
    """Makes the field of a question.

    Args:
        screen: The question.
        editor: There is an editor to offer for long texts.
    """
    question = screen.question
    panel = Panel(
        title=clean_line(screen.heading.title),
        right=standing(screen.heading),
        label=label_of(question, group=bool(screen.group)),
        hints=[*hints(question), *filter(None, [clean_line(screen.group)])],
        source=origin(screen),
        message=complaint(screen.problem, question) if screen.problem else "",
    )
    back = Back() if screen.can_go_back else None
    if question.kind is Kind.CONFIRM:
        live = _confirm(screen, panel, back)
    elif takes_choice(question):
        live = _choice(screen, panel, back)
    else:
        live = _text(screen, panel, back, editor)
    live.kept = screen.heading.saved is not None
    panel.help = help_lines(live, clean_line(question.why))
    panel.keys = lambda: key_hints(live, why=bool(question.why))
    return live


def hints(question: Question) -> list[str]:
    """The paragraphs between label and field."""
    texts = [clean_text(question.description).strip(), kind_hint(question)]
    if not takes_choice(question) and _is_long(question.placeholder):
        texts.append(_("For example: {example}").format(example="\n" + clean_text(question.placeholder).strip()))
    if takes_steps(question) and not question.description:
        texts.append(_("One step a line, in the order in which you did them."))
    return [text for text in texts if text]


def _is_long(placeholder: str) -> bool:
    """Greyed text in the field has one line; a longer one stands above it."""
    return "\n" in placeholder.strip() or len(placeholder) > _GREYED


def _taker(screen: Screen, read: Callable[[str], Value | None]) -> Callable[[str], Reply]:
    def take(text: str) -> Reply:
        value = read(text)
        empty = value is None or value == [] or (isinstance(value, str) and not value.strip())
        if empty and not must_answer(screen.question):
            return Skip()
        if value is None:
            raise Stay(_("Please choose one of these."))
        problem = screen.check(value)
        if problem:
            raise Stay(complaint(problem, screen.question))
        return Take(value)

    return take


def _text(screen: Screen, panel: Panel, back: Reply | None, editor: bool) -> Live[Reply]:
    question = screen.question
    steps = takes_steps(question)
    multiline = (takes_text(question) or steps) and not question.secret
    start = as_text(screen.value)
    if screen.unfinished is not None and not question.secret:
        start = clean_text(screen.unfinished)
    if not multiline:
        start = start.replace("\n", " ")
    if screen.adds and screen.unfinished is None:
        start += "\n" if multiline else BETWEEN

    def read(text: str) -> Value:
        text = clean_text(text)
        if steps and multiline:
            return [clean_line(line) for line in text.split("\n") if line.strip()]
        if multiline:
            return text.strip("\n").rstrip()
        text = text.replace("\n", " ")
        return text if question.secret else text.strip().removesuffix(BETWEEN.strip() if screen.adds else "")

    placeholder = clean_text(question.placeholder).strip()
    live: Live[Reply] = Live(
        panel,
        _taker(screen, read),
        text=start,
        back=back,
        keeper=None if question.secret else Keeper(lambda text: screen.keep(clean_text(text)), start),
        multiline=multiline,
        steps=steps and multiline,
        secret=question.secret,
        offered=bool(start and screen.value_from and screen.unfinished is None),
        editor=editor and multiline,
        placeholder="" if _is_long(placeholder) else placeholder,
        enter=lambda: _("done") if live.text.strip() or must_answer(question) else _("skip"),
    )
    return live


def _choice(screen: Screen, panel: Panel, back: Reply | None) -> Live[Reply]:
    question = screen.question
    several = takes_several(question)
    optional = not must_answer(question)
    given = screen.value if isinstance(screen.value, list) else [] if screen.value is None else [screen.value]
    options = [option for option in question.options if option.on_form]
    taken = [n for n, option in enumerate(options) if option.label in given]
    items = [Item(o.label, o.description, _("required") if o.required else "") for o in options]
    empty_line = optional and not several
    if empty_line:
        items.insert(0, Item(_("Leave this empty")))
    choices = ChoiceList(
        items,
        several=several,
        ticked=taken if several else (),
        pointed=taken[0] + empty_line if taken else None if screen.decides else 0,
        first_number=0 if empty_line else 1,
    )

    def read(text: str) -> Value | None:
        if not choices.fits() and not several:
            # "wifi" means Wi-Fi, and "yes" to an either-or deserves more than that it is not in the list.
            typed = clean_line(text)
            if problem := screen.check(typed):
                raise Stay(problem)
            return typed
        choices.must_fit()
        if choices.pointed is None and screen.decides:
            raise Stay(_("Please choose one of these."))
        if several:
            return [options[n].label for n in sorted(choices.ticked)]
        if choices.pointed is None or (empty_line and choices.pointed == 0):
            return None
        return options[choices.pointed - empty_line].label

    def enter() -> str:
        nothing = not choices.ticked if several else choices.pointed == 0
        return _("skip") if optional and nothing else _("done")

    live: Live[Reply] = Live(
        panel,
        _taker(screen, read),
        back=back,
        choices=choices,
        placeholder=search_text(len(options)),
        enter=enter,
    )
    panel.under = choices.lines
    return live


def _confirm(screen: Screen, panel: Panel, back: Reply | None) -> Live[Reply]:
    optional = not screen.question.required
    items = [Item(_("Yes"), words=tuple(YES)), Item(_("No"), words=tuple(NO))]
    # Nothing is pointed at first: a consent is never given by Enter alone.
    pointed = None if not isinstance(screen.value, bool) else 0 if screen.value else 1
    choices = ChoiceList(items, pointed=pointed, narrows=False)

    def read(_text: str) -> Value | None:
        if not choices.fits():
            raise Stay(_("Please answer yes or no."))
        return None if choices.pointed is None else choices.pointed == 0

    live: Live[Reply] = Live(
        panel,
        _taker(screen, read),
        back=back,
        choices=choices,
        placeholder=_("yes or no"),
        enter=lambda: _("skip") if optional and choices.pointed is None else _("done"),
    )
    panel.under = choices.lines
    return live
