"""A seal for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator

from gmkit.errors import EncodingError
from gmkit.seal.model import Seal
from gmkit.x509 import Certificate

__all__ = ["seal_dict", "seal_text"]


def seal_dict(seal: Seal) -> dict[str, object]:
    """Everything a seal says, as strings, numbers and lists for JSON."""
    info = seal.info
    return {
        "standard": seal.layout.standard,
        "version": info.version,
        "id": info.id,
        "name": info.name,
        "vendor": info.vendor,
        "type": info.type,
        "created": str(info.created),
        "valid_from": str(info.valid_from),
        "valid_to": str(info.valid_to),
        "maker": _subject(seal.maker),
        "users": list(_users(seal)),
        "picture": {
            "type": info.picture.type,
            "bytes": len(info.picture.data),
            "width_mm": info.picture.width,
            "height_mm": info.picture.height,
        },
        "timestamp": seal.timestamp is not None,
        "notes": [{"code": code, "text": text} for code, text in seal.notes],
    }


def seal_text(seal: Seal) -> list[str]:
    """The same in lines. Names in them come from others; see the caller's escaping."""
    info, picture = seal.info, seal.info.picture
    lines = [
        f"{info.name}  [{seal.layout.standard}, version {info.version}]",
        f"  identifier: {info.id}",
        f"  vendor: {info.vendor}",
        f"  type: {info.type}",
        f"  valid: {info.valid_from} to {info.valid_to}",
        f"  created: {info.created}",
        f"  maker: {_subject(seal.maker)}",
    ]
    lines += [f"  user: {user}" for user in _users(seal)]
    lines.append(
        f"  picture: {picture.type}, {len(picture.data):,} bytes, {picture.width} x {picture.height} mm"
    )
    if seal.timestamp is not None:
        lines.append("  with a timestamp")
    lines += [f"  unusual: {text} [{code}]" for code, text in seal.notes]
    return lines


def _users(seal: Seal) -> Iterator[str]:
    users = seal.info.users
    yield from (_subject(one) for one in users.certificates)
    yield from (f"{name} {value.hex()}" for name, value in users.digests)


def _subject(certificate: bytes) -> str:
    try:
        read = Certificate.from_der(certificate)
    except EncodingError as why:
        return f"(unreadable: {why.message})"
    return f"{read.subject}, number {read.serial:x}"
