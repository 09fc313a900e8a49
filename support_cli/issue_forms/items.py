"""GitHub's rules for one item of an issue form: its keys, attributes, options, validations and languages of code."""

import re
import unicodedata
from functools import cache
from pathlib import Path

from support_cli.base.i18n import _, ngettext
from support_cli.issue_forms.messages import Report, in_quotes, named
from support_cli.packs.yamltext import KeyPath


@cache
def _names() -> frozenset[str]:
    lines = (Path(__file__).parent / "languages.txt").read_text(encoding="utf-8").splitlines()
    names = [line for line in lines if not line.startswith("#")]
    return frozenset(names) | frozenset(name.lower() for name in names)


def known_language(name: str, *, exact: bool = False) -> bool:
    """Whether GitHub colours a code block by this name.

    Args:
        name: Such as ``shell``.
        exact: Only the spellings that the public JSON schema lists: the name itself, in lower case, or an alias.
    """
    return name in _names() or (not exact and name.lower() in _names())


# What normalisation does not take apart, as i18n for Ruby writes it (its default approximations end at U+017F).
_LETTERS = str.maketrans(
    {
        "Æ": "AE", "æ": "ae", "Ð": "D", "ð": "d", "×": "x", "Ø": "O", "ø": "o", "Þ": "Th", "þ": "th", "ß": "ss",
        "Đ": "D", "đ": "d", "Ħ": "H", "ħ": "h", "ı": "i", "Ĳ": "IJ", "ĳ": "ij", "ĸ": "k", "Ŀ": "L", "ŀ": "l",
        "Ł": "L", "ł": "l", "ŉ": "'n", "Ŋ": "NG", "ŋ": "ng", "Œ": "OE", "œ": "oe", "Ŧ": "T", "ŧ": "t", "ſ": "?",
    }
)  # fmt: skip
_LAST_KNOWN = "\u017f"


def prefill_name(label: str) -> str:
    """Makes the name that GitHub makes of a label: Rails' ``parameterize``.

    Source: "Labels are too similar" in GitHub's common validation errors, and ActiveSupport's inflector.

    Returns:
        Lower-case ASCII words joined by ``-``; empty for a label in another script.
    """
    text = unicodedata.normalize("NFC", label).translate(_LETTERS)
    plain = "".join(c if c.isascii() else _base(c) for c in text)
    return re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9_-]+", "-", plain.lower())).strip("-")


def _base(character: str) -> str:
    base = unicodedata.normalize("NFD", character)[0]
    return base if character <= _LAST_KNOWN and base.isascii() else "?"


ITEM_KEYS = frozenset(["type", "id", "attributes", "validations"])
ATTRIBUTES = {
    "markdown": ("value",),
    "input": ("label", "description", "placeholder", "value"),
    "textarea": ("label", "description", "placeholder", "value", "render"),
    "dropdown": ("label", "description", "options", "multiple", "default"),
    "checkboxes": ("label", "description", "options"),
    "upload": ("label", "description"),
}
_GITEA_ATTRIBUTES = {"dropdown": ("list", "hide_label"), "markdown": ("label", "description")}
_REQUIRED = {"markdown": ("value",), "dropdown": ("label", "options"), "checkboxes": ("label", "options")}
_VALIDATIONS = {
    "input": ("required", "min_length"),
    "textarea": ("required", "min_length"),
    "dropdown": ("required",),
    "upload": ("required", "accept"),
}
_FORBIDDEN_WORD = re.compile(r"\bpasswords?\b", re.IGNORECASE)
_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")
# "Supported file types and size limits" in GitHub's form schema and in "Attaching files".
_UPLOADS = frozenset(
    [
        *(".png", ".gif", ".jpg", ".jpeg", ".svg", ".webp", ".bmp", ".tif", ".tiff", ".mp4", ".mov", ".webm", ".mp3"),
        *(".wav", ".pdf", ".docx", ".pptx", ".xlsx", ".xls", ".xlsm", ".odt", ".fodt", ".ods", ".fods", ".odp"),
        *(".fodp", ".odg", ".fodg", ".odf", ".rtf", ".doc", ".txt", ".md", ".copilotmd", ".csv", ".tsv", ".log"),
        *(".json", ".jsonc", ".c", ".cs", ".cpp", ".css", ".drawio", ".dmp", ".html", ".htm", ".java", ".js", ".ipynb"),
        *(".patch", ".cpuprofile", ".pdb", ".py", ".sh", ".sql", ".ts", ".tsx", ".xml", ".yaml", ".yml", ".zip"),
        *(".gz", ".tgz", ".tar.gz", ".debug", ".msg", ".eml"),
    ]
)


