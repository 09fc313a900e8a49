"""What a pack says, once it is read and checked: questions, limits, contacts, routes.

Everything here is frozen data in the pack's own language. ``packs.load`` (ours) and ``issue_forms.form``
(GitHub's) make it; nobody else needs to know how a pack is written down.
"""

import re
import unicodedata
from enum import StrEnum

import msgspec


def parameterize(label: str) -> str:
    """Makes an id of a label the way GitHub does (Rails' ``parameterize``), keeping letters of every script.

    Args:
        label: Any text.

    Returns:
        Lower-case words joined by ``-``; empty if the label has no letter and no digit.
    """
    plain = "".join(_plain(c) for c in unicodedata.normalize("NFC", label))
    return re.sub(r"-{2,}", "-", re.sub(r"[^\w]+", "-", plain.casefold())).strip("-")


def _plain(character: str) -> str:
    base = unicodedata.normalize("NFKD", character)[0]
    return base if base.isascii() else character  # é is e, but й stays й


def unique(wanted: str, taken: set[str], number: int) -> str:
    """Makes an id unique in its form and notes it as taken.

    Args:
        wanted: The id wished for; may be empty.
        taken: Ids that are in use; gets the new one.
        number: Position of the question, from 1, for one without any name.
    """
    base = wanted or f"question-{number}"
    name, count = base, 2
    while name in taken:
        name, count = f"{base}-{count}", count + 1
    taken.add(name)
    return name


Scalar = str | bool | int | float
Value = str | bool | int | float | list[str]
"""What an answer holds: text, yes or no, a number, or a list (steps, several choices)."""


class Role(StrEnum):
    """What an answer means, whatever its question is called."""

    SUMMARY = "summary"
    DETAILS = "details"
    STEPS = "steps"
    EXPECTED = "expected"
    ACTUAL = "actual"
    ENVIRONMENT = "environment"
    VERSION = "version"
    ERROR = "error"
    TRIED = "tried"
    OUTCOME = "outcome"
    SEVERITY = "severity"
    ACCOUNT = "account"
    ORDER = "order"
    SERIAL = "serial"
    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    PREFERRED_CONTACT = "preferred_contact"
    CONSENT = "consent"


class Kind(StrEnum):
    """The types of questions: GitHub's six, then ours."""

    MARKDOWN = "markdown"
    INPUT = "input"
    TEXTAREA = "textarea"
    DROPDOWN = "dropdown"
    CHECKBOXES = "checkboxes"
    UPLOAD = "upload"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    NUMBER = "number"
    DATE = "date"
    TIME_WINDOW = "time_window"
    STEPS = "steps"
    CONFIRM = "confirm"


class Matches(msgspec.Struct, frozen=True, tag="is"):
    """Holds when the answer is (or, for several choices, contains) one of the values."""

    question: str
    values: tuple[Scalar, ...]


class Answered(msgspec.Struct, frozen=True, tag="answered"):
    """Holds when the question has an answer (``present``) or has none."""

    question: str
    present: bool


class All(msgspec.Struct, frozen=True, tag="all"):
    """Holds when every part holds; with no part, always."""

    parts: tuple["Condition", ...] = ()


class AnyOf(msgspec.Struct, frozen=True, tag="any"):
    """Holds when at least one part holds."""

    parts: tuple["Condition", ...]


class Not(msgspec.Struct, frozen=True, tag="not"):
    """Holds when the part does not."""

    part: "Condition"


Condition = Matches | Answered | All | AnyOf | Not
ALWAYS = All()


class Option(msgspec.Struct, frozen=True, omit_defaults=True):
    """One choice of a dropdown or one box of checkboxes.

    Attributes:
        label: The text in the pack's language; it is also the value that is stored.
        description: A hint shown beside it, or empty.
        required: The box must be ticked before the request may go (checkboxes).
        on_form: Shown while asking (Gitea's ``visible: [form]``).
        on_document: Written into the document (Gitea's ``visible: [content]``).
        exclusive: It goes with none of the other choices ("no light at all").
    """

    label: str
    description: str = ""
    required: bool = False
    on_form: bool = True
    on_document: bool = True
    exclusive: bool = False


