"""What a message will weigh on the wire, and what of it the receiver will not take.

Mail servers and desks count the encoded message: base64 of RFC 2045, 6.8 in lines of 76 characters with CRLF, so a
file of 10.0 MB is 13.7 MB. The figures here never promise less than what is sent.
"""

from collections.abc import Mapping, Sequence

from support_cli.attachments.kinds import (
    MAC_PROGRAM,
    PROGRAMS,
    UNIX_PROGRAM,
    WINDOWS_PROGRAM,
)
from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import N_, _, format_size, ngettext
from support_cli.forms.model import Limits
from support_cli.forms.request import Attachment

WHOLE = "attachments"
"""``where`` of a finding about all files together."""

# A boundary line, four header fields and the blank line without what depends on the name, rounded up.
_PART = 400
# Content-Type and Content-Disposition may both carry the name, percent-encoded (RFC 2231: three octets for one) in
# pieces of a folded line each; and again as an encoded-word for old programs.
_NAME = 10

# The families of content that one refused ending stands for. Renaming does not help.
_FAMILIES: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    (frozenset({"exe", "com", "scr", "pif", "cpl", "dll", "sys", "ocx", "drv"}), frozenset({WINDOWS_PROGRAM})),
    (frozenset({"msi", "msp"}), frozenset({"application/x-msi"})),
    (frozenset({"jar"}), frozenset({"application/java-archive"})),
    (frozenset({"apk"}), frozenset({"application/vnd.android.package-archive"})),
    (frozenset({"elf", "so", "bin", "run"}), frozenset({UNIX_PROGRAM})),
    (frozenset({"app", "dylib"}), frozenset({MAC_PROGRAM})),
    (frozenset({"lnk"}), frozenset({"application/x-ms-shortcut"})),
    (frozenset({"sh", "bash"}), frozenset({"text/x-shellscript"})),
    (frozenset({"htm", "html"}), frozenset({"text/html"})),
    (frozenset({"svg"}), frozenset({"image/svg+xml"})),
    (frozenset({"zip"}), frozenset({"application/zip"})),
    (frozenset({"rar"}), frozenset({"application/vnd.rar"})),
    (frozenset({"7z"}), frozenset({"application/x-7z-compressed"})),
    (frozenset({"gz", "tgz"}), frozenset({"application/gzip"})),
    (frozenset({"cab"}), frozenset({"application/vnd.ms-cab-compressed"})),
    (frozenset({"docm", "dotm"}), frozenset({"application/vnd.ms-word.document.macroenabled.12"})),
    (frozenset({"xlsm", "xltm"}), frozenset({"application/vnd.ms-excel.sheet.macroenabled.12"})),
    (frozenset({"pptm", "potm"}), frozenset({"application/vnd.ms-powerpoint.presentation.macroenabled.12"})),
    (frozenset({"heic"}), frozenset({"image/heic", "image/heif"})),
    (frozenset({"jpg", "jpeg"}), frozenset({"image/jpeg"})),
    (frozenset({"tif", "tiff"}), frozenset({"image/tiff"})),
    (frozenset({"bmp"}), frozenset({"image/bmp"})),
    (frozenset({"mov"}), frozenset({"video/quicktime"})),
    (frozenset({"mp4"}), frozenset({"video/mp4"})),
)
_HEIC = (
    N_("{name} is a photograph in HEIC, which many programs of support teams cannot show."),
    N_("Save it as JPEG and add that."),
)
_UNCOMMON = {
    "image/heic": _HEIC,
    "image/heif": _HEIC,
    "application/ms-tnef": (
        N_("{name} is an attachment of Outlook (TNEF) that only Outlook opens; the files themselves are inside."),
        N_("Add the files that are inside, or have the message sent as plain text or HTML."),
    ),
}
"""Types that arrive well and are then of no use to most who receive them: what to say, what to do."""
_SQUEEZED = (
    "image/",
    "video/",
    "audio/",
    "application/zip",
    "application/gzip",
    "application/x-bzip2",
    "application/x-xz",
    "application/zstd",
    "application/x-7z",
    "application/vnd.rar",
    "application/vnd.openxmlformats",
    "application/vnd.oasis",
    "application/vnd.ms-cab",
    "application/vnd.android",
    "application/java-archive",
    "application/epub",
    "application/pdf",
)
_LOOSE = ("image/bmp", "image/tiff", "image/svg+xml", "audio/wav", "audio/x-wav")


