"""``support pack init``, ``check``, ``test``, ``preview`` and what else authors of packs need."""

from typing import Annotated

import typer

from support_cli.base.i18n import _
from support_cli.cli import flags
from support_cli.cli.global_flags import given
from support_cli.cli.pack_release import PackArgument
from support_cli.cli.parser import group_app

app = group_app(_("Packs: what support teams ask, and where it goes."))


@app.command(help=_("Make a small complete pack to start from."))
def init(
    folder: Annotated[str, typer.Argument(metavar="DIR", help=_("Folder to make; nothing is overwritten."))],
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help="service, software, shop")] = "",
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help=_("What customers see as its name."))] = "",
    name: Annotated[str, typer.Option("--name", metavar="NAME", help=_("Short name, for the command line."))] = "",
    to: Annotated[str, typer.Option("--to", metavar="ADDRESS", help=_("Address that requests go to."))] = "",
    languages: Annotated[
        str | None, typer.Option("--languages", metavar="LANGS", help=_("Languages to translate into, like “uk pl”."))
    ] = None,
    no_input: flags.NoInput = False,
) -> None:
    """Parses, asks, writes, prints."""
    from support_cli.authoring.init import Wishes
    from support_cli.authoring.init import init as init_pack
    from support_cli.cli.context import Context
    from support_cli.cli.pack_author_printing import print_begun

    context = Context(given(no_input=no_input))
    wishes = Wishes(
        folder=folder, kind=kind, title=title, name=name, to=to, languages=languages, language=context.flags.lang
    )
    print_begun(init_pack(context.bench, wishes), context)


@app.command(help=_("Say what is wrong with a pack."))
def check(
    pack: PackArgument,
    strict: flags.Strict = False,
) -> None:
    """Parses, checks, prints."""
    from support_cli.authoring.check import check as check_pack
    from support_cli.cli.context import Context
    from support_cli.cli.pack_author_printing import print_checked

    context = Context(given(no_input=True))
    print_checked(check_pack(context.bench, pack), context, strict=strict)


@app.command("test", help=_("Run a pack's tests: answers, and what should come of them."))
def run(
    pack: PackArgument,
    update: Annotated[
        bool, typer.Option("--update", help=_("Make the documents as they are now the expected ones."))
    ] = False,
) -> None:
    """Parses, tests, prints."""
    from support_cli.authoring.test import run_tests
    from support_cli.cli.context import Context
    from support_cli.cli.pack_author_printing import print_tested

    context = Context(given(no_input=True))
    print_tested(run_tests(context.bench, pack, update=update), context)


@app.command(help=_("Show every form and document of a pack in the browser."))
def preview(
    pack: PackArgument,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help=_("The page to write; - for standard output."))
    ] = "",
    form: flags.FormName = "",
    no_browser: Annotated[bool, typer.Option("--no-browser", help=_("Only write the page."))] = False,
) -> None:
    """Parses, makes the page, shows it."""
    from support_cli.authoring.preview import preview as make_preview
    from support_cli.cli.context import Context
    from support_cli.cli.pack_author_printing import show_preview

    context = Context(given(no_input=no_browser))
    show_preview(make_preview(context.bench, pack, output, form), context)


@app.command(help=_("Print a JSON Schema for editors to complete and check with."))
def schema(
    kind: Annotated[str, typer.Argument(metavar="pack|form|test|request|answers")],
    form: Annotated[str, typer.Argument(metavar="[FORM]", help=_("Form whose answers are described."))] = "",
    pack: flags.PackName = "",
) -> None:
    """Parses, reads, prints; a schema is JSON in any case."""
    from support_cli.authoring.publish import publish
    from support_cli.cli import console
    from support_cli.cli.context import Context

    context = Context(given(no_input=True))
    console.product_json(publish(context.bench, kind, form, pack))


@app.command(help=_("Print a form as a file of answers to fill in."))
def skeleton(
    form: Annotated[str, typer.Argument(metavar="[FORM]", help=_("Form of the pack, or name of a pack."))] = "",
    pack: flags.PackName = "",
) -> None:
    """Parses, reads, prints."""
    from support_cli.authoring.publish import make_skeleton
    from support_cli.cli import console
    from support_cli.cli.context import Context

    context = Context(given(no_input=True))
    made = make_skeleton(context.bench, form, pack)
    console.product_json(made) if context.flags.json else console.product_exact(made.text)


@app.command(help=_("Bring a pack's PO files up to date, or begin them."))
def extract(
    pack: PackArgument,
    languages: Annotated[
        list[str] | None, typer.Argument(metavar="[LANGUAGE]...", help=_("Languages to begin, like uk pl."))
    ] = None,
) -> None:
    """Parses, writes, prints."""
    from support_cli.authoring.extract import extract as extract_texts
    from support_cli.cli.context import Context
    from support_cli.cli.pack_author_printing import print_extracted

    context = Context(given(no_input=True))
    print_extracted(extract_texts(context.bench, pack, languages or ()), context)


@app.command("compile", help=_("Check a pack's translations and compile them."))
def compile_(pack: PackArgument) -> None:
    """Parses, checks, writes, prints."""
    from support_cli.authoring.extract import compile_texts
    from support_cli.cli.context import Context
    from support_cli.cli.pack_author_printing import print_compiled

    context = Context(given(no_input=True))
    print_compiled(compile_texts(context.bench, pack), context)
