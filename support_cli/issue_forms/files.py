"""Reading one file as a form, whatever it is: a form, a Markdown template, one in the clothes of the other."""

import hashlib
import os
import stat
from pathlib import Path

import msgspec

from support_cli.base import i18n
from support_cli.base.cache import Cache
from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _
from support_cli.issue_forms import form as issue_form
from support_cli.issue_forms import markdown
from support_cli.issue_forms.messages import LoadedForm
from support_cli.issue_forms.roles import infer
from support_cli.packs.errors import PackError, YamlError

MAX_BYTES = 1 << 20
_FORMAT = b"4"


def read_bytes(path: Path) -> bytes:
    """Reads a file of at most 1 MiB.

    Raises:
        PackError: If it is missing, no regular file, unreadable, or larger.
    """
    try:
        # Never wait for a pipe that nobody writes to.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise PackError(_("{path} is not a regular file.").format(path=path), where=str(path))
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        problem = error.strerror or str(error)
        raise PackError(
            _("{path} cannot be read: {problem}.").format(path=path, problem=problem), where=str(path)
        ) from None
    if len(content) > MAX_BYTES:
        raise PackError(
            _("{path} is larger than a form may be.").format(path=path),
            hint=_("At most {limit} bytes are read.").format(limit=MAX_BYTES),
            where=str(path),
        )
    return content


def load_file(path: Path, form_id: str, platform: str, cache: Cache) -> LoadedForm:
    """Reads a form or template with its roles inferred; one that was read before comes from the cache.

    Args:
        path: The file.
        form_id: What the form is called.
        platform: ``github``, ``gitea``, ``gitlab``, ``discussion``, or empty to find out.
        cache: Where parsed forms are kept.

    Raises:
        PackError: If it cannot be used.
    """
    raw = read_bytes(path)
    key = hashlib.sha256(
        b"\0".join(
            [_FORMAT, i18n.current().encode(), str(path).encode("utf-8", "surrogateescape"), platform.encode(), raw]
        )
    ).hexdigest()
    kept = cache.get("issue-form", key)
    if kept is not None:
        try:
            return msgspec.msgpack.decode(kept, type=LoadedForm)
        except msgspec.MsgspecError:
            pass
    form, findings = _load(raw, path, form_id, platform)
    loaded = LoadedForm(infer(form), findings)
    cache.put("issue-form", key, msgspec.msgpack.encode(loaded))
    return loaded


def _load(raw: bytes, path: Path, form_id: str, platform: str) -> LoadedForm:
    name = str(path)
    if path.suffix.lower() not in (".yml", ".yaml"):
        title = _("Issue") if path.stem.lower() == "issue_template" else path.stem.replace("_", " ")
        return markdown.load(raw, name=name, form_id=form_id, title=title, front_matter=platform != "gitlab")
    try:
        return issue_form.load(raw, name=name, form_id=form_id, platform=platform if platform != "gitlab" else "")
    except YamlError:
        raise
    except PackError as error:
        # Front matter and Markdown in a file that should hold a form: people can still fill it in.
        if not raw.lstrip(b"\xef\xbb\xbf").startswith(b"---"):
            raise
        template = markdown.load(raw, name=name, form_id=form_id)
        if not template.form.description and template.form.name == form_id:
            raise
        message = _("This is a Markdown template in a file for forms; GitHub does not show it.")
        finding = Finding(code="T153", level=Level.ERROR, where=f"{name}:1:1", message=message)
        return LoadedForm(template.form, (*error.findings, finding))
