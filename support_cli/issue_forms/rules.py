"""GitHub's rules for an issue form, each broken one told in GitHub's words.

Nothing here decides what can be asked: ``packs.issue_form`` reads whatever it can, broken or not.
"""

from support_cli.base.finding import Level
from support_cli.base.i18n import _
from support_cli.base.patterns import later
from support_cli.issue_forms.items import Items
from support_cli.issue_forms.messages import MOST_FINDINGS, Report, in_quotes, named
from support_cli.issue_forms.names import prefill_name
from support_cli.packs.yamltext import Path

MOST_QUESTIONS = 500
PLATFORM_GITHUB = "github"
PLATFORM_GITEA = "gitea"
PLATFORM_DISCUSSION = "discussion"
PLATFORM_GUESS = ""

TOP_KEYS = frozenset(["name", "description", "title", "labels", "assignees", "projects", "type", "body"])
GITEA_TOP_KEYS = TOP_KEYS | {"about", "ref", "content"}
# YAML 1.1 would read these as yes or no wherever they stand unquoted.
_FORBIDDEN_KEYS = later(r"(?:[yYnN]|[yY]es|YES|[nN]o|NO|[tT]rue|TRUE|[fF]alse|FALSE|[oO]n|ON|[oO]ff|OFF)")
_LABEL_READ = 500


def check(report: Report, platform: str) -> None:
    """Notes every rule of GitHub's (or Gitea's) that a form breaks.

    Args:
        report: Holds the parsed form and gets the findings.
        platform: ``github``, ``gitea`` or ``discussion`` (the same body, no name).
    """
    data = report.parsed.data
    if not isinstance(data, dict):
        return
    _top(report, data, platform)
    body = data.get("body")
    if body is None or body == []:
        if "body" in data:
            report.error("T110", ("body",), "Body cannot be empty")
        return
    if not isinstance(body, list):
        report.error("T110", ("body",), "`body` must be an array")
        return
    _Body(report, body[:MOST_QUESTIONS], platform).check()


def _top(report: Report, data: dict[str, object], platform: str) -> None:
    gitea = platform == PLATFORM_GITEA
    required = ["body"] if platform == PLATFORM_DISCUSSION else ["name", "description", "body"]
    if gitea and data.get("about"):
        required.remove("description")
    for key in required:
        if key not in data or (data[key] is None and key != "body"):
            report.error("T101", (), f"Required top level key `{key}` is missing")
    for key, value in data.items():
        if _FORBIDDEN_KEYS.fullmatch(key):
            report.error("T104", (key,), f"Forbidden keys: `{key}`", _("Put the key in quotes, or take it out."))
        elif key not in (GITEA_TOP_KEYS if gitea else TOP_KEYS):
            report.error("T103", (key,), f"`{named(key)}` is not a permitted key")
        elif key in ("labels", "assignees", "projects"):
            _names(report, key, value)
        elif key != "body" and value is not None and (not isinstance(value, str) or not value.strip()):
            needed = key in required or not isinstance(value, str)
            note = report.error if needed else report.warning
            note("T102", (key,), f"`{key}` must be a string", in_quotes(value))
    name = data.get("name")
    if isinstance(name, str) and 0 < len(name.strip()) <= 3 and not gitea:
        # The documentation says that such a form is hidden, and GitHub shows it all the same.
        report.warning("T105", ("name",), "`name` must be more than 3 characters")
    for path, place in report.parsed.duplicates[:MOST_FINDINGS]:
        message = _("“{key}” stands twice; the last one counts.").format(key=named(path[-1]))
        report.add_at(place, "T141", message, None, Level.WARNING)


def _names(report: Report, key: str, value: object) -> None:
    if value is None or isinstance(value, str):
        return
    if not isinstance(value, list):
        report.error("T102", (key,), f"`{key}` must be a string", in_quotes(value))
        return
    for number, one in enumerate(value):
        if not isinstance(one, str):
            report.warning("T102", (key, number), f"`{key}` must be a string", in_quotes(one))


class _Body:
    """The items of a form."""

    def __init__(self, report: Report, body: list[object], platform: str) -> None:
        self.report = report
        self.body = body
        self.gitea = platform == PLATFORM_GITEA
        self.items = Items(report, self.gitea)
        self.told = False

    def check(self) -> None:
        asking = False
        for number, item in enumerate(self.body):
            path: Path = ("body", number)
            if not isinstance(item, dict):
                self.report.error("T120", path, f"Body[{number}]: required key type is missing")
                continue
            asking = self.items.check(number, item, path) or asking
        if not asking:
            self.report.error("T111", ("body",), "Body must contain at least one non-markdown field")
        self._unique_names()
        self._unique_boxes()

    def _unique_names(self) -> None:
        """Ids, labels and the names that GitHub makes of them must tell the fields apart."""
        ids: dict[str, int] = {}
        names: dict[str, tuple[str, bool]] = {}
        for number, item in enumerate(self.body):
            if not isinstance(item, dict) or item.get("type") == "markdown":
                continue
            given = item.get("id")
            own = given if isinstance(given, str) and given else None
            if own is not None and own in ids:
                self.report.error("T112", ("body", number, "id"), "Body must have unique ids")
                continue
            if own is not None:
                ids[own] = number
            attributes = item.get("attributes")
            label = attributes.get("label") if isinstance(attributes, dict) else None
            if not isinstance(label, str) or not label.strip() or self.gitea:
                continue
            self._name(number, own, label, names)

    def _name(self, number: int, own: str | None, label: str, names: dict[str, tuple[str, bool]]) -> None:
        name = own or prefill_name(label[:_LABEL_READ])
        place: Path = ("body", number, "attributes", "label")
        if name not in names:
            names[name] = (label, own is not None)
            return
        other, other_has_id = names[name]
        fix = _("Give the fields ids of their own.")
        if label.strip() == other.strip() and own is None and not other_has_id:
            self.report.error("T113", place, "Body must have unique labels", fix)
        elif name:
            self.report.error("T114", place, "Labels are too similar", fix)
        elif not self.told:
            # Labels without any Latin letter: GitHub used to refuse them and shows them now.
            self.report.warning("T114", place, "Labels are too similar", fix)
            self.told = True

    def _unique_boxes(self) -> None:
        """A box may not be named like a field that has no id."""
        if self.gitea:
            return
        nameless = {}
        for number, item in enumerate(self.body):
            attributes = item.get("attributes") if isinstance(item, dict) else None
            if isinstance(item, dict) and isinstance(attributes, dict) and not item.get("id"):
                nameless[str(attributes.get("label"))] = number
        for number, item in enumerate(self.body):
            if not isinstance(item, dict) or item.get("type") != "checkboxes":
                continue
            attributes = item.get("attributes")
            options = attributes.get("options") if isinstance(attributes, dict) else None
            for place, one in enumerate(options if isinstance(options, list) else []):
                label = one.get("label") if isinstance(one, dict) else None
                if isinstance(label, str) and nameless.get(label, number) != number:
                    path: Path = ("body", number, "attributes", "options", place)
                    self.report.error("T115", path, "Checkboxes must have unique labels")
