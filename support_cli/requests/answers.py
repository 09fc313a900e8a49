"""What was said beside the prompts: answer files, standard input and ``--set``, as raw values with their source."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from support_cli.base import reading
from support_cli.base.errors import UsageError
from support_cli.base.i18n import _
from support_cli.base.paths import expand
from support_cli.base.text import clean_text, later
from support_cli.forms.model import Form, Kind, Question
from support_cli.forms.request import Attachment, PackRef, Request, Source
from support_cli.packs.errors import YamlError

MAX_ANSWERS = 4 << 20
_NO_TOML = (".yml", ".yaml", ".json")
_TOML = later(r"(?m)^[\w.\"-]+ *= *\S|^\[[\w.\"-]+\]$")
"""What a file of another or no name (standard input) holds if it may be TOML."""


class FileReference(msgspec.Struct, frozen=True):
    """A path that stood in a file and not on the command line.

    Attributes:
        path: The path, or a pattern.
        source: The file that it stood in, for messages.
    """

    path: str
    source: str


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """Raw values by question id or label, not checked yet.

    Attributes:
        values: What was said.
        sources: For each key, whether a file or a flag said it.
        read_from: For each key whose value stood in a file, that file; values of flags stand there only for ``@FILE``.
        request: The request, when the file was a request file.
        base: Folder that relative attachment paths count from.
        in_cells: The values stood in cells of a table, where several values of one answer share a cell.
        files: Files that are named beside the answers (in a line of a batch).
    """

    values: dict[str, object] = {}
    sources: dict[str, Source] = {}
    read_from: dict[str, str] = {}
    request: Request | None = None
    base: Path = Path()
    in_cells: bool = False
    files: tuple[FileReference, ...] = ()


def read_bytes(name: str, stdin: Callable[[], bytes], cwd: Path = Path()) -> bytes:
    """Reads a file, or standard input for ``-``, up to 4 MiB.

    Raises:
        UsageError: If it cannot be read or is larger.
    """
    try:
        if name == "-":
            raw = stdin()
        else:
            path = cwd / expand(name)
            if path.is_dir():
                raise UsageError(_("{name} is a folder.").format(name=name), where=name)
            with path.open("rb") as stream:
                raw = stream.read(MAX_ANSWERS + 1)
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            _("{name} cannot be read: {problem}.").format(name=name, problem=problem), where=name
        ) from None
    if len(raw) > MAX_ANSWERS:
        raise UsageError(_("{name} is larger than answers can be.").format(name=name), where=name)
    return raw


def refuse_secret_text(name: str, cwd: Path, allowed: Sequence[str]) -> None:
    """Checks that a file whose text goes into a request is no private key or the like.

    Raises:
        AttachmentError: If it is, and not ``allowed`` by itself.
    """
    if name != "-":
        from support_cli.attachments.secret_files import refuse_secrets

        refuse_secrets([cwd / expand(name)], allowed, cwd)


def read_story(name: str, stdin: Callable[[], bytes], cwd: Path) -> str:
    """Reads a story from a file, or from standard input for ``-``.

    Raises:
        UsageError: If it cannot be read, or says nothing.
    """
    text = clean_text(reading.decode(read_bytes(name, stdin, cwd), name)).strip()
    if not text:
        raise UsageError(_("{name} tells nothing.").format(name=name), where="--story")
    return text


def parse(raw: bytes, name: str) -> Given:
    """Reads YAML, JSON or TOML: a plain mapping of answers, or a request file.

    Args:
        raw: The bytes.
        name: File name for messages; its ending tells TOML and JSON apart from YAML.

    Raises:
        UsageError: If it is no mapping.
        RequestFileError: If it is a request file that does not follow the format.
    """
    base = Path() if name in ("-", "stdin") else expand(name).parent
    data, plain = _load(reading.decode(raw, name), name)
    if data is None:
        return Given(base=base)
    if not isinstance(data, dict) or not isinstance(plain, dict):
        raise UsageError(_("Answers are a mapping of question ids to values."), where=name)
    if "support-request" in data:
        from support_cli.forms.request_file import read_request

        request = read_request({**data, "answers": _answers(data.get("answers"), plain.get("answers"))}, name)
        values: dict[str, object] = {key: answer.value for key, answer in request.answers.items()}
        return given_of(values, name, request=request, base=base)
    return given_of(plain, name, base=base)


def _load(text: str, name: str) -> tuple[object, object]:
    """The data twice: typed, and (YAML) with every scalar as it was written."""
    ending = Path(name).suffix.lower()
    if ending == ".toml" or (ending not in _NO_TOML and _TOML.search(text)):
        import tomllib

        try:
            data: object = tomllib.loads(text)
        except (ValueError, RecursionError) as error:
            if ending == ".toml":
                message = _("{name} is not valid TOML: {problem}.").format(name=name, problem=error)
                raise UsageError(message, where=name) from None
        else:
            return data, _plain(data)
    if text.lstrip()[:1] in ("{", "[") or ending == ".json":
        try:
            data = reading.parse_json(text)
        except reading.RepeatedKeyError as error:
            raise reading.RepeatedKeyError(error.message, hint=error.hint, where=name) from None
        except ValueError as error:
            if ending == ".json":
                message = _("{name} is not valid JSON: {problem}.").format(name=name, problem=error)
                raise UsageError(message, where=name) from None
        else:
            return data, data
    from support_cli.packs.yamltext import parse

    try:
        plain = parse(text, name=name, max_bytes=MAX_ANSWERS, plain=True)
        if plain.duplicates:
            path, _place = plain.duplicates[0]
            raise UsageError(
                _("“{key}” is answered twice.").format(key=path[-1]),
                hint=_("Keep one of the two."),
                where=f"{name}:{_place.line}",
            )
        typed = parse(text, name=name, max_bytes=MAX_ANSWERS).data if "support-request" in text else plain.data
    except YamlError as error:
        raise UsageError(error.message, hint=error.hint, where=error.where) from None
    return typed, plain.data


def _plain(value: object) -> object:
    """TOML dates as text; everything else as it is."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool) else str(value)