def usable_id(text: str) -> bool:
    """Whether a text may be an id."""
    return _ID.fullmatch(text) is not None


class Items:
    """Checks items one by one.

    Args:
        report: Gets the findings.
        gitea: By the rules of Gitea and Forgejo, which know a few keys more.
    """

    def __init__(self, report: Report, gitea: bool) -> None:
        self.report = report
        self.gitea = gitea
        self.github = not gitea

    def check(self, number: int, item: dict[str, object], path: KeyPath) -> bool:
        """Checks one item.

        Args:
            number: Its place in the body, from 0, as GitHub counts.
            item: The item.
            path: The same place in the document.

        Returns:
            Whether it asks something.
        """
        head = f"Body[{number}]: "
        kind = item.get("type")
        if kind is None:
            self.report.error("T120", path, head + "required key type is missing")
            return True
        if not isinstance(kind, str) or kind not in ATTRIBUTES:
            self.report.error("T121", (*path, "type"), head + f"`{named(kind)}` is not a valid input type")
            return True
        for key in item:
            if key not in ITEM_KEYS and not (self.gitea and key == "visible"):
                self.report.error("T125", (*path, key), head + f"`{named(key)}` is not a permitted key")
        self._item_id(head, item, kind, path)
        attributes = item.get("attributes")
        if not isinstance(attributes, dict):
            attributes = {}
        self._attributes(head, attributes, kind, (*path, "attributes"))
        self._validations(head, item.get("validations"), kind, (*path, "validations"))
        return kind != "markdown"

    def _item_id(self, head: str, item: dict[str, object], kind: str, path: KeyPath) -> None:
        value = item.get("id")
        if value is None:
            return
        if kind == "markdown":
            # The documentation has no such key and GitHub shows the form all the same.
            self.report.hint("T125", (*path, "id"), head + "`id` is not a permitted key")
        elif not isinstance(value, str):
            self.report.error("T124", (*path, "id"), head + "id must be a string", in_quotes(value))
        elif not usable_id(value):
            self.report.error("T124", (*path, "id"), head + "`id` can only contain numbers, letters, -, _")

    def _attributes(self, head: str, attributes: dict[str, object], kind: str, path: KeyPath) -> None:
        known = ATTRIBUTES[kind] + (_GITEA_ATTRIBUTES.get(kind, ()) if self.gitea else ())
        for key in attributes:
            if key not in known:
                self.report.error("T127", (*path, key), head + f"`{named(key)}` is not a permitted attribute")
        for key in _REQUIRED.get(kind, ("label",)):
            if attributes.get(key) is None:
                self.report.error("T122", path, head + f"required attribute key `{key}` is missing")
        for key in ("label", "description", "placeholder", "value", "render"):
            value = attributes.get(key)
            if key not in known or value is None:
                continue
            needed = key in ("label", "value") and key in _REQUIRED.get(kind, ("label",))
            if not isinstance(value, str) or (needed and not value.strip()):
                self.report.error("T123", (*path, key), head + f"{key} must be a string", in_quotes(value))
        label = attributes.get("label")
        if (
            kind in ("input", "textarea")
            and isinstance(label, str)
            and self.github
            and _FORBIDDEN_WORD.search(label[:2000])
        ):
            self.report.error("T126", (*path, "label"), head + "`label` contains forbidden word")
        if kind == "dropdown":
            self._choices(head, attributes, path)
        elif kind == "checkboxes":
            self._boxes(head, attributes.get("options"), (*path, "options"))
        elif kind == "textarea" and self.github and isinstance(attributes.get("render"), str):
            self._render(head, str(attributes["render"]), (*path, "render"))

    def _render(self, head: str, name: str, path: KeyPath) -> None:
        if not known_language(name):
            fix = _("It is written after the fence as it stands here, and colours nothing.")
            self.report.hint("T134", path, head + f"`{named(name)}` is not a language that GitHub knows", fix)

    def _choices(self, head: str, attributes: dict[str, object], path: KeyPath) -> None:
        options = attributes.get("options")
        here: KeyPath = (*path, "options")
        for key in ("multiple", "list"):
            value = attributes.get(key)
            if value is not None and not isinstance(value, bool):
                self.report.error("T123", (*path, key), head + f"{key} must be a boolean")
        if options is None:
            return
        if not isinstance(options, list) or not options:
            self.report.error("T131", here, head + "`options` must be an array and must not be empty")
            return
        for number, one in enumerate(options):
            if isinstance(one, bool):
                message = "`options` must not include booleans. Please wrap values such as 'yes', and 'true' in quotes"
                self.report.error("T130", (*here, number), head + message, in_quotes(one))
            elif isinstance(one, int | float):
                self.report.warning("T131", (*here, number), head + "`options` must be strings", in_quotes(one))
            elif not isinstance(one, str) or not one.strip():
                self.report.error("T131", (*here, number), head + "`options` must be strings")
            elif one.strip().lower() == "none" and self.github:
                message = head + "`options` must not include the reserved word, none"
                self.report.error("T129", (*here, number), message)
        self._unique_options(head, [one for one in options if isinstance(one, str)], here)
        self._default(head, attributes.get("default"), len(options), (*path, "default"))

    def _default(self, head: str, value: object, count: int, path: KeyPath) -> None:
        if value is None:
            return
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < count:
            fix = ngettext(
                "It counts the options from 0, and there is {count}.",
                "It counts the options from 0, and there are {count}.",
                count,
            ).format(count=count)
            self.report.error("T133", path, head + "`default` is out of range", fix)

    def _boxes(self, head: str, options: object, path: KeyPath) -> None:
        if options is None:
            return
        if not isinstance(options, list) or not options:
            self.report.error("T131", path, head + "`options` must be an array and must not be empty")
            return
        allowed = {"label", "required", "visible"} if self.gitea else {"label", "required"}
        labels = []
        for number, one in enumerate(options):
            here: KeyPath = (*path, number)
            if not isinstance(one, dict):
                self.report.error("T122", here, head + "required attribute key `label` is missing")
                continue
            for key in one:
                if key not in allowed:
                    self.report.error("T127", (*here, key), head + f"`{named(key)}` is not a permitted attribute")
            label, required = one.get("label"), one.get("required")
            if label is None:
                self.report.error("T122", here, head + "required attribute key `label` is missing")
            elif not isinstance(label, str) or not label.strip():
                self.report.error("T123", (*here, "label"), head + "label must be a string", in_quotes(label))
            else:
                labels.append(label)
            if required is not None and not isinstance(required, bool):
                self.report.error("T132", (*here, "required"), head + "required must be a boolean")
        self._unique_options(head, labels, path)

    def _unique_options(self, head: str, labels: list[str], path: KeyPath) -> None:
        seen: set[str] = set()
        for label in labels:
            if label in seen:
                fix = _("Take out one “{label}”.").format(label=named(label))
                self.report.error("T128", path, head + "`options` must be unique", fix)
                return
            seen.add(label)

    def _validations(self, head: str, rules: object, kind: str, path: KeyPath) -> None:
        if rules is None:
            return
        if not isinstance(rules, dict):
            self.report.error("T132", path, head + "`validations` must be a mapping")
            return
        if kind in ("markdown", "checkboxes"):
            fix = _("Each box says for itself whether it is required.") if kind == "checkboxes" else None
            self.report.hint("T132", path, head + "`validations` is not a permitted key", fix)
            return
        known = _VALIDATIONS[kind] + (("is_number", "regex") if self.gitea else ())
        for key, value in rules.items():
            here: KeyPath = (*path, key)
            if key not in known:
                self.report.error("T132", here, head + f"`{named(key)}` is not a permitted key")
            elif key in ("required", "is_number") and value is not None and not isinstance(value, bool):
                self.report.error("T132", here, head + f"{key} must be a boolean")
            elif key == "min_length" and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
                self.report.error("T132", here, head + "min_length must be a number")
            elif key == "accept":
                self._accept(head, value, here)

    def _accept(self, head: str, value: object, path: KeyPath) -> None:
        endings = value.split(",") if isinstance(value, str) else value
        if not isinstance(endings, list) or not all(isinstance(one, str) for one in endings):
            self.report.error("T132", path, head + "accept must be a string")
            return
        for one in endings:
            ending = "." + one.strip().lstrip(".").lower()
            if ending != "." and ending not in _UPLOADS:
                self.report.warning("T135", path, head + f"`{named(ending)}` is not a file type that GitHub takes")
