"""Reading an issue form of GitHub, Gitea or Forgejo as a form of ours, without conversion.

Whatever can be asked is asked: a form that GitHub refuses loads too, with its faults told beside it. Sources:
GitHub's "Syntax for issue forms" and "Syntax for GitHub's form schema"; Gitea's "Issue and Pull Request Templates".
"""

import re
from collections.abc import Iterable, Mapping

from support_cli.base.finding import Level
from support_cli.base.i18n import _, ngettext
from support_cli.base.text import clean_line, clean_text, later
from support_cli.forms.model import Form, Kind, Option, Question, Value, parameterize, unique
from support_cli.issue_forms.items import Items, prefill_name, usable_id
from support_cli.issue_forms.messages import MOST_FINDINGS, LoadedForm, Report, in_quotes, named
from support_cli.packs.errors import PackError
from support_cli.packs.yamltext import KeyPath, Parsed, Position, decode, parse

MOST_QUESTIONS = 500
PLATFORM_GITHUB = "github"
PLATFORM_GITEA = "gitea"
PLATFORM_DISCUSSION = "discussion"
PLATFORM_GUESS = ""

TOP_KEYS = frozenset(["name", "description", "title", "labels", "assignees", "projects", "type", "body"])
GITEA_TOP_KEYS = TOP_KEYS | {"about", "ref", "content"}
# YAML 1.1 would read these as yes or no wherever they stand unquoted.
_FORBIDDEN_KEYS = later(r"(?:[yYnN]|[yY]es|YES|[nN]o|NO|[tT]rue|TRUE|[fF]alse|FALSE|[oO]n|ON|[oO]ff|OFF)")
_LABEL_READ = 500


def check(report: Report, platform: str) -> None:
    """Notes every rule of GitHub's (or Gitea's) that a form breaks.

    Args:
        report: Holds the parsed form and gets the findings.
        platform: ``github``, ``gitea`` or ``discussion`` (the same body, no name).
    """
    data = report.parsed.data
    if not isinstance(data, dict):
        return
    _top(report, data, platform)
    body = data.get("body")
    if body is None or body == []:
        if "body" in data:
            report.error("T110", ("body",), "Body cannot be empty")
        return
    if not isinstance(body, list):
        report.error("T110", ("body",), "`body` must be an array")
        return
    _Body(report, body[:MOST_QUESTIONS], platform).check()


def _top(report: Report, data: dict[str, object], platform: str) -> None:
    gitea = platform == PLATFORM_GITEA
    required = ["body"] if platform == PLATFORM_DISCUSSION else ["name", "description", "body"]
    if gitea and data.get("about"):
        required.remove("description")
    for key in required:
        if key not in data or (data[key] is None and key != "body"):
            report.error("T101", (), f"Required top level key `{key}` is missing")
    for key, value in data.items():
        if _FORBIDDEN_KEYS.fullmatch(key):
            report.error("T104", (key,), f"Forbidden keys: `{key}`", _("Put the key in quotes, or take it out."))
        elif key not in (GITEA_TOP_KEYS if gitea else TOP_KEYS):
            report.error("T103", (key,), f"`{named(key)}` is not a permitted key")
        elif key in ("labels", "assignees", "projects"):
            _names(report, key, value)
        elif key != "body" and value is not None and (not isinstance(value, str) or not value.strip()):
            needed = key in required or not isinstance(value, str)
            note = report.error if needed else report.warning
            note("T102", (key,), f"`{key}` must be a string", in_quotes(value))
    name = data.get("name")
    if isinstance(name, str) and 0 < len(name.strip()) <= 3 and not gitea:
        # The documentation says that such a form is hidden, and GitHub shows it all the same.
        report.warning("T105", ("name",), "`name` must be more than 3 characters")
    for path, place in report.parsed.duplicates[:MOST_FINDINGS]:
        message = _("“{key}” stands twice; the last one counts.").format(key=named(path[-1]))
        report.add_at(place, "T141", message, None, Level.WARNING)


def _names(report: Report, key: str, value: object) -> None:
    if value is None or isinstance(value, str):
        return
    if not isinstance(value, list):
        report.error("T102", (key,), f"`{key}` must be a string", in_quotes(value))
        return
    for number, one in enumerate(value):
        if not isinstance(one, str):
            report.warning("T102", (key, number), f"`{key}` must be a string", in_quotes(one))


