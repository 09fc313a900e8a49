"""``support pack test``: the answers of ``tests/*.yml`` run through a pack, and what came of them."""

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from support_cli.authoring.files import put
from support_cli.authoring.opening import FORM_ENDINGS, folder_of, needs_files, open_own
from support_cli.authoring.templates import MOMENT
from support_cli.base import i18n
from support_cli.base.errors import of_one_item
from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _
from support_cli.distribution.choose import choose_form
from support_cli.environment import Bench
from support_cli.forms import questionnaire
from support_cli.forms.model import ALWAYS, Form, Kind, Value
from support_cli.forms.request import Answer, Attachment, PackRef, Request, Source
from support_cli.packs import tests as schema
from support_cli.packs.pack import Files, Pack
from support_cli.packs.units import parse_size
from support_cli.packs.yamltext import decode
from support_cli.requests import produce
from support_cli.requests.options import NewOptions
from support_cli.requests.produce import Output
from support_cli.requests.work import Work

if TYPE_CHECKING:
    from support_cli.render.documents import Documents


class Branch(msgspec.Struct):
    """How often a question with a condition was asked, and left out."""

    asked: int = 0
    left_out: int = 0


class FormCoverage(msgspec.Struct):
    """What was seen of one form.

    Attributes:
        tests: How many tests fill it in.
        conditions: Id of each question with a condition to how often it went either way.
        choices: Question id to how often each choice was taken.
    """

    tests: int = 0
    conditions: dict[str, Branch] = {}
    choices: dict[str, dict[str, int]] = {}


class Coverage(msgspec.Struct):
    """What was seen of a pack; ``routes`` counts how often each was taken."""

    forms: dict[str, FormCoverage] = {}
    routes: list[int] = []

    def begin(self, form: Form) -> None:
        """Makes room for a form, so that what is never seen is known."""
        self.forms[form.id] = FormCoverage(
            conditions={q.id: Branch() for q in form.questions if q.when != ALWAYS},
            choices={q.id: {option.label: 0 for option in q.options} for q in form.questions if q.options},
        )

    def note(self, form: Form, values: Mapping[str, Value], route: int | None) -> None:
        """Notes what one request has seen.

        Args:
            form: The form.
            values: Answers of visible questions.
            route: Number of the route that was taken, or None.
        """
        seen = self.forms[form.id]
        seen.tests += 1
        shown = {question.id for question in questionnaire.shown(form, values)}
        for question_id, branch in seen.conditions.items():
            if question_id in shown:
                branch.asked += 1
            else:
                branch.left_out += 1
        for question_id, choices in seen.choices.items():
            value = values.get(question_id)
            for label in value if isinstance(value, list) else [value]:
                if isinstance(label, str) and label in choices:
                    choices[label] += 1
        if route is not None:
            self.routes[route] += 1

    def branches(self) -> tuple[int, int]:
        """How many ways of conditions were seen, and how many there are."""
        ways = [way for form in self.forms.values() for b in form.conditions.values() for way in (b.asked, b.left_out)]
        return sum(bool(way) for way in ways), len(ways)

    def taken(self) -> tuple[int, int]:
        """How many choices were taken, and how many there are."""
        counts = [n for form in self.forms.values() for choices in form.choices.values() for n in choices.values()]
        return sum(bool(n) for n in counts), len(counts)


REQUEST_ID = "7f3k9q2m"
VERSION = "0-test"
"""Stands in documents instead of the pack's version, so that a release changes none of them."""


class Difference(msgspec.Struct, frozen=True):
    """A document that is not as it was: its file, and a unified diff."""

    file: str
    diff: str


class Tested(msgspec.Struct, kw_only=True):
    """What came of one test.

    Attributes:
        name: File name without folder and ending.
        about: What it is there to show.
        problems: What is not as expected, one sentence each.
        differences: Documents that are not as they were.
        updated: Files that were written.
    """

    name: str
    about: str = ""
    problems: list[str] = []
    differences: list[Difference] = []
    updated: list[str] = []

    @property
    def ok(self) -> bool:
        """Whether everything is as expected."""
        return not self.problems and not self.differences


