"""Credentials in logs, settings, command lines and headers: what programs write, where people write ``detect`` looks.

The search costs little on ordinary lines: a line is looked at closely only if it holds one of a few words (``pass``,
``token``, ``cookie``), a login in an address, or a long run of letters and digits that begins as an issuer's tokens do
or is assigned to a name. The shapes of tokens are data (``rules.json``), kept up to date by ``tools/secret_rules.py``.
"""

import json
import math
import re
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from support_cli.base.text import Lines, lines_with
from support_cli.privacy.hits import Hit, HitKind, mask

_ASSIGN = r"(?:=>|:{1,3}=|={1,3}|!==?|\|\||:|>|\?=|,)"
_LEAST_RUN = 20
"""Characters of the shortest token that is looked for by its shape."""
_RUN = bytes.maketrans(
    bytes(range(256)),
    bytes(97 if (chr(code).isalnum() and code < 128) or code in b"_-.~" else 32 for code in range(256)),
)
_ASSIGNED = ("=", ":", ">", "||", ",")
_QUOTES = " \t\r\n\"'`"
_FIRST = 3
"""Characters by which a run is told from a token before anything else is compared."""


class _Rule(NamedTuple):
    shape: str
    entropy: float
    allowed: str
    """What looks like a token of this kind and is none (an expression; empty for nothing)."""


# --- Named settings ------------------------------------------------------------------------------------------------

_NAMED = (
    r"(?:pass(?:word|wd|phrase|code)?s?|pwd|passwort|kennwort|secrete?s?|tokens?|credentials?|creds|community_?strings?"
    r"|(?:api|app|application|access|auth|authentication|account|client|consumer|encryption|license|master|priv|privacy"
    r"|private|service|session|shared|signing|storage|subscription|write|read|admin|user)[ _.-]?keys?|apikey"
    r"|auth(?![a-z])|salt(?![a-z]))"
)
_NAME = re.compile(_NAMED)
"""Searched in small letters: without a flag, places where no name can begin cost nothing."""
_QUOTED = (
    r"(?:\"(?P<double>[^\"\n]{1,400})\"|'(?P<single>[^'\n]{1,400})'|`(?P<tick>[^`\n]{1,400})`"
    r"|\\\"(?P<escaped>[^\"\\\n]{1,400})\\\")"
)
_GIVEN = re.compile(
    rf"(?P<rest>[\w.-]{{0,30}}(?:\[\d{{0,6}}\])?)(?:[\"'`\])]{{0,3}}\s{{0,4}}{_ASSIGN}\s{{0,4}}"
    rf"[@brfuN]?(?:new\s|String\.new\()?(?:{_QUOTED}|(?P<bare>[^\s\"'`,;<>&|]{{1,400}}))"
    r"|(?:\.assign)?[\s(]{1,2}\"(?P<called>[^\"\n]{1,400})\")"
)
_ABOUT = re.compile(
    r"(?i)(?:url|uri|link|file|path|(?<!secret_)id|name|dir|type|size|len|length|count|policy|field|label|hint|ttl|timeout"
    r"|format|prefix|version|algorithm|alias|store|ring|code|error|status|expiry|expires?(?:_?(?:in|at|on))?|age|reset)$"
)
"""What ends the name of a setting about a secret: ``token_url``, ``password_file``."""
_COMPARED = re.compile(rf"(?i)[\"'`]([^\"'`\n]{{3,400}})[\"'`]\s{{0,3}}[!=]={{1,2}}\s{{0,3}}[\w.]{{0,40}}?({_NAMED})")
_OTHER_WORDS = ("by", "com", "tres", "sur", "under", "over")
_GROUPS = ("double", "single", "tick", "escaped", "bare", "called")
_PASSWORD_NAME = re.compile(r"(?i)pass(?!ed|ing|es\b|ive|age)|pwd|kennwort|secrete?\b|secret(?:s|_|$)")
_NO_VALUE = re.compile(
    r"(?i)^(?:none|null|nil|true|false|yes|no|undefined|string|str|int|bool|empty|required|optional|redacted|masked"
    r"|hidden|removed|filtered|changeme|change_me|example|sample|todo|tbd|xxx+|\*+|\.+|-+|_+|your.*|my_?password|<.*"
    r"|\$\{?[\w.:-]+\}?|%\w+%|\{\{.*|\[.*(?:redacted|masked|filtered|removed).*|process\.env.*|os\.environ.*|env\..*"
    r"|get\w*\(.*|\w+(?:\.\w+)*\(.*|self\..*|this\..*|function\b.*|const\b.*|lambda\b.*|fail(?:ed|ure)?|success|ok"
    r"|error|denied|invalid|expired|incorrect|accepted|rejected|missing|unknown|auth|password|passwd|token|secret|key)$"
)


