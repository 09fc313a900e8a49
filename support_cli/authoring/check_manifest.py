"""What a manifest promises that cannot hold: limits, channels, contacts, keys."""

import difflib
import math
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from support_cli.authoring.check_case import PackSource, error, hint, listed, warning
from support_cli.base.addresses import AddressError
from support_cli.base.finding import Finding
from support_cli.base.i18n import _, format_size, ngettext
from support_cli.base.text import clean_line, shorten
from support_cli.distribution.signatures import read_public
from support_cli.forms.model import Channel, Kind
from support_cli.forms.response_time import is_zone
from support_cli.forms.values import is_email
from support_cli.packs.errors import PackError
from support_cli.requests.produce import addresses

ENCODED = 1.3685
"""What base64 with CRLF makes of a byte as it goes over the wire."""
_PLAIN = ("email", "mailto", "clipboard", "file")
HEAD = 24_000
"""Octets for headers, bodies and the request itself."""


def check_manifest(source: PackSource, desks: Collection[str]) -> list[Finding]:
    """Looks at ``pack.yml``, with the forms at hand.

    Args:
        source: The pack.
        desks: Kinds of channels that are desks.
    """
    return [*_limits(source), *_channels(source, desks), *_queues(source, desks), *_people(source)]


def check_order(source: PackSource) -> Iterator[Finding]:
    """Looks at the order of the forms, which can only be judged with all of them at hand."""
    ids = [one.form.id for one in source.forms]
    named = source.manifest.forms
    for number, name in enumerate(named):
        place = source.where(("forms", number))
        if name not in ids:
            near = difflib.get_close_matches(name, ids, 1, 0.6)
            message = _("The pack has no form “{id}”.").format(id=shorten(clean_line(name), 60))
            yield error("T002", place, message, near[0] if near else listed(ids))
        elif name in named[:number]:
            yield warning("T003", place, _("The form “{id}” stands here twice.").format(id=name))


def _limits(source: PackSource) -> Iterator[Finding]:
    limits = source.manifest.limits
    at = source.where
    for key, size in (("file", limits.file), ("total", limits.total), ("message", limits.message)):
        if 0 < size < 1000:
            message = ngettext("This is {count} byte.", "This is {count} bytes.", size).format(count=size)
            yield error("T050", at(("limits", key)), message, f"{key}: {size}MB")
            return  # the others would only follow from it
    if limits.file > limits.total:
        message = _("A single file may have {file}, but all of them together only {total}.").format(
            file=format_size(limits.file), total=format_size(limits.total)
        )
        yield error("T040", at(("limits", "file")), message, f"file: {_written(limits.total)}")
    needed = math.ceil(limits.total * ENCODED) + HEAD
    if limits.files and limits.message < needed:
        message = _("Files of {total} make a message of {needed}, but it may only have {message}.").format(
            total=format_size(limits.total), needed=format_size(needed), message=format_size(limits.message)
        )
        most = max(0, int((limits.message - HEAD) / ENCODED))
        fix = f"total: {_written(most)}" if most > 100_000 else f"message: {_written(needed + 500_000)}"
        yield error("T041", at(("limits", "message")), message, fix)
    both = sorted(set(limits.accept) & set(limits.refuse))
    if both:
        yield error("T042", at(("limits", "accept")), _("Both taken and refused: {types}.").format(types=listed(both)))
    for one in source.forms:
        for question in one.form.questions:
            if question.kind is not Kind.UPLOAD:
                continue
            if limits.files == 0 or limits.total == 0:
                yield error("T043", one.at(question), _("Files are asked for, but the limits take none."))
                continue
            endings = [ending.lstrip(".") for ending in question.accept]
            taken = [e for e in endings if e not in limits.refuse and (not limits.accept or e in limits.accept)]
            if endings and not taken:
                message = _("Every type of file that is asked for is refused by the limits: {types}.")
                yield error(
                    "T043", one.at(question, "validations", "accept"), message.format(types=listed(question.accept))
                )


def _written(size: int) -> str:
    return f"{size // 100_000 / 10:g}MB" if size >= 1_000_000 else f"{size // 1000}kB"


def _channels(source: PackSource, desks: Collection[str]) -> Iterator[Finding]:
    manifest = source.manifest
    used = {route.channel for route in manifest.routes} | {manifest.default_channel, manifest.escalation}
    for name, channel in manifest.channels.items():
        place = source.where(("channels", name))
        if name not in used:
            yield warning("T044", place, _("Nothing is ever sent to the channel “{name}”.").format(name=name))
        yield from _kind(channel, source.where(("channels", name, "kind")), desks)
        yield from _channel(channel, place, source)
    if manifest.routes and not manifest.channels:
        yield warning("T044", source.where(("routes",)), _("There are routes, but no channel that they could lead to."))