class _Body:
    """The items of a form."""

    def __init__(self, report: Report, body: list[object], platform: str) -> None:
        self.report = report
        self.body = body
        self.gitea = platform == PLATFORM_GITEA
        self.items = Items(report, self.gitea)
        self.told = False

    def check(self) -> None:
        asking = False
        for number, item in enumerate(self.body):
            path: KeyPath = ("body", number)
            if not isinstance(item, dict):
                self.report.error("T120", path, f"Body[{number}]: required key type is missing")
                continue
            asking = self.items.check(number, item, path) or asking
        if not asking:
            self.report.error("T111", ("body",), "Body must contain at least one non-markdown field")
        self._unique_names()
        self._unique_boxes()

    def _unique_names(self) -> None:
        """Ids, labels and the names that GitHub makes of them must tell the fields apart."""
        ids: dict[str, int] = {}
        names: dict[str, tuple[str, bool]] = {}
        for number, item in enumerate(self.body):
            if not isinstance(item, dict) or item.get("type") == "markdown":
                continue
            given = item.get("id")
            own = given if isinstance(given, str) and given else None
            if own is not None and own in ids:
                self.report.error("T112", ("body", number, "id"), "Body must have unique ids")
                continue
            if own is not None:
                ids[own] = number
            attributes = item.get("attributes")
            label = attributes.get("label") if isinstance(attributes, dict) else None
            if not isinstance(label, str) or not label.strip() or self.gitea:
                continue
            self._name(number, own, label, names)

    def _name(self, number: int, own: str | None, label: str, names: dict[str, tuple[str, bool]]) -> None:
        name = own or prefill_name(label[:_LABEL_READ])
        place: KeyPath = ("body", number, "attributes", "label")
        if name not in names:
            names[name] = (label, own is not None)
            return
        other, other_has_id = names[name]
        fix = _("Give the fields ids of their own.")
        if label.strip() == other.strip() and own is None and not other_has_id:
            self.report.error("T113", place, "Body must have unique labels", fix)
        elif name:
            self.report.error("T114", place, "Labels are too similar", fix)
        elif not self.told:
            # Labels without any Latin letter: GitHub used to refuse them and shows them now.
            self.report.warning("T114", place, "Labels are too similar", fix)
            self.told = True

    def _unique_boxes(self) -> None:
        """A box may not be named like a field that has no id."""
        if self.gitea:
            return
        nameless = {}
        for number, item in enumerate(self.body):
            attributes = item.get("attributes") if isinstance(item, dict) else None
            if isinstance(item, dict) and isinstance(attributes, dict) and not item.get("id"):
                nameless[str(attributes.get("label"))] = number
        for number, item in enumerate(self.body):
            if not isinstance(item, dict) or item.get("type") != "checkboxes":
                continue
            attributes = item.get("attributes")
            options = attributes.get("options") if isinstance(attributes, dict) else None
            for place, one in enumerate(options if isinstance(options, list) else []):
                label = one.get("label") if isinstance(one, dict) else None
                if isinstance(label, str) and nameless.get(label, number) != number:
                    path: KeyPath = ("body", number, "attributes", "options", place)
                    self.report.error("T115", path, "Checkboxes must have unique labels")


_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_PLAIN = re.compile(r"[^\s,\[\]{}#&*!|>'\"%@`][^\s,\[\]{}]*")


class Scalars:
    """Gives the text of any scalar of a document.

    An option that reads ``Yes`` is shown as ``Yes`` and never as ``True``, ``1.10`` never as ``1.1``.
    """

    def __init__(self, parsed: Parsed, text: str) -> None:
        self.parsed = parsed
        self.text = text
        self._lines: list[str] | None = None

    def item(self, value: object, path: KeyPath) -> str:
        """The text of an entry of a list; empty for what is no scalar."""
        if isinstance(value, str) or not isinstance(value, bool | int | float):
            return value if isinstance(value, str) else ""
        return self._typed(path, 0, value)

    def value(self, value: object, path: KeyPath) -> str:
        """The text of a value of a mapping, whose key stands at ``path``; empty for what is no scalar."""
        if isinstance(value, str) or not isinstance(value, bool | int | float):
            return value if isinstance(value, str) else ""
        return self._typed(path, len(str(path[-1])), value)

    def _typed(self, path: KeyPath, key_length: int, value: bool | int | float) -> str:
        if self._lines is None:
            self._lines = _LINE_END.split(self.text)
        line, column = self.parsed.at(path)
        rest = self._lines[line - 1][column - 1 :] if line <= len(self._lines) else ""
        if key_length:
            after = re.match(r"['\"]?\s*:\s+", rest[key_length + rest.startswith(("'", '"')) :])
            rest = rest[key_length + rest.startswith(("'", '"')) + after.end() :] if after else ""
        found = _PLAIN.match(rest)
        if found:
            return found[0]
        return str(value).lower() if isinstance(value, bool) else str(value)


