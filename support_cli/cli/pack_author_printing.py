"""What is shown to the authors of packs: findings, tests and what they have seen."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from support_cli.authoring.check import Checked
from support_cli.authoring.coverage import Coverage
from support_cli.authoring.extract import Compiled, Translated
from support_cli.authoring.init import ADDRESS, Begun
from support_cli.authoring.preview import Previewed
from support_cli.authoring.test import Tested, TestRun
from support_cli.base.errors import ExitCode
from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _, ngettext
from support_cli.base.invocation import command_line
from support_cli.base.text import clean_line, clean_text
from support_cli.cli import console
from support_cli.cli.context import Context
from support_cli.cli.guard import exit_now
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
