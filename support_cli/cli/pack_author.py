"""``support pack init``, ``check``, ``test``, ``preview`` and what else authors of packs need."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from support_cli.authoring.check import Checked
from support_cli.authoring.extract import Compiled, Translated
from support_cli.authoring.init import ADDRESS, Begun
from support_cli.authoring.preview import Previewed
from support_cli.authoring.release import Built, Keys, Signed
from support_cli.authoring.test import Coverage, Tested, TestRun
from support_cli.base.errors import ExitCode
from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _, ngettext
from support_cli.base.invocation import command_line
from support_cli.base.text import clean_line, clean_text
from support_cli.cli import console, flags
from support_cli.cli.context import Context
from support_cli.cli.flags import open_context
from support_cli.cli.guard import exit_now
from support_cli.cli.parser import group_app
from support_cli.cli.printing import finding_line, findings_json, short_path

_MOST = 12


def print_begun(begun: Begun, context: Context) -> None:
    """Shows what was made, and what to do with it."""
    if context.flags.json:
        console.product_json(begun)
        return
    here = short_path(begun.path)
    context.say(_("Written:") + f"  {here}")
    context.say(console.columns([["", name] for name in begun.files], gap=1))
    if begun.to == ADDRESS:
        context.say(_("Requests go to {address} now: change it in pack.yml.").format(address=begun.to))
    rows = [
        [command_line("new", "-p", here), _("fill it in as a customer")],
        [command_line("pack", "check", here), _("what is wrong with it")],
        [command_line("pack", "test", here), _("whether it does what its tests say")],
        [command_line("pack", "preview", here), _("every form and document on one page")],
    ]
    context.say(console.columns(rows))


def print_checked(checked: Checked, context: Context, *, strict: bool) -> None:
    """Shows what is wrong with a pack, and ends with 1 where it may not go to customers so."""
    ok = checked.ok(strict=strict)
    if context.flags.json:
        found = [findings_json(one) for one in checked.findings]
        console.product_json({"name": checked.name, "version": checked.version, "ok": ok, "findings": found})
    else:
        _print_findings(checked.findings)
        context.say(_counted(checked))
    if not ok:
        exit_now(ExitCode.FINDINGS)


def _print_findings(findings: Sequence[Finding]) -> None:
    """Prints them; advice that fits many of them is given once."""
    told: set[str] = set()
    for one in findings:
        fix = f"\n      {clean_line(one.advice)}" if one.advice and one.advice not in told else ""
        told.add(one.advice)
        console.product(finding_line(one) + fix)


def _counted(checked: Checked) -> str:
    levels = [one.level for one in checked.findings]
    errors, warnings = levels.count(Level.ERROR), levels.count(Level.WARNING)
    title = f"{clean_line(checked.name)} {clean_line(checked.version)}".strip()
    forms = ngettext("{count} form", "{count} forms", checked.forms).format(count=checked.forms)
    if not errors and not warnings:
        return f"{title}, {forms}: " + _("no problems were found.")
    said = [
        ngettext("{count} error", "{count} errors", errors).format(count=errors),
        ngettext("{count} warning", "{count} warnings", warnings).format(count=warnings),
    ]
    return f"{title}, {forms}: {', '.join(said)}."


def print_tested(run: TestRun, context: Context) -> None:
    """Shows what came of a pack's tests, and ends with 1 where anything is not as expected."""
    if context.flags.json:
        tests = [{"name": one.name, "ok": one.ok, **msgspec.to_builtins(one)} for one in run.tests]
        console.product_json(
            {
                "name": run.name,
                "version": run.version,
                "ok": run.ok,
                "tests": tests,
                "coverage": msgspec.to_builtins(run.coverage),
            }
        )
    else:
        for one in run.tests:
            _print_test(one, context)
        console.product("\n".join(_summary(run)))
    if not run.ok:
        exit_now(ExitCode.FINDINGS)


def _print_test(one: Tested, context: Context) -> None:
    if not one.ok:
        console.product(_("not ok") + f"  {one.name}" + (f" · {clean_line(one.about)}" if one.about else ""))
        for problem in one.problems:
            console.product(f"    {clean_line(problem)}")
        for difference in one.differences:
            console.product(clean_text(difference.diff))
    elif context.flags.verbose:
        console.product(_("ok") + f"  {one.name}" + (f" · {clean_line(one.about)}" if one.about else ""))
    for file in one.updated:
        context.say(_("Written:") + "  " + short_path(file))