MAX_BYTES = 1 << 20
MOST_OPTIONS = 2000
MOST_TEXT = 4 << 20

_KINDS = {kind.value: kind for kind in list(Kind)[:6]}
# What the first version of issue forms called things (2020).
_OLD_KINDS = {"description": Kind.MARKDOWN}
_OLD_NAMES = {"body": ("inputs",), "options": ("choices",), "description": ("about",)}


def load(raw: str | bytes, *, name: str, form_id: str, platform: str = PLATFORM_GUESS) -> LoadedForm:
    """Reads an issue form.

    Args:
        raw: The file's content.
        name: Its name, for messages.
        form_id: What the form is called.
        platform: ``github``, ``gitea``, ``discussion`` for a discussion category form, or empty to look at its keys.

    Returns:
        The form, which may have nothing to ask if all its items are texts to read, and the findings.

    Raises:
        YamlError: If it is no YAML.
        PackError: If it holds nothing to show.
    """
    text = decode(raw, name) if isinstance(raw, bytes) else raw.removeprefix("\ufeff")
    return read(parse(text, name=name, max_bytes=MAX_BYTES), text, form_id=form_id, platform=platform)


def read(parsed: Parsed, text: str, *, form_id: str, platform: str) -> LoadedForm:
    """Reads an issue form that is parsed already; as ``load``."""
    report = Report(parsed)
    data = parsed.data
    if isinstance(data, dict):
        platform = platform or _platform(data)
        check(report, platform)
        _further_documents(report, text)
        form = _Reader(parsed, text, form_id, platform, report).form(data)
        if form.questions:
            return LoadedForm(form, tuple(report.findings))
    else:
        report.error("T110", (), "Body cannot be empty")
    first = report.findings[0]
    raise PackError(
        _("There is nothing to ask in {name}: {problem}.").format(name=parsed.name, problem=first.message),
        hint=_("An issue form is a mapping with “name”, “description” and “body”, a list of questions."),
        where=first.where,
        findings=report.findings,
    )


def _further_documents(report: Report, text: str) -> None:
    """Says where a second document begins: GitHub does not look at it."""
    starts = [found.start() for found in re.finditer(r"^(?:---|\.\.\.)(?=\s|$)", text, re.MULTILINE)]
    content = re.search(r"^(?![ \t]*#|[ \t\r]*$|%|---)", text, re.MULTILINE)
    later = [start for start in starts if content is not None and start > content.start()]
    if not later:
        return
    rest = text[later[0] + 3 :]
    line = text.count("\n", 0, later[0]) + 1
    if re.sub(r"^(?:---|\.\.\.)?[ \t]*(?:#.*)?$", "", rest, flags=re.MULTILINE).strip():
        message = _("A second document begins here; only the first one counts.")
        report.add_at(Position(line, 1), "T140", message, _("Take out the line “---”."), Level.WARNING)
    else:
        message = _("The line “---” at the end does nothing.")
        report.add_at(Position(line, 1), "T140", message, None, Level.HINT)


def _platform(data: Mapping[str, object]) -> str:
    """Guesses from the keys where a form lives that was found outside of any repository."""
    body = data.get("body")
    items = body if isinstance(body, list) else []
    if "name" not in data and "description" not in data and "about" not in data and items:
        return PLATFORM_DISCUSSION
    gitea = "ref" in data or any(isinstance(item, dict) and _of_gitea(item) for item in items)
    return PLATFORM_GITEA if gitea else PLATFORM_GITHUB


def _of_gitea(item: Mapping[str, object]) -> bool:
    attributes, rules = item.get("attributes"), item.get("validations")
    options = attributes.get("options") if isinstance(attributes, dict) else None
    return (
        "visible" in item
        or (isinstance(attributes, dict) and "list" in attributes)
        or (isinstance(rules, dict) and ("regex" in rules or "is_number" in rules))
        or (isinstance(options, list) and any(isinstance(one, dict) and "visible" in one for one in options))
    )


