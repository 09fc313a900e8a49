"""Rendering a pack's templates, within bounds. Jinja is loaded when something is rendered, not before.

A name like ``ticket.md.j2`` is the pack's own template, or the one of the pack ``general``;
``general/ticket.md.j2`` is always the latter, so that a pack can build on it by inheritance.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import jinja2.compiler
from jinja2 import meta
from jinja2.exceptions import TemplateError, TemplateNotFound, TemplateSyntaxError

from support_cli.base.errors import UnusableError
from support_cli.base.i18n import _
from support_cli.base.text import later
from support_cli.packs.pack import Pack
from support_cli.render.bytecode import CodeCache
from support_cli.render.meter import LimitReached, Limits, Meter, Plain, weigh

if TYPE_CHECKING:
    from jinja2 import nodes

    from support_cli.render.sandbox import Sandbox

_NAME = later(r"(general/)?[a-z0-9][a-z0-9_-]*(\.[a-z0-9_-]+)*\.j2")
_ANY_WEIGHT = 2**62


class TemplateProblem(UnusableError):
    """A template of a pack cannot be used; ``where`` names it and the line."""


class Templates:
    """The templates of one pack, with those of ``general`` behind them.

    One object serves many renderings, one after the other (not from two threads at once).

    Args:
        pack: The pack.
        general: The built-in pack whose templates are the bases.
        cache: Folder for compiled templates, or None to compile in every run.
        limits: What one rendering may use; widened for long answers.
    """

    def __init__(self, pack: Pack, general: Pack, cache: Path | None = None, limits: Limits | None = None) -> None:
        self._pack = pack
        self._general = general
        self._cache = cache
        self._limits = limits or Limits()
        self._sandbox: Sandbox | None = None
        self._translators: dict[str, Translator] = {}

    def has(self, name: str) -> bool:
        """Whether there is a template of this name."""
        return self._read(name) is not None

    def render(self, name: str, context: Mapping[str, Plain], language: str, characters: int | None = None) -> str:
        """Renders one template.

        Args:
            name: Such as ``ticket.md.j2``.
            context: What the template may see; plain values only.
            language: Language that ``_()`` speaks in it.
            characters: About how much text the context holds; counted if it is not given.

        Returns:
            The text as the template made it.

        Raises:
            TemplateProblem: If there is no such template, it is wrong, or it wants more than it may have.
        """
        sandbox = self._open()
        limits = self._limits.widened(weigh(dict(context), _ANY_WEIGHT) if characters is None else characters)
        sandbox.meter = Meter(limits)
        sandbox.language = language
        sandbox.translate = self.translator(language)
        try:
            template = sandbox.get_template(name)
            return "".join(_bounded(template.root_render_func(template.new_context(dict(context))), limits))
        except (
            TemplateError,
            LimitReached,
            ArithmeticError,
            AttributeError,
            LookupError,
            TypeError,
            ValueError,
        ) as error:
            raise self._problem(name, error) from None
        except (RecursionError, SyntaxError, MemoryError, AssertionError) as error:
            raise self._problem(name, error) from None

    def variables(self, name: str) -> set[str]:
        """Names that a template reads from its context, found without rendering it.

        Raises:
            TemplateProblem: If it cannot be read.
        """
        return meta.find_undeclared_variables(self.tree(name)) - {"_", "range"}

    def tree(self, name: str) -> "nodes.Template":
        """The syntax tree of a template that uses nothing but what templates may use.

        Raises:
            TemplateProblem: If it cannot be read, or uses more.
        """
        from support_cli.render.vet import vet

        source = self._read(name)
        try:
            tree = self._open().parse(source or "", name)
            vet(tree, name)
        except (TemplateError, RecursionError, LimitReached, ValueError) as error:
            raise self._problem(name, error) from None
        return tree

    def _open(self) -> "Sandbox":
        if self._sandbox is None:
            from support_cli.render import sandbox

            makers = (jinja2.compiler.__file__, sandbox.__file__, str(Path(sandbox.__file__).with_name("vet.py")))
            cache = CodeCache(self._cache, makers) if self._cache else None
            self._sandbox = sandbox.Sandbox(self._read, cache)
        return self._sandbox

    def _read(self, name: str) -> str | None:
        if not _NAME.fullmatch(name):
            return None
        base = name.removeprefix("general/")
        if base != name:
            return self._general.template(base)
        own = self._pack.template(name)
        return own if own is not None else self._general.template(name)

    def translator(self, language: str) -> "Translator":
        """What looks texts up in a language, made once."""
        if language not in self._translators:
            self._translators[language] = Translator(self._pack, self._general, language)
        return self._translators[language]

    def _problem(self, name: str, error: Exception) -> TemplateProblem:
        line = getattr(error, "lineno", None) if type(error).__module__.startswith("jinja2") else None
        found = getattr(error, "name", None) if line else None
        where, line = (found or name, line) if line else _place(error.__traceback__, name)
        return TemplateProblem(
            _("The template {name} cannot be used: {problem}.").format(name=where, problem=_reason(error)),
            hint=_("This is the pack's fault, not yours; its publisher can mend it."),
            where=f"{where}:{line}" if line else where,
        )


class Translator:
    """Looks texts up in a document's language: the pack's own translations first, then those of ``general``.

    Args:
        pack: The pack.
        general: The built-in pack.
        language: Language to translate to.
    """

    def __init__(self, pack: Pack, general: Pack, language: str) -> None:
        self._pack = pack
        self._general = general
        self._language = language
        self._own: Mapping[str, str] | None = None
        self._shared: Mapping[str, str] | None = None

    def __call__(self, text: str) -> str:
        """Translates one text, or returns it as it is."""
        if self._own is None:
            self._own = self._pack.texts(self._language)
        found = self._own.get(text)
        return self.shared(text) if found is None else found

    def shared(self, text: str) -> str:
        """Translates a text of ours, whatever the pack says."""
        if self._shared is None:
            self._shared = self._general.texts(self._language)
        return self._shared.get(text, text)


def _bounded(pieces: Iterator[str], limits: Limits) -> Iterator[str]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > limits.output:
            raise LimitReached("its document is too long")
        yield piece


def _place(trace: TracebackType | None, name: str) -> tuple[str, int | None]:
    """Finds the template and the line in which something went wrong."""
    place: tuple[str, int | None] = (name, None)
    while trace is not None:
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        if template is not None:
            place = (str(template.name), int(template.get_corresponding_lineno(trace.tb_lineno)))
        trace = trace.tb_next
    return place


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deep, or without end"
    if isinstance(error, TemplateNotFound):
        return f'there is no template "{error.message}"'
    if isinstance(error, (SyntaxError, MemoryError, AssertionError)):
        return "it is nested too deep"
    if isinstance(error, (TypeError, AttributeError)):
        # Python's own words name functions of ours.
        return "a filter, a test or a function is given what it does not take"
    if isinstance(error, TemplateSyntaxError):
        return (error.message or "it cannot be read").rstrip(".")  # as text it would name the file and the line again
    return (str(error) or type(error).__name__).rstrip(".")