def _named(line: str, lowered: str) -> Iterator[tuple[int, int, HitKind]]:
    end = 0
    for word in _NAME.finditer(lowered):
        if word.start() < end or lowered.endswith(_OTHER_WORDS, 0, word.start()):
            continue
        found = _GIVEN.match(line, word.end())
        if found is None or _ABOUT.search(found["rest"]):
            continue
        group = next(name for name in _GROUPS if found[name] is not None)
        value, start = found[group], found.start(group)
        end = found.end()
        if group == "bare":
            value = value.rstrip(".:)]}") or value
        elif group == "tick" and " " in value:
            continue  # a command whose output is the value
        secret_word = _PASSWORD_NAME.search(word[0] + found["rest"]) is not None
        if is_value(value, quoted=group != "bare", password=secret_word):
            yield start, start + len(value), HitKind.PASSWORD if secret_word else HitKind.TOKEN
    for found in _COMPARED.finditer(line) if "==" in line or "!=" in line else ():
        if is_value(found[1], quoted=True, password=_PASSWORD_NAME.search(found[2]) is not None):
            yield (*found.span(1), HitKind.PASSWORD)


_AMOUNT = re.compile(r"(?i)[\d.,]+\s?[a-z%]{1,4}(?:/[a-z]{1,4})?")
_CALLED = re.compile(
    r"\w+\{[0-9a-f]+\b.*|[\w.]+\(.*|[\w.$]+@[0-9a-f]{5,8}|[\w.-]+\.[a-z]{2,12}:\d{1,5}|[\w.-]+/[\w./-]*\.\w{2,4}|[\w.]+/\d+"
    r"|\$\{.*|\$\(.*|\d+:\d+"
)
"""An object or a call, a server and its port, a file's path, a variable: nobody's secret."""


def is_value(value: str, *, quoted: bool, password: bool) -> bool:
    """Whether what stands behind a name may be the secret itself and not a word about it."""
    if _NO_VALUE.match(value) or value.startswith(("/", "./", "http://", "https://", "s3://", "gs://", "file:")):
        return False
    if len(value) < (3 if password and quoted else 6) or _AMOUNT.fullmatch(value):
        return False
    letters = sum(c.isalpha() for c in value)
    digits = sum(c.isdigit() for c in value)
    if password:
        if quoted:
            return letters + digits >= 1 and not value.isspace()
        return (bool(letters and digits) or not value.isascii() or _signs(value) >= 2) and not _is_code(value)
    if " " in value:
        return quoted and entropy(value) >= 3.2 and digits == 0 and letters > 12 and value.islower()
    if len(value) < 8 or _is_code(value) or _CALLED.fullmatch(value):
        return False
    if value.isalnum() and len(value) >= 28:
        return True
    return (digits >= 2 and letters >= 2 and entropy(value) >= 2.8 and "=" not in value.rstrip("=")) or _signs(
        value
    ) >= 4


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
    r"(?i)[?&/;](?:[\w-]{0,24}(?:key|token|secret|passw(?:or)?d|pwd|sig|signature|auth|session|code))="
    r"([^\s&\"'<>#;]{6,1024})"
)
_JWT = re.compile(
    r"(?<![\w-])ey[A-Za-z0-9_-]{12,4096}\.ey?[\\/A-Za-z0-9_-]{2,8192}(?:\.[\\/A-Za-z0-9_-]{8,4096})?={0,2}"
)
_HOOK = re.compile(
    r"(?:https?://)?(?:hooks\.slack\.com/(?:services|workflows|triggers)/[\w+/-]{16,80}"
    r"|discord(?:app)?\.com/api/webhooks/[\w/-]{20,120})"
)
_PATH_KEY = re.compile(r"/v\d/input/([A-Za-z0-9]{24,64})")