def _summary(run: TestRun) -> Iterator[str]:
    if not run.tests:
        yield _("There is nothing to test: the pack has no tests/*.yml.")
        return
    good = sum(one.ok for one in run.tests)
    counted = ngettext("{good} of {count} test passed", "{good} of {count} tests passed", len(run.tests))
    yield f"{run.name} {run.version}: " + counted.format(good=good, count=len(run.tests))
    yield from _coverage(run.coverage)


def _coverage(coverage: Coverage) -> Iterator[str]:
    for text, (seen, count) in (
        (_("Branches of conditions seen: {seen} of {count}"), coverage.branches()),
        (_("Choices taken: {seen} of {count}"), coverage.taken()),
        (_("Routes taken: {seen} of {count}"), (sum(map(bool, coverage.routes)), len(coverage.routes))),
    ):
        if count:
            yield text.format(seen=seen, count=count)
    for form_id, form in coverage.forms.items():
        if not form.tests:
            yield f"  {form_id}: " + _("no test fills in this form")
            continue
        rows = []
        for question, branch in form.conditions.items():
            if not branch.asked:
                rows.append([question, _("never asked")])
            elif not branch.left_out:
                rows.append([question, _("never left out")])
        for question, choices in form.choices.items():
            never = [clean_line(label) for label, count in choices.items() if not count]
            if never:
                more = ["…"] if len(never) > _MOST else []
                rows.append([question, _("never chosen: {choices}").format(choices=" | ".join(never[:_MOST] + more))])
        if rows:
            yield f"  {form_id}:"
            yield console.columns(rows, indent="    ")
    idle = [str(number) for number, count in enumerate(coverage.routes, 1) if not count]
    if idle:
        yield "  " + _("routes never taken: {numbers}").format(numbers=", ".join(idle))


def print_extracted(files: Sequence[Translated], context: Context) -> None:
    """Shows which files translators get, and how much is left to do."""
    if context.flags.json:
        console.product_json(files)
        return
    for one in files:
        left = ngettext("{count} text to translate", "{count} texts to translate", one.open).format(count=one.open)
        state = left if one.open else _("nothing left to translate")
        context.say(_("Written:") + f"  {short_path(one.path)}  {state}")


def print_compiled(compiled: Compiled, context: Context) -> None:
    """Shows what was compiled and what is wrong, and ends with 1 where a language could not be compiled."""
    if context.flags.json:
        found = [findings_json(one) for one in compiled.findings]
        console.product_json({"ok": compiled.ok, "paths": compiled.paths, "findings": found})
    else:
        _print_findings(compiled.findings)
        for path in compiled.paths:
            context.say(_("Written:") + "  " + short_path(path))
    if not compiled.ok:
        exit_now(ExitCode.FINDINGS)


def show_preview(made: Previewed, context: Context) -> None:
    """Opens the page where somebody is there to look at it, and says what could not be made."""
    for problem in made.problems:
        context.say(clean_line(problem))
    if context.flags.json:
        console.product_json(made)
    elif made.text:
        console.product_exact(made.text)
    else:
        context.say(_("Written:") + "  " + short_path(made.path))
        if context.asks:
            import webbrowser

            webbrowser.open(Path(made.path).absolute().as_uri())
    if made.problems:
        exit_now(ExitCode.FINDINGS)


def stop_on_faults(checked: Checked, context: Context) -> None:
    """Ends with 1 and the findings where a pack has errors; customers shall never get such a one."""
    if not checked.ok():
        print_checked(checked, context, strict=False)


def print_built(built: Built, context: Context) -> None:
    """Shows the zip that was made."""
    if context.flags.json:
        console.product_json(built)
        return
    context.say(_("Written:") + "  " + short_path(built.path))
    context.say(f"{built.name} {built.version}  {built.digest}")
    context.say(
        _("Sign it with:  {command}").format(
            command=command_line("pack", "sign", short_path(built.path), "--key", "FILE")
        )
    )


def print_keys(keys: Keys, context: Context) -> None:
    """Shows the keys that were made, and what to do with each."""
    if context.flags.json:
        console.product_json(keys)
        return
    rows = [
        [short_path(keys.secret), _("the secret key: keep it, and nobody else")],
        [short_path(keys.public), _("the public key: for everybody who verifies")],
    ]
    context.say(console.columns(rows, indent=""))
    context.say(_("For pack.yml:") + f"\n  publisher:\n    key: {keys.key}")