def _answers(typed: object, plain: object) -> object:
    """Texts as they were written, yes and no as what they mean: a version 1.10 stays one, a consent is a consent."""
    if not isinstance(typed, dict) or not isinstance(plain, dict):
        return typed
    return {key: typed[key] if isinstance(typed[key], bool) else plain.get(key, typed[key]) for key in typed}


def given_of(
    values: Mapping[str, object],
    name: str,
    *,
    request: Request | None = None,
    base: Path = Path(),
    in_cells: bool = False,
    files: tuple[FileReference, ...] = (),
) -> Given:
    """Answers that stood in a file, or in a line of one.

    Args:
        values: The answers.
        name: The file, or the line.
        request: As ``Given`` holds it; so are the others.
        base: See there.
        in_cells: See there.
        files: See there.
    """
    return Given(
        values=dict(values),
        sources=dict.fromkeys(values, Source.FILE),
        read_from=dict.fromkeys(values, name),
        request=request,
        base=base,
        in_cells=in_cells,
        files=files,
    )


def split_cell(cell: str) -> list[str]:
    """Splits a cell that holds several values: one a line where there are lines, else with semicolons between them."""
    return [part.strip() for part in (cell.splitlines() if "\n" in cell else cell.split(";")) if part.strip()]


def merge_flags(
    given: Given,
    form: Form,
    flags: Sequence[str],
    stdin: Callable[[], bytes],
    cwd: Path,
    allowed: Sequence[str] = (),
) -> Given:
    """Adds ``--set ID=VALUE`` (``ID=@file``, ``ID=@-``; ``@@`` for a leading @) over the file's values.

    A question that takes several values may be set several times; of any other the last would win without a word.

    Raises:
        UsageError: If a flag has no ``=``, stands twice, or its file cannot be read.
        AttachmentError: If its file is a private key or the like, and not ``allowed``.
    """
    values, sources, read_from = dict(given.values), dict(given.sources), dict(given.read_from)
    if given.in_cells:
        for one in filter(takes_several, form.questions):
            for name in (one.id, one.label):
                cell = values.get(name)
                if isinstance(cell, str):
                    values[name] = split_cell(cell)
    several: dict[str, list[object]] = {}
    set_here: set[str] = set()
    for flag in flags:
        key, equals, text = flag.partition("=")
        key = key.strip()
        if not equals or not key:
            raise UsageError(
                _("“{flag}” does not say what to set.").format(flag=flag[:60]), hint="--set ID=VALUE", where="--set"
            )
        question = form.question(key)
        if key in set_here and not (question is not None and takes_several(question)):
            raise UsageError(
                _("{option} is given twice, and only one counts.").format(option=f"--set {key}"), where="--set"
            )
        if key not in set_here:
            read_from.pop(key, None)
        set_here.add(key)
        if text.startswith("@@"):
            text = text[1:]
        elif text.startswith("@"):
            read_from[key] = text[1:]
            text = _read_value(key, text[1:], stdin, cwd, allowed)
        else:
            text = reading.decode_argument(text, f"--set {key}")
        if question is not None and takes_several(question):
            several.setdefault(key, []).append(text)
            values[key] = several[key][0] if len(several[key]) == 1 else several[key]
        else:
            values[key] = text
        sources[key] = Source.FLAG
    return msgspec.structs.replace(given, values=values, sources=sources, read_from=read_from, in_cells=False)


def _read_value(key: str, name: str, stdin: Callable[[], bytes], cwd: Path, allowed: Sequence[str]) -> str:
    refuse_secret_text(name, cwd, allowed)
    try:
        raw = read_bytes(name, stdin, cwd)
    except UsageError as error:
        hint = _("For a text that begins with @, write two of them:  {flag}").format(flag=f"--set {key}=@@...")
        raise UsageError(error.message, hint=hint, where=error.where) from None
    return reading.decode(raw, name).rstrip("\r\n")


def takes_several(question: Question) -> bool:
    """Whether an answer holds several values."""
    return question.kind in (Kind.STEPS, Kind.CHECKBOXES, Kind.UPLOAD) or question.multiple


def attachments_of(given: Given) -> list[Attachment]:
    """The attachments of a request file, with absolute paths."""
    if given.request is None:
        return []
    return [
        msgspec.structs.replace(one, path=str((given.base / one.path).absolute())) for one in given.request.attachments
    ]


def pack_of(given: Given) -> PackRef | None:
    """The pack that a request file names."""
    return given.request.pack if given.request else None
