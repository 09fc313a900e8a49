"""Personal data in logs: addresses of people and of their machines, accounts, names of users.

A line is looked at closely only where it holds a sign of such data (``@``, ``/home/``, four numbers with dots between).
"""

import ipaddress
import re
from collections.abc import Callable, Iterator

from support_cli.base.text import Lines
from support_cli.privacy.hits import Hit, HitKind, mask

_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29,
    "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29,
    "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28,
    "HN": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20,
    "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19,
    "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29,
    "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24,
    "SM": 27, "SO": 23, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
    "YE": 30,
}  # fmt: skip
"""Characters of an account number by country (SWIFT, IBAN Registry)."""

_EMAIL = re.compile(r"(?<![\w.+-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w-])")
_IPV4 = re.compile(rb"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_IPV6 = re.compile(
    r"(?<![\w:.])(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){7}|(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?::"
    r"(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?(?:(?<=:)(?:\d{1,3}\.){3}\d{1,3}|:?(?:\d{1,3}\.){3}\d{1,3})?)"
    r"(?:%\w{1,16})?(?![\w:]|\.\d)",
    re.IGNORECASE,
)
_MAC = re.compile(
    r"(?<![\w:.-])[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}(?:[0-9a-f]{2}\1[0-9a-f]{2}\1)?[0-9a-f]{2}(?![\w]|[:-][0-9a-f]{2}\b)",
    re.IGNORECASE,
)
_CISCO_MAC = re.compile(r"(?<![\w.])[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?![\w.])", re.IGNORECASE)
_IBAN = re.compile(r"(?<![A-Za-z0-9])([A-Z]{2})\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")
_HOME = re.compile(r"(?:/home/|/Users/|\\{1,2}Users\\{1,2}|¥Users¥)([\w.@-]{1,64})", re.IGNORECASE)
_SUDO = re.compile(r"\bsudo(?:\[\d+\])?:\s{1,10}([\w.-]{1,32}) : ")
_USER = re.compile(
    r"(?i)\b(?:(?:invalid |illegal |unknown )?user(?:name)?(?: name)?|login|uname|ruser|account)"
    r"(?:\s?[=:]\s?|\s)[\"'<\[]?([\w.$\\-]{2,64})(?![\w(])"
)
_LOGGED = re.compile(
    r"(?i)\b(?:accepted|failed|postponed) (?:\w+(?:[/-][\w-]+)? )for (?:(?:invalid|illegal) user )?([\w.-]{2,64})\b"
    r"|\bsession (?:opened|closed) for user ([\w.-]{2,64})"
    r"|\b(?:su|cron)(?:\[\d+\])?: \(?(?:to )?([\w.-]{2,64})\)?"
)
_WINDOWS = re.compile(r"(?<![\w\\/:.])[A-Z][A-Z0-9-]{1,14}\\([A-Za-z][\w.-]{1,63})(?![\\\w])")
_HOST = re.compile(
    r"(?i)(?<![\w./@%-])((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){2,6}(?:[a-z]{2}|com|net|org|edu|gov|mil|int|info|biz))"
    r"(?![\w-]|\.\w|\()"
)
_NAMED_HOST = re.compile(
    r"(?i)(?:\br?host(?:name)?[=: ]{1,2}'?|\brelay=|\bfrom |\bconnection from \S+ \(|\bserver[=: ]{1,2})"
    r"((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}[a-z]{2,12})\b(?!\.\w)"
)
_NO_FILE = re.compile(
    r"(?i)\.(?:py|js|ts|rb|pl|sh|so|md|cc|cs|rs|go|kt|gz|ko|mo|po|id|in|is|it|at|be|no|to|me|my|us|by|do|as|am|tv)$"
)
_NOBODY = frozenset(
    [
        "admin", "all", "all_users", "and", "at", "by", "daemon", "default", "for", "from", "guest", "has",
        "id", "in", "is", "name", "nobody", "none", "not", "null", "on", "public", "root", "shared", "system",
        "the", "to", "ubuntu", "uid", "unknown", "user", "users", "users.", "was", "with", "www-data",
    ]
)  # fmt: skip


