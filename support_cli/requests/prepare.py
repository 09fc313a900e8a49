"""Before the first question: everything that could stop the end is tried, and what was given is read."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from support_cli.attachments.inspect import examine, recheck, same_file
from support_cli.attachments.names import unique_name
from support_cli.attachments.reading import MAX_SIZE
from support_cli.attachments.secret_files import refuse_secrets
from support_cli.base.addresses import Address
from support_cli.base.errors import AttachmentError
from support_cli.base.i18n import _
from support_cli.base.paths import expand
from support_cli.distribution.choose import choose_form, find_pack
from support_cli.environment import Bench
from support_cli.forms import questionnaire
from support_cli.forms.model import Form, Kind
from support_cli.forms.request import Answer, Attachment, Source
from support_cli.packs.pack import Pack
from support_cli.requests import answers as said_beside
from support_cli.requests import places, produce
from support_cli.requests.options import NewOptions
from support_cli.requests.work import Work, answers_error

if TYPE_CHECKING:
    from support_cli.requests.understanding import Reading

NEED_TRUST = ("installed", "package")
"""Where packs come from that are used only after somebody said yes."""


def prepare(bench: Bench, options: NewOptions) -> Work:
    """Tries, before the first question, everything that could stop the end, and reads what was given.

    Raises:
        SupportError: If anything named cannot be used.
    """
    given = said_beside.Given()
    if options.answers:
        raw = said_beside.read_bytes(options.answers, bench.stdin, bench.cwd)
        given = said_beside.parse(raw, options.answers)
    if options.story:
        said_beside.refuse_secret_text(options.story, bench.cwd, options.allow_files)
        told = said_beside.read_story(options.story, bench.stdin, bench.cwd)
        options = options._replace(told=told)
    return prepare_given(bench, options, given)


def prepare_given(bench: Bench, options: NewOptions, given: said_beside.Given, like: Work | None = None) -> Work:
    """The same with the answers at hand.

    Args:
        bench: The collaborators.
        options: What was asked for.
        given: The answers.
        like: Work that was prepared with the same pack and form, and need not be again.
    """
    if like is None:
        named, form_id = options.pack, options.form
        if given.request is not None:
            named, form_id = named or given.request.pack.name, form_id or given.request.form
        pack, form_id = find_pack(bench, named, form_id, strict=options.strict_form)
        if options.told and not form_id:
            pack, form_id = choose_by_story(bench, pack, options, named)
        if options.trust or pack.origin in NEED_TRUST:
            from support_cli.distribution.consent import before_use

            before_use(bench, pack, options.trust, no_input=options.no_input)
        form = choose_form(_silent(bench, options), pack, form_id)
        outputs = produce.choose_outputs(form, options.document, options.format, options.output)
        work = Work(
            bench=bench, options=options, pack=pack, form=form, outputs=outputs, to=named_addresses(pack, options)
        )
        try_addresses(work)
        if form.foreign:
            from support_cli.requests import issues

            issues.say_faults(bench, pack, form)
        if options.send:
            check_sending(work)
        else:
            places.check_place(options.output or bench.output, bench.cwd)
        try_templates(work)
    else:
        work = Work(bench=bench, options=options, pack=like.pack, form=like.form, outputs=like.outputs, to=like.to)
        work.documents = like.documents
    if options.body:
        from support_cli.requests import issues

        asks = bench.prompter is not None and not options.no_input
        work.answers = issues.read_body(bench, work.form, options.body, asks=asks)
    take_given(work, given)
    if options.told:
        take_story(work, options.told)
    take_files(work, given)
    return work


def take_story(work: Work, text: str) -> "Reading":
    """Fills what a story surely says, where nothing else was given; the story itself goes along whole.

    Returns:
        What was made of the story.
    """
    from support_cli.requests.understanding import StoryReader

    reader = StoryReader([work.pack], work.bench.now().date(), language=work.bench.language)
    known = {key: answer.value for key, answer in work.answers.items()}
    reading = reader.read(text, form_id=work.form.id, known=known)
    work.form, work.story, work.reading = reading.form, text, reading
    drafted = {key: Answer(value, Source.STORY) for key, value in (reading.drafted | reading.sure).items()}
    work.answers = drafted | work.answers
    return reading


def choose_by_story(bench: Bench, pack: Pack, options: NewOptions, named: str) -> tuple[Pack, str]:
    """The form that a story is about: one of the pack that was named, else of those that let themselves be offered."""
    from support_cli.requests.understanding import StoryReader, packs_on_offer

    packs = [pack] if named or bench.default_pack or pack.offer is not None else packs_on_offer(bench)
    reading = StoryReader(packs, bench.now().date(), language=bench.language).read(options.told)
    return reading.pack, reading.form.id


def _silent(bench: Bench, options: NewOptions) -> Bench:
    if not options.no_input:
        return bench
    return msgspec.structs.replace(bench, prompter=None)


def named_addresses(pack: Pack, options: NewOptions) -> tuple[Address, ...]:
    """The addresses of ``--to``; also finds out now whether ``--channel`` exists.

    Raises:
        UsageError: If either cannot be used.
    """
    produce.route(pack, Form(id="", name=""), {}, options.channel)
    return produce.addresses(options.to) if options.to else ()


def try_addresses(work: Work) -> None:
    """Reads every address of the pack that a message may name: the answers decide which one it is.

    Raises:
        AddressError: If one of them is none. Documents that are no mail need no address.
    """
    if work.options.send or any(output.format == "eml" for output in work.outputs):
        for channel in work.pack.manifest.channels.values():
            produce.receivers(channel, work.to)


def check_sending(work: Work, answers: Mapping[str, Answer] | None = None) -> None:
    """Finds out whether the request could be sent.

    Args:
        work: The request.
        answers: What was answered, where it is not in ``work``.

    Raises:
        UsageError: If not.
        UntrustedError: If the pack says where, and nobody agreed to that.
    """
    from support_cli.requests.submit import check_way

    check_trust(work)
    name, channel, _queue = work.route(work.answers if answers is None else answers)
    if channel is None and not work.to and (unknown := produce.unknown_server(work.pack)):
        raise unknown
    if channel is not None and channel.kind in produce.WEB_KINDS:
        from support_cli.requests import issues

        issues.check_way(channel)
    else:
        check_way(work.bench, name, channel, work.to)


def check_trust(work: Work) -> None:
    """Finds out whether the pack may say where a request goes, and asks the first time.

    Raises:
        UntrustedError: If nobody said yes.
    """
    if work.pack.origin != "builtin":
        from support_cli.distribution.consent import before_sending

        before_sending(work.bench, work.pack, work.to, work.options.trust, no_input=work.options.no_input)


def try_templates(work: Work) -> None:
    """Renders a trial request, so that a broken template is found now and not after the last question.

    What was tried once need not be tried again: the digest tells whether anything changed.
    """
    if work.form.foreign:
        return
    language = work.language({})
    key = f"{work.pack.digest.removeprefix('sha256:')}-{work.form.id}-{language}"
    if work.bench.cache.get("rehearsed", key) is None:
        trial = work.request("trial", {}, [])
        work.documents.rehearse(work.pack, work.form, trial, language=language)
        work.bench.cache.put("rehearsed", key, b"")


def take_given(work: Work, given: said_beside.Given) -> None:
    """Reads answers that were given beforehand, flags over files.

    Raises:
        UsageError: If a flag cannot be read; or an answer is to no question, and somebody could be asked.
    """
    options = work.options
    given = said_beside.merge_flags(
        given, work.form, options.set, work.bench.stdin, work.bench.cwd, options.allow_files
    )
    values = dict(given.values)
    work.referenced = given.files
    for question in work.form.questions:
        names = {question.id, question.label, work.texts.get(question.label)} if question.kind is Kind.UPLOAD else ()
        for name in values.keys() & names:
            _take_paths(work, given, name, values.pop(name))
    said = questionnaire.understand(work.form, values, work.texts)
    work.refused = said.findings
    unknown = tuple(f for f in said.findings if f.code == "A005")
    if unknown and work.bench.prompter is not None and not work.options.no_input:
        raise answers_error(unknown)
    for key, raw in values.items():
        if isinstance(raw, str) and any(f.where == key for f in said.findings):
            work.unfinished[key] = raw
    work.answers |= {key: Answer(value, _source(work.form, key, given)) for key, value in said.values.items()}


def _source(form: Form, key: str, given: said_beside.Given) -> Source:
    if key in given.sources:
        return given.sources[key]
    question = form.question(key)
    return given.sources.get(question.label if question else "", Source.FILE)


def _take_paths(work: Work, given: said_beside.Given, name: str, value: object) -> None:
    """Takes the answer to a question for files: paths, from the command line or from a file."""
    paths = [str(given.base / expand(str(path))) for path in (value if isinstance(value, list) else [value]) if path]
    source = given.read_from.get(name)
    if source is None:
        work.options = work.options._replace(attach=(*paths, *work.options.attach))
    else:
        work.referenced = (*work.referenced, *(said_beside.FileReference(path, source) for path in paths))


def take_files(work: Work, given: said_beside.Given) -> None:
    """Examines the files named; in a script, any that cannot be taken ends the run.

    Raises:
        AttachmentError: If so; also if a file names them and nobody says that they may go, or one is a private key.
    """
    if not (given.request or work.referenced or work.options.attach):
        return
    before, paths = _files_from_data(work, given)
    for text in work.options.attach:
        paths += _named_files(work.bench, text, "--attach")
    refuse_secrets([*(Path(one.path) for one in before), *paths], work.options.allow_files, work.bench.cwd)
    # Who can be asked may zip a file that is too large; else it ends the run, and need not be read for that.
    asks = work.bench.prompter is not None and not work.options.no_input
    most = MAX_SIZE if asks else work.pack.manifest.limits.file
    found, changed = recheck(before, most)
    if changed:
        raise AttachmentError(changed[0].message, hint=changed[0].fix, where=changed[0].where)
    question = next((q for q in work.form.questions if q.kind is Kind.UPLOAD), None)
    for path in paths:
        one = examine(path, question=question.id if question else None, folder=work.bench.made, most=most)
        if not any(same_file(one.path, other.path) for other in found):
            found.append(msgspec.structs.replace(one, name=unique_name(one.name, [f.name for f in found])))
    work.attachments = found


def _files_from_data(work: Work, given: said_beside.Given) -> tuple[list[Attachment], list[Path]]:
    """What a request file carries and an answers file names, as far as it may go."""
    bench, options = work.bench, work.options
    carried = said_beside.attachments_of(given)
    if not (carried or work.referenced):
        return [], []
    from support_cli.requests import local_files  # what the command line names needs nobody's word

    known = local_files.keep_known(bench, given.request, carried)
    named: dict[str, list[Path]] = {}
    for one in carried:
        if one not in known:
            named.setdefault(options.answers, []).append(Path(one.path))
    for reference in work.referenced:
        named.setdefault(reference.source, []).extend(_named_files(bench, reference.path, reference.source))
    allowed: list[Path] = []
    for source, paths in named.items():
        if local_files.may_go(bench, options, paths, source):
            allowed += paths
        else:
            bench.say(_("Left out: {names}").format(names=", ".join(path.name for path in paths)))
    before = [one for one in carried if one in known or Path(one.path) in allowed]
    return before, [path for path in allowed if str(path) not in {one.path for one in carried}]


def _named_files(bench: Bench, text: str, where: str) -> Sequence[Path]:
    """The files that a path or a pattern stands for; ``where`` it was named, for messages."""
    plain = bench.cwd / text
    if text == text.strip() and ".." not in plain.parts and plain.is_file():
        return (plain,)  # what exists as it was typed wins over every other reading of it
    from support_cli.attachments.expand import expand as find_files

    expansion = find_files(text, cwd=bench.cwd, split=False)
    for problem in expansion.problems:
        raise AttachmentError(problem.message, hint=problem.hint or None, where=where)
    for note in expansion.notes:
        bench.say(note.message)
    return expansion.paths


def with_defaults(form: Form, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """Answers with the defaults of visible questions filled in, for a run that asks nothing."""
    filled = dict(answers)
    for _pass in range(len(form.questions)):
        values = {key: answer.value for key, answer in filled.items()}
        fresh = {
            q.id: Answer(q.default, Source.DEFAULT)
            for q in questionnaire.visible(form, values)
            if q.id not in filled and q.default is not None and q.on_document
        }
        if not fresh:
            break
        filled.update(fresh)
    return filled
