"""What each key does, in every kind of field, and how it is named on the screen.

Ctrl+B is taken by tmux, F1 by some terminals' own help, Alt+Enter by Windows' full screen, and Option+Enter
does nothing special on a Mac: each of them has a second key that works there.
"""

import select
import sys
from collections import deque
from collections.abc import Callable
from typing import Any

from prompt_toolkit.filters import Condition
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyBindingsBase
from prompt_toolkit.key_binding.key_processor import KeyPress, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.utils import suspend_to_background_supported

from support_cli.base.i18n import _
from support_cli.base.text import clean_text
from support_cli.interview.live import Live, OpenEditor, finish, leave
from support_cli.interview.panel import KeyHint

_PAGE = 8


def done_keys(platform: str = sys.platform) -> list[str]:
    """The keys that end a field of several lines, those first that work on this system."""
    return {"win32": ["F2"], "darwin": ["Esc Enter", "F2"]}.get(platform, ["Alt+Enter", "F2"])


def key_hints(live: Live[Any], *, why: bool) -> list[KeyHint]:
    """The line at the bottom: the keys that this field understands.

    Args:
        live: The field.
        why: The form says why it asks, so F1 can tell.
    """
    enter = live.enter()
    if live.choices and live.choices.several:
        hints = [("Enter", _("tick"))] if live.text.strip() else [(_("Space"), _("tick")), ("Enter", enter)]
    elif live.steps:
        twice = (_("Enter twice"), enter)
        hints = [("Enter", _("next step")), twice] if live.text.strip() else [("Enter", enter)]
    elif live.multiline and live.text.strip():
        hints = [(_(" or ").join(done_keys()), enter)]
    elif live.choices:
        hints = [(_("Arrows"), _("choose")), ("Enter", enter)]
    else:
        hints = [("Enter", enter)]
    if live.complete:
        hints.append(("Tab", _("complete")))
    if live.back is not None:
        hints.append(("Ctrl+B", _("back")))
    if live.editor:
        hints.append(("Ctrl+E", _("editor")))
    away = _("save and leave") if live.kept else _("leave")
    return [*hints, ("Ctrl+C", away), ("F1", _("why we ask") if why else _("help"))]


def help_lines(live: Live[Any], why: str) -> list[str]:
    """What F1 shows: why this is asked, then every key in words."""
    lines = [_("Why we ask: {why}").format(why=why)] if why else []
    if live.choices:
        lines.append(_("Type a few letters or a number to find a line, or walk with the arrow keys."))
    if live.multiline:
        lines.append(_("To end the text press Alt+Enter; F2, or Esc and then Enter, do the same."))
    if live.steps:
        lines.append(_("Enter begins the next step; Enter in an empty step ends the list."))
    return [*lines, *leave_help(kept=live.kept)]


def leave_help(*, kept: bool = True) -> list[str]:
    """The end of every help: how to get away.

    Args:
        kept: What was answered is still there after leaving.
    """
    if not kept:
        return [_("To leave press Ctrl+C."), _("F1 or Ctrl+G closes this help.")]
    return [
        _("To go back press Ctrl+B or Shift+Tab; what you typed is kept."),
        _("To stop for now press Ctrl+C; everything is saved, and you are told how to go on."),
        _("F1 or Ctrl+G closes this help."),
    ]


def bindings(live: Live[Any]) -> KeyBindingsBase:
    """All keys of a field; they go after the toolkit's own, so that they win."""
    keys = KeyBindings()
    _add_common(keys, live)
    _add_paste(keys, live)
    keys.add("f2")(lambda event: live.submit(event.app))  # what ends a long text ends every field
    if live.scroll:
        _add_scrolling(keys, live.scroll)
    if live.choices:
        _add_list(keys, live)
    elif live.multiline:
        _add_lines(keys, live)
    else:
        _add_enter(keys, live, lambda event: live.submit(event.app))
    return keys


def _add_common(keys: KeyBindings, live: Live[Any]) -> None:
    @keys.add("c-b", eager=True)
    @keys.add("s-tab")
    def _back(event: KeyPressEvent) -> None:
        live.go_back(event.app)

    @keys.add("c-c", eager=True)
    @keys.add("<sigint>")
    def _leave(event: KeyPressEvent) -> None:
        leave(event.app)

    @keys.add("c-d")
    def _end(event: KeyPressEvent) -> None:
        if event.current_buffer.text:
            event.current_buffer.delete()
        else:
            leave(event.app)

    @keys.add("f1")
    @keys.add("c-g", eager=True)
    def _help(_event: KeyPressEvent) -> None:
        live.panel.helping = not live.panel.helping

    @keys.add("c-i")
    def _tab(event: KeyPressEvent) -> None:
        live.tab(event.current_buffer)

    @keys.add("c-z")
    def _stop(event: KeyPressEvent) -> None:
        if suspend_to_background_supported():
            if live.keeper:
                live.keeper.try_flush()
            event.app.suspend_to_background()

    # The toolkit would search an empty history with these, or insert the next key raw.
    @keys.add("c-r", eager=True)
    @keys.add("c-s", eager=True)
    @keys.add("c-q", eager=True)
    @keys.add("c-o", eager=True)
    def _nothing(_event: KeyPressEvent) -> None:
        pass


