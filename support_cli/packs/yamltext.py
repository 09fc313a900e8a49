"""YAML 1.1 read with the place of everything in it, and with bounds.

GitHub reads issue forms as YAML 1.1 (unquoted ``yes`` and ``on`` are booleans) and takes the first document
of a file; so do we, for packs and answers alike. PyYAML's C parser composes the nodes, which carry their
line and column; the values are built here, so that aliases cannot blow up and no tag can make an object.
"""

from typing import TYPE_CHECKING, NamedTuple

from support_cli.base import reading
from support_cli.base.i18n import N_, _
from support_cli.base.text import clean_line, later
from support_cli.packs.errors import YamlError

if TYPE_CHECKING:  # 15 ms that a run with a warm cache saves
    import yaml

MAX_BYTES = 1 << 20
MAX_NODES = 100_000
MAX_DEPTH = 60
MANY_OPENINGS = 2000
_MOST_DIGITS = 100
_TOO_DEEP = N_("{name} is nested too deeply, or repeats too much by aliases.")
# What YAML 1.1 lets stand in a text (section 5.1, c-printable).
_UNPRINTABLE = later("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

KeyPath = tuple[str | int, ...]


class Position(NamedTuple):
    """A place in a text, both numbers counted from 1."""

    line: int
    column: int


class Parsed:
    """One document.

    Attributes:
        data: ``dict`` with text keys, ``list``, ``str``, ``bool``, ``int``, ``float`` or None.
        name: File name for messages.
        duplicates: KeyPath of each key that stands twice in its mapping (the last one counts), with its place.
    """

    def __init__(self, name: str) -> None:
        self.data: object = None
        self.name = name
        self.duplicates: list[tuple[KeyPath, Position]] = []
        self._places: dict[KeyPath, Position] = {(): Position(1, 1)}

    def at(self, path: KeyPath) -> Position:
        """Where a value stands (its key, in a mapping); for an absent one, where its nearest parent stands."""
        while path not in self._places:
            path = path[:-1]
        return self._places[path]

    def where(self, path: KeyPath) -> str:
        """The same as ``file:line:column``."""
        line, column = self.at(path)
        return f"{self.name}:{line}:{column}"


def decode(raw: bytes, name: str) -> str:
    """Decodes the bytes of a pack's file: UTF-8 unless a mark says otherwise, whatever the customer's texts are in.

    Raises:
        YamlError: If it is not text.
    """
    try:
        return reading.decode(raw, name, "utf-8")
    except reading.EncodingError as error:
        raise YamlError(error.message, hint=_("Save it as UTF-8 and try again."), where=error.where) from None


def parse(text: str | bytes, *, name: str, max_bytes: int = MAX_BYTES, plain: bool = False) -> Parsed:
    """Reads the first document of a YAML text.

    Args:
        text: The content of a file.
        name: Its name, for messages.
        max_bytes: The largest text that is looked at.
        plain: Leave every scalar the text that was written (a phone number is no sum, 1.10 no 1.1); an empty one
            stays None.

    Returns:
        The data and the place of every part of it; ``data`` is None for an empty text.

    Raises:
        YamlError: If it is no YAML, too large, too deep, circular, or grows by aliases beyond reason.
    """
    if len(text) > max_bytes:
        raise YamlError(
            _("{name} is larger than such a file may be.").format(name=name),
            hint=_("At most {limit} bytes are read.").format(limit=max_bytes),
            where=name,
        )
    if isinstance(text, bytes):
        text = decode(text, name)
    return _Builder(Parsed(name), plain).build(text)


class _Builder:
    """Turns composed nodes into data, counting as it goes."""

    def __init__(self, parsed: Parsed, plain: bool) -> None:
        import yaml

        self.yaml = yaml
        self.parsed = parsed
        self.plain = plain
        self.count = 0
        self.open: set[int] = set()

    def build(self, text: str) -> Parsed:
        yaml = self.yaml
        self.check_characters(text)
        loader_class = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            # The C composer calls itself for each level, and a level takes a mark or a deeper indentation.
            if sum(map(text.count, ("[", "{", "- ", "? "))) > MANY_OPENINGS or "\n" + " " * 1000 in text:
                self.refuse_depth(text, loader_class)
            loader = loader_class(text)
            try:
                # get_node() would compose; get_single_node() refuses the further documents that GitHub ignores.
                node = loader.get_node() if loader.check_node() else None
            finally:
                loader.dispose()
        except yaml.MarkedYAMLError as error:
            raise self.broken(error, text) from None
        except (yaml.YAMLError, UnicodeError, RecursionError, MemoryError, ValueError, OverflowError):
            raise self.refuse(N_("{name} cannot be read as YAML."), self.parsed.at(())) from None
        self.loader = yaml.SafeLoader("")
        if node is not None:
            self.parsed.data = self.value(node, ())
        return self.parsed

    def check_characters(self, text: str) -> None:
        """Refuses what YAML refuses, but says where it is."""
        found = _UNPRINTABLE.search(text.removeprefix("\ufeff"))
        if found is None:
            return
        place = text.removeprefix("\ufeff")[: found.start()]
        line, column = place.count("\n") + 1, len(place) - place.rfind("\n")
        raise YamlError(
            _("{name} holds a character that YAML does not allow: {code}.").format(
                name=self.parsed.name, code=f"U+{ord(found[0]):04X}"
            ),
            hint=_("Take it out, or write it as \\x{code} in double quotes.").format(code=f"{ord(found[0]):02x}")
            if ord(found[0]) < 256
            else _("Take it out."),
            where=f"{self.parsed.name}:{line}:{column}",
        )

    def refuse_depth(self, text: str, loader_class: "type[yaml.SafeLoader]") -> None:
        """Looks at the events, which need no stack: the C composer calls itself and would overflow it."""
        depth = 0
        for event in self.yaml.parse(text, loader_class):
            if isinstance(event, self.yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    mark = event.start_mark
                    raise self.refuse(_TOO_DEEP, Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1))
            elif isinstance(event, self.yaml.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, self.yaml.DocumentEndEvent):
                return

    def broken(self, error: "yaml.MarkedYAMLError", text: str) -> YamlError:
        mark = error.problem_mark or error.context_mark
        place = Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)
        problem = (error.problem or error.context or "").strip()
        context = error.context or ""
        start = error.context_mark
        if start and any(word in context for word in ("quoted scalar", "flow", "alias", "anchor")):
            # Where the quote or bracket was opened says more than where the file ends.
            place = Position(start.line + 1, start.column + 1)
        lines = text.split("\n", place.line)
        line = lines[place.line - 1] if place.line <= len(lines) else ""
        return YamlError(
            _("{name} is not valid YAML: {problem}.").format(name=self.parsed.name, problem=clean_line(problem)),
            hint=_hint(problem, context, line[place.column - 1 : place.column]),
            where=f"{self.parsed.name}:{place.line}:{place.column}",
        )

    def refuse(self, message: str, place: Position, **more: str) -> YamlError:
        return YamlError(
            _(message).format(name=self.parsed.name, **more),
            hint=_("Write it plainly: texts, lists and mappings, without anchors, tags and deep nesting."),
            where=f"{self.parsed.name}:{place.line}:{place.column}",
        )

    def value(self, node: "yaml.Node", path: KeyPath) -> object:
        yaml = self.yaml
        place = Position(node.start_mark.line + 1, node.start_mark.column + 1)
        self.parsed._places.setdefault(path, place)
        self.count += 1
        if self.count > MAX_NODES or len(self.open) > MAX_DEPTH:
            raise self.refuse(_TOO_DEEP, place)
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node, place)
        if node.tag not in ("tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"):
            raise self.refuse(_TAGGED, place, tag=clean_line(node.tag)[:60])
        if id(node) in self.open:
            raise self.refuse(N_("{name} refers to itself."), place)
        self.open.add(id(node))
        try:
            if isinstance(node, yaml.SequenceNode):
                return [self.value(child, (*path, index)) for index, child in enumerate(node.value)]
            return self.mapping(node, path)
        finally:
            self.open.discard(id(node))

    def mapping(self, node: "yaml.Node", path: KeyPath) -> dict[str, object]:
        result: dict[str, object] = {}
        merged: dict[str, object] = {}
        own: set[str] = set()
        for key_node, value_node in node.value:
            place = Position(key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if key_node.tag == "tag:yaml.org,2002:merge":
                value = self.value(value_node, path)
                for part in value if isinstance(value, list) else [value]:
                    if not isinstance(part, dict):
                        raise self.refuse(N_("“<<” in {name} takes a mapping."), place)
                    merged = {**part, **merged}
                continue
            if not isinstance(key_node, self.yaml.ScalarNode):
                raise self.refuse(N_("{name} has a key that is not text."), place)
            key = key_node.value
            if key in own:
                self.parsed.duplicates.append(((*path, key), place))
            own.add(key)
            self.parsed._places[(*path, key)] = place
            result[key] = self.value(value_node, (*path, key))
        return {**merged, **result} if merged else result

    def scalar(self, node: "yaml.Node", place: Position) -> object:
        tag = node.tag.removeprefix("tag:yaml.org,2002:")
        text = str(node.value)
        if tag == "null" and text.lower() in ("", "~", "null"):
            return None
        if tag == "bool" and not self.plain:
            # Other words can only come here with a tag (``!!bool maybe``).
            return text.lower() in ("yes", "true", "on") if text.lower() in _BOOLEANS else text
        # A row of digits is no number that anybody means, and Python takes long over it.
        if tag in ("int", "float") and not self.plain and len(text) <= _MOST_DIGITS:
            try:
                if tag == "int":
                    return int(self.loader.construct_yaml_int(node))
                return float(self.loader.construct_yaml_float(node))
            except (ValueError, OverflowError):
                return text
        if tag in ("str", "null", "bool", "int", "float", "timestamp", "value", "merge"):
            return text
        raise self.refuse(_TAGGED, place, tag=clean_line(node.tag)[:60])


_BOOLEANS = frozenset(["yes", "no", "true", "false", "on", "off"])
_TAGGED = N_("{name} uses the YAML tag “{tag}”, which is not allowed here.")


def _hint(problem: str, context: str, character: str) -> str | None:
    """What an author most likely did."""
    if character == "\t" or "'\\t'" in problem:
        return _("Indent with blanks, never with tabs.")
    if "escape" in problem or "hexdecimal" in problem:
        return _("In double quotes a backslash must be doubled; in single quotes it stays as it is.")
    if "quoted scalar" in context:
        return _("The quote that is opened here is never closed.")
    if "mapping values are not allowed" in problem:
        return _('A text that holds ": " must stand in quotes.')
    if "cannot start any token" in problem or any(word in problem + context for word in ("alias", "anchor")):
        return _("A text that begins with “{character}” must stand in quotes.").format(character=clean_line(character))
    if "flow" in context:
        return _("A bracket or brace that is opened here is never closed.")
    return _("Look at the indentation and the quotes of this line and the one above it.")
