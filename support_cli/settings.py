"""The customer's settings: flags over environment over file over default.

The file is TOML. Every setting is also an environment variable: ``smtp.url`` is ``SUPPORT_SMTP_URL``. The text
beside each one is what ``support config list`` and the documentation show.
"""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from support_cli.errors import UnusableError
from support_cli.i18n import N_, _


def _doc(text: str) -> msgspec.Meta:
    return msgspec.Meta(description=text)


class MailSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How this machine sends mail."""

    transport: Annotated[
        Literal["", "smtp", "sendmail", "file"],
        _doc(N_("How mail leaves this machine: smtp, sendmail, or file (an .eml to send yourself).")),
    ] = ""
    sender: Annotated[str, _doc(N_("Address that mail comes from; by default the one in the request."))] = ""
    sendmail: Annotated[str, _doc(N_("Path of the sendmail program."))] = ""


class SmtpSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The mail server."""

    url: Annotated[
        str, _doc(N_("Mail server: smtp://, smtp+starttls:// or smtps://, user@host:port, never a password."))
    ] = ""
    password_command: Annotated[str, _doc(N_("Command that prints the password."))] = ""
    token_command: Annotated[str, _doc(N_("Command that prints an OAuth token (XOAUTH2)."))] = ""
    ca_file: Annotated[str, _doc(N_("File with certificates of authorities to trust besides the system's."))] = ""
    allow_plain: Annotated[str, _doc(N_("Host that may be reached without encryption."))] = ""
    timeout: Annotated[int, msgspec.Meta(ge=1, le=3600, description=N_("Seconds to wait for the mail server."))] = 60
    resend_unclear: Annotated[
        bool, _doc(N_("Send again when it is unclear whether a message arrived (it may arrive twice)."))
    ] = False


class DeskSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Desks that are reached by their programming interface."""

    ca_file: Annotated[str, _doc(N_("File with certificates of authorities to trust besides the system's."))] = ""
    allow_plain: Annotated[str, _doc(N_("Host that may be reached without encryption."))] = ""
    timeout: Annotated[int, msgspec.Meta(ge=1, le=3600, description=N_("Seconds to wait for a desk."))] = 60
    keyring: Annotated[bool, _doc(N_("Look for tokens in the keyring of this computer."))] = True


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings."""

    lang: Annotated[
        Literal["", "en", "uk", "ru", "pl"], _doc(N_("Language of the program; by default the environment's."))
    ] = ""
    pack: Annotated[str, _doc(N_("Pack that is used when none is named."))] = ""
    plain: Annotated[bool, _doc(N_("Ask line by line, without redrawing (for screen readers)."))] = False
    color: Annotated[Literal["auto", "always", "never"], _doc(N_("Whether to use colours."))] = "auto"
    editor: Annotated[str, _doc(N_("Editor for long texts; by default VISUAL or EDITOR."))] = ""
    output: Annotated[str, _doc(N_("Folder that documents are written to; by default the current one."))] = ""
    prefill: Annotated[
        Literal["ask", "never"], _doc(N_("Whether contact details are offered from the last time or from git."))
    ] = "ask"
    mail: MailSettings = MailSettings()
    smtp: SmtpSettings = SmtpSettings()
    desk: DeskSettings = DeskSettings()


class SettingsError(UnusableError):
    """The settings cannot be used."""


class Field(msgspec.Struct, frozen=True):
    """One setting, for lists and documentation.

    Attributes:
        key: Dotted name, as in ``smtp.url``.
        variable: Environment variable.
        doc: What it is for, untranslated.
        default: Its default.
        choices: Accepted values, if they are few.
        type: ``str``, ``bool`` or ``int``.
    """

    key: str
    variable: str
    doc: str
    default: str | bool | int
    choices: tuple[str, ...]
    type: str


def fields() -> list[Field]:
    """Lists every setting in the order in which it is documented."""
    found: list[Field] = []
    for top in msgspec.structs.fields(Settings):
        if isinstance(top.default, msgspec.Struct):
            found += [_field(inner, f"{top.encode_name}.") for inner in msgspec.structs.fields(top.default)]
        else:
            found.append(_field(top, ""))
    return found


def _field(info: Any, prefix: str) -> Field:
    base, meta = info.type.__args__[0] if hasattr(info.type, "__args__") else info.type, info.type.__metadata__[0]
    origin = info.type.__origin__
    choices = tuple(c for c in getattr(origin, "__args__", ()) if c) if "Literal" in str(origin) else ()
    key = prefix + info.encode_name
    variable = "SUPPORT_" + key.upper().replace(".", "_").replace("-", "_")
    kind = "str" if choices else getattr(base, "__name__", "str")
    return Field(key, variable, meta.description or "", info.default, choices, kind)


