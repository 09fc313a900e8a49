"""Credentials in logs, settings, command lines and headers: what programs write, where people write ``detect`` looks.

The search costs little on ordinary lines: a line is looked at closely only if it holds one of a few words (``pass``,
``token``, ``cookie``), a login in an address, or a long run of letters and digits that begins as an issuer's tokens do
or is assigned to a name. The shapes of tokens are data (``rules.json``), kept up to date by ``tools/secret_rules.py``.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from importlib import resources
from typing import NamedTuple

from support_cli.privacy.hits import Hit, HitKind, mask

_ASSIGN = r"(?:=>|:{1,3}=|={1,3}|!==?|\|\||:|>|\?=|,)"
_LEAST_RUN = 16
"""Characters of the shortest token that is looked for by its shape."""
_RUN = bytes.maketrans(
    bytes(range(256)),
    bytes(97 if chr(code).isalnum() and code < 128 or code in b"_-.~" else 32 for code in range(256)),
)
_ASSIGNED = ("=", ":", ">", "||", ",")
_BEFORE_VALUE = frozenset("\"'`=:> \t\n,")
_FIRST = 3
"""Characters by which a run is told from a token before anything else is compared."""


class _Rule(NamedTuple):
    shape: re.Pattern[str]
    entropy: float


# --- Named settings ------------------------------------------------------------------------------------------------

_SECRET_NAME = (
    r"(?:pass(?:word|wd|phrase|code)?s?|pwd|passwort|kennwort|secrete?s?|tokens?|credentials?|creds|community_?strings?"
    r"|(?:api|app|application|access|auth|authentication|account|client|consumer|encryption|license|master|priv|privacy"
    r"|private|service|session|shared|signing|storage|subscription|write|read|admin|user)[ _.-]?keys?|apikey|auth|salt)"
)
_QUOTED = (
    r"(?:\"(?P<double>[^\"\n]{1,400})\"|'(?P<single>[^'\n]{1,400})'|`(?P<tick>[^`\n]{1,400})`"
    r"|\\\"(?P<escaped>[^\"\\\n]{1,400})\\\")"
)
_NAMED = re.compile(
    rf"(?i)(?<!by)(?<!com)(?P<name>{_SECRET_NAME}[\w.-]{{0,30}}(?:\[\d{{0,6}}\])?)"
    rf"(?:[\"'`\])]{{0,3}}\s{{0,4}}{_ASSIGN}\s{{0,4}}[@brfuN]?(?:new\s|String\.new\()?"
    rf"(?:{_QUOTED}|(?P<bare>[^\s\"'`,;<>&|]{{1,400}}))"
    r"|(?:\.assign)?[\s(]{1,2}\"(?P<called>[^\"\n]{1,400})\")"
)
_COMPARED = re.compile(
    rf"(?i)[\"'`]([^\"'`\n]{{3,400}})[\"'`]\s{{0,3}}[!=]={{1,2}}\s{{0,3}}[\w.]{{0,40}}?({_SECRET_NAME})"
)
_GROUPS = ("double", "single", "tick", "escaped", "bare", "called")
_PASSWORD_NAME = re.compile(r"(?i)pass(?!ed|ing|es\b|ive|age)|pwd|kennwort|secrete?\b|secret(?:s|_|$)")
_NO_VALUE = re.compile(
    r"(?i)^(?:none|null|nil|true|false|yes|no|undefined|string|str|int|bool|empty|required|optional|redacted|masked"
    r"|hidden|removed|filtered|changeme|change_me|example|sample|todo|tbd|xxx+|\*+|\.+|-+|_+|your.*|my_?password|<.*"
    r"|\$\{?[\w.:-]+\}?|%\w+%|\{\{.*|\[.*(?:redacted|masked|filtered|removed).*|process\.env.*|os\.environ.*|env\..*"
    r"|get\w*\(.*|\w+(?:\.\w+)*\(.*|self\..*|this\..*|function\b.*|const\b.*|lambda\b.*|fail(?:ed|ure)?|success|ok"
    r"|error|denied|invalid|expired|incorrect|accepted|rejected|missing|unknown|auth|password|passwd|token|secret|key)$"
)


def _named(line: str) -> Iterator[tuple[int, int, HitKind]]:
    for found in _NAMED.finditer(line):
        group = next(name for name in _GROUPS if found[name] is not None)
        value, start = found[group], found.start(group)
        if group == "bare":
            value = value.rstrip(".:)]}") or value
        secret_word = _PASSWORD_NAME.search(found["name"]) is not None
        if is_value(value, quoted=group != "bare", password=secret_word):
            yield start, start + len(value), HitKind.PASSWORD if secret_word else HitKind.TOKEN
    for found in _COMPARED.finditer(line):
        if is_value(found[1], quoted=True, password=_PASSWORD_NAME.search(found[2]) is not None):
            yield (*found.span(1), HitKind.PASSWORD)


def is_value(value: str, *, quoted: bool, password: bool) -> bool:
    """Whether what stands behind a name may be the secret itself and not a word about it."""
    if _NO_VALUE.match(value) or value.startswith(("/", "./", "http://", "https://", "s3://", "gs://", "file:")):
        return False
    if len(value) < (3 if password and quoted else 6):
        return False
    letters = sum(c.isalpha() for c in value)
    digits = sum(c.isdigit() for c in value)
    if password:
        if quoted:
            return letters + digits >= 1 and not value.isspace()
        return (bool(letters and digits) or not value.isascii() or _signs(value) >= 2) and not _is_code(value)
    if " " in value:
        return quoted and entropy(value) >= 3.2 and digits == 0 and letters > 12 and value.islower()
    if len(value) < 8 or _is_code(value):
        return False
    if value.isalnum() and len(value) >= 28:
        return True
    return (digits >= 2 and letters >= 2 and entropy(value) >= 2.8 and "=" not in value.rstrip("=")) or _signs(value) >= 4


def _signs(value: str) -> int:
    return sum(c in "!@#$%^&*+=?~{}[]()<>|`;:¨¿" for c in value)


def _is_code(value: str) -> bool:
    """A call, a path, a dotted name, a version or a moment: nobody's secret."""
    if re.fullmatch(r"[A-Za-z_][\w]*(?:(?:\.|::|->)[A-Za-z_]\w*)+\(?\)?", value):
        return True
    if re.fullmatch(r"v?\d+(?:[.:/T+-]\d+)+Z?", value):
        return True
    return value.count("/") >= 2 and entropy(value) < 4.2


