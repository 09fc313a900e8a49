"""What GitHub says about a form that it refuses, in its own words, and where.

The sentences are GitHub's (https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/common-validation-errors-when-creating-issue-forms)
and stay English, so that a maintainer finds them there; only what to do about it is translated.
"""

from typing import NamedTuple

from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _
from support_cli.base.text import clean_line, shorten
from support_cli.forms.model import Form
from support_cli.packs.yamltext import KeyPath, Parsed, Position

MOST_FINDINGS = 200


class LoadedForm(NamedTuple):
    """A form that is not written for us, and what is wrong with it.

    Attributes:
        form: What can be asked.
        findings: ``T1`` codes; an error is something that GitHub refuses the form for.
    """

    form: Form
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> bool:
        """Whether GitHub would not show this form."""
        return any(finding.level is Level.ERROR for finding in self.findings)


class Report:
    """Collects findings about one file, each with its file, line and column."""

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed
        self.findings: list[Finding] = []

    def error(self, code: str, path: KeyPath, message: str, fix: str | None = None) -> None:
        """Notes something that GitHub refuses."""
        self.add(code, path, message, fix, Level.ERROR)

    def warning(self, code: str, path: KeyPath, message: str, fix: str | None = None) -> None:
        """Notes something that does not do what its author meant."""
        self.add(code, path, message, fix, Level.WARNING)

    def hint(self, code: str, path: KeyPath, message: str, fix: str | None = None) -> None:
        """Notes something harmless."""
        self.add(code, path, message, fix, Level.HINT)

    def add(self, code: str, path: KeyPath, message: str, fix: str | None, level: Level) -> None:
        """Notes a finding at the place of a part of the document."""
        self.add_at(self.parsed.at(path), code, message, fix, level)

    def add_at(self, place: Position, code: str, message: str, fix: str | None, level: Level) -> None:
        """Notes a finding at a place; after two hundred, nobody reads on."""
        where = f"{self.parsed.name}:{place.line}:{place.column}"
        finding = Finding(code=code, level=level, where=where, message=message, fix=fix)
        if len(self.findings) < MOST_FINDINGS and finding not in self.findings:
            self.findings.append(finding)


def named(value: object) -> str:
    """A key or value as it is quoted in a message: one line, of bounded length."""
    return shorten(clean_line(str(value)[:200]), 60) if isinstance(value, str | int | float) else "…"


def in_quotes(value: object) -> str | None:
    """What to do about a value that YAML read as a number or as yes and no; None for any other."""
    return _("Put the value in quotes.") if isinstance(value, bool | int | float) else None
