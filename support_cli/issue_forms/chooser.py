"""The ``config.yml`` beside issue forms: whether blank issues are welcome, and where else people can go."""

from typing import NamedTuple

from support_cli.base.finding import Finding
from support_cli.base.text import clean_line
from support_cli.issue_forms.messages import Report, in_quotes, named
from support_cli.packs.yamltext import Path, parse

_MOST_LINKS = 100


class Link(NamedTuple):
    """A place outside of the issues."""

    name: str
    url: str
    about: str


class Chooser(NamedTuple):
    """What the file says.

    Attributes:
        blank: A blank issue may be opened.
        links: Places to go instead.
        findings: What is wrong with it.
    """

    blank: bool = True
    links: tuple[Link, ...] = ()
    findings: tuple[Finding, ...] = ()


def read_chooser(raw: str | bytes, name: str) -> Chooser:
    """Reads a ``config.yml``; whatever can be used of it is used.

    Args:
        raw: Its content.
        name: Its name, for messages.

    Raises:
        YamlError: If it is no YAML.
    """
    parsed = parse(raw, name=name)
    report = Report(parsed)
    data = parsed.data
    if data is None:
        return Chooser()
    if not isinstance(data, dict):
        report.error("T161", (), "config.yml must be a mapping")
        return Chooser(findings=tuple(report.findings))
    for key in data:
        if key not in ("blank_issues_enabled", "contact_links"):
            report.error("T161", (key,), f"`{named(key)}` is not a permitted key")
    blank = data.get("blank_issues_enabled", True)
    if blank is not None and not isinstance(blank, bool):
        report.error("T161", ("blank_issues_enabled",), "`blank_issues_enabled` must be a boolean")
    return Chooser(blank is not False, _links(report, data.get("contact_links")), tuple(report.findings))


def _links(report: Report, links: object) -> tuple[Link, ...]:
    if links is None:
        return ()
    if not isinstance(links, list):
        report.error("T161", ("contact_links",), "`contact_links` must be an array")
        return ()
    found = []
    for number, one in enumerate(links[:_MOST_LINKS]):
        path: Path = ("contact_links", number)
        link = one if isinstance(one, dict) else {}
        texts = []
        for key in ("name", "url", "about"):
            value = link.get(key)
            if value is None:
                report.error("T161", path, f"contact_links[{number}]: required key `{key}` is missing")
            elif not isinstance(value, str) or not value.strip():
                report.error("T161", (*path, key), f"contact_links[{number}]: {key} must be a string", in_quotes(value))
            texts.append(clean_line(str(value)[:2000]) if isinstance(value, str | int | float) else "")
        for key in link:
            if key not in ("name", "url", "about"):
                report.error("T161", (*path, key), f"contact_links[{number}]: `{named(key)}` is not a permitted key")
        name, url, about = texts
        if url and not url.lower().startswith(("https://", "http://")):
            report.error("T161", (*path, "url"), f"contact_links[{number}]: url must be a web address")
            url = ""
        if name or url:
            found.append(Link(name or url, url, about))
    return tuple(found)