def _queues(source: PackSource, desks: Collection[str]) -> Iterator[Finding]:
    """What only a desk understands, said of something else.

    A channel's own queue is left alone: customers may send to a desk instead of by mail.
    """
    manifest = source.manifest
    known = {name: channel for name, channel in manifest.channels.items() if channel.kind in desks}
    idle = _("“{key}” does nothing: only desks have queues, and this goes to “{name}”.")
    for name, channel in manifest.channels.items():
        if name in known or channel.kind not in _PLAIN:
            continue
        for key in channel.settings:
            message = _("“{key}” does nothing in a channel of the kind “{kind}”.")
            place = source.where(("channels", name, key.partition(".")[0]))
            yield warning("T051", place, message.format(key=shorten(clean_line(key), 60), kind=channel.kind))
    if known or any(channel.queue for channel in manifest.channels.values()):
        return  # desks are meant, if not by these channels
    for number, route in enumerate(manifest.routes):
        name = route.channel or manifest.default_channel
        if route.queue and name:
            yield warning("T051", source.where(("routes", number, "queue")), idle.format(key="queue", name=name))
    for one in source.forms:
        if one.form.route and manifest.channels:
            place = one.where(("route",))
            yield warning("T051", place, idle.format(key="route", name=listed(manifest.channels)))


def _kind(channel: Channel, place: str, desks: Collection[str]) -> Iterator[Finding]:
    known = ["email", "mailto", "clipboard", "file", *desks]
    if channel.kind not in known:
        near = difflib.get_close_matches(channel.kind, known, 1, 0.6)
        message = _("There is no kind of channel called “{name}”.").format(name=channel.kind)
        yield error("T045", place, message, near[0] if near else ", ".join(known))
    elif channel.kind in desks and not channel.url:
        yield error("T045", place, _("A desk needs its address, “url”."), "url: https://...")


def _channel(channel: Channel, place: str, source: PackSource) -> Iterator[Finding]:
    if channel.kind == "email":
        try:
            message = "" if addresses(channel.to) else _("An e-mail channel needs “to”.")
        except AddressError as problem:
            message = problem.message
        if message:
            yield error("T045", place, message, "to: support@example.org")
    if channel.url:
        parts = urlsplit(channel.url)
        loopback = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            yield error("T045", place, _("“{text}” is not a web address.").format(text=channel.url))
        elif parts.scheme == "http" and not loopback:
            yield error(
                "T045", place, _("Requests would travel unprotected to {url}.").format(url=channel.url), "https://"
            )
        elif parts.username or parts.password:
            yield error("T045", place, _("A pack is read by everybody; take the password out of the address."))
    secrets = [key for key in channel.settings if any(word in key.lower() for word in ("token", "password", "secret"))]
    if secrets:
        message = _("A pack is read by everybody; “{key}” belongs into each customer's settings.")
        yield error("T045", place, message.format(key=secrets[0]))
    if channel.public:
        for one in source.forms:
            told = [q.id for q in one.form.questions if q.kind in (Kind.EMAIL, Kind.PHONE) and not q.private]
            if told:
                message = _("Everybody could read these answers in a public channel: {ids}.").format(ids=listed(told))
                yield warning(
                    "T046", one.at(one.form.question(told[0]) or one.form.questions[0]), message, "private: true"
                )


def _people(source: PackSource) -> Iterator[Finding]:
    manifest = source.manifest
    at = source.where
    if manifest.publisher.key:
        try:
            read_public(manifest.publisher.key)
        except PackError as problem:
            yield error("T047", at(("publisher", "key")), problem.message, problem.hint)
    if manifest.working_hours and manifest.working_hours.timezone and not is_zone(manifest.working_hours.timezone):
        message = _("There is no time zone “{name}”; hours would be the customer's.")
        place = at(("working_hours", "timezone"))
        yield warning("T048", place, message.format(name=manifest.working_hours.timezone), "Europe/Kyiv")
    for number, contact in enumerate(manifest.contacts):
        place = at(("contacts", number, "value"))
        if contact.kind == "email" and not is_email(contact.value):
            yield error("T048", place, _("“{text}” is not an e-mail address.").format(text=contact.value))
        if contact.kind == "web" and urlsplit(contact.value).scheme not in ("http", "https"):
            yield error("T048", place, _("“{text}” is not a web address.").format(text=contact.value))
    if manifest.title == manifest.name:
        yield hint("T049", at(("title",)), _("Customers see a title; this pack has none."))
    if manifest.version == "0":
        yield hint("T049", at(("version",)), _("Without a version nobody can tell an update."), "version: 1.0.0")
