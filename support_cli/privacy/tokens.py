"""Keys and tokens, by the shapes that their issuers document, and by the name that they are assigned to."""

import re

from support_cli.privacy.hits import Hit, HitKind, mask

# A literal that every match holds (looked for first, it costs next to nothing), and the shape.
_SHAPES: tuple[tuple[str, str], ...] = (
    ("gh", r"\bgh[pousr]_[A-Za-z0-9]{30,255}"),
    ("github_pat_", r"\bgithub_pat_[A-Za-z0-9_]{22,255}"),
    ("glpat-", r"\bglpat-[\w-]{20,64}"),
    ("xox", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,255}"),
    ("hooks.slack.com", r"hooks\.slack\.com/services/[A-Za-z0-9/]{20,100}"),
    ("A", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    ("sk-", r"\bsk-[A-Za-z0-9_-]{20,255}"),
    ("k_", r"\b[prs]k_(?:live|test)_[A-Za-z0-9]{16,255}"),
    ("AIza", r"\bAIza[\w-]{35}"),
    ("ya29.", r"\bya29\.[\w-]{20,1024}"),
    ("npm_", r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("pypi-", r"\bpypi-[\w-]{40,1024}"),
    ("SG.", r"\bSG\.[\w-]{16,64}\.[\w-]{16,64}"),
    ("hf_", r"\bhf_[A-Za-z0-9]{30,64}\b"),
    ("dop_v1_", r"\bdop_v1_[a-f0-9]{64}\b"),
    ("shp", r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b"),
    (":AA", r"\b\d{8,10}:AA[\w-]{33}(?![\w-])"),
    ("eyJ", r"\beyJ[\w-]{8,4096}\.eyJ[\w-]{8,4096}\.[\w-]{8,4096}"),
)
_KEY_BLOCK = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_LONGEST_BLOCK = 20_000
_ASSIGNED = (
    r"(?i)(?:api[ _-]?key|access[ _-]?key|secret[ _-]?key|client[ _-]?secret|auth[ _-]?token|access[ _-]?token"
    r"|refresh[ _-]?token|bearer|x-api-key|private[ _-]?token|\btoken|\bsecret|токен|ключ api)"
    r"[\"']?\s{0,3}(?:[:=]|\bis\b|\s)\s{0,3}[\"']?([A-Za-z0-9][\w./+~=-]{15,1023})"
)
_BASIC = r"(?i)\bauthorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?basic\s{1,3}([A-Za-z0-9+/=]{8,1023})"


def find(text: str) -> list[Hit]:
    """Finds keys and tokens."""
    hits = []
    for literal, shape in _SHAPES:
        if literal in text:
            for match in re.finditer(shape, text):
                if not _is_sample(match[0]):
                    hits.append(_hit(text, match.start(), match.end()))
    folded = text.casefold()
    if any(word in folded for word in ("key", "token", "secret", "bearer", "токен")):
        for match in re.finditer(_ASSIGNED, text):
            if _is_random(match[1]):
                hits.append(_hit(text, match.start(1), match.end(1)))
    if "basic" in folded:
        hits += [_hit(text, m.start(1), m.end(1)) for m in re.finditer(_BASIC, text)]
    return hits + _blocks(text)


def _hit(text: str, start: int, end: int) -> Hit:
    return Hit(HitKind.TOKEN, start, end, mask(text[start:end], shown=4))


def _blocks(text: str) -> list[Hit]:
    hits = []
    for match in _KEY_BLOCK.finditer(text) if "PRIVATE KEY" in text else ():
        end = text.find("-----END ", match.end(), match.end() + _LONGEST_BLOCK)
        line = text.find("\n", end) if end >= 0 else -1
        stop = match.end() if end < 0 else len(text) if line < 0 else line
        hits.append(Hit(HitKind.TOKEN, match.start(), stop, mask("")))
    return hits


def _is_sample(value: str) -> bool:
    """``ghp_xxxxxxxx`` and ``sk-your-key-here`` stand in instructions."""
    tail = value[-12:].casefold()
    return len(set(tail)) < 5 or "example" in value.casefold() or "your" in value.casefold()


def _is_random(value: str) -> bool:
    """A key has digits among its letters and no ordinary look; a path, a version or a name is none."""
    digits = sum(c.isdigit() for c in value)
    letters = sum(c.isalpha() for c in value)
    if digits < 3 or letters < 4 or _is_sample(value):
        return False
    return value.count("/") + value.count(".") <= len(value) // 8