class TestRun(msgspec.Struct, kw_only=True):
    """What came of all tests of a pack."""

    __test__ = False

    name: str
    version: str
    tests: list[Tested]
    coverage: Coverage

    @property
    def ok(self) -> bool:
        """Whether there are tests, and all are as expected."""
        return bool(self.tests) and all(one.ok for one in self.tests)


def run_tests(bench: Bench, name: str, *, update: bool = False) -> TestRun:
    """Runs the tests of a pack, with a clock that stands still and one fixed id.

    Args:
        bench: The collaborators.
        name: The pack.
        update: Write the documents as they are now.

    Raises:
        PackError: If the pack cannot be used, or with ``update`` lies where nothing can be written.
    """
    pack = open_own(bench, name)
    files = needs_files(pack)
    root = folder_of(pack) if update else None
    run = TestRun(name=pack.manifest.name, version=pack.manifest.version, tests=[], coverage=Coverage())
    for form_id in pack.form_ids():
        run.coverage.begin(pack.form(form_id))
    run.coverage.routes = [0] * len(pack.manifest.routes)
    spoken = i18n.current()
    documents: list[Documents] = []
    try:
        for file in files.names("tests"):
            if file.endswith(FORM_ENDINGS):
                run.tests.append(_Run(bench, pack, files, file, root, run.coverage, documents).result())
    finally:
        i18n.activate(spoken)
    return run


class _Run:
    """One test in progress."""

    def __init__(
        self,
        bench: Bench,
        pack: Pack,
        files: Files,
        file: str,
        root: Path | None,
        coverage: Coverage,
        kept: "list[Documents]",
    ) -> None:
        self.pack = pack
        self.files = files
        self.file = file
        self.root = root
        self.coverage = coverage
        self.kept = kept
        self.tested = Tested(name=Path(file).stem)
        self.bench = msgspec.structs.replace(bench, prompter=None, now=lambda: MOMENT, output="")

    def result(self) -> Tested:
        try:
            self.run(schema.read_test(self.files.read(self.file), self.file))
        except Exception as error:
            fault = of_one_item(error)
            faults = [f"{one.where}: {one.message}" for one in getattr(fault, "findings", ())]
            where = f"{fault.where}: " if fault.where else ""
            self.tested.problems += faults or [where + fault.message]
        return self.tested

    def run(self, test: schema.TestFile) -> None:
        self.tested.about = test.about
        language = test.language or self.pack.manifest.language
        author = i18n.current()
        i18n.activate(i18n.match_language([language]))
        self.bench.language = language
        form = choose_form(self.bench, self.pack, test.form)
        work = Work(
            bench=self.bench,
            options=NewOptions(channel=test.channel),
            pack=self.pack,
            form=form,
            outputs=[],
            to=(),
        )
        if self.kept:
            work.documents = self.kept[0]  # its templates are compiled already
        said = questionnaire.understand(form, test.answers, work.texts)
        values = {key: value for key, value in said.values.items() if _kind(form, key) is not Kind.UPLOAD}
        answers = {key: Answer(value, Source.FILE) for key, value in values.items()}
        attachments = [_attachment(one) for one in test.files]
        findings = _once([*said.findings, *work.findings(answers, attachments)])
        kept = questionnaire.effective(form, values)
        channel, _channel, queue = work.route(answers)
        self.coverage.note(form, kept, self.taken(form, kept, test.channel))
        texts: dict[str, str] = {}
        if test.expect.documents:
            request = produce.make_request(
                request_id=REQUEST_ID,
                created=MOMENT,
                language=language,
                pack=self.pack,
                form=form,
                answers=answers,
                attachments=attachments,
                texts=work.texts,
            )
            request = msgspec.structs.replace(request, pack=PackRef(self.pack.manifest.name, VERSION))
            texts = {wanted: self.document(work, request, findings, wanted) for wanted in test.expect.documents}
            self.kept[:] = [work.documents]
        i18n.activate(author)
        self.tested.problems += [
            *_findings(findings, test.expect),
            *_asked(form, values, test.expect),
            *_went(channel, queue, test.expect),
        ]
        for wanted, text in texts.items():
            self.compare(wanted, text)

    def taken(self, form: Form, values: Mapping[str, Value], named: str) -> int | None:
        """The number of the route that a request takes."""
        if named:
            return None
        options = questionnaire.choices_of(form)
        routes = self.pack.manifest.routes
        return next((n for n, one in enumerate(routes) if questionnaire.holds(one.when, values, options)), None)

    def document(self, work: Work, request: Request, findings: list[Finding], wanted: str) -> str:
        match = schema.DOCUMENT.fullmatch(wanted)
        assert match is not None  # noqa: S101 - the schema says so
        document, language, format_ = match.groups()
        spoken = language or work.language(request.answers)
        _name, channel, _queue = work.route(request.answers)
        if document.startswith("issue"):
            return work.text(Output(document, format_), request, findings)
        return work.documents.render(
            work.pack, work.form, request, document=document, format=format_, language=spoken, findings=findings,
            public=channel is not None and channel.public,
        )  # fmt: skip

    def compare(self, wanted: str, text: str) -> None:
        file = f"tests/{self.tested.name}.{wanted}"
        before = _text_of(self.files, file)
        if before == text:
            return
        if self.root is not None:
            put(self.root / file, text.encode(), replace=True)
            self.tested.updated.append(file)
            return
        if before is None:
            self.tested.problems.append(
                _("{file} is not there yet; --update writes it as it is now.").format(file=file)
            )
            return
        lines = difflib.unified_diff(before.split("\n"), text.split("\n"), file, _("now"), lineterm="")
        self.tested.differences.append(Difference(file, "\n".join(lines)))