def print_signed(signed: Signed, context: Context) -> None:
    """Shows the signature that was made."""
    if context.flags.json:
        console.product_json(signed)
        return
    context.say(_("Signed with the key {key}:").format(key=signed.key) + "  " + short_path(signed.signature))


def print_verified(signed: Signed, context: Context) -> None:
    """Says that a signature fits."""
    if context.flags.json:
        console.product_json(signed)
        return
    console.product(
        _("The signature fits: {pack} {version}, signed with the key {key}.").format(
            pack=signed.name, version=signed.version, key=signed.key
        )
    )
    if signed.own_key:
        context.say(_("The pack itself names this key. Whose it is, only its publisher can tell you."))


PackArgument = Annotated[str, typer.Argument(metavar="PACK", help=_("A folder, a zip, or the name of a pack."))]
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

    context = open_context(no_input=no_input)
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

    context = open_context(no_input=True)
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

    context = open_context(no_input=True)
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

    context = open_context(no_input=no_browser)
    show_preview(make_preview(context.bench, pack, output, form), context)


@app.command(help=_("Print a JSON Schema for editors to complete and check with."))
def schema(
    kind: Annotated[str, typer.Argument(metavar="pack|form|test|request|answers")],
    form: Annotated[str, typer.Argument(metavar="[FORM]", help=_("Form whose answers are described."))] = "",
    pack: flags.PackName = "",
) -> None:
    """Parses, reads, prints; a schema is JSON in any case."""
    from support_cli.authoring.schema import publish

    context = open_context(no_input=True)
    console.product_json(publish(context.bench, kind, form, pack))


@app.command(help=_("Print a form as a file of answers to fill in."))
def skeleton(
    form: Annotated[str, typer.Argument(metavar="[FORM]", help=_("Form of the pack, or name of a pack."))] = "",
    pack: flags.PackName = "",
) -> None:
    """Parses, reads, prints."""
    from support_cli.authoring.schema import make_skeleton

    context = open_context(no_input=True)
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

    context = open_context(no_input=True)
    print_extracted(extract_texts(context.bench, pack, languages or ()), context)


@app.command("compile", help=_("Check a pack's translations and compile them."))
def compile_(pack: PackArgument) -> None:
    """Parses, checks, writes, prints."""
    from support_cli.authoring.extract import compile_texts

    context = open_context(no_input=True)
    print_compiled(compile_texts(context.bench, pack), context)


_Zip = Annotated[str, typer.Argument(metavar="ZIP", help=_("A zip that pack build made."))]


@app.command(help=_("Check a pack and make a zip of it."))
def build(
    pack: PackArgument,
    output: Annotated[
        str,
        typer.Option("--output", "-o", metavar="ZIP", help=_("The zip to write; NAME-VERSION.zip here by default.")),
    ] = "",
) -> None:
    """Parses, checks, builds, prints."""
    from support_cli.authoring.check import check
    from support_cli.authoring.release import build as build_zip

    context = open_context(no_input=True)
    stop_on_faults(check(context.bench, pack), context)
    print_built(build_zip(context.bench, pack, output), context)


@app.command(help=_("Make a key to sign with: FILE, and FILE.pub for everybody."))
def keygen(
    file: Annotated[str, typer.Argument(metavar="FILE", help=_("Where to write the secret key."))],
    no_password: Annotated[bool, typer.Option("--no-password", help=_("Do not lock the key with a password."))] = False,
) -> None:
    """Parses, makes, prints."""
    from support_cli.authoring.release import keygen as make_keys

    context = open_context()
    print_keys(make_keys(context.bench, file, password=not no_password), context)


@app.command(help=_("Sign a zip; the signature lies beside it as ZIP.minisig."))
def sign(
    file: _Zip,
    key: Annotated[str, typer.Option("--key", "-k", metavar="FILE", help=_("The secret key."))],
) -> None:
    """Parses, signs, prints."""
    from support_cli.authoring.release import sign_zip

    context = open_context()
    print_signed(sign_zip(context.bench, file, key), context)


@app.command(help=_("Verify the signature of a zip."))
def verify(
    file: _Zip,
    key: Annotated[
        str,
        typer.Option(
            "--key", "-k", metavar="FILE.pub", help=_("The public key, as a file or a line; else the pack's own.")
        ),
    ] = "",
) -> None:
    """Parses, verifies, prints."""
    from support_cli.authoring.release import verify_zip

    context = open_context(no_input=True)
    print_verified(verify_zip(context.bench, file, key), context)