# --- Headers, command lines, addresses -----------------------------------------------------------------------------

_HEADER = re.compile(
    r"(?i)\b(?:proxy-)?authorization[\"']?\s{0,3}[:=,]\s{0,4}[\"']?\s{0,3}"
    r"(?:(?:basic|bearer|token|api-?token|apikey|negotiate|ntlm|key|bot|splunk|genie\w*|oauth|sso-key)\s{1,6})?"
    r"([A-Za-z0-9+/=_.~:-]{6,4096})"
)
_SIGNED = re.compile(r"(?i)\b(?:response|signature|cnonce)=\"?([0-9a-f]{32,128})\b")
_SCHEME = re.compile(r"(?i)(?<![\w-])(?:basic|bearer)\s{1,10}([A-Za-z0-9+/=_.~-]{8,4096})(?![\w+/=.-])")
_KEY_HEADER = re.compile(
    r"(?i)\b((?:x-)?[a-z-]{0,24}(?:api|auth|access|app|application|private|secret|session|csrf)-?(?:key|token|secret|id))"
    r"[\"']?\s{0,3}:\s{0,4}[\"']?([A-Za-z0-9+/=_.~-]{8,4096})"
)
_COOKIE = re.compile(r"(?i)(?<![\w-])(set-)?cookie[\"']?\s{0,2}[:=]\s{0,4}[\"']?([^\n\"']{3,4096})")
_LOGIN = re.compile(
    r"(?:(?<=\s)-[uU]\s{0,3}|(?<=\s)--(?:proxy-)?user(?:\s{1,3}|=))"
    r"(?:\"([^\"\n]*:[^\"\n]*(?:\":\"[^\"\n]*)?)\"|'([^'\n]*:[^'\n]*)'|([^\s\"':]+:[^\s\"']+))"
)
_FLAG = re.compile(
    r"(?i)(?<![\w-])--?(?:password|passwd|pass|passphrase|pw|token|secret|api-?key|auth-?token)(?:=|\s{1,3})"
    r"(?:\"([^\"\n]{3,200})\"|'([^'\n]{3,200})'|([^\s\"'-][^\s\"']{2,200}))"
)
_URL_LOGIN = re.compile(r"://([^\s/:@\"'<>?#]{0,80}):([^\s/\"'<>]{1,200}?)@(?=[\w\[.{%$-])")
_URL_TOKEN = re.compile(r"://([A-Za-z0-9_-]{20,255})@(?=[\w\[])")
_QUERY = re.compile(
    r"(?i)[?&/;](?:[\w-]{0,24}(?:key|token|secret|passw(?:or)?d|pwd|sig|signature|auth|session|sid|code))="
    r"([^\s&\"'<>#;]{6,1024})"
)
_JWT = re.compile(r"(?<![\w-])ey[A-Za-z0-9_-]{12,4096}\.(?:ey)?[\\/A-Za-z0-9_-]{12,8192}(?:\.[\\/A-Za-z0-9_-]{8,4096})?={0,2}")
_HOOK = re.compile(r"(?:https?://)?(?:hooks\.slack\.com/(?:services|workflows|triggers)/[\w+/-]{16,80}|discord(?:app)?\.com/api/webhooks/[\w/-]{20,120})")  # fmt: skip
_PATH_KEY = re.compile(r"/v\d/input/([A-Za-z0-9]{24,64})")


