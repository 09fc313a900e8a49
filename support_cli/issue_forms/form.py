"""Reading an issue form of GitHub, Gitea or Forgejo as a form of ours, without conversion.

Whatever can be asked is asked: a form that GitHub refuses loads too, with its faults told beside it. Sources:
GitHub's "Syntax for issue forms" and "Syntax for GitHub's form schema"; Gitea's "Issue and Pull Request Templates".
"""

import re
from collections.abc import Iterable, Mapping

from support_cli.base.finding import Level
from support_cli.base.i18n import _, ngettext
from support_cli.base.text import clean_line, clean_text
from support_cli.forms.ids import parameterize, unique
from support_cli.forms.model import Form, Kind, Option, Question, Value
from support_cli.issue_forms import rules as issue_rules
from support_cli.issue_forms.items import usable_id
from support_cli.issue_forms.messages import LoadedForm, Report
from support_cli.issue_forms.scalars import Scalars
from support_cli.packs.errors import PackError
from support_cli.packs.yamltext import Parsed, Path, Position, decode, parse

MAX_BYTES = 1 << 20
MOST_OPTIONS = 2000
MOST_TEXT = 4 << 20

_KINDS = {kind.value: kind for kind in list(Kind)[:6]}
# What the first version of issue forms called things (2020).
_OLD_KINDS = {"description": Kind.MARKDOWN}
_OLD_NAMES = {"body": ("inputs",), "options": ("choices",), "description": ("about",)}


def load(raw: str | bytes, *, name: str, form_id: str, platform: str = issue_rules.PLATFORM_GUESS) -> LoadedForm:
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
        issue_rules.check(report, platform)
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
        return issue_rules.PLATFORM_DISCUSSION
    gitea = "ref" in data or any(isinstance(item, dict) and _of_gitea(item) for item in items)
    return issue_rules.PLATFORM_GITEA if gitea else issue_rules.PLATFORM_GITHUB


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
        self.gitea = platform == issue_rules.PLATFORM_GITEA
        self.report = report
        self.taken: set[str] = set()
        self.used: set[str] = set()
        self.text_left = MOST_TEXT

    def form(self, data: Mapping[str, object]) -> Form:
        key = "body" if data.get("body") else "inputs"
        body = data.get(key)
        items = body if isinstance(body, list) else []
        if len(items) > issue_rules.MOST_QUESTIONS:
            message = ngettext(
                "Only the first {count} question is read.",
                "Only the first {count} questions are read.",
                issue_rules.MOST_QUESTIONS,
            ).format(count=issue_rules.MOST_QUESTIONS)
            self.report.error("T110", (key, issue_rules.MOST_QUESTIONS), message)
        numbered = [(i, item) for i, item in enumerate(items[: issue_rules.MOST_QUESTIONS]) if isinstance(item, dict)]
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

    def _question(self, item: dict[str, object], path: Path, number: int) -> Question | None:
        given = item.get("attributes")
        attributes: dict[str, object] = given if isinstance(given, dict) else {}
        inside: Path = (*path, "attributes")
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
        self, kind: Kind, attributes: Mapping[str, object], item: Mapping[str, object], path: Path, inside: Path
    ) -> tuple[Option, ...]:
        if kind not in (Kind.DROPDOWN, Kind.CHECKBOXES):
            return ()
        here: Path = (*inside, "options")
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

    def _option(self, one: object, path: Path) -> Option | None:
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
        self, kind: Kind, attributes: Mapping[str, object], path: Path, options: tuple[Option, ...], multiple: bool
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

    def _text(self, mapping: Mapping[str, object], key: str, path: Path) -> str:
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

    def _line(self, mapping: Mapping[str, object], key: str, path: Path) -> str:
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
