"""``support doctor``."""

from support_cli.base.i18n import _
from support_cli.cli import flags
from support_cli.cli.global_flags import given
from support_cli.cli.parser import command_app

app = command_app()


@app.command(help=_("Look whether everything works on this machine; nothing is sent."))
def doctor(pack: flags.PackName = "") -> None:
    """Parses, looks, prints."""
    from support_cli.base.errors import ExitCode
    from support_cli.base.labels import CHECKED, label
    from support_cli.cli import console
    from support_cli.cli.context import Context
    from support_cli.cli.doctor_checks import examine
    from support_cli.cli.guard import exit_now

    context = Context(given(no_input=True))
    found = examine(context, pack)
    if context.flags.json:
        console.product_json([{"name": one.name, "ok": one.ok, "message": one.message} for one in found])
    else:
        marks = {True: _("ok"), False: _("not ok")}
        rows = [[marks[one.ok], label(CHECKED, one.name), one.message] for one in found]
        console.product(console.columns(rows, indent=""))
    if not all(one.ok for one in found):
        exit_now(ExitCode.UNUSABLE)