def _headers(line: str) -> Iterator[tuple[int, int, HitKind]]:
    for found in _HEADER.finditer(line):
        if not _NO_VALUE.match(found[1]):
            yield found.start(1), found.end(1), HitKind.TOKEN
    for found in _KEY_HEADER.finditer(line):
        if any(map(str.isdigit, found[2])):
            yield found.start(2), found.end(2), HitKind.TOKEN


def _schemes(line: str) -> Iterator[tuple[int, int, HitKind]]:
    for found in _SCHEME.finditer(line):
        if any(map(str.isdigit, found[1])) or (len(found[1]) >= 16 and not found[1].islower()):
            yield found.start(1), found.end(1), HitKind.TOKEN


def _signatures(line: str) -> Iterator[tuple[int, int, HitKind]]:
    for found in _SIGNED.finditer(line):
        yield found.start(1), found.end(1), HitKind.TOKEN


def _cookies(line: str) -> Iterator[tuple[int, int, HitKind]]:
    for found in _COOKIE.finditer(line):
        start, end = found.span(2)
        if found[1]:  # Set-Cookie: name=value; attributes
            equals = line.find("=", start, end)
            stop = line.find(";", start, end)
            if equals < 0 or (0 <= stop < equals):
                continue
            start, end = equals + 1, stop if stop >= 0 else end
        elif "=" not in found[2]:
            continue
        start += len(line[start:end]) - len(line[start:end].lstrip())
        end = start + len(line[start:end].rstrip())
        if end > start:
            yield start, end, HitKind.COOKIE


def _command_lines(line: str) -> Iterator[tuple[int, int, HitKind]]:
    for found in _LOGIN.finditer(line):
        group = found.lastindex or 0
        start, end = found.span(group)
        colon = line.find(":", start, end)
        if end - colon > 1:
            yield colon + 1, end, HitKind.PASSWORD
    for found in _FLAG.finditer(line):
        group = found.lastindex or 0
        if not _NO_VALUE.match(found[group]):
            yield (*found.span(group), HitKind.PASSWORD)


def _addresses(line: str) -> Iterator[tuple[int, int, HitKind]]:
    for found in _URL_LOGIN.finditer(line):
        if found[2] == "password" or not _NO_VALUE.match(found[2]):
            yield (*found.span(2), HitKind.PASSWORD)
    for found in _URL_TOKEN.finditer(line):
        if any(map(str.isdigit, found[1])):
            yield (*found.span(1), HitKind.TOKEN)


def _queries(line: str) -> Iterator[tuple[int, int, HitKind]]:
    for found in _QUERY.finditer(line):
        if any(map(str.isdigit, found[1])) and not found[1].isdigit():
            yield (*found.span(1), HitKind.TOKEN)


def _web_tokens(line: str) -> Iterator[tuple[int, int, HitKind]]:
    for found in _JWT.finditer(line):
        yield (*found.span(), HitKind.TOKEN)


def _hooks(line: str) -> Iterator[tuple[int, int, HitKind]]:
    for found in _HOOK.finditer(line):
        yield (*found.span(), HitKind.TOKEN)
    for found in _PATH_KEY.finditer(line):
        yield (*found.span(1), HitKind.TOKEN)


_Finder = Callable[[str], Iterator[tuple[int, int, HitKind]]]
_WORDS: tuple[tuple[tuple[str, ...], _Finder], ...] = (
    (("pass", "pwd", "secret", "token", "key", "cred", "kennwort", "auth", "salt", "communit"), _named),
    (("authorization", "-key", "-token", "-secret", "apikey"), _headers),
    (("basic ", "bearer "), _schemes),
    (("response=", "signature=", "cnonce="), _signatures),
    (("cookie",), _cookies),
    (("-u ", "--user", "--proxy-user", "--pass", "-pass", "--token", "--secret", "--api", "-u"), _command_lines),
    (("://",), _addresses),
    (("key=", "token=", "secret=", "pwd=", "sig=", "passwd=", "password=", "signature=", "auth=", "session=", "sid="),
     _queries),
    (("eyj", "ey3"), _web_tokens),
    (("hooks.slack", "/webhooks/", "/input/"), _hooks),
)  # fmt: skip
_KEY_BLOCK = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_LONGEST_BLOCK = 64_000


