"""Zips as they should be and as nobody should send them."""

import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MANIFEST = "pack: tiny\nversion: 1.0.0\ntitle: Tiny\n"
FORM = """\
name: Ask
body:
  - type: input
    id: summary
    role: summary
    attributes:
      label: What is it about?
"""
TINY = {"pack.yml": MANIFEST, "forms/ask.yml": FORM}


def write_folder(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Writes {name: content} as a folder."""
    for name, content in files.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def entry(name: str, *, mode: int = stat.S_IFREG | 0o644, **more: Any) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    for key, value in more.items():
        setattr(info, key, value)
    return info


def make_zip(
    files: Mapping[str, str | bytes] = TINY,
    *extra: tuple[zipfile.ZipInfo, bytes],
    compression: int = zipfile.ZIP_STORED,
) -> bytes:
    """A zip of {name: content} and of odd entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as target:
        for name, content in files.items():
            target.writestr(name, content)
        for info, content in extra:
            target.writestr(info, content, compress_type=info.compress_type)
    return out.getvalue()