def load(path: Path, environ: Mapping[str, str]) -> Settings:
    """Reads the settings.

    Args:
        path: The TOML file; it need not exist.
        environ: The environment.

    Raises:
        SettingsError: If the file or a variable cannot be used; the message says where.
    """
    data: dict[str, Any] = {}
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        text = ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            _("The settings cannot be read: {problem}.").format(problem=error), where=str(path)
        ) from None
    if text.strip():
        import tomllib

        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(
                _("The settings are not valid TOML: {problem}.").format(problem=error),
                where=str(path),
                hint=_("Mend the file or remove it."),
            ) from None
    settings = _convert(data, str(path))
    variables = {name: value for name, value in environ.items() if name.startswith("SUPPORT_")}
    if not variables:
        return settings
    for field in fields():
        value = variables.get(field.variable)
        if value is not None:
            _place(data, field.key, parse_value(field, value, field.variable))
    return _convert(data, "SUPPORT_*")


def parse_value(field: Field, text: str, where: str) -> str | bool | int:
    """Reads a setting's value from text.

    Raises:
        SettingsError: If it is no value of that setting.
    """
    if field.type == "bool":
        lowered = text.strip().lower()
        if lowered in ("1", "true", "yes", "on"):
            return True
        if lowered in ("0", "false", "no", "off", ""):
            return False
        raise SettingsError(_("“{value}” is neither true nor false.").format(value=text), where=where)
    if field.type == "int":
        try:
            return int(text)
        except ValueError:
            raise SettingsError(_("“{value}” is not a number.").format(value=text), where=where) from None
    if field.choices and text not in ("", *field.choices):
        raise SettingsError(
            _("“{value}” is not one of: {choices}.").format(value=text, choices=", ".join(field.choices)), where=where
        )
    return text


def _place(data: dict[str, Any], key: str, value: object) -> None:
    *parents, last = key.split(".")
    for parent in parents:
        data = data.setdefault(parent, {})
    data[last] = value


def _convert(data: dict[str, Any], where: str) -> Settings:
    try:
        return msgspec.convert(data, Settings)
    except msgspec.ValidationError as error:
        message, _at, place = str(error).partition(" - at `$")
        key = place.strip("`.").strip()
        if "unknown field" in message:
            name = message.split("`")[1]
            full = f"{key}.{name}" if key else name
            near = difflib.get_close_matches(full, [field.key for field in fields()], 1, 0.5)
            raise SettingsError(
                _("“{key}” is not a setting.").format(key=full),
                hint=_("Did you mean “{near}”?").format(near=near[0]) if near else None,
                where=where,
            ) from None
        raise SettingsError(
            _("The setting “{key}” cannot be used: {problem}.").format(key=key, problem=message), where=where
        ) from None


def find(key: str) -> Field:
    """Finds a setting by its dotted name.

    Raises:
        SettingsError: If there is none of that name.
    """
    known = {field.key: field for field in fields()}
    if key in known:
        return known[key]
    near = difflib.get_close_matches(key, list(known), 1, 0.4)
    raise SettingsError(
        _("“{key}” is not a setting.").format(key=key),
        hint=_("Did you mean “{near}”?").format(near=near[0]) if near else "support config list",
    )


def save(path: Path, key: str, text: str | None) -> None:
    """Writes one setting into the file, keeping its comments; None takes it out.

    Raises:
        SettingsError: If the key or the value is wrong, or the file cannot be written.
    """
    import os

    import tomlkit

    field = find(key)
    value = None if text is None else parse_value(field, text, key)
    try:
        document = tomlkit.parse(path.read_text("utf-8")) if path.exists() else tomlkit.document()
        table: Any = document
        *parents, last = key.split(".")
        for parent in parents:
            table = table.setdefault(parent, tomlkit.table())
        if value is None:
            table.pop(last, None)
        else:
            table[last] = value
        _convert(document.unwrap(), str(path))
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            stream.write(tomlkit.dumps(document))
        fresh.replace(path)
    except (OSError, ValueError) as error:
        raise SettingsError(
            _("The settings cannot be written: {problem}.").format(problem=error), where=str(path)
        ) from None


def value_of(settings: Settings, key: str) -> str | bool | int:
    """One setting's value by its dotted name."""
    value: Any = settings
    for part in key.split("."):
        value = getattr(value, part)
    return value if isinstance(value, str | bool | int) else str(value)


def show(value: str | bool | int) -> str:
    """A value as it is written in the file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)