def find_personal(text: str, lines: Lines) -> list[Hit]:
    """Finds personal data in what programs write.

    Args:
        text: Whole lines.
        lines: Its lines in small letters.

    Returns:
        Hits, unsorted, which may overlap.
    """
    hits = list(_ipv4(text))
    for kind, words, finder in _FINDERS:
        for start, end in lines.with_any(words):
            for first, last in finder(text[start:end]):
                hits.append(Hit(kind, start + first, start + last, mask("")))
    hits += [Hit(HitKind.ACCOUNT, *span, mask("")) for span in _accounts(text)]
    return hits


def _ipv4(text: str) -> Iterator[Hit]:
    for found in _IPV4.finditer(text.encode("ascii", "replace")):
        parts = found[0].split(b".")
        if all(len(part) == 1 or part[:1] != b"0" for part in parts) and max(map(int, parts)) <= 255:
            before = text[max(0, found.start() - 12) : found.start()].lower()
            if not before.endswith(_VERSIONED) and int(parts[0]):
                yield Hit(HitKind.ADDRESS, *found.span(), mask(""))


_VERSIONED = ("version ", "version=", "version: ", "ver ", "ver. ", "v.", "release ", "chrome/", "/", "build ", "-")


def _ipv6(line: str) -> Iterator[tuple[int, int]]:
    for found in _IPV6.finditer(line):
        written = found[0].partition("%")[0]
        if written.count(":") < 2 or not re.search(r"[0-9a-fA-F]", written):
            continue
        if re.fullmatch(r"[A-Fa-f]{1,4}::[A-Fa-f]{1,4}", written):
            continue  # a name of a programming language's scope
        try:
            ipaddress.IPv6Address(written)
        except ValueError:
            continue
        yield found.span()


def _spans(pattern: re.Pattern[str]) -> Callable[[str], Iterator[tuple[int, int]]]:
    def find(line: str) -> Iterator[tuple[int, int]]:
        for found in pattern.finditer(line):
            yield found.span()

    return find


def _users(line: str) -> Iterator[tuple[int, int]]:
    for pattern in (_HOME, _SUDO, _USER, _LOGGED, _WINDOWS):
        for found in pattern.finditer(line):
            group = found.lastindex or 1
            name = found[group].lower()
            if name.strip(".") not in _NOBODY and not name.isdigit():
                yield found.span(group)


def _hosts(line: str) -> Iterator[tuple[int, int]]:
    for pattern in (_HOST, _NAMED_HOST):
        for found in pattern.finditer(line):
            if not _NO_FILE.search(found[1]) and not found[1].replace(".", "").isdigit():
                yield found.span(1)


def _accounts(text: str) -> Iterator[tuple[int, int]]:
    for found in _IBAN.finditer(text):
        number = re.sub("[ -]", "", found[0])
        length = _IBAN_LENGTHS.get(found[1])
        if length is None or len(number) < length:
            continue
        if is_iban(number[:length]):
            end, seen = found.start(), 0
            while seen < length:
                seen += text[end].isalnum()
                end += 1
            yield found.start(), end


def is_iban(number: str) -> bool:
    """Whether the country's length and the check digits fit (ISO 13616, mod 97)."""
    if _IBAN_LENGTHS.get(number[:2]) != len(number):
        return False
    return int("".join(str(int(c, 36)) for c in number[4:] + number[:4])) % 97 == 1


_FINDERS: tuple[tuple[HitKind, tuple[str, ...], Callable[[str], Iterator[tuple[int, int]]]], ...] = (
    (HitKind.EMAIL, ("@",), _spans(_EMAIL)),
    (HitKind.ADDRESS, ("::", ":0:", ":1:", "ip", "inet", "addr"), _ipv6),
    (HitKind.USER, ("/home/", "users", "user", "sudo", "password for", "login", "accepted ", "\\"), _users),
    (HitKind.HOST, ("host", "relay=", "from ", "server", ".com", ".net", ".org", ".edu", "proxy"), _hosts),
    (HitKind.ADDRESS, ("mac", ":", "address", "ether"), _spans(_MAC)),
    (HitKind.ADDRESS, ("mac", "address", "ether"), _spans(_CISCO_MAC)),
)