def _headers(line: str, _lowered: str) -> Iterator[tuple[int, int, HitKind]]:
    for found in _HEADER.finditer(line):
        if not _NO_VALUE.match(found[1]):
            yield found.start(1), found.end(1), HitKind.TOKEN
    for found in _KEY_HEADER.finditer(line):
        if any(map(str.isdigit, found[2])):
            yield found.start(2), found.end(2), HitKind.TOKEN


def _schemes(line: str, _lowered: str) -> Iterator[tuple[int, int, HitKind]]:
    for found in _SCHEME.finditer(line):
        value = found[1].rstrip("=")
        if "=" not in value and (any(map(str.isdigit, value)) or (len(value) >= 16 and not value.islower())):
            yield found.start(1), found.end(1), HitKind.TOKEN


def _signatures(line: str, _lowered: str) -> Iterator[tuple[int, int, HitKind]]:
    for found in _SIGNED.finditer(line):
        yield found.start(1), found.end(1), HitKind.TOKEN


def _cookies(line: str, _lowered: str) -> Iterator[tuple[int, int, HitKind]]:
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


def _command_lines(line: str, _lowered: str) -> Iterator[tuple[int, int, HitKind]]:
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


def _addresses(line: str, _lowered: str) -> Iterator[tuple[int, int, HitKind]]:
    for found in _URL_LOGIN.finditer(line):
        if found[2] == "password" or not _NO_VALUE.match(found[2]):
            yield (*found.span(2), HitKind.PASSWORD)
    for found in _URL_TOKEN.finditer(line):
        if any(map(str.isdigit, found[1])):
            yield (*found.span(1), HitKind.TOKEN)


def _queries(line: str, _lowered: str) -> Iterator[tuple[int, int, HitKind]]:
    for found in _QUERY.finditer(line):
        value = found[1]
        if any(map(str.isdigit, value)) and any(map(str.isalpha, value)) and not _is_code(value):
            yield (*found.span(1), HitKind.TOKEN)


def _web_tokens(line: str, _lowered: str) -> Iterator[tuple[int, int, HitKind]]:
    for found in _JWT.finditer(line):
        yield (*found.span(), HitKind.TOKEN)


def _hooks(line: str, _lowered: str) -> Iterator[tuple[int, int, HitKind]]:
    for found in _HOOK.finditer(line):
        yield (*found.span(), HitKind.TOKEN)
    for found in _PATH_KEY.finditer(line):
        yield (*found.span(1), HitKind.TOKEN)


_Finder = Callable[[str, str], Iterator[tuple[int, int, HitKind]]]
_FINDERS: tuple[tuple[tuple[str, ...], _Finder], ...] = (
    (("pass", "pwd", "secret", "token", "key", "cred", "kennwort", "auth", "salt", "communit"), _named),
    (("authorization", "-key", "-token", "-secret", "apikey"), _headers),
    (("basic ", "bearer "), _schemes),
    (("response=", "signature=", "cnonce="), _signatures),
    (("cookie",), _cookies),
    ((" -u", "--user", "--proxy-user", "-pass", "--token", "--secret", "--api"), _command_lines),
    (("://",), _addresses),
    (("key=", "token=", "secret=", "pwd=", "sig=", "passwd=", "password=", "signature=", "auth=", "session=", "code="),
     _queries),
    (("eyj", "ey3"), _web_tokens),
    (("hooks.slack", "/webhooks/", "/input/"), _hooks),
)  # fmt: skip
"""What looks for credentials in a line, and the words of which one stands in a line where it can find any."""
_SIGNS = (
    "pass", "pwd", "secret", "token", "key", "cred", "kennwort", "auth", "salt", "communit", "basic ", "bearer ",
    "cookie", "://", " -u", " --user", "sig=", "signature", "cnonce", "response=", "session=", "code=",
    "eyj", "ey3", "hook", "/input/",
)  # fmt: skip
"""Words of which one stands in every line that a finder looks at: these are searched in the whole text."""
_INSIDE: tuple[tuple[str, str], ...] = (
    ("t3blbkfj", r"\bsk-[\w-]{20,200}T3BlbkFJ[\w-]{20,200}"),
    (":aa", r"(?<!\d)\d{8,10}:AA[\w-]{33}(?![\w-])"),
    ("-us", r"\b[0-9a-f]{32}-us\d{1,2}\b"),
    ("atlasv1", r"\b[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,70}"),
    ("sk_", r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,255}"),
    ("npm", r"\bnpms?_[A-Za-z0-9]{36,48}\b"),
)
"""Tokens that are known by what stands in their middle, or that have more forms than the public rules know."""
_KEY_BLOCK = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_LONGEST_BLOCK = 64_000


