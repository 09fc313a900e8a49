"""Jinja's immutable sandbox, narrowed: no methods, no attributes but those of data, everything counted.

Jinja's own sandbox forbids names; this one allows kinds. A template reads keys of dictionaries, items of lists
and the loop's counters, and calls macros, blocks and the few functions given to it. Known escapes all begin with
an attribute or a method of an object, so there is nothing for them to hold on to. Only ``environment`` imports this
module (it loads jinja2).
"""

import math
from collections.abc import Callable
from types import MethodType
from typing import Any

from jinja2 import BaseLoader, StrictUndefined, Template, TemplateNotFound, nodes
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS as JINJA_TESTS
from jinja2.utils import pass_context
from markupsafe import Markup, escape

from support_cli.render.bytecode import CodeCache
from support_cli.render.filters import FILTERS, TESTS, Scope
from support_cli.render.meter import MAX_ITEMS, LimitReached, Limits, Meter

_LOOP = frozenset(
    ("index", "index0", "revindex", "revindex0", "first", "last", "length", "previtem", "nextitem", "cycle", "changed")
)
_BIGGEST = 2**64
MAX_SOURCE = 200_000


class SourceLoader(BaseLoader):
    """Gives Jinja the text that a function returns; compiled code may come from a cache."""

    def __init__(self, read: Callable[[str], str | None], cache: CodeCache | None) -> None:
        self._read = read
        self._cache = cache

    def load(self, environment: Any, name: str, globals: Any = None) -> Template:
        """Compiles a template, or takes the code from the cache."""
        source = self._read(name)
        if source is None:
            raise TemplateNotFound(name)
        if len(source) > MAX_SOURCE:
            raise LimitReached("the template is too long")
        code = self._cache.get(name, source) if self._cache else None
        if code is None:
            code = environment.compile(source, name, name)
            if self._cache:
                self._cache.put(name, source, code)
        return Template.from_code(environment, code, dict(globals or environment.globals))


class _Scope(Scope):
    """What a filter may know of the rendering that it runs in."""

    def __init__(self, sandbox: "Sandbox", context: Context) -> None:
        self.language = sandbox.language
        self.autoescape = bool(context.eval_ctx.autoescape)
        self.translate = sandbox.translate
        self.allow = sandbox.meter.allow

    def undefined(self, value: object) -> bool:
        return isinstance(value, Undefined)


class Sandbox(ImmutableSandboxedEnvironment):
    """One pack's templates. Not for two threads at once: a rendering in progress is part of its state.

    Attributes:
        meter: Counts the rendering in progress.
        language: Language of the document in progress.
        translate: Looks a text up in that language.
    """

    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%"))

    def __init__(self, read: Callable[[str], str | None], cache: CodeCache | None) -> None:
        super().__init__(
            loader=SourceLoader(read, cache),
            autoescape=lambda name: name is not None and ".html" in name,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_finalize,
            optimized=False,
            auto_reload=False,
        )
        self.meter = Meter(Limits())
        self.language = "en"
        self.translate: Callable[[str], str] = str
        self.globals = {"_": self._translated, "range": _short_range}
        self._functions = (self.globals["_"], self.globals["range"])
        self.filters = {name: _guarded(function) for name, function in FILTERS.items()} | _INTERNAL
        self.tests = {name: JINJA_TESTS[name] for name in TESTS}

    def _translated(self, text: str) -> str:
        return self.translate(str(text))

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        from support_cli.render.vet import instrument, vet  # not needed for code from the cache

        vet(source, name or "")
        source = instrument(source)
        source.set_environment(self)
        return super()._generate(source, name, filename, defer_init)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Reads a key of a dictionary, a counter of a loop, a macro of an imported template, or a block."""
        if isinstance(obj, dict):
            return self._item(obj, attribute)
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            return getattr(obj, attribute)
        if isinstance(obj, TemplateReference):
            return self._item(obj, attribute)
        if isinstance(obj, TemplateModule) and not attribute.startswith("_"):
            return self._item(vars(obj), attribute)
        if isinstance(obj, Undefined):
            return getattr(obj, attribute)
        if isinstance(obj, (str, list, int, float)):
            raise SecurityError(
                f'"{attribute}": templates of packs cannot call methods of values; use a filter, like value|{attribute}'
            )
        raise SecurityError(f'"{attribute}" cannot be read here')

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Reads an item of a list, a character of a text, or a key of a dictionary."""
        if isinstance(obj, (dict, list, tuple, str)) and isinstance(argument, (str, int)):
            if isinstance(obj, dict) or isinstance(argument, int):
                return self._item(obj, argument)
            return self.getattr(obj, argument)
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        raise SecurityError("this value has no items")

    def _item(self, obj: Any, key: Any) -> Any:
        try:
            return obj[key]
        except (LookupError, TypeError):
            return self.undefined(hint=f'there is no "{key}" here', obj=obj, name=key)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - Jinja's signature
        """Calls a macro, a block, a counter of a loop, or one of the functions given."""
        if isinstance(__obj, Undefined):
            return __obj()  # raises, naming it
        known = isinstance(__obj, (Macro, BlockReference)) or any(__obj is one for one in __self._functions)
        if isinstance(__obj, MethodType) and isinstance(__obj.__self__, LoopContext):
            known = __obj.__name__ in ("cycle", "changed")
        if not known:
            raise SecurityError("only macros, blocks and functions of ours can be called")
        __self.meter.enter()
        try:
            __self.meter.spend(1)
            return __context.call(__obj, *args, **kwargs)
        finally:
            __self.meter.leave()

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002 - Jinja's signature
        """Works out a sum or the like: numbers of a sane size; ``+`` joins texts or lists as well."""
        self.meter.spend(1)
        if isinstance(left, (int, float)) and isinstance(right, (int, float)):
            result = self.binop_table[operator](left, right)
            if not math.isfinite(result) or abs(result) > _BIGGEST:
                raise LimitReached("it works out a number that is too large")
            return result
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            self.meter.allow(len(left) + len(right))
            return self._made(left + right)
        if operator == "+" and isinstance(left, list) and isinstance(right, list):
            return self._made(left + right)
        if isinstance(left, Undefined) or isinstance(right, Undefined):
            str(left), str(right)  # raises, naming it
        raise SecurityError(f'"{operator}" works with numbers only; texts are joined by ~')

    def _made(self, value: Any) -> Any:
        self.meter.sized(value)
        return value


