import os
import stat
from unittest.mock import ANY

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_cli.cli import settings
from support_cli.cli.settings import Settings, find, load, parse_value, save, show, value_of
from support_cli.cli.settings_text import SettingsError
from tests.making import is_clean, nasty_text
from tests.table import each

FIELDS = {field.key: field for field in settings.fields()}
OTHER = {"str": "something", "bool": "true", "int": "7"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "config" / "settings.toml"


def write(path, text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def refusal(do, *arguments):
    with pytest.raises(SettingsError) as refused:
        do(*arguments)
    assert is_clean(refused.value.message)
    assert "\n" not in refused.value.message
    return refused.value


def other_value(field):
    """A value that is not the default, as text and as it is."""
    if field.choices:
        text = next(choice for choice in field.choices if choice != field.default)
        return text, text
    text = "false" if field.default is True else OTHER[field.type]
    return text, parse_value(field, text, "")


def test_without_a_file_everything_is_as_documented(path):
    assert load(path, {}) == Settings()
    assert [field.default for field in FIELDS.values()] == [value_of(Settings(), key) for key in FIELDS]
    assert all(field.doc for field in FIELDS.values())


@each("key", FIELDS)
def test_the_environment_wins_over_the_file_and_the_file_over_the_default(path, key):
    field = FIELDS[key]
    text, value = other_value(field)
    assert field.variable == "SUPPORT_" + key.upper().replace(".", "_")
    save(path, key, text)
    assert value_of(load(path, {}), key) == value
    again = show(field.default).strip('"') if field.default != "" else ""
    assert value_of(load(path, {field.variable: again}), key) == field.default
    assert value_of(load(path.with_name("no.toml"), {field.variable: text}), key) == value
    save(path, key, None)
    assert load(path, {}) == Settings()


def test_a_flag_wins_over_the_environment(monkeypatch):
    from support_cli.cli.context import Context
    from support_cli.cli.global_flags import GlobalFlags

    monkeypatch.setattr(Context, "current", None)
    monkeypatch.setenv("SUPPORT_LANG", "uk")
    assert Context(GlobalFlags(lang="pl")).language == "pl"
    assert Context(GlobalFlags()).language == "uk"


def test_what_goes_on_line_by_line_is_asked_line_by_line(monkeypatch):
    from support_cli.cli.context import Context
    from support_cli.cli.global_flags import GlobalFlags
    from support_cli.interview.plain import PlainPrompter

    monkeypatch.setattr(Context, "current", None)
    monkeypatch.setenv("TERM", "xterm")
    context = Context(GlobalFlags())
    assert not context.bench.plain
    context.bench.plain = True
    assert isinstance(context.screen, PlainPrompter)
    assert Context(GlobalFlags(plain=True)).bench.plain


def test_a_file_by_hand(path):
    write(
        path,
        '\ufeff# mine\r\nlang = "uk"\r\nsmtp.url = "smtps://a.example.org"\r\n[mail]\r\nsender = "a@example.org"\r\n',
    )
    found = load(path, {"SUPPORT_SMTP_TIMEOUT": "5", "SUPPORT_UNKNOWN": "x", "HOME": "y"})
    assert (found.lang, found.smtp.url, found.mail.sender, found.smtp.timeout) == (
        "uk", "smtps://a.example.org", "a@example.org", 5,
    )  # fmt: skip


def test_an_empty_variable_is_as_good_as_none_unless_a_setting_may_be_empty(path):
    write(path, 'color = "never"\nplain = true\neditor = "vi"\n[smtp]\ntimeout = 5\n')
    found = load(path, {f"SUPPORT_{name}": "" for name in ("COLOR", "PLAIN", "EDITOR", "SMTP_TIMEOUT")})
    assert (found.color, found.plain, found.editor, found.smtp.timeout) == ("never", True, "", 5)


@each(
    ("text", "message", "line", "hint"),
    [
        ('langage = "uk"', "“langage” is not a setting.", 1, "Did you mean “lang”?"),
        ('# x\n[smtp]\nulr = "x"', "“smtp.ulr” is not a setting.", 3, "Did you mean “smtp.url”?"),
        ('smtp.ulr = "x"', "“smtp.ulr” is not a setting.", 1, "Did you mean “smtp.url”?"),
        ("[smpt]\nx = 1", "“smpt” is not a setting.", 1, "Did you mean “smtp”?"),
        ("weather = 1", "“weather” is not a setting.", 1, "support config list"),
        ('"a\\u001b[31m" = 1', "“a” is not a setting.", None, "support config list"),
        ("smtp = 5", "“smtp” is a group: its settings stand below a line [smtp].", 1, None),
        ('color = "allways"', "The setting “color” is one of: auto, always, never.", 1, "Did you mean “always”?"),
        ('\n\nlang = "de"', "The setting “lang” is one of: en, uk, ru, pl.", 3, None),
        ("lang = 5", "The setting “lang” is one of: en, uk, ru, pl.", 1, None),
        ('plain = "yes"', "The setting “plain” is true or false, without quotes.", 1, None),
        ("pack = true", "The setting “pack” is a text, in quotes.", 1, None),
        ('[smtp]\ntimeout = "5"', "The setting “smtp.timeout” is a whole number, without quotes.", 2, None),
        ("[smtp]\ntimeout = 0", "The setting “smtp.timeout” must be at least 1.", 2, None),
        ("[smtp]\ntimeout = 99999", "The setting “smtp.timeout” must be at most 3600.", 2, None),
        ("[smtp]\ntimeout = 1" + "0" * 30, "The setting “smtp.timeout” must be at most 3600.", 2, None),
        ("[smtp]\ntimeout = 1" + "0" * 5000, "The settings are not valid TOML", ANY, "support config edit"),
        ("lang = uk", "The settings are not valid TOML: Invalid value.", 1, 'A text stands in quotes:  lang = "uk"'),
        ("[" * 5000, "The settings are not valid TOML", ANY, "support config edit"),
        ("a = " + "[" * 5000, "The settings are not valid TOML", ANY, "support config edit"),
        ("lang = 'uk'\nlang = 'pl'", "The settings are not valid TOML", ANY, "support config edit"),
        ("\x00", "The settings are not valid TOML", ANY, "support config edit"),
    ],
)  # fmt: skip
def test_a_slip_in_the_file(path, text, message, line, hint):
    error = refusal(load, write(path, text), {})
    assert message in error.message
    assert hint in (error.hint or "") if hint else error.hint is None
    assert line is ANY or error.where == (f"{path}:{line}" if line else str(path))
    assert int(error.exit_code) == 3


@each(
    ("variable", "value", "message"),
    [
        ("SUPPORT_LANG", "de", "“de” is not one of: en, uk, ru, pl."),
        ("SUPPORT_PLAIN", "maybe", "“maybe” is neither true nor false."),
        ("SUPPORT_SMTP_TIMEOUT", "soon", "“soon” is not a number."),
        ("SUPPORT_SMTP_TIMEOUT", "9" * 5000, "is not a number."),
        ("SUPPORT_SMTP_TIMEOUT", "0", "The setting “smtp.timeout” must be at least 1."),
        ("SUPPORT_COLOR", "\x1b[31mred\udcff", "“red” is not one of: auto, always, never."),
    ],
)
def test_a_slip_in_a_variable_names_it(path, variable, value, message):
    error = refusal(load, path, {variable: value})
    assert message in error.message
    assert error.where == variable


def test_what_cannot_be_read(path):
    path.mkdir(parents=True)
    assert "cannot be read" in refusal(load, path, {}).message
    path.rmdir()
    path.write_bytes(b"lang = '\xff'")
    assert "not a text in UTF-8" in refusal(load, path, {}).message
    path.write_bytes(b"#" * ((1 << 20) + 1))
    assert "not a text in UTF-8" in refusal(load, path, {}).message


def test_saving_keeps_comments_and_order(path):
    write(path, '# my settings\nlang = "en"  # for now\n\n[smtp]\n# the mail server\nurl = "smtps://a.example.org"\n')
    save(path, "lang", "uk")
    save(path, "smtp.timeout", "30")
    save(path, "mail.sender", 'Anna "A" <a@example.org>\\')
    assert path.read_text("utf-8") == (
        '# my settings\nlang = "uk"  # for now\n\n[smtp]\n# the mail server\nurl = "smtps://a.example.org"\n'
        'timeout = 30\n\n[mail]\nsender = "Anna \\"A\\" <a@example.org>\\\\"\n'
    )
    assert load(path, {}).mail.sender == 'Anna "A" <a@example.org>\\'
    save(path, "smtp.url", None)
    save(path, "desk.timeout", None)
    text = path.read_text("utf-8")
    assert "# the mail server" in text
    assert "url" not in text
    assert "desk" not in text


def test_dotted_and_inline_settings_are_changed_where_they_stand(path):
    write(path, 'smtp.url = "smtp://localhost"\nmail = {sender = "a@example.org"}\n')
    save(path, "smtp.url", "smtps://b.example.org")
    save(path, "mail.sender", "b@example.org")
    assert load(path, {}).smtp.url == "smtps://b.example.org"
    assert load(path, {}).mail.sender == "b@example.org"
    assert len(path.read_text("utf-8").splitlines()) == 2


@each(
    ("key", "value", "message"),
    [
        ("smtp.ulr", "x", "“smtp.ulr” is not a setting."),
        ("smtp", "x", "“smtp” is not a setting."),
        ("", "x", "“” is not a setting."),
        ("lang", "de", "“de” is not one of"),
        ("plain", "maybe", "is neither true nor false"),
        ("smtp.timeout", "-5", "must be at least 1"),
    ],
)
def test_a_wrong_value_is_not_saved(path, key, value, message):
    write(path, "lang = 'uk'\n")
    assert message in refusal(save, path, key, value).message
    assert path.read_text("utf-8") == "lang = 'uk'\n"


@pytest.mark.parametrize("text", ["lang = [", "lang = 'uk'\nlang = 'pl'"])
def test_a_file_that_is_no_toml_stays_as_it_is(path, text):
    write(path, text)
    assert refusal(save, path, "smtp.url", "smtps://x").where.startswith(str(path))
    assert path.read_text("utf-8") == text


def test_what_is_wrong_is_mended_by_saving_a_right_value_or_none(path):
    write(path, "langage = 'uk'\nsmtp = 5\nplain = 'yes'\n")
    assert "langage" in save(path, "smtp.timeout", "70").message
    assert "plain" in save(path, "langage", None).message
    assert save(path, "plain", "yes") is None
    assert (load(path, {}).smtp.timeout, load(path, {}).plain) == (70, True)
    assert "langage" in refusal(save, path, "langage", None).message


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_the_file_is_private_and_a_link_stays_a_link(path, tmp_path):
    save(path, "lang", "uk")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    dotfile = tmp_path / "dotfiles.toml"
    path.rename(dotfile)
    path.symlink_to(dotfile)
    save(path, "lang", "pl")
    assert path.is_symlink()
    assert load(dotfile, {}).lang == "pl"
    assert [one.name for one in path.parent.iterdir()] == ["settings.toml"]


def test_what_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert "cannot be" in refusal(save, tmp_path / "file" / "settings.toml", "lang", "uk").message


def test_values_are_shown_as_they_are_written(path):
    assert [show(True), show(60), show('a"b\\')] == ["true", "60", '"a\\"b\\\\"']
    assert find("smtp.url").type == "str"


@given(st.sampled_from(sorted(FIELDS)), nasty_text)
def test_any_text_is_a_value_or_a_refusal(key, text):
    try:
        value = parse_value(FIELDS[key], text, key)
    except SettingsError as error:
        assert is_clean(error.message)  # noqa: PT017
        assert error.where == key  # noqa: PT017
    else:
        assert type(value).__name__ == FIELDS[key].type
