"""Brings the shapes of keys and tokens up to date from the public rules of gitleaks (MIT licence).

python -m tools.secret_rules gitleaks.toml    writes support_cli/privacy/rules.json

``gitleaks.toml`` is the file ``config/gitleaks.toml`` of https://github.com/gitleaks/gitleaks. Rules that are not
about one issuer's tokens (named settings, headers, private keys, JSON web tokens) are left out: ``privacy.secrets`` has
its own.
"""

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "support_cli" / "privacy" / "rules.json"
OWN = frozenset(
    [
        "generic-api-key",
        "curl-auth-header",
        "curl-auth-user",
        "private-key",
        "jwt",
        "jwt-base64",
        "kubernetes-secret-yaml",
        "nuget-config-password",
        "hashicorp-tf-password",
        "sidekiq-sensitive-url",
    ]
)
_LEAD = r"[\w.-]{0,50}?"
"""What gitleaks puts before the name of an issuer; it only moves the beginning of the match, and costs time."""


def convert(shape: str) -> str:
    """Writes one of Go's expressions as one of Python's.

    A flag in the middle counts to the end of its group; the end of the text is written with a capital letter.
    """
    shape = shape.replace(r"\z", r"\Z").replace(_LEAD, "").replace("[[:alnum:]]", "[A-Za-z0-9]")
    while (flag := re.search(r"(?<!^)\(\?i\)", shape)) is not None:
        end = _end_of_group(shape, flag.end())
        shape = f"{shape[: flag.start()]}(?i:{shape[flag.end() : end]}){shape[end:]}"
    re.compile(shape)
    return shape


def _end_of_group(shape: str, at: int) -> int:
    depth, in_class = 0, False
    while at < len(shape):
        sign = shape[at]
        if sign == "\\":
            at += 1
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
        elif sign == "(":
            depth += 1
        elif sign == ")":
            if not depth:
                return at
            depth -= 1
        at += 1
    return at


def rules(source: str) -> list[dict[str, object]]:
    """The rules of a ``gitleaks.toml``, each with the words of which one stands in every match, in small letters."""
    return [
        {
            "id": rule["id"],
            "words": sorted({word.lower() for word in rule["keywords"]}),
            "shape": convert(rule["regex"]),
            "entropy": rule.get("entropy", 0),
            "allowed": "|".join(_allowed(rule)),
            "by_name": "\\?=" in rule["regex"],
        }
        for rule in tomllib.loads(source)["rules"]
        if rule.get("regex") and rule["id"] not in OWN
    ]


def _allowed(rule: dict[str, Any]) -> list[str]:
    """What a rule takes for no token, whatever file it stands in: documented samples, ordinary words."""
    lists = [one for one in rule.get("allowlists", []) if one.get("regexTarget", "secret") == "secret"]
    return [convert(one) for each in lists if each.get("condition") != "AND" for one in each.get("regexes", [])]


def main(arguments: list[str]) -> int:
    """Writes the data file."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    found = rules(Path(arguments[0]).read_text("utf-8"))
    lines = ",\n".join(json.dumps(rule, ensure_ascii=False) for rule in found)
    TARGET.write_text(f"[\n{lines}\n]\n", "utf-8")
    print(f"{len(found)} rules in {TARGET.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