class _Reader:
    """Reads one document leniently."""

    def __init__(self, parsed: Parsed, text: str, form_id: str, platform: str, report: Report) -> None:
        self.parsed = parsed
        self.scalars = Scalars(parsed, text)
        self.form_id = form_id
        self.gitea = platform == PLATFORM_GITEA
        self.report = report
        self.taken: set[str] = set()
        self.used: set[str] = set()
        self.text_left = MOST_TEXT

    def form(self, data: Mapping[str, object]) -> Form:
        key = "body" if data.get("body") else "inputs"
        body = data.get(key)
        items = body if isinstance(body, list) else []
        if len(items) > MOST_QUESTIONS:
            message = ngettext(
                "Only the first {count} question is read.",
                "Only the first {count} questions are read.",
                MOST_QUESTIONS,
            ).format(count=MOST_QUESTIONS)
            self.report.error("T110", (key, MOST_QUESTIONS), message)
        numbered = [(i, item) for i, item in enumerate(items[:MOST_QUESTIONS]) if isinstance(item, dict)]
        ids = [item.get("id") for _number, item in numbered]
        # Ids that authors gave come first, so that no made-up one takes their place.
        self.taken = {one for one in ids if isinstance(one, str) and usable_id(one)}
        questions = [self._question(item, (key, number), number) for number, item in numbered]
        title = self._line(data, "title", ())
        return Form(
            id=self.form_id,
            name=self._line(data, "name", ()) or self.form_id,
            description=self._line(data, "description", ()) or self._line(data, "about", ()),
            questions=tuple(question for question in questions if question is not None),
            foreign="gitea" if self.gitea else "github",
            title=title + " " if title and isinstance(data["title"], str) and data["title"].endswith(" ") else title,
            labels=self._names(data, "labels"),
            assignees=self._names(data, "assignees"),
            projects=self._names(data, "projects"),
            issue_type=self._line(data, "type", ()) or None,
        )

    def _question(self, item: dict[str, object], path: KeyPath, number: int) -> Question | None:
        given = item.get("attributes")
        attributes: dict[str, object] = given if isinstance(given, dict) else {}
        inside: KeyPath = (*path, "attributes")
        if not attributes:
            # Keys that slipped out of ``attributes`` are meant all the same.
            attributes, inside = item, path
        kind = self._kind(item, attributes)
        if kind is Kind.MARKDOWN:
            text = self._text(attributes, "value", inside) or self._text(attributes, "description", inside)
            shown, written = self._visible(item, markdown=True)
            if not text.strip():
                return None
            return Question(
                id=f"#{number + 1}",  # no author can give this one
                kind=kind,
                text=text,
                on_form=shown,
                on_document=written,
            )
        label = self._text(attributes, "label", inside) or self._text(item, "label", path)
        options = self._options(kind, attributes, item, path, inside)
        if kind in (Kind.DROPDOWN, Kind.CHECKBOXES) and not options:
            kind = Kind.INPUT
        rules = item.get("validations", attributes.get("validations"))
        rules = rules if isinstance(rules, dict) else {}
        shown, written = self._visible(item, markdown=False)
        pattern, numeric = rules.get("regex"), rules.get("is_number") is True
        if kind is Kind.INPUT and numeric and not isinstance(pattern, str):
            pattern = r"[+-]?\d+(?:[.,]\d+)?"
        multiple = kind is Kind.DROPDOWN and attributes.get("multiple") is True
        explicit, question_id = self._id(item, label, number)
        return Question(
            id=question_id,
            kind=kind,
            label=label,
            description=self._text(attributes, "description", inside),
            placeholder=self._text(attributes, "placeholder", inside),
            required=self._required(kind, rules, item, attributes),
            options=options,
            multiple=multiple,
            default=self._default(kind, attributes, inside, options, multiple),
            render=(self._line(attributes, "render", inside) or None) if kind is Kind.TEXTAREA else None,
            min_length=self._whole(rules.get("min_length")) if kind in (Kind.INPUT, Kind.TEXTAREA) else None,
            pattern=pattern if isinstance(pattern, str) and kind is Kind.INPUT else None,
            accept=self._accept(rules) if kind is Kind.UPLOAD else (),
            explicit_id=explicit,
            on_form=shown,
            on_document=written,
            listed=kind is Kind.DROPDOWN and attributes.get("list") is True,
        )

    def _kind(self, item: Mapping[str, object], attributes: Mapping[str, object]) -> Kind:
        given = item.get("type")
        name = given.strip().lower() if isinstance(given, str) else ""
        if name in _KINDS:
            return _KINDS[name]
        if name in _OLD_KINDS and "label" not in attributes:
            return _OLD_KINDS[name]
        # An unknown or missing type: what the other keys can only belong to.
        options = attributes.get("options", attributes.get("choices"))
        if isinstance(options, list) and options:
            return Kind.CHECKBOXES if isinstance(options[0], dict) else Kind.DROPDOWN
        if "label" not in attributes and "value" in attributes:
            return Kind.MARKDOWN
        return Kind.TEXTAREA if "render" in attributes or "area" in name else Kind.INPUT

    def _id(self, item: Mapping[str, object], label: str, number: int) -> tuple[bool, str]:
        given = item.get("id")
        own = given[:200] if isinstance(given, str) else ""
        if usable_id(own) and own not in self.used:
            self.used.add(own)
            return True, own
        return False, unique(parameterize(own) or parameterize(label[:200]), self.taken, number + 1)

    def _required(
        self, kind: Kind, rules: Mapping[str, object], item: Mapping[str, object], attributes: Mapping[str, object]
    ) -> bool:
        if kind is Kind.CHECKBOXES:
            return False
        values = (rules.get("required"), attributes.get("required"), item.get("required"))
        return next((_truth(value) for value in values if value is not None), False)

    def _visible(self, item: Mapping[str, object], *, markdown: bool) -> tuple[bool, bool]:
        places = item.get("visible")
        if not isinstance(places, list) or not places:
            return True, not markdown
        return "form" in places, "content" in places

    def _options(
        self, kind: Kind, attributes: Mapping[str, object], item: Mapping[str, object], path: KeyPath, inside: KeyPath
    ) -> tuple[Option, ...]:
        if kind not in (Kind.DROPDOWN, Kind.CHECKBOXES):
            return ()
        here: KeyPath = (*inside, "options")
        found = attributes.get("options")
        if found is None:
            key = "choices" if "choices" in attributes else "options"
            source = attributes if key in attributes else item
            found, here = source.get(key), (*(inside if source is attributes else path), key)
        if not isinstance(found, list):
            return ()
        options: list[Option] = []
        labels: set[str] = set()
        for number, one in enumerate(found[:MOST_OPTIONS]):
            option = self._option(one, (*here, number))
            if option is not None and option.label not in labels:
                labels.add(option.label)
                options.append(option)
        return tuple(options)

    def _option(self, one: object, path: KeyPath) -> Option | None:
        if isinstance(one, dict):
            label = self._text(one, "label", path)
            places = one.get("visible")
            listed = isinstance(places, list) and bool(places)
            return (
                Option(
                    label,
                    description=self._text(one, "description", path),
                    required=_truth(one.get("required")),
                    on_form=not listed or "form" in places,  # type: ignore[operator]
                    on_document=not listed or "content" in places,  # type: ignore[operator]
                )
                if label.strip()
                else None
            )
        label = self._clean(self.scalars.item(one, path))
        return Option(label) if label.strip() else None

    def _default(
        self, kind: Kind, attributes: Mapping[str, object], path: KeyPath, options: tuple[Option, ...], multiple: bool
    ) -> Value | None:
        if kind in (Kind.INPUT, Kind.TEXTAREA):
            return self._text(attributes, "value", path) or None
        chosen = self._whole(attributes.get("default"))
        if kind is not Kind.DROPDOWN or chosen is None or chosen >= len(options):
            return None
        label = options[chosen].label
        return [label] if multiple else label

    def _whole(self, value: object) -> int | None:
        return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1 << 20 else None

    def _accept(self, rules: Mapping[str, object]) -> tuple[str, ...]:
        given = rules.get("accept")
        parts: Iterable[object] = (
            given.split(",") if isinstance(given, str) else given if isinstance(given, list) else ()
        )
        endings = (str(part).strip().lstrip("*").lstrip(".").lower() for part in parts)
        return tuple("." + clean_line(ending) for ending in endings if ending)

    def _text(self, mapping: Mapping[str, object], key: str, path: KeyPath) -> str:
        """A text of several lines, kept to the byte but for control characters."""
        value = mapping.get(key)
        if value is None:
            value, key = next(
                ((mapping[old], old) for old in _OLD_NAMES.get(key, ()) if mapping.get(old) is not None), (None, key)
            )
        return self._clean(self.scalars.value(value, (*path, key)))

    def _clean(self, text: str) -> str:
        # One long text can be repeated a thousand times by aliases.
        self.text_left -= len(text)
        if self.text_left < 0:
            raise PackError(
                _("{name} is nested too deeply, or repeats too much by aliases.").format(name=self.parsed.name),
                where=self.parsed.name,
            )
        return clean_text(text)

    def _line(self, mapping: Mapping[str, object], key: str, path: KeyPath) -> str:
        return clean_line(self.scalars.value(mapping.get(key), (*path, key)))

    def _names(self, data: Mapping[str, object], key: str) -> tuple[str, ...]:
        value = data.get(key)
        if isinstance(value, list):
            found = [self.scalars.item(one, (key, number)) for number, one in enumerate(value)]
        else:
            found = self.scalars.value(value, (key,)).split(",")
        cleaned = (clean_line(one) for one in found)
        return tuple(dict.fromkeys(one for one in cleaned if one))


def _truth(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.strip().lower() in ("true", "yes", "on"))
