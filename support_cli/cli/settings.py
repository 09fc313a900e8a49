"""The customer's settings: flags over environment over file over default.

The file is TOML. Every setting is also an environment variable: ``smtp.url`` is ``SUPPORT_SMTP_URL``. The text
beside each one is what ``support config list`` and the documentation show.
"""

import difflib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from support_cli.base.files import write_private
from support_cli.base.i18n import N_, _
from support_cli.base.invocation import command_line
from support_cli.base.text import clean_line, shorten
from support_cli.cli.settings_text import SettingsError, not_toml, parse, place_in, read


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

    An empty variable is as good as none, except for a setting that may be empty, which it empties.

    Args:
        path: The TOML file; it need not exist.
        environ: The environment.

    Raises:
        SettingsError: If the file or a variable cannot be used; the message says where.
    """
    text = read(path)
    data = parse(text, path) if text.strip() else {}
    settings = convert(data, lambda key: place_in(text, key, path)) if data else Settings()
    if not any(name.startswith("SUPPORT_") for name in environ):
        return settings
    variables: dict[str, str] = {}
    for field in fields():
        value = environ.get(field.variable)
        if value is not None and (value or field.default == ""):
            put(data, field.key, parse_value(field, value, field.variable))
            variables[field.key] = field.variable
    return convert(data, lambda key: variables.get(key, "SUPPORT_*")) if variables else settings


def parse_value(field: Field, text: str, where: str) -> str | bool | int:
    """Reads a setting's value from text.

    Raises:
        SettingsError: If it is no value of that setting.
    """
    said = shorten(clean_line(text[:1000]), 60)
    if field.type == "bool":
        lowered = text.strip().lower()
        if lowered in ("1", "true", "yes", "on"):
            return True
        if lowered in ("0", "false", "no", "off", ""):
            return False
        raise SettingsError(_("“{value}” is neither true nor false.").format(value=said), where=where)
    if field.type == "int":
        try:
            return int(text)
        except ValueError:
            raise SettingsError(_("“{value}” is not a number.").format(value=said), where=where) from None
    if field.choices and text not in (field.default, *field.choices):
        raise SettingsError(
            _("“{value}” is not one of: {choices}.").format(value=said, choices=", ".join(field.choices)), where=where
        )
    return text


def put(data: dict[str, Any], key: str, value: object) -> None:
    """Puts a value under its dotted name."""
    *parents, last = key.split(".")
    for parent in parents:
        data = data.setdefault(parent, {})
    data[last] = value


def convert(data: dict[str, Any], where: Callable[[str], str]) -> Settings:
    """Makes settings of a file's data.

    Args:
        data: As TOML has it.
        where: Says where a dotted name stands.

    Raises:
        SettingsError: If a name or a value is wrong.
    """
    try:
        return msgspec.convert(data, Settings)
    except msgspec.ValidationError as error:
        message, _at, place = str(error).partition(" - at `$")
        key = place.strip("`.").strip()
        if "unknown field" in message:
            unknown = f"{key}.{message.split('`')[1]}".removeprefix(".")
            raise no_setting(unknown, where(unknown)) from None
        raise SettingsError(_wrong_value(key, message), where=where(key), hint=_near_choice(key, message)) from None


def _wrong_value(key: str, message: str) -> str:
    field = next((one for one in fields() if one.key == key), None)
    limit = message.split("` ")[1].split(" ") if message.startswith("Expected `int` ") else []
    if limit[:1] == [">="]:
        return _("The setting “{key}” must be at least {limit}.").format(key=key, limit=limit[1])
    if limit:
        return _("The setting “{key}” must be at most {limit}.").format(key=key, limit=limit[1])
    if field is None:
        return _("“{key}” is a group: its settings stand below a line [{key}].").format(key=key)
    if field.choices:
        return _("The setting “{key}” is one of: {choices}.").format(key=key, choices=", ".join(field.choices))
    if field.type == "bool":
        return _("The setting “{key}” is true or false, without quotes.").format(key=key)
    if field.type == "int":
        return _("The setting “{key}” is a whole number, without quotes.").format(key=key)
    return _("The setting “{key}” is a text, in quotes.").format(key=key)


def _near_choice(key: str, message: str) -> str | None:
    said = re.match(r"Invalid enum value '(.{1,40})'", message)
    field = next((one for one in fields() if one.key == key), None)
    near = difflib.get_close_matches(said[1], field.choices, 1, 0.6) if said and field else []
    return _("Did you mean “{near}”?").format(near=near[0]) if near else None


def no_setting(key: str, where: str | None = None) -> SettingsError:
    """The error that there is no setting of that name, with the nearest one that there is."""
    known = [field.key for field in fields()]
    near = difflib.get_close_matches(key, [*known, *{name.partition(".")[0] for name in known if "." in name}], 1, 0.5)
    return SettingsError(
        _("“{key}” is not a setting.").format(key=shorten(clean_line(key[:1000]), 60)),
        hint=_("Did you mean “{near}”?").format(near=near[0]) if near else command_line("config", "list"),
        where=where,
    )


def find(key: str) -> Field:
    """Finds a setting by its dotted name.

    Raises:
        SettingsError: If there is none of that name.
    """
    for field in fields():
        if field.key == key:
            return field
    raise no_setting(key)


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
    # A string of JSON is a string of TOML, too.
    return msgspec.json.encode(value).decode("utf-8") if isinstance(value, str) else str(value)


def save(path: Path, key: str, text: str | None) -> SettingsError | None:
    """Writes one setting into the file, keeping its comments.

    Args:
        path: The TOML file; it need not exist.
        key: Dotted name.
        text: The value; None takes the setting out, one that there is no such setting of too.

    Returns:
        What else is wrong in the file, which is written all the same.

    Raises:
        SettingsError: If the key or the value is wrong, or the file is not TOML or cannot be written.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    value = None if text is None else parse_value(find(key), text, key)
    if value is not None:
        alone: dict[str, Any] = {}
        put(alone, key, value)
        convert(alone, str)
    current = read(path)
    try:
        document = tomlkit.parse(current)
        found = _write(document, key, value)
        written = tomlkit.dumps(document)
    except (TOMLKitError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise not_toml(current, path, error) from None
    if not found:
        find(key)
    if written != current:
        save_text(path, written)
    return fault_in(path, written)


def _write(document: Any, key: str, value: str | bool | int | None) -> bool:
    """Whether it was there to be taken out, or was put in."""
    table = document
    *parents, last = key.split(".")
    for parent in parents:
        if not isinstance(table.get(parent, {}), dict):  # smtp = 5
            del table[parent]
        if value is not None and parent not in table:
            import tomlkit

            table[parent] = tomlkit.table()
        table = table.get(parent, {})
    if value is not None:
        table[last] = value
    elif last in table:
        del table[last]
    else:
        return False
    return True


def save_text(path: Path, text: str) -> None:
    """Writes the whole file.

    Raises:
        SettingsError: If it cannot be written.
    """
    try:
        write_private(path, text.encode("utf-8"))
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or clean_line(str(error))
        raise SettingsError(
            _("The settings cannot be written: {problem}.").format(problem=problem), where=str(path)
        ) from None


def fault_in(path: Path, text: str) -> SettingsError | None:
    """What is wrong with a text of the settings file."""
    try:
        convert(parse(text, path), lambda wrong: place_in(text, wrong, path))
    except SettingsError as error:
        return error
    return None
