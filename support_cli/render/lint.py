"""What is wrong with a template, found in its syntax tree: names that do not exist, HTML that acts, texts to translate.

The values that a template can see are known in shape (``context.build``), so a name is followed as far as the tree
says what it holds: keys of dictionaries, items of the lists that a loop walks. What a macro is given is not known and
not looked at. Only rendering rooms load jinja2.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from jinja2 import meta, nodes

from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, shorten
from support_cli.forms.model import Form
from support_cli.forms.request import Request
from support_cli.packs.pack import Pack
from support_cli.render import context
from support_cli.render.environment import TemplateProblem, Templates
from support_cli.render.inert import active_parts
from support_cli.render.meter import Plain

Shape: TypeAlias = "dict[str, Shape] | list[Shape] | str | None"
"""Keys of a dictionary; the shape of a list's items (or none); a text for anything without parts; None for unknown."""

_LEAF = ""
_MOST_LEVELS = 20
_SAME = frozenset(("selectattr", "rejectattr", "select", "reject", "sort", "unique", "reverse", "list"))
_GUARDS = frozenset(("default", "d"))
_GIVEN = frozenset(("_", "range", "loop", "caller", "self", "super", "varargs", "kwargs"))


class Fault(NamedTuple):
    """Something wrong; ``fix`` is the nearest name that exists, or None.

    Attributes:
        kind: ``name``, ``key``, ``answer`` (a question that some forms do not have), ``block`` or ``html``.
    """

    kind: str
    line: int
    message: str
    fix: str | None = None


class Message(NamedTuple):
    """A text for translators."""

    text: str
    line: int


class Report(NamedTuple):
    """What one template holds.

    Attributes:
        uses: Names of the templates that it extends, includes or imports.
    """

    faults: list[Fault]
    messages: list[Message]
    uses: set[str]


def look(templates: Templates, name: str, samples: Sequence[Mapping[str, Plain]]) -> Report:
    """Looks at one template.

    Args:
        templates: The pack's templates.
        name: Which of them.
        samples: Contexts with everything answered, one for each form of the pack.

    Raises:
        TemplateProblem: If it cannot be read at all.
    """
    tree = templates.tree(name)
    faults: list[Fault] = []
    if samples:
        looker = _Looker(samples, meta.find_undeclared_variables(tree))
        looker.statements(tree.body, looker.top())
        faults = list(dict.fromkeys(looker.faults))
    if ".html" in name:
        faults += [Fault("html", 1, _fault_of_html(part)) for part in _active(tree)]
    return Report([*faults, *_blocks(templates, tree)], _messages(tree), _uses(tree))


def _blocks(templates: Templates, tree: nodes.Template) -> list[Fault]:
    """Blocks that fill nothing: the templates above have none of that name, so what stands in them is never written."""
    known: set[str] = set()
    above = _extended(tree)
    if not above:
        return []
    for _level in range(_MOST_LEVELS):
        try:
            parent = templates.tree(above)
        except TemplateProblem:
            return []  # told of where it stands
        known |= {block.name for block in parent.find_all(nodes.Block)}
        above = _extended(parent)
        if not above:
            break
    inner = {id(one) for block in tree.find_all(nodes.Block) for node in block.body for one in _all_blocks(node)}
    return [
        Fault(
            "block",
            block.lineno,
            _("The template above has no block “{name}”, so this is never written.").format(name=block.name),
            next(iter(difflib.get_close_matches(block.name, sorted(known), 1, 0.6)), None),
        )
        for block in tree.find_all(nodes.Block)
        if block.name not in known and id(block) not in inner
    ]


def _all_blocks(node: nodes.Node) -> Iterable[nodes.Node]:
    return [*([node] if isinstance(node, nodes.Block) else []), *node.find_all(nodes.Block)]


def _extended(tree: nodes.Template) -> str:
    """Name of the template that one extends; empty for none, or one that is known only later."""
    found = tree.find(nodes.Extends)
    target = found.template if found is not None else None
    return target.value if isinstance(target, nodes.Const) and isinstance(target.value, str) else ""


def _fault_of_html(part: str) -> str:
    return _("This page would do more than show text: {what}.").format(what=part)


