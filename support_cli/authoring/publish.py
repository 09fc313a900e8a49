"""What a form is for those who fill it in elsewhere: a schema for their editor, a skeleton for their file."""

import shlex

import msgspec

from support_cli.authoring.answers_schema import answers_schema
from support_cli.authoring.schema import Json
from support_cli.authoring.schema import publish as publish_kind
from support_cli.authoring.skeleton import skeleton
from support_cli.base.errors import UsageError
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.distribution.choose import choose_form, find_pack, pack_source
from support_cli.environment import Bench
from support_cli.forms.model import Form
from support_cli.packs.pack import Pack


class Skeleton(msgspec.Struct, frozen=True, kw_only=True):
    """A file of answers to fill in."""

    pack: str
    form: str
    language: str
    text: str


def publish(bench: Bench, kind: str, form: str, named: str) -> Json:
    """The JSON Schema of a kind of file, or of the answers to a form.

    Args:
        bench: The collaborators.
        kind: ``answers``, or what ``pack_schema.publish`` takes.
        form: The form, for ``answers``.
        named: Value of ``--pack``.

    Raises:
        UsageError: If there is no such kind, or a form is named where none is meant.
        PackError: If the pack or form cannot be used.
    """
    if kind == "answers":
        pack, chosen = _form(bench, form, named)
        return answers_schema(chosen, pack.texts(bench.language), pack.manifest.name)
    if form or named:
        raise UsageError(
            _("Only answers have a form."), hint=command_line("pack", "schema", "answers", form or named), where="FORM"
        )  # fmt: skip
    return publish_kind(kind)


def _form(bench: Bench, form: str, named: str) -> tuple[Pack, Form]:
    pack, form_id = find_pack(bench, named, form)
    return pack, choose_form(msgspec.structs.replace(bench, prompter=None), pack, form_id)


def make_skeleton(bench: Bench, form: str, named: str) -> Skeleton:
    """A form as a file of answers, in the language that is spoken.

    Raises:
        UsageError: If one of several forms has to be named.
        PackError: If the pack or form cannot be used.
    """
    pack, chosen = _form(bench, form, named)
    by_name = shlex.quote(named or pack_source(pack))
    text = skeleton(pack, chosen, by_name, bench.language, pack.texts(bench.language))
    return Skeleton(pack=pack.manifest.name, form=chosen.id, language=bench.language, text=text)