def _short_range(*bounds: int) -> list[int]:
    found = range(*bounds)
    if len(found) > 1000:
        raise LimitReached("a range has at most 1,000 numbers")
    return list(found)


def _sandbox(context: Context) -> Sandbox:
    assert isinstance(context.environment, Sandbox)  # noqa: S101 - tells mypy whose context it is
    return context.environment


@pass_context
def _finalize(context: Context, value: Any) -> Any:
    """Lets texts and numbers into a document, nothing else, and counts them."""
    if not isinstance(value, str):
        if isinstance(value, Undefined):
            return str(value)  # raises, naming it
        if isinstance(value, Macro):
            raise SecurityError("a macro is called with parentheses")
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise SecurityError("only texts and numbers can be written out; a list needs |join, a yes or no needs if")
        value = str(value)
    _sandbox(context).meter.text(len(value))
    return value


def _guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """Runs a filter in its scope and pays for what it reads and makes. Never folded while compiling."""

    @pass_context
    def run(context: Context, value: Any, *args: Any, **kwargs: Any) -> Any:
        sandbox = _sandbox(context)
        sandbox.meter.sized(value)
        result = function(_Scope(sandbox, context), value, *args, **kwargs)
        sandbox.meter.sized(result)
        return result

    return run


@pass_context
def _tick(context: Context, value: str, steps: int, characters: int) -> str:
    _sandbox(context).meter.spend(steps, characters)
    return value


@pass_context
def _loop(context: Context, value: Any, steps: int, characters: int) -> Any:
    if isinstance(value, Undefined):
        return iter(value)  # raises, naming it
    if not isinstance(value, (list, tuple)):
        raise SecurityError("a loop needs a list (of a dictionary: |items)")
    if len(value) > MAX_ITEMS:
        raise LimitReached("a loop is too long")
    _sandbox(context).meter.spend(len(value) * steps, len(value) * characters)
    return value


@pass_context
def _sized(context: Context, value: Any) -> Any:
    _sandbox(context).meter.sized(value)
    return list(value) if isinstance(value, tuple) else value


@pass_context
def _concat(context: Context, values: list[Any]) -> str:
    sandbox = _sandbox(context)
    parts = [_finalize(context, value) for value in values]
    sandbox.meter.allow(sum(map(len, parts)))
    if context.eval_ctx.autoescape or any(isinstance(part, Markup) for part in parts):
        joined: str = Markup("").join(escape(part) for part in parts)
    else:
        joined = "".join(parts)
    sandbox.meter.sized(joined)
    return joined


_INTERNAL: dict[str, Callable[..., Any]] = {"_tick": _tick, "_loop": _loop, "_sized": _sized, "_concat": _concat}