def find_secrets(text: str, lowered: str, lines: Lines) -> list[Hit]:
    """Finds credentials in what programs write.

    Args:
        text: Whole lines; a private key may span many.
        lowered: The same in small letters, as long (``text.lower_in_place``).
        lines: Its lines.

    Returns:
        Hits, unsorted, which may overlap.
    """
    hits = list(_private_keys(text)) if "PRIVATE KEY" in text else []
    picked = lines.with_any(_SIGNS)
    kept, small = ("\n".join(whole[start:end] for start, end in picked) for whole in (text, lowered))
    places = list(accumulate((end - start + 1 for start, end in picked), initial=0))
    for words, finder in _FINDERS:
        for start, end in lines_with(small, words):
            moved = picked[bisect(places, start) - 1][0]  # where this line begins in the whole text
            line = kept[start:end]
            if finder is _addresses and "@" not in line:
                continue
            hits += [
                Hit(kind, moved + first, moved + last, mask(line[first:last], shown=4 * (kind is HitKind.TOKEN)))
                for first, last, kind in finder(line, small[start:end])
            ]
    for literal, shape in _INSIDE:
        for start, end in lines.with_any((literal,)):
            hits += [
                Hit(HitKind.TOKEN, *found.span(), mask(found[0], shown=4))
                for found in _compiled(shape).finditer(text, start, end)
                if not is_sample(found[0])
            ]
    return hits + list(_tokens(text, lowered))


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
    for rule in json.loads((Path(__file__).parent / "rules.json").read_text("utf-8")):
        compiled = _Rule(rule["shape"], rule["entropy"], rule["allowed"])
        for word in rule["words"]:
            if rule["by_name"]:
                named.append((word, compiled))
            else:
                prefixes.setdefault(word, []).append(compiled)
    return prefixes, tuple(prefixes), tuple(named)


@cache
def _compiled(shape: str) -> re.Pattern[str]:
    return re.compile(shape)


@cache
def _issuers() -> re.Pattern[str]:
    return re.compile("|".join(sorted({re.escape(word) for word, _rule in _rules()[2]})))


def _tokens(text: str, lowered: str) -> Iterator[Hit]:
    """Tokens by their shape, and those that are assigned to an issuer's name."""
    prefixes, beginnings, _by_name = _rules()
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
        if not rules and lowered[max(0, at - 4) : at].rstrip(_QUOTES).endswith(_ASSIGNED):
            rules = _assigned(lowered, at, end)
        for rule in rules:
            shape = _compiled(rule.shape)
            for found in shape.finditer(text, max(0, at - 80), min(len(text), end + 400)):
                group = 1 if shape.groups and found[1] is not None else 0
                value = found[group]
                if entropy(value) < rule.entropy or is_sample(value):
                    continue
                if not rule.allowed or not _compiled(rule.allowed).search(value):
                    yield Hit(HitKind.TOKEN, *found.span(group), mask(value, shown=4))
        at = find(least, end)


def _assigned(lowered: str, start: int, end: int) -> list[_Rule]:
    """The rules of the issuers whose name a value is assigned to."""
    if not any(map(str.isdigit, lowered[start:end])):
        return []
    issuers = _issuers().findall(lowered, max(0, start - 60), start)
    return [rule for name, rule in _rules()[2] if name in issuers] if issuers else []


def entropy(value: str) -> float:
    """Bits a character, by how often each occurs in the value (Shannon)."""
    total = len(value)
    return -sum(n / total * math.log2(n / total) for n in Counter(value).values()) if total else 0.0


def is_sample(value: str) -> bool:
    """``ghp_xxxxxxxx`` and ``sk-your-key-here`` stand in instructions."""
    tail = value[-12:].casefold()
    return len(set(tail)) < 4 or "example" in value.casefold() or "your" in value.casefold()
