"""The toolkit's field on its way through many questions: made once, because making it costs more than drawing it."""

import asyncio
import errno
import os
from collections.abc import Callable
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.application.current import get_app_session
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.data_structures import Size
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition, to_filter
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyBindingsBase, merge_key_bindings
from prompt_toolkit.layout import Container, Layout, Window

from support_cli.interview.keys import bindings
from support_cli.interview.live import Live, OpenEditor, T
from support_cli.interview.prompter import Leave


class Stage:
    """Holds the field that is shown now, and puts the next one into the same application.

    Attributes:
        multiline: Enter begins a new line, in the field that is shown now.
        secret: What is typed is masked, in the field that is shown now.
        tabbed: There is a tab in it; to show one right, every character of every line is walked for every drawing.
    """

    def __init__(self) -> None:
        self._live: Live[Any] | None = None
        self._size: Size | None = None
        self.multiline = Condition(lambda: self._live is not None and self._live.multiline)
        self.secret = Condition(lambda: self._live is not None and self._live.secret)
        self.tabbed = Condition(lambda: self._live is not None and "\t" in self._live.text)
        self._app: Application[Any]
        self._field: Container
        self._window: Window
        self._keys: KeyBindingsBase
        self._buffer: Buffer

    def take(self, app: Application[Any]) -> None:
        """Takes over an application whose focus is in a text field.

        Args:
            app: Made with this stage's ``multiline``, ``secret``, ``tabbed``, ``placeholder`` and ``margin``.
        """
        self._app = app
        self._field, self._window = app.layout.container, app.layout.current_window
        self._window.dont_extend_height = to_filter(True)
        self._keys = app.key_bindings or KeyBindings()
        self._buffer = app.layout.current_buffer or Buffer()
        self._buffer.on_text_changed += self._changed
        self._buffer.accept_handler = self._accepted
        app.before_render += self._wipe_rewrapped

    def _accepted(self, _buffer: Buffer) -> bool:
        """However the toolkit comes to accept a text (Alt+Enter, Ctrl+O): it is submitted like by Enter, and kept."""
        if self._live:
            self._live.submit(self._app)
        return True

    def _wipe_rewrapped(self, app: Application[Any]) -> None:
        """Wipes out what a narrower window made longer: most terminals break lines anew, and move the rest down."""
        size = app.output.get_size()
        before, self._size = self._size, size
        if self._live and before and size.columns < before.columns and _rewraps():
            longer = sum(width // size.columns for width in self._live.panel.widths(before.columns, before.rows))
            if longer:
                app.output.cursor_up(longer)
                app.output.erase_down()

    def _changed(self, buffer: Buffer) -> None:
        if self._live:
            self._live.changed(buffer)

    def placeholder(self) -> FormattedText:
        """What stands in the empty field: in brackets, because not every terminal shows that it is dim."""
        text = self._live.placeholder if self._live else ""
        return FormattedText([("class:placeholder", f"({text})" if text else "")])

    def margin(self, _width: int, line: int, wrapped: int) -> str:
        """What stands before every line of the field but the first."""
        if self._live and self._live.steps:
            return "    " if wrapped else f"{line + 1:>2}. "
        return "   " if wrapped else " > "

    def run(self, live: Live[T], runner: Callable[[], Any]) -> T | OpenEditor:
        """Shows one field until it ends.

        Args:
            live: The field.
            runner: Runs the application.

        Raises:
            Leave: If the person leaves, or the terminal goes away; half-typed text was kept.
        """
        self._live = self._size = None
        self._buffer.reset(Document(live.text))
        self._live = live
        self._app.layout = Layout(live.panel.around(self._field), focused_element=self._window)
        self._app.key_bindings = merge_key_bindings([self._keys, bindings(live)])
        self._app.pre_run_callables.append(self._let_errors_out)
        try:
            result: T | OpenEditor = runner()
        except BaseException as reason:
            if live.keeper:
                live.keeper.flush()
            if isinstance(reason, KeyboardInterrupt | EOFError) or is_gone(reason):
                raise Leave from None
            raise
        return result

    def _let_errors_out(self) -> None:
        """Makes an error in a callback end the field; the toolkit would print it and wait for Enter."""

        def handler(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            error = context.get("exception")
            if isinstance(error, BaseException) and self._app.future is not None and not self._app.future.done():
                self._app.exit(exception=error)

        asyncio.get_running_loop().set_exception_handler(handler)


def _rewraps() -> bool:
    """Whether the terminal breaks lines anew when its window changes; xterm, the console and GNU screen cut them."""
    term = os.environ.get("TERM", "")
    old_screen = term.startswith("screen") and "TMUX" not in os.environ
    return not ("XTERM_VERSION" in os.environ or term == "linux" or old_screen)


def is_gone(reason: BaseException) -> bool:
    """Whether an error says that the terminal is not there any more: its window was closed, its line dropped."""
    return isinstance(reason, OSError) and reason.errno in (errno.EIO, errno.EPIPE, errno.EBADF, errno.ENXIO)


def forget_enters() -> None:
    """Drops Enter where it was pressed once too often: on the review page it would send."""
    source = get_app_session().input
    waiting = get_typeahead(source)
    if any(press.key != "c-m" for press in waiting):
        store_typeahead(source, waiting)
