"""A follow-up in the making: the earlier request, what is new, and the way that it goes."""

import contextlib
from collections.abc import Mapping, Sequence
from functools import cached_property

import msgspec

from support_cli.base.addresses import Address
from support_cli.base.errors import UsageError
from support_cli.base.finding import Finding
from support_cli.base.i18n import _
from support_cli.base.text import shorten
from support_cli.deliver.registry import DESKS
from support_cli.deliver.ticket import Ticket
from support_cli.distribution.consent import before_sending
from support_cli.forms import questionnaire
from support_cli.forms.model import Channel, Form
from support_cli.forms.request import Answer, Attachment
from support_cli.packs.pack import Pack
from support_cli.render.meter import Plain
from support_cli.requests import places, produce
from support_cli.requests.finish import Finished
from support_cli.requests.follow_up_form import ANSWERED, ESCALATION
from support_cli.requests.options import NewOptions
from support_cli.requests.produce import Output
from support_cli.requests.submit import check_way, desk_address
from support_cli.requests.thread import Past, Way, context_of
from support_cli.requests.work import Work


def way_of(pack: Pack, form: Form, past: Past, kind: str, options: NewOptions) -> Way:
    """The way that a follow-up goes: the one named, a supervisor's, the one before, else the pack's.

    Raises:
        UsageError: If the channel or an address that was named cannot be used.
    """
    if options.to:
        by_hand = Channel(kind=options.channel) if options.channel in produce.BY_HAND else None
        return Way(name=options.channel, channel=by_hand, to=produce.addresses(options.to))
    values = {key: answer.value for key, answer in past.case.request.answers.items()}
    named = options.channel or (pack.manifest.escalation if kind == ESCALATION else "")
    before = past.last_way
    if before is not None and not named:
        return msgspec.structs.replace(before, channel=pack.manifest.channels.get(before.name))
    name, channel, queue = produce.route(pack, form, questionnaire.effective(form, values), named)
    if channel is None:
        return Way()
    desk = desk_address(name, channel, queue) if channel.kind in DESKS else None
    return Way(name=name, channel=channel, to=produce.receivers(channel, ()), desk=desk, follows=past.ticket_at(name))


class ContinuedWork(Work, kw_only=True, dict=True):
    """A follow-up in the making.

    Attributes:
        past: What happened so far.
        way: How it goes.
        about_pack: The pack of the earlier request, which has the templates.
        about_form: The form of the earlier request.
    """

    past: Past
    way: Way
    about_pack: Pack
    about_form: Form

    def route(self, answers: Mapping[str, Answer]) -> tuple[str, Channel | None, str]:
        """The way is known, whatever is answered."""
        del answers
        return self.way.name, self.way.channel, self.way.desk.queue if self.way.desk else ""

    def addressed(self, answers: Mapping[str, Answer]) -> tuple[Address, ...]:
        """Whom a mail names."""
        del answers
        return self.way.to

    def check_way(self) -> None:
        """Finds out whether it could be sent.

        Raises:
            UsageError: If not.
            UntrustedError: If the pack says where, and nobody agreed to that.
        """
        way = self.way
        if not way.agreed and self.about_pack.origin != "builtin":
            options = self.options
            before_sending(self.bench, self.about_pack, way.to, options.trust, no_input=options.no_input)
        self._try_way()

    def target(self) -> str:
        """Whom it goes to, in words; empty where nothing can be sent."""
        way = self.way
        try:
            self._try_way()
        except UsageError:
            return ""
        return way.desk.channel if way.desk is not None else ", ".join(one.address for one in way.to)

    def _try_way(self) -> None:
        way = self.way
        if way.desk is None:
            check_way(self.bench, way.name, way.by_hand, way.to)
            return
        with contextlib.closing(self.bench.desk(way.desk)):
            return

    def done(
        self, answers: Mapping[str, Answer], files: Sequence[Attachment], findings: Sequence[Finding]
    ) -> "Continued":
        """The follow-up as it stands."""
        values = {key: answer.value for key, answer in answers.items()}
        news = values.get("news")
        request = msgspec.structs.replace(self.past.case.request, attachments=tuple(files))
        return Continued(
            work=self,
            request=request,
            findings=tuple(findings),
            thread=self.past.thread,
            message=news if isinstance(news, str) else "",
            answered=ANSWERED.get(str(values.get("answered", "")), ""),
        )

    def introduction(self) -> str:
        """What it is about, before the first question."""
        line, context = self.past.case.line, context_of(self.past, self.bench.now())
        lines = [_("It is about: {title}").format(title=shorten(line.title, 100))]
        if context["sent"]:
            lines.append(_("Sent: {date}").format(date=context["sent"]))
        if line.ticket:
            lines.append(_("Ticket number: {number}").format(number=line.ticket))
        if context["promised"]:
            lines.append(_("An answer was promised until {date}.").format(date=context["promised"]))
        reply = context["reply"]
        if isinstance(reply, list) and reply:
            lines.append(_("{name} answered on {date}:").format(name=context["reply_by"], date=context["reply_day"]))
            lines += [f"  │ {one}" for one in reply[:10]]
        return "\n".join(lines)


class Continued(Finished, kw_only=True, dict=True):
    """A finished follow-up; ``request`` is the earlier one with the new files only.

    Attributes:
        message: What is new, in the customer's words.
        answered: ``none``, ``unhelpful``, ``here`` or empty.
    """

    work: ContinuedWork
    message: str = ""
    answered: str = ""

    @property
    def way(self) -> Way:
        """How it goes."""
        return self.work.way

    @cached_property
    def case(self) -> dict[str, Plain]:
        """What happened since, as templates see it."""
        now = self.work.bench.now()
        return context_of(self.work.past, now, answered=self.answered, message=self.message)

    @cached_property
    def ticket(self) -> Ticket:
        """The rendered follow-up, made now."""
        work = self.work
        ticket = work.documents.ticket(
            work.about_pack,
            work.about_form,
            self.request,
            language=self.language,
            queue=self.way.desk.queue if self.way.desk else "",
            public=self._public,
            document=work.form.id,
            case=self.case,
            follows=self.way.follows if self.way.desk else None,
        )
        return produce.for_channel(msgspec.structs.replace(ticket, created=work.bench.now()), self.way.channel)

    @property
    def language(self) -> str:
        """Language of whoever reads it."""
        spoken = self.request.language
        return produce.document_language(self.work.about_pack, self.way.channel, spoken)

    @property
    def _public(self) -> bool:
        desk, channel = self.way.desk, self.way.channel
        return (desk is not None and desk.public) or (channel is not None and channel.public)

    def text(self, output: Output) -> str:
        """One document as text."""
        if output.format == "eml":
            return super().text(output)
        work = self.work
        return work.documents.render(
            work.about_pack,
            work.about_form,
            self.request,
            document=work.form.id,
            format=output.format,
            language=self.language,
            public=self._public,
            case=self.case,
        )

    @property
    def stem(self) -> str:
        """Name for files: that of the request."""
        return places.file_stem(self.request, self.work.about_form)