def shape_of(value: Plain) -> Shape:
    """The shape of a sample value."""
    if isinstance(value, dict):
        return {key: shape_of(one) for key, one in value.items()}
    if isinstance(value, list):
        items = [shape_of(one) for one in value]
        return [_merged(items)] if items else []
    return _LEAF


def _merged(shapes: Iterable[Shape]) -> Shape:
    shapes = list(shapes)
    if all(isinstance(one, dict) for one in shapes):
        keys = dict.fromkeys(key for one in shapes if isinstance(one, dict) for key in one)
        return {key: _merged([one[key] for one in shapes if isinstance(one, dict) and key in one]) for key in keys}
    if all(isinstance(one, list) for one in shapes):
        items = [item for one in shapes if isinstance(one, list) for item in one]
        return [_merged(items)] if items else []
    return _LEAF if all(isinstance(one, str) for one in shapes) else None


Scope = dict[str, Shape]


class _Looker:
    """Walks one tree with what is known of each name."""

    def __init__(self, samples: Sequence[Mapping[str, Plain]], undeclared: set[str]) -> None:
        self.faults: list[Fault] = []
        self._undeclared = undeclared
        context = _merged([shape_of(dict(sample)) for sample in samples])
        self._context: Scope = context if isinstance(context, dict) else {}
        asked = [set(answers) for sample in samples if isinstance(answers := sample.get("answers"), dict)]
        self._everywhere = set.intersection(*asked) if asked else set()

    def top(self) -> Scope:
        return dict(self._context)

    def statements(self, body: Sequence[nodes.Node], scope: Scope) -> None:
        for node in body:
            self.statement(node, scope)

    def statement(self, node: nodes.Node, scope: Scope) -> None:
        if isinstance(node, nodes.For):
            inner = dict(scope) | {"loop": None}
            self.bind(node.target, _item(self.shape(node.iter, scope)), inner)
            if node.test is not None:
                self.shape(node.test, inner)
            self.statements(node.body, inner)
            self.statements(node.else_, dict(scope))
        elif isinstance(node, nodes.Macro | nodes.CallBlock):
            inner = dict(scope) | dict.fromkeys([*(arg.name for arg in node.args), "caller"])
            for default in (*node.defaults, *([node.call] if isinstance(node, nodes.CallBlock) else [])):
                self.shape(default, scope)
            self.statements(node.body, inner)
            if isinstance(node, nodes.Macro):
                scope[node.name] = None
        elif isinstance(node, nodes.Assign):
            self.bind(node.target, self.shape(node.node, scope), scope)
        elif isinstance(node, nodes.AssignBlock):
            self.statements(node.body, dict(scope))
            self.bind(node.target, _LEAF, scope)
        elif isinstance(node, nodes.With):
            inner = dict(scope)
            for target, value in zip(node.targets, node.values, strict=True):
                self.bind(target, self.shape(value, scope), inner)
            self.statements(node.body, inner)
        elif isinstance(node, nodes.Import):
            scope[node.target] = None
        elif isinstance(node, nodes.FromImport):
            scope.update({name if isinstance(name, str) else name[1]: None for name in node.names})
        elif isinstance(node, nodes.Expr):
            self.shape(node, scope)
        else:
            inner = dict(scope) if isinstance(node, nodes.Block) else scope
            for child in node.iter_child_nodes():
                self.statement(child, inner)

    def bind(self, target: nodes.Node, shape: Shape, scope: Scope) -> None:
        if isinstance(target, nodes.Name):
            scope[target.name] = shape
        else:
            scope.update({name.name: None for name in target.find_all(nodes.Name)})

    def shape(self, node: nodes.Node | None, scope: Scope) -> Shape:
        """The shape of an expression; what it reads is looked at on the way."""
        if isinstance(node, nodes.Name):
            return self.name(node, scope)
        if isinstance(node, nodes.Const):
            return _LEAF
        if isinstance(node, nodes.Getattr):
            return self.key(node, node.node, node.attr, scope)
        if isinstance(node, nodes.Getitem):
            if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
                return self.key(node, node.node, node.arg.value, scope)
            base = self.shape(node.node, scope)
            self.parts(node.arg, scope)
            return base if isinstance(node.arg, nodes.Slice) else _item(base)
        if isinstance(node, nodes.Filter):
            return self.filtered(node, scope)
        if isinstance(node, nodes.Test) and node.name in ("defined", "undefined"):
            self.guarded(node.node, scope)
            return _LEAF
        if node is not None:
            self.parts(node, scope)
        return None

    def parts(self, node: nodes.Node, scope: Scope) -> None:
        for child in node.iter_child_nodes():
            self.shape(child, scope)

    def filtered(self, node: nodes.Filter, scope: Scope) -> Shape:
        for argument in (*node.args, *(keyword.value for keyword in node.kwargs)):
            self.shape(argument, scope)
        if node.name in _GUARDS:
            self.guarded(node.node, scope)
            return None
        base = self.shape(node.node, scope)
        if node.name in _SAME:
            return base
        return _item(base) if node.name in ("first", "last") else None

    def guarded(self, node: nodes.Node | None, scope: Scope) -> None:
        """What is asked whether it is there may be missing, but what it stands in may not."""
        if isinstance(node, nodes.Getattr | nodes.Getitem):
            self.shape(node.node, scope)
        elif not isinstance(node, nodes.Name):
            self.shape(node, scope)

    def name(self, node: nodes.Name, scope: Scope) -> Shape:
        if node.name in scope:
            return scope[node.name]
        if node.name not in _GIVEN and node.name in self._undeclared:
            self.miss(
                "name", node.lineno, _("There is no “{name}” in templates.").format(name=node.name), node.name, scope
            )
        return None

    def key(self, node: nodes.Node, base: nodes.Node, key: str, scope: Scope) -> Shape:
        shape = self.shape(base, scope)
        where = _written(base)
        if isinstance(shape, dict):
            if key not in shape:
                message = _("There is no “{key}” in “{name}”.").format(key=shorten(clean_line(key), 60), name=where)
                self.miss("key", node.lineno, message, key, shape)
                return None
            if where == "answers" and key not in self._everywhere:
                message = _("Some forms of this pack have no question “{key}”; with them this document fails.")
                fix = f"answers.{key}|default('')"
                self.faults.append(Fault("answer", node.lineno, message.format(key=key), fix))
            return shape[key]
        if isinstance(shape, str | list):
            message = _("“{name}” has no parts, so there is no “{key}” in it.")
            message = message.format(name=where or "…", key=shorten(clean_line(key), 60))
            self.faults.append(Fault("key", node.lineno, message))
        return None

    def miss(self, kind: str, line: int, message: str, key: str, known: Mapping[str, Shape]) -> None:
        near = difflib.get_close_matches(key, [name for name in known if name != key], 1, 0.6)
        if near:
            message += " " + _("Did you mean “{near}”?").format(near=near[0])
        self.faults.append(Fault(kind, line, message, near[0] if near else None))


