"""What can be wrong with a pack."""

from collections.abc import Sequence

from support_cli.errors import UnusableError
from support_cli.finding import Finding


class PackError(UnusableError):
    """A pack, a form or one of its files cannot be used.

    Attributes:
        findings: Every fault found, each with its file and line; may be empty when the message says it all.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        where: str | None = None,
        findings: Sequence[Finding] = (),
    ) -> None:
        super().__init__(message, hint=hint, where=where)
        self.findings = tuple(findings)


class YamlError(PackError):
    """A text is not YAML, or is YAML of a size or shape that nobody needs."""