def _add_paste(keys: KeyBindings, live: Live[Any]) -> None:
    @keys.add(Keys.BracketedPaste)
    def _paste(event: KeyPressEvent) -> None:
        live.insert(event.current_buffer, live.pasted(event.data))

    @keys.add("<any>")
    def _typed(event: KeyPressEvent) -> None:
        text = event.data * event.arg
        ahead = "" if live.choices else _typed_ahead(event.key_processor.input_queue)
        live.insert(event.current_buffer, live.pasted(text + ahead) if "\n" in ahead else clean_text(text + ahead))


def _typed_ahead(waiting: deque[KeyPress]) -> str:
    """Takes the text that has arrived already: a paste over a line that does not bracket it is many keys.

    Line ends with more text behind them belong to it; the last ones are left, like every other key.
    """
    text = ""
    ends: list[KeyPress] = []
    while waiting:
        if waiting[0].key in (Keys.ControlM, Keys.ControlJ):
            ends.append(waiting.popleft())
        elif isinstance(waiting[0].key, Keys):
            break
        else:
            text += "\n" * len(ends) + waiting.popleft().data
            ends.clear()
    waiting.extendleft(reversed(ends))
    return text


def _arrived(source: Input) -> list[KeyPress]:
    """The keys that are there to be read: a burst of keys is cut at any place."""
    try:
        return source.read_keys() if select.select([source.fileno()], [], [], 0)[0] else []
    except (OSError, ValueError, NotImplementedError):  # Windows asks sockets only
        return []


def _add_enter(keys: KeyBindings, live: Live[Any], enter: Callable[[KeyPressEvent], None]) -> None:
    """Enter with more text right behind it is a line end of a paste, and ends nothing."""

    @keys.add("enter")
    def _enter(event: KeyPressEvent) -> None:
        waiting = event.key_processor.input_queue
        waiting.extend(_arrived(event.app.input))
        ahead = _typed_ahead(waiting)
        if not ahead:
            enter(event)
            return
        buffer = event.current_buffer
        if buffer.text:
            live.insert(buffer, "\n" if live.multiline else " ")
        live.insert(buffer, live.pasted(ahead))


def _add_lines(keys: KeyBindings, live: Live[Any]) -> None:
    @keys.add("escape", "enter")
    def _done(event: KeyPressEvent) -> None:
        live.submit(event.app)

    if live.editor:

        @keys.add("c-e", eager=True)
        def _editor(event: KeyPressEvent) -> None:
            finish(event.app, OpenEditor())

    def line(event: KeyPressEvent) -> None:
        # An empty step ends the list, and Enter in an empty text means "nothing to say here".
        buffer = event.current_buffer
        if buffer.document.current_line.strip() if live.steps else buffer.text.strip():
            buffer.newline(copy_margin=False)  # what is pasted as keys brings its own margin
        else:
            live.submit(event.app)

    _add_enter(keys, live, line)


_MOVES = {"up": -1, "c-p": -1, "down": 1, "c-n": 1, "pageup": -_PAGE, "pagedown": _PAGE}


def _add_scrolling(keys: KeyBindings, scroll: Callable[[int], None]) -> None:
    for name, lines in {**_MOVES, " ": _PAGE}.items():

        @keys.add(name)
        def _move(_event: KeyPressEvent, lines: int = lines) -> None:
            scroll(lines)


def _add_list(keys: KeyBindings, live: Live[Any]) -> None:
    choices = live.choices
    if choices is None:
        return
    several = choices.several

    for name, lines in _MOVES.items():

        @keys.add(name)
        def _move(_event: KeyPressEvent, lines: int = lines) -> None:
            choices.move(lines)
            live.look_again()

    def tick(event: KeyPressEvent) -> None:
        choices.tick()
        event.current_buffer.text = ""  # the next word finds the next line
        live.look_again()

    @keys.add(" ", filter=Condition(lambda: several and not live.text.strip()))
    def _tick(event: KeyPressEvent) -> None:
        tick(event)

    def enter(event: KeyPressEvent) -> None:
        if several and event.current_buffer.text.strip() and choices.pointed is not None:
            tick(event)
        else:
            live.submit(event.app)

    _add_enter(keys, live, enter)