def _item(shape: Shape) -> Shape:
    return shape[0] if isinstance(shape, list) and shape else None


def _written(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_written(node.node)}.{node.attr}"
    return "…"


def _messages(tree: nodes.Template) -> list[Message]:
    found = []
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "_" and call.args:
            text = call.args[0]
            if isinstance(text, nodes.Const) and isinstance(text.value, str) and text.value:
                found.append(Message(text.value, call.lineno))
    return found


def _uses(tree: nodes.Template) -> set[str]:
    found = set()
    for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        target = getattr(node, "template", None)
        if isinstance(target, nodes.Const) and isinstance(target.value, str):
            found.add(target.value)
    return found


def _active(tree: nodes.Template) -> list[str]:
    """What the page's own HTML would do; what values put into it is seen when it is rendered."""
    found = active_parts("".join(_pieces(tree)))
    # Where a link leads is known only with an answer in it.
    return list(dict.fromkeys(part for part in found if not part.startswith("a link of")))


def _pieces(node: nodes.Node) -> Iterable[str]:
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif isinstance(node, nodes.Expr) and not isinstance(node, nodes.TemplateData):
        yield "x"
    else:
        for child in node.iter_child_nodes():
            yield from _pieces(child)


def context_of(templates: Templates, pack: Pack, form: Form, request: Request) -> dict[str, Plain]:
    """What the templates of a pack see of a request, in the pack's own language, with something still unknown."""
    unknown = Finding(code="M000", level=Level.HINT, where="began", message="?")
    language = pack.manifest.language
    return context.build(request, form, pack, [unknown], language=language, translate=templates.translator(language))
