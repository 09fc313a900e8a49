"""Reads a template's syntax tree before it is compiled: refuses what packs may not use, and adds the counting.

A pack is data that strangers wrote. What a template may hold is therefore a list of what is allowed (nodes,
filters, tests), not of what is forbidden; and every loop, macro, block and container is wrapped so that
``sandbox`` can charge for it. Only ``environment`` imports this module (it loads jinja2).
"""

import difflib
from collections.abc import Iterator, Sequence

from jinja2 import nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.visitor import NodeTransformer

from support_cli.render.filters import FILTERS, TESTS

MAX_NODES = 20_000

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Extends, nodes.Block, nodes.Include, nodes.Import,
    nodes.FromImport, nodes.For, nodes.If, nodes.Macro, nodes.CallBlock, nodes.FilterBlock, nodes.With,
    nodes.Assign, nodes.AssignBlock, nodes.Name, nodes.Const, nodes.Tuple, nodes.List, nodes.Dict, nodes.Pair,
    nodes.Keyword, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Call, nodes.Getitem, nodes.Getattr, nodes.Slice,
    nodes.Concat, nodes.Compare, nodes.Operand, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Add, nodes.Sub, nodes.Mod,
    nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Pos,
)  # fmt: skip


def vet(tree: nodes.Template, name: str) -> None:
    """Refuses a template that uses more than packs may use.

    Args:
        tree: The parsed template.
        name: Its name, for the error.

    Raises:
        TemplateSyntaxError: With the line and one English sentence for the pack's author.
    """
    blocks: set[str] = set()
    for count, node in enumerate(_walk(tree)):
        problem = _problem(node, name)
        if isinstance(node, nodes.Block):
            problem = problem or (f'there is another block "{node.name}"' if node.name in blocks else "")
            blocks.add(node.name)
        if count > MAX_NODES:
            problem = "the template is too long"
        if problem:
            raise TemplateSyntaxError(problem, node.lineno or 1, name)


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    pending = [node]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(node.iter_child_nodes())


def _problem(node: nodes.Node, name: str) -> str:
    if not isinstance(node, _ALLOWED):
        return f'"{type(node).__name__.lower()}" is not available in templates of packs'
    if isinstance(node, nodes.For) and node.recursive:
        return "recursive loops are not available in templates of packs"
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        return f'there is no filter "{node.name}"{_suggest(node.name, FILTERS)}'
    if isinstance(node, nodes.Test) and node.name not in TESTS:
        return f'there is no test "{node.name}"{_suggest(node.name, TESTS)}'
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        return f'"{node.attr}": names that begin with an underscore cannot be read'
    if isinstance(node, (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        target = node.template
        if not isinstance(target, nodes.Const) or not isinstance(target.value, str):
            return "the name of another template must be written out in quotes"
        if target.value == name:
            return f'the template uses itself; to build on ours, write "general/{name}"'
    return ""


def _suggest(word: str, known: object) -> str:
    close = difflib.get_close_matches(word, list(known), 1)  # type: ignore[call-overload]
    return f'; did you mean "{close[0]}"?' if close else ""


def instrument(tree: nodes.Template) -> nodes.Template:
    """Adds the counting to a vetted template, in place.

    Loops pay for all their rounds before the first; bodies of templates, blocks and macros pay as they begin;
    containers, joined texts and slices are weighed as they are made.
    """
    counted = _Instrument().visit(tree)
    _begin_with_tick(tree, tree.body)
    assert isinstance(counted, nodes.Template)  # noqa: S101 - tells mypy what a visitor returns
    return counted


def _cost(parts: Sequence[nodes.Node]) -> list[nodes.Expr]:
    steps = characters = 0
    for part in parts:
        for node in _walk(part):
            steps += 1
            if isinstance(node, nodes.TemplateData):
                characters += len(node.data)
    return [nodes.Const(steps), nodes.Const(characters)]


def _filter(value: nodes.Node, name: str, args: list[nodes.Expr], lineno: int) -> nodes.Filter:
    assert isinstance(value, nodes.Expr)  # noqa: S101 - tells mypy
    node = nodes.Filter(value, name, args, [], None, None)
    node.set_lineno(lineno)
    return node


def _begin_with_tick(owner: nodes.Node, body: list[nodes.Node]) -> None:
    tick = _filter(nodes.Const(""), "_tick", _cost(body), owner.lineno or 1)
    body.insert(0, nodes.Output([tick], lineno=owner.lineno or 1))


class _Instrument(NodeTransformer):
    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - the visitor's own naming
        cost = _cost([node])
        self.generic_visit(node)
        node.iter = _filter(node.iter, "_loop", cost, node.lineno)
        return node

    def _with_tick(self, node: nodes.Macro | nodes.CallBlock | nodes.Block) -> nodes.Node:
        self.generic_visit(node)
        if not (isinstance(node, nodes.Block) and node.required):
            _begin_with_tick(node, node.body)
        return node

    visit_Macro = visit_CallBlock = visit_Block = _with_tick  # noqa: N815

    def _sized(self, node: nodes.List | nodes.Tuple | nodes.Dict) -> nodes.Node:
        self.generic_visit(node)
        if isinstance(node, nodes.Tuple) and node.ctx != "load":
            return node
        if all(isinstance(part, nodes.Const) for part in node.iter_child_nodes()):
            return node
        return _filter(node, "_sized", [], node.lineno)

    visit_List = visit_Tuple = visit_Dict = _sized  # noqa: N815

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _filter(node, "_sized", [], node.lineno) if isinstance(node.arg, nodes.Slice) else node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _filter(nodes.List(node.nodes, lineno=node.lineno), "_concat", [], node.lineno)