def _kind(form: Form, question_id: str) -> Kind | None:
    question = form.question(question_id)
    return question.kind if question else None


def _attachment(sample: schema.FileSample) -> Attachment:
    return Attachment(
        path=sample.name,
        name=sample.name,
        type=sample.type,
        size=parse_size(sample.size) or 0,
        sha256="0" * 64,
        question=sample.question or None,
        note=sample.note,
    )


def _once(findings: list[Finding]) -> list[Finding]:
    seen: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        seen.setdefault((finding.code, finding.where), finding)
    told = {one.where for one in findings if one.code in ("A002", "A003", "A004")}
    return [one for one in seen.values() if not (one.code in ("A001", "A006") and one.where in told)]


def _findings(findings: list[Finding], expect: schema.Expect) -> Iterator[str]:
    """Compares findings: errors always, the rest if something is said of it. ``M003``, or ``M003 summary``."""
    errors = [one for one in findings if one.level is Level.ERROR]
    yield from _compared(errors, expect.errors, _("an error that was not expected"), _("an error that did not come"))
    if expect.findings is not None:
        rest = [one for one in findings if one.level is not Level.ERROR]
        yield from _compared(rest, expect.findings, _("found, not expected"), _("expected, not found"))


def _compared(found: list[Finding], expected: list[str], too_much: str, too_little: str) -> Iterator[str]:
    open_ = list(expected)
    for finding in found:
        for way in (f"{finding.code} {finding.where}", finding.code, finding.where):
            if way in open_:
                open_.remove(way)
                break
        else:
            yield f"{too_much}: {finding.code} {finding.where}: {finding.message}"
    for way in open_:
        yield f"{too_little}: {way}"


def _asked(form: Form, values: Mapping[str, Value], expect: schema.Expect) -> Iterator[str]:
    known = {question.id for question in form.questions if question.asks}
    asked = {question.id for question in questionnaire.visible(form, values)}
    for one in (*expect.asked, *expect.not_asked):
        if one not in known:
            yield _("“{key}” is not a question of this form.").format(key=one)
        elif one in expect.asked and one not in asked:
            yield _("“{id}” is not asked.").format(id=one)
        elif one in expect.not_asked and one in asked:
            yield _("“{id}” is asked.").format(id=one)


def _went(channel: str, queue: str, expect: schema.Expect) -> Iterator[str]:
    if expect.channel is not None and expect.channel != channel:
        yield _("It goes to the channel “{found}”, not to “{wanted}”.").format(found=channel, wanted=expect.channel)
    if expect.queue is not None and expect.queue != queue:
        yield _("It goes to the queue “{found}”, not to “{wanted}”.").format(found=queue, wanted=expect.queue)


def _text_of(files: Files, name: str) -> str | None:
    if name not in files.names("tests"):
        return None
    return decode(files.read(name), name).replace("\r\n", "\n")