def encoded_size(size: int) -> int:
    """Octets that a part of ``size`` bytes has as base64 in lines of 76 characters, each ended by CRLF."""
    characters = (size + 2) // 3 * 4
    return characters + (characters + 75) // 76 * 2


def part_size(attachment: Attachment) -> int:
    """Octets of one attachment in a message: boundary, headers and content, rounded up for long names."""
    return _PART + _NAME * len(attachment.name.encode("utf-8", "replace")) + encoded_size(attachment.size)


def message_size(attachments: Sequence[Attachment], other: int) -> int:
    """Octets of the whole message on the wire, never less than what is sent.

    Args:
        attachments: The files.
        other: Octets of everything else: headers, bodies and the request part, as encoded.
    """
    return other + sum(part_size(attachment) for attachment in attachments)


def room_for(attachments: Sequence[Attachment], limits: Limits, other: int) -> int:
    """Bytes that these files may have together: the tighter of ``limits.total`` and what the message leaves.

    Whenever their sum is within it, the message fits too. Never negative.
    """
    # What is left for content, less the padding and the last line's CRLF that each file may cost.
    left = limits.message - other - sum(part_size(a) - encoded_size(a.size) + 6 for a in attachments)
    lines, rest = divmod(max(left, 0), 78)
    return min(limits.total, lines * 57 + max(rest - 2, 0) // 4 * 3)


def compressible(kind: str) -> bool:
    """Whether files of this media type are usually not compressed yet."""
    return kind.startswith(_LOOSE) or not kind.startswith(_SQUEEZED)


def takes(name: str, kind: str, limits: Limits, accept: Sequence[str] = ()) -> bool:
    """Whether a file of this name and type may go at all, however large."""
    return not _refused(name, kind, limits) and not _unaccepted(name, kind, limits, accept)


def check(
    attachments: Sequence[Attachment],
    limits: Limits,
    other: int,
    *,
    accept: Mapping[str, Sequence[str]] | None = None,
) -> list[Finding]:
    """Says everything that the receiver will not take, by how much, and what would help.

    Whether the files are still what they were is ``inspect.recheck``'s to say (``F007``).

    Args:
        attachments: The files, in order.
        limits: What the receiver takes.
        other: Octets of everything else in the message.
        accept: Endings that an upload question takes (``.png``), by its id.

    Returns:
        Findings ``F001`` too many files, ``F002`` one is too big, ``F003`` all are too big, ``F004`` refused type,
        ``F005`` the message is too big, ``F006`` not an accepted type, ``F008`` empty (a hint), ``F009`` hard to
        open (a warning). ``where`` is the
        file's name, or ``attachments`` for all of them.
    """
    findings: list[Finding] = []
    for attachment in attachments:
        findings += check_one(attachment, limits, (accept or {}).get(attachment.question or "", ()))
    return findings + check_all(attachments, limits, other)


def check_one(attachment: Attachment, limits: Limits, accept: Sequence[str] = ()) -> list[Finding]:
    """The findings about one file by itself; see ``check``."""
    name, kind = attachment.name, attachment.type
    findings: list[Finding] = []
    if refused := _refused(name, kind, limits):
        findings.append(_error("F004", name, refused, _("Leave it out, or send the information in another form.")))
    elif unaccepted := _unaccepted(name, kind, limits, accept):
        zippable = not _unaccepted(f"{name}.zip", "application/zip", limits, accept)
        fix = _("Zip it, or leave it out.") if zippable else _("Save it in one of these formats, or leave it out.")
        findings.append(_error("F006", name, unaccepted, fix))
    if attachment.size > limits.file:
        message = _("{name} is {size}; a file may be at most {limit}: {excess} too much.").format(
            name=name,
            size=format_size(attachment.size),
            limit=format_size(limits.file),
            excess=format_size(attachment.size - limits.file),
        )
        findings.append(_error("F002", name, message, _smaller(attachment)))
    if not findings and (odd := _UNCOMMON.get(kind)):
        message, fix = odd
        text = _(message).format(name=name)
        findings.append(Finding(code="F009", level=Level.WARNING, where=name, message=text, fix=_(fix)))
    if not attachment.size:
        hint = Finding(
            code="F008",
            level=Level.HINT,
            where=name,
            message=_("{name} is empty.").format(name=name),
            fix=_("If it should hold something, save it again in the program that made it."),
        )
        findings.append(hint)
    return findings


def check_all(attachments: Sequence[Attachment], limits: Limits, other: int) -> list[Finding]:
    """The findings about all files together; see ``check``."""
    findings: list[Finding] = []
    if len(attachments) > limits.files:
        surplus = len(attachments) - limits.files
        message = ngettext(
            "{count} files are attached; {limit} file is taken.",
            "{count} files are attached; {limit} files are taken.",
            limits.files,
        ).format(count=len(attachments), limit=limits.files)
        fix = ngettext(
            "Leave {count} file out, or put several into one zip.",
            "Leave {count} files out, or put several into one zip.",
            surplus,
        ).format(count=surplus)
        findings.append(_error("F001", WHOLE, message, fix))
    total = sum(attachment.size for attachment in attachments)
    if total > limits.total:
        message = _("All files together are {size}; the limit is {limit}: {excess} too much.").format(
            size=format_size(total), limit=format_size(limits.total), excess=format_size(total - limits.total)
        )
        findings.append(_error("F003", WHOLE, message, _relief(attachments, total - limits.total)))
    weight = message_size(attachments, other)
    if weight > limits.message:
        message = _("The message would be {size} as it is sent; the limit is {limit}: {excess} too much.").format(
            size=format_size(weight),
            limit=format_size(limits.message),
            excess=format_size(weight - limits.message),
        )
        # A byte of a file weighs 78/57 on the wire.
        fix = _relief(attachments, max(total - room_for(attachments, limits, other), 0))
        findings.append(_error("F005", WHOLE, message, fix))
    return findings


def _error(code: str, where: str, message: str, fix: str) -> Finding:
    return Finding(code=code, level=Level.ERROR, where=where, message=message, fix=fix)


def _smaller(attachment: Attachment) -> str:
    if compressible(attachment.type):
        return _("Zip it, send only the part that matters, or leave it out.")
    if attachment.type.startswith("image/"):
        return _("Save a smaller copy of the picture and add that, or leave it out.")
    if attachment.type.startswith(("video/", "audio/")):
        return _("Cut it down to the moment that matters, or leave it out.")
    return _("Send only the part that matters, or leave it out.")


def _relief(attachments: Sequence[Attachment], excess: int) -> str:
    """Names the smallest file whose absence would do, and the largest one that a zip may shrink."""
    enough = min((a for a in attachments if a.size >= excess), key=lambda a: a.size, default=None)
    loose = max((a for a in attachments if compressible(a.type)), key=lambda a: a.size, default=None)
    if not attachments:
        return _("Shorten the text.")
    if loose is not None and loose.size > excess and enough is not None:
        return _("Zip {loose} ({loose_size}), or leave out {name} ({size}).").format(
            loose=loose.name,
            loose_size=format_size(loose.size),
            name=enough.name,
            size=format_size(enough.size),
        )
    if enough is not None:
        return _("Leaving out {name} ({size}) would do.").format(name=enough.name, size=format_size(enough.size))
    return _("Leave out several files, or send the large ones in a second request.")


def _plain(endings: Sequence[str]) -> tuple[str, ...]:
    """Endings in small letters without dot or star: packs write ``exe``, GitHub ``.png``."""
    return tuple(ending.strip().lower().lstrip("*").lstrip(".") for ending in endings)


def _has_ending(name: str, endings: Sequence[str]) -> str | None:
    lower = name.lower()
    return next((ending for ending in endings if ending and lower.endswith(f".{ending}")), None)


def _refused(name: str, kind: str, limits: Limits) -> str | None:
    refuse = _plain(limits.refuse)
    if ending := _has_ending(name, refuse):
        return _("{name}: files that end in .{ending} are not taken.").format(name=name, ending=ending)
    for family, kinds in _FAMILIES:
        if kind in kinds and (ending := next((e for e in refuse if e in family), None)):
            return _("{name}: by its content this is a file of the kind .{ending}, which is not taken.").format(
                name=name, ending=ending
            )
    return None


def _unaccepted(name: str, kind: str, limits: Limits, accept: Sequence[str]) -> str | None:
    for endings in (_plain(limits.accept), _plain(accept)):
        if not endings:
            continue
        taken = ", ".join(f".{ending}" for ending in endings)
        if not _has_ending(name, endings):
            return _("{name} is none of the kinds that are taken here: {endings}.").format(name=name, endings=taken)
        family = next((family for family, kinds in _FAMILIES if kind in kinds), frozenset())
        if kind in PROGRAMS and not family & set(endings):
            return _("{name} is a program by its content, whatever its name; allowed are: {endings}.").format(
                name=name, endings=taken
            )
    return None