def find_secrets(text: str) -> list[Hit]:
    """Finds credentials in what programs write.

    Args:
        text: Whole lines; a private key may span many.

    Returns:
        Hits, unsorted, which may overlap.
    """
    hits = list(_private_keys(text)) if "PRIVATE KEY" in text else []
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters have a longer small form, and places would move
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    for words, finder in _WORDS:
        for start, end in _lines_with(lowered, words):
            if finder is _addresses and "@" not in text[start:end]:
                continue
            line = text[start:end]
            hits += [
                Hit(kind, start + first, start + last, mask(line[first:last], shown=4 * (kind is HitKind.TOKEN)))
                for first, last, kind in finder(line)
            ]
    return hits + list(_tokens(text, lowered))


def _lines_with(lowered: str, words: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where the lines stand that hold one of some words, each once."""
    found: dict[int, int] = {}
    for word in words:
        at = lowered.find(word)
        while at >= 0:
            start = lowered.rfind("\n", 0, at) + 1
            end = lowered.find("\n", at)
            end = len(lowered) if end < 0 else end
            found[start] = end
            at = lowered.find(word, end)
    return list(found.items())


def _private_keys(text: str) -> Iterator[Hit]:
    """Bodies of private keys: from the line after the first to the line before the last."""
    for begin in _KEY_BLOCK.finditer(text):
        end = text.find("-----END ", begin.end(), begin.end() + _LONGEST_BLOCK)
        if end < 0:
            end = min(len(text), begin.end() + _LONGEST_BLOCK)
        body = text[begin.end() : end]
        if sum(c.isalnum() for c in body) >= 16:
            yield Hit(HitKind.PRIVATE_KEY, begin.end(), end, mask(""))


@cache
def _rules() -> tuple[dict[str, list[_Rule]], tuple[str, ...], tuple[tuple[str, _Rule], ...]]:
    """Rules by the beginning of a token, those beginnings, and rules by the name that a token is assigned to."""
    prefixes: dict[str, list[_Rule]] = {}
    named: list[tuple[str, _Rule]] = []
    for rule in json.loads(resources.files(__package__).joinpath("rules.json").read_text("utf-8")):
        compiled = _Rule(re.compile(rule["shape"]), rule["entropy"])
        for word in rule["words"]:
            if rule["by_name"]:
                named.append((word, compiled))
            else:
                prefixes.setdefault(word, []).append(compiled)
    return prefixes, tuple(prefixes), tuple(named)


@cache
def _issuers() -> re.Pattern[str]:
    return re.compile("|".join(sorted({re.escape(word) for word, _rule in _rules()[2]})))


def _tokens(text: str, lowered: str) -> Iterator[Hit]:
    """Tokens by their shape, and those that are assigned to an issuer's name."""
    prefixes, beginnings, named = _rules()
    firsts = {prefix[:_FIRST] for prefix in beginnings if len(prefix) >= _FIRST}
    short = tuple(prefix for prefix in beginnings if len(prefix) < _FIRST)
    runs = text.encode("ascii", "replace").translate(_RUN)
    find, least = runs.find, b"a" * _LEAST_RUN
    at = find(least)
    while at >= 0:
        end = find(b" ", at)
        end = len(runs) if end < 0 else end
        rules: list[_Rule] = []
        if lowered[at : at + _FIRST] in firsts or lowered.startswith(short, at):
            rules = [rule for prefix in beginnings if lowered.startswith(prefix, at) for rule in prefixes[prefix]]
        if not rules and at and text[at - 1] in _BEFORE_VALUE:
            rules = _assigned(lowered, at, end)
        for rule in rules:
            for found in rule.shape.finditer(text, max(0, at - 80), min(len(text), end + 400)):
                group = 1 if found.re.groups and found[1] is not None else 0
                value = found[group]
                if entropy(value) >= rule.entropy and not is_sample(value):
                    yield Hit(HitKind.TOKEN, *found.span(group), mask(value, shown=4))
        at = find(least, end)


def _assigned(lowered: str, start: int, end: int) -> list[_Rule]:
    """The rules of the issuers whose name a value is assigned to."""
    before = lowered[max(0, start - 60) : start]
    if not before.rstrip(" \t\r\n\"'`").endswith(_ASSIGNED) or not any(map(str.isdigit, lowered[start:end])):
        return []
    issuers = _issuers().findall(before)
    return [rule for name, rule in _rules()[2] if name in issuers] if issuers else []


def entropy(value: str) -> float:
    """Bits a character, by how often each occurs in the value (Shannon)."""
    total = len(value)
    return -sum(n / total * math.log2(n / total) for n in Counter(value).values()) if total else 0.0


def is_sample(value: str) -> bool:
    """``ghp_xxxxxxxx`` and ``sk-your-key-here`` stand in instructions."""
    tail = value[-12:].casefold()
    return len(set(tail)) < 4 or "example" in value.casefold() or "your" in value.casefold()
