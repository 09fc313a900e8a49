"""The faults of one file of a pack, collected and told together."""

from collections.abc import Sequence

from support_cli.base.finding import Finding, Level
from support_cli.base.i18n import _, ngettext
from support_cli.base.text import clean_line, clean_text, shorten
from support_cli.packs.errors import PackError
from support_cli.packs.shape import did_you_mean
from support_cli.packs.units import parse_duration, parse_size
from support_cli.packs.yamltext import KeyPath, Parsed


class Faults:
    """Collects the faults of one file; what is wrong with any file of a pack is noted at once.

    Attributes:
        parsed: The file.
        findings: One ``T`` finding for each fault.
    """

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed
        self.findings: list[Finding] = []
        for path, place in parsed.duplicates:
            message = _("“{key}” stands twice in this mapping.").format(key=said(path[-1]))
            self._note(f"{parsed.name}:{place.line}:{place.column}", message, _("Keep one of the two."), "T001")
        self._look_for_controls(parsed.data, ())

    def _look_for_controls(self, data: object, path: KeyPath) -> None:
        """Looks for what no terminal or header should get; YAML's escapes in quotes could bring it in."""
        if isinstance(data, dict):
            for key, value in data.items():
                if clean_text(key) != key:
                    self.fault((*path, key), _("This key holds control characters."))
                self._look_for_controls(value, (*path, key))
        elif isinstance(data, list):
            for number, value in enumerate(data):
                self._look_for_controls(value, (*path, number))
        elif isinstance(data, str) and clean_text(data) != data:
            found = next((c for c in data if clean_text(c) != c and c not in "\r\n"), "\r")
            message = _("This text holds a control character (U+{code}).").format(code=f"{ord(found):04X}")
            self.fault(path, message, _("Take it out."))

    def fault(self, path: KeyPath, message: str, fix: str | None = None, code: str = "T001") -> None:
        """Notes a fault at a place in the data."""
        self._note(self.parsed.where(path), message, fix, code)

    def _note(self, where: str, message: str, fix: str | None, code: str) -> None:
        self.findings.append(Finding(code=code, level=Level.ERROR, where=where, message=message, fix=fix))

    def unlike(self, path: KeyPath, message: str, near: list[str], code: str = "T001") -> None:
        """Notes a name that does not exist, with the nearest one that does."""
        text, fix = did_you_mean(message, near)
        self.fault(path, text, fix, code)

    def stop(self) -> None:
        """Ends here if there was any fault.

        Raises:
            PackError: With all findings, in the order in which they stand in the file.
        """
        if not self.findings:
            return
        self.findings.sort(key=lambda finding: _place(finding.where))
        raise told(self.parsed.name, self.findings)

    def size(self, text: str | int, path: KeyPath) -> int:
        """Reads a size in bytes; 0 after noting a fault."""
        size = parse_size(text)
        if size is None:
            self.fault(path, _("“{text}” is not a size.").format(text=said(text)), "10MB, 500kB, 10MiB")
        return size or 0

    def duration(self, text: str, path: KeyPath) -> int | None:
        """Reads a duration in seconds; None for an empty text and after noting a fault."""
        seconds = parse_duration(text) if text else None
        if text and seconds is None:
            self.fault(path, _("“{text}” is not a duration.").format(text=said(text)), "72h, 30min, 3d")
        return seconds


def told(name: str, findings: Sequence[Finding]) -> PackError:
    """One fault as the error that it is; of several their number, and each as a finding.

    Args:
        name: The file that they are in.
        findings: At least one.
    """
    first, count = findings[0], len(findings)
    if count == 1:
        return PackError(first.message, where=first.where, hint=first.fix, findings=findings)
    message = ngettext("{name} has {count} fault:", "{name} has {count} faults:", count)
    return PackError(message.format(name=name, count=count), where=first.where, findings=findings)


def said(value: object) -> str:
    """A value as it may stand in a sentence."""
    return shorten(clean_line(str(value)), 60)


def _place(where: str) -> tuple[int, int]:
    numbers = [int(part) if part.isdigit() else 0 for part in where.rsplit(":", 2)[1:]]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else (0, 0)
