"""What a person trusts when trusting a pack: who made it, and where it sends.

A pack runs nothing and reads nothing, so the harm that it could do is to send a request to somebody else, or to ask for
what it has no need of. The first is pinned here: publisher, key and destinations make a *face*, and a face that changes
is looked at again. The second is shown before the first use.
"""

import msgspec

from support_cli.forms.model import Channel, Manifest, Publisher
from support_cli.packs.errors import PackError

STAYS = ("file",)
"""Kinds of channels that send nothing anywhere."""


class UntrustedError(PackError):
    """A pack is not trusted, and nobody said yes."""


class Face(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at before a pack is trusted; the language of a channel and the order of channels do not count."""

    publisher: Publisher
    channels: dict[str, Channel]


def face_of(manifest: Manifest) -> Face:
    """The face of a pack."""
    channels = {name: msgspec.structs.replace(one, language=None) for name, one in manifest.channels.items()}
    return Face(publisher=manifest.publisher, channels=channels)


def sends(manifest: Manifest) -> bool:
    """Whether a pack names anybody to send to."""
    return any(channel.kind not in STAYS for channel in manifest.channels.values())


def is_digest(text: str, digest: str) -> bool:
    """Whether a person named this digest, with or without ``sha256:``."""
    return text.strip().lower().removeprefix("sha256:") == digest.removeprefix("sha256:")
