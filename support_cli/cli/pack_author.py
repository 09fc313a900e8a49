"""``support pack init``, ``check``, ``test``, ``preview`` and what else authors of packs need."""

from typing import Annotated

import typer

from support_cli.cli import flags
from support_cli.cli.groups import group_app
from support_cli.cli.pack_release import PackArgument
from support_cli.i18n import _

app = group_app(_("Packs: what support teams ask, and where it goes."))


@app.command(help=_("Say what is wrong with a pack: conditions, routes, limits, templates, translations."))
def check(
    pack: PackArgument,
    strict: flags.Strict = False,
    lang: flags.Lang = "",
    json: flags.Json = False,
    quiet: flags.Quiet = False,
) -> None:
    """Parses, checks, prints."""
    from support_cli.cli.context import Context, Talkative
    from support_cli.cli.pack_author_printing import print_checked
    from support_cli.workflow.pack_check import check as check_pack

    context = Context(Talkative(lang=lang, json=json, quiet=quiet, no_input=True))
    print_checked(check_pack(context.bench, pack), context, strict=strict)


@app.command(
    "test", help=_("Run a pack's tests: answers, and the findings, routes and documents that shall come of them.")
)
def run(
    pack: PackArgument,
    update: Annotated[bool, typer.Option("--update", help=_("Write the documents as they are now."))] = False,
    lang: flags.Lang = "",
    json: flags.Json = False,
    quiet: flags.Quiet = False,
    verbose: flags.Verbose = False,
) -> None:
    """Parses, tests, prints."""
    from support_cli.cli.context import Context, Talkative
    from support_cli.cli.pack_author_printing import print_tested
    from support_cli.workflow.pack_test import run_tests

    context = Context(Talkative(lang=lang, json=json, quiet=quiet, verbose=verbose, no_input=True))
    print_tested(run_tests(context.bench, pack, update=update), context)
