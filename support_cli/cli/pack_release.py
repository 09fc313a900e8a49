"""``support pack build``, ``keygen``, ``sign``, ``verify``: from a folder to a signed zip."""

from typing import Annotated

import typer

from support_cli.base.i18n import _
from support_cli.cli.global_flags import given
from support_cli.cli.parser import group_app

app = group_app(_("Packs: what support teams ask, and where it goes."))
PackArgument = Annotated[str, typer.Argument(metavar="PACK", help=_("A folder, a zip, or the name of a pack."))]
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
    from support_cli.cli.context import Context
    from support_cli.cli.pack_release_printing import print_built, stop_on_faults

    context = Context(given(no_input=True))
    stop_on_faults(check(context.bench, pack), context)
    print_built(build_zip(context.bench, pack, output), context)


@app.command(help=_("Make a key to sign with: FILE, and FILE.pub for everybody."))
def keygen(
    file: Annotated[str, typer.Argument(metavar="FILE", help=_("Where to write the secret key."))],
    no_password: Annotated[bool, typer.Option("--no-password", help=_("Do not lock the key with a password."))] = False,
) -> None:
    """Parses, makes, prints."""
    from support_cli.authoring.release import keygen as make_keys
    from support_cli.cli.context import Context
    from support_cli.cli.pack_release_printing import print_keys

    context = Context(given())
    print_keys(make_keys(context.bench, file, password=not no_password), context)


@app.command(help=_("Sign a zip; the signature lies beside it as ZIP.minisig."))
def sign(
    file: _Zip,
    key: Annotated[str, typer.Option("--key", "-k", metavar="FILE", help=_("The secret key."))],
) -> None:
    """Parses, signs, prints."""
    from support_cli.authoring.release import sign_zip
    from support_cli.cli.context import Context
    from support_cli.cli.pack_release_printing import print_signed

    context = Context(given())
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
    from support_cli.cli.context import Context
    from support_cli.cli.pack_release_printing import print_verified

    context = Context(given(no_input=True))
    print_verified(verify_zip(context.bench, file, key), context)
