"""How a pack is written down: the typed boundary that validates it and publishes its JSON Schema.

A form is GitHub's issue-form schema
(https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema)
plus our types and keys. Every struct refuses keys that it does not know.
"""

from typing import Annotated, Literal

import msgspec

from support_cli.forms.model import Role

Text = str
Condition = dict[str, object]
"""``when``: question id to a value, a list of values (any of), or ``{answered: true|false}``; ``any``, ``not``."""


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A mapping without unknown keys."""


class OptionFile(_Strict, frozen=True, kw_only=True):
    """A choice with a hint, or a box that must be ticked."""

    label: Text
    description: Text = ""
    required: bool = False
    exclusive: bool = False


class MarkdownAttributes(_Strict, frozen=True, kw_only=True):
    """What a text to read has."""

    value: Text


class LineAttributes(_Strict, frozen=True, kw_only=True):
    """What a question for one line has."""

    label: Text
    description: Text = ""
    placeholder: Text = ""
    value: Text | int | float = ""


class AreaAttributes(_Strict, frozen=True, kw_only=True):
    """What a question for a longer text has."""

    label: Text
    description: Text = ""
    placeholder: Text = ""
    value: Text = ""
    render: Text = ""


class DropdownAttributes(_Strict, frozen=True, kw_only=True):
    """What a choice has; ``default`` counts options from 0."""

    label: Text
    options: list[Text | OptionFile]
    description: Text = ""
    multiple: bool = False
    default: Annotated[int, msgspec.Meta(ge=0)] | None = None


class BoxesAttributes(_Strict, frozen=True, kw_only=True):
    """What a list of boxes has."""

    label: Text
    options: list[OptionFile]
    description: Text = ""


class PlainAttributes(_Strict, frozen=True, kw_only=True):
    """What every other question has."""

    label: Text
    description: Text = ""
    placeholder: Text = ""


class RequiredOnly(_Strict, frozen=True, kw_only=True):
    """Whether an answer is needed."""

    required: bool = False


class TextRules(_Strict, frozen=True, kw_only=True):
    """What a text must look like; lengths in characters, ``pattern`` a regular expression for the whole text.

    ``message`` is what a customer is told whose text does not match.
    """

    required: bool = False
    min_length: Annotated[int, msgspec.Meta(ge=0, le=100_000)] | None = None
    max_length: Annotated[int, msgspec.Meta(ge=1, le=100_000)] | None = None
    pattern: Text | None = None
    message: Text = ""


class NumberRules(_Strict, frozen=True, kw_only=True):
    """Between which limits a number must lie."""

    required: bool = False
    minimum: float | None = None
    maximum: float | None = None


class DayRules(_Strict, frozen=True, kw_only=True):
    """Whether a day has come already (``past``) or is still to come (``future``); today is both."""

    required: bool = False
    days: Literal["past", "future"] | None = None


class UploadRules(_Strict, frozen=True, kw_only=True):
    """Which file name endings are taken, as a list or separated by commas."""

    required: bool = False
    accept: Text | list[Text] = ""


class _Question(_Strict, frozen=True, kw_only=True, tag_field="type"):
    """Keys that every question may have beside GitHub's."""

    id: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]+$")] | None = None
    when: Condition = {}
    why: Text = ""
    role: Role | None = None
    secret: bool = False
    private: bool = False
    example: Text = ""
    differs_from: Text = ""


class MarkdownItem(_Strict, frozen=True, kw_only=True, tag_field="type", tag="markdown"):
    """A text to read."""

    attributes: MarkdownAttributes
    when: Condition = {}


class InputItem(_Question, frozen=True, kw_only=True, tag="input"):
    """One line of text."""

    attributes: LineAttributes
    validations: TextRules = TextRules()


class TextareaItem(_Question, frozen=True, kw_only=True, tag="textarea"):
    """Several lines of text."""

    attributes: AreaAttributes
    validations: TextRules = TextRules()


class DropdownItem(_Question, frozen=True, kw_only=True, tag="dropdown"):
    """One of several choices, or some of them."""

    attributes: DropdownAttributes
    validations: RequiredOnly = RequiredOnly()


class CheckboxesItem(_Question, frozen=True, kw_only=True, tag="checkboxes"):
    """Boxes to tick; each says for itself whether it is required."""

    attributes: BoxesAttributes


class UploadItem(_Question, frozen=True, kw_only=True, tag="upload"):
    """Attachments."""

    attributes: PlainAttributes
    validations: UploadRules = UploadRules()


class EmailItem(_Question, frozen=True, kw_only=True, tag="email"):
    """An e-mail address."""

    attributes: LineAttributes
    validations: RequiredOnly = RequiredOnly()


class PhoneItem(_Question, frozen=True, kw_only=True, tag="phone"):
    """A phone number with its country code."""

    attributes: LineAttributes
    validations: RequiredOnly = RequiredOnly()


class UrlItem(_Question, frozen=True, kw_only=True, tag="url"):
    """A web address."""

    attributes: LineAttributes
    validations: RequiredOnly = RequiredOnly()