class Question(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One item of a form.

    Attributes:
        id: Unique within the form; the parameterized label where the author gave none.
        kind: Its type.
        label: What is asked; for ``confirm`` the wording consented to; for ``markdown`` empty.
        text: The Markdown of a ``markdown`` item; empty otherwise.
        description: A hint, Markdown.
        placeholder: Greyed sample inside the empty field.
        example: An answer that would do, quoted when another is refused.
        why: One line: why this is asked.
        required: May not stay empty while it is visible.
        options: Choices of a dropdown, boxes of checkboxes.
        multiple: Several choices of a dropdown may be taken.
        default: Prefilled value, or None.
        when: Asked only when this holds.
        role: What the answer means, or None.
        secret: Masked on screen and never stored in a draft.
        private: Kept, but left out of what goes to a public channel.
        render: Language of the code fence around the answer (GitHub's ``render``), or None.
        min_length: Fewest characters, or None.
        max_length: Most characters, or None.
        pattern: Regular expression that the whole answer must match, or None.
        pattern_message: What is said of an answer that does not; empty for words of ours.
        minimum: Smallest number, or None.
        maximum: Largest number, or None.
        differs_from: Question whose answer this one should not repeat (the dead number is none to call), or empty.
        days: ``past`` for a day (or a window's day) that has come already, ``future`` for one that is still to come, or
            empty for any.
        accept: File name endings taken by an upload, such as ``.png``; empty for all.
        explicit_id: The author gave the id (GitHub forms: only then it can prefill a field by it).
        on_form: Shown while asking (Gitea's ``visible``).
        on_document: Written into the document (Gitea's ``visible``).
        listed: Several choices are written one a line (Gitea's ``list``).
        source: For a question of a Markdown template, the template's own bytes: before the answer, in its place,
            and after it; else None.
    """

    id: str
    kind: Kind
    label: str = ""
    text: str = ""
    description: str = ""
    placeholder: str = ""
    example: str = ""
    why: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    multiple: bool = False
    default: Value | None = None
    when: Condition = ALWAYS
    role: Role | None = None
    secret: bool = False
    private: bool = False
    render: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    pattern_message: str = ""
    minimum: float | None = None
    maximum: float | None = None
    days: str = ""
    differs_from: str = ""
    accept: tuple[str, ...] = ()
    explicit_id: bool = True
    on_form: bool = True
    on_document: bool = True
    listed: bool = False
    source: tuple[str, str, str] | None = None

    @property
    def asks(self) -> bool:
        """Whether a person has something to answer (a ``markdown`` item is only shown)."""
        return self.kind is not Kind.MARKDOWN


class SelfHelp(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Steps that a customer can try before sending."""

    steps: tuple[str, ...]
    when: Condition = ALWAYS
    title: str = ""


class StoryPlan(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What is asked of somebody who told a story.

    Attributes:
        first: The story is asked for before anything else.
        required: Questions that stay required after a story; None for all of them.
        ask: Questions that an operator would still ask, the most useful first.
        most: How many of those are asked, besides what is required.
    """

    first: bool = True
    required: tuple[str, ...] | None = None
    ask: tuple[str, ...] = ()
    most: int = 3


class Form(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One list of questions.

    Attributes:
        id: File stem, unique in its pack.
        name: Shown in the chooser.
        description: One line for the chooser.
        questions: In the order in which they are asked, ``markdown`` items included.
        foreign: ``github``, ``gitea`` or ``markdown`` for a form that is not written for us, else empty.
        title: Prefix of the issue title.
        labels: Labels an issue gets.
        assignees: Who an issue is given to.
        projects: Projects an issue is put in.
        issue_type: GitHub's issue type, or None.
        require_any: Groups of question ids of which at least one must be answered.
        route: Queue that this form's requests go to, or None.
        respond_within: Promised seconds until an answer, or None.
        self_help: Steps offered before sending.
        before_you_start: What a customer should have at hand for this form, besides what the pack says.
        story: What is asked after a story.
        trailer: Text that stands after the sections of a Markdown template's body, kept byte for byte.
    """

    id: str
    name: str
    description: str = ""
    questions: tuple[Question, ...] = ()
    foreign: str = ""
    title: str = ""
    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    issue_type: str | None = None
    require_any: tuple[tuple[str, ...], ...] = ()
    route: str | None = None
    respond_within: int | None = None
    self_help: tuple[SelfHelp, ...] = ()
    before_you_start: tuple[str, ...] = ()
    story: StoryPlan = StoryPlan()
    trailer: str = ""

    def question(self, question_id: str) -> Question | None:
        """Finds a question by its id."""
        return next((q for q in self.questions if q.id == question_id), None)

    def with_role(self, role: Role) -> Question | None:
        """Finds the first question that has a role."""
        return next((q for q in self.questions if q.role is role), None)


class Limits(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What the receiver takes; sizes in bytes.

    Attributes:
        files: Most attachments.
        file: Largest single attachment.
        total: Largest sum of attachments.
        message: Largest encoded message as it goes over the wire.
        refuse: File name endings never taken, without the dot.
        accept: If not empty, the only file name endings taken.
    """

    files: int = 20
    file: int = 10_000_000
    total: int = 10_000_000
    message: int = 14_000_000
    refuse: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()


class Publisher(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Who made the pack."""

    name: str = ""
    url: str = ""
    key: str = ""


class Contact(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A way to reach the team that works without us."""

    kind: str
    value: str
    hours: str = ""
    note: str = ""


class OpenHours(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Hours of some days of the week.

    Attributes:
        days: 0 for Monday to 6 for Sunday.
        opens: Minutes since midnight.
        closes: Minutes since midnight, up to 1440.
    """

    days: tuple[int, ...]
    opens: int
    closes: int


class WorkingHours(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """When somebody is there to answer.

    Attributes:
        open: Hours that do not overlap on any day, in the order of the day.
        timezone: Name of the time zone (``Europe/Kyiv``), or empty for the customer's.
        closed: Days on which nobody works, as ``2026-12-25``.
    """

    open: tuple[OpenHours, ...]
    timezone: str = ""
    closed: tuple[str, ...] = ()


class Channel(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Where a request can go.

    Attributes:
        kind: ``email``, ``file``, or the name of a desk.
        to: Addresses of an ``email`` channel.
        url: Address of a desk.
        queue: Default queue of a desk.
        language: Language in which this receiver reads, or None.
        public: Everybody can read what is sent there, so private answers stay out.
        settings: Whatever else the desk's kind understands.
    """

    kind: str
    to: str = ""
    url: str = ""
    queue: str = ""
    language: str | None = None
    public: bool = False
    settings: dict[str, Scalar] = {}


class Route(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Sends a request to a channel and queue when a condition holds."""

    when: Condition = ALWAYS
    channel: str = ""
    queue: str = ""


class NotOurs(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A topic that the team cannot help with, and where to go instead."""

    keywords: tuple[str, ...]
    answer: str


class Manifest(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A pack's ``pack.yml``, with defaults filled in; durations in seconds, sizes in bytes.

    ``escalation`` is the name of the channel that takes what a supervisor shall look at, or empty. ``offer`` lets the
    pack be chosen by a story that was told without naming one.
    """

    name: str
    version: str = "0"
    requires: str = ""
    language: str = "en"
    reply_language: str | None = None
    title: str = ""
    description: str = ""
    publisher: Publisher = Publisher()
    limits: Limits = Limits()
    contacts: tuple[Contact, ...] = ()
    respond_within: int | None = None
    working_hours: WorkingHours | None = None
    channels: dict[str, Channel] = {}
    routes: tuple[Route, ...] = ()
    default_channel: str = ""
    escalation: str = ""
    not_ours: tuple[NotOurs, ...] = ()
    before_you_start: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    offer: bool = False
