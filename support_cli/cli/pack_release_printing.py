"""What is said about zips, keys and signatures of packs."""

from support_cli.authoring.check import Checked
from support_cli.authoring.release import Built, Keys, Signed
from support_cli.base.i18n import _
from support_cli.base.invocation import command_line
from support_cli.cli import console
from support_cli.cli.context import Context
from support_cli.cli.pack_author_printing import print_checked
from support_cli.cli.printing import short_path


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