class NumberItem(_Question, frozen=True, kw_only=True, tag="number"):
    """A number."""

    attributes: LineAttributes
    validations: NumberRules = NumberRules()


class DateItem(_Question, frozen=True, kw_only=True, tag="date"):
    """A day."""

    attributes: LineAttributes
    validations: DayRules = DayRules()


class TimeWindowItem(_Question, frozen=True, kw_only=True, tag="time_window"):
    """Hours from and to, with or without a day."""

    attributes: LineAttributes
    validations: DayRules = DayRules()


class StepsItem(_Question, frozen=True, kw_only=True, tag="steps"):
    """A numbered list, asked step by step."""

    attributes: PlainAttributes
    validations: RequiredOnly = RequiredOnly()


class ConfirmItem(_Question, frozen=True, kw_only=True, tag="confirm"):
    """A consent; the label is the wording that is recorded."""

    attributes: PlainAttributes
    validations: RequiredOnly = RequiredOnly()


Item = (
    MarkdownItem
    | InputItem
    | TextareaItem
    | DropdownItem
    | CheckboxesItem
    | UploadItem
    | EmailItem
    | PhoneItem
    | UrlItem
    | NumberItem
    | DateItem
    | TimeWindowItem
    | StepsItem
    | ConfirmItem
)


class SelfHelpFile(_Strict, frozen=True, kw_only=True):
    """Steps to try before sending."""

    steps: list[Text]
    title: Text = ""
    when: Condition = {}


class StoryFile(_Strict, frozen=True, kw_only=True):
    """What is asked after a story."""

    first: bool = True
    required: list[str] | None = None
    ask: list[str] = []
    most: Annotated[int, msgspec.Meta(ge=0, le=20)] = 3


class CuesFile(_Strict, frozen=True, kw_only=True):
    """``cues.yml``: the customers' own words."""

    forms: dict[str, list[Text]] = {}
    options: dict[str, dict[str, list[Text]]] = {}


class FormFile(_Strict, frozen=True, kw_only=True):
    """A file in ``forms/``."""

    name: Text
    body: list[Item]
    description: Text = ""
    title: Text = ""
    labels: Text | list[Text] = ""
    assignees: Text | list[Text] = ""
    projects: Text | list[Text] = ""
    type: Text = ""
    require_any: list[list[str]] = []
    route: Text = ""
    respond_within: Text = ""
    self_help: list[SelfHelpFile] = []
    before_you_start: list[Text] = []
    story: StoryFile = StoryFile()


class LimitsFile(_Strict, frozen=True, kw_only=True):
    """What the receiver takes; sizes as ``10MB`` (10^6 bytes), ``10MiB`` (2^20) or bytes."""

    files: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 20
    file: Text | int = "10MB"
    total: Text | int = "10MB"
    message: Text | int = "14MB"
    refuse: list[Text] = []
    accept: list[Text] = []


class PublisherFile(_Strict, frozen=True, kw_only=True):
    """Who made the pack."""

    name: Text = ""
    url: Text = ""
    key: Text = ""


class ContactFile(_Strict, frozen=True, kw_only=True):
    """A way to reach the team without us."""

    kind: Literal["phone", "email", "chat", "web", "address", "messenger"]
    value: Text
    hours: Text = ""
    note: Text = ""


class WorkingHoursFile(_Strict, frozen=True, kw_only=True):
    """When somebody is there to answer; promised time passes only then."""

    open: list[Text]
    timezone: Text = ""
    closed: list[Text] = []


class ChannelFile(msgspec.Struct, frozen=True, kw_only=True):
    """Where requests can go; a desk's own keys are allowed beside these."""

    kind: Text
    to: Text | list[Text] = ""
    url: Text = ""
    queue: Text = ""
    language: Text | None = None
    public: bool = False


class RouteFile(_Strict, frozen=True, kw_only=True):
    """Which requests go where."""

    channel: Text = ""
    queue: Text = ""
    when: Condition = {}


class NotOursFile(_Strict, frozen=True, kw_only=True):
    """A topic that the team cannot help with."""

    keywords: list[Text]
    answer: Text


class PackFile(_Strict, frozen=True, kw_only=True):
    """``pack.yml``."""

    pack: Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9._-]{0,63}$")]
    version: Text = "0"
    requires: Text = ""
    language: Annotated[str, msgspec.Meta(pattern="^[a-z]{2,3}(-[A-Za-z0-9]+)*$")] = "en"
    reply_language: Annotated[str, msgspec.Meta(pattern="^[a-z]{2,3}(-[A-Za-z0-9]+)*$")] | None = None
    title: Text = ""
    description: Text = ""
    publisher: PublisherFile = PublisherFile()
    limits: LimitsFile = LimitsFile()
    contacts: list[ContactFile] = []
    respond_within: Text = ""
    working_hours: WorkingHoursFile | None = None
    channels: dict[str, dict[str, object]] = {}
    routes: list[RouteFile] = []
    default_channel: Text = ""
    escalation: Text = ""
    not_ours: list[NotOursFile] = []
    offer: bool = False
    before_you_start: list[Text] = []
    forms: list[Text] = []
