"""Which packages are refused before anything in them is unpacked: bounds, and names with one meaning."""

from __future__ import annotations

import re
import struct
import unicodedata
from dataclasses import dataclass

from gmkit.errors import VerificationError

__all__ = ["Limits", "check_path", "folded", "refuse", "unicode_path"]

_UNICODE_PATH = 0x7075
_MAX_DEPTH = 32
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Limits:
    """
    Bounds on a package; what exceeds one is refused before it is unpacked.

    Attributes:
        entries: Number of entries.
        part: Length of one part, unpacked, in bytes.
        total: Length of all parts together, unpacked, in bytes.
        ratio: Unpacked to packed length of a part longer than *ratio_from*.
        ratio_from: Parts up to this length, in bytes, may be packed ever so well.
        structure: Length of a part that is parsed as XML, in bytes.
    """

    entries: int = 10_000
    part: int = 256 << 20
    total: int = 1 << 30
    ratio: int = 150
    ratio_from: int = 1 << 20
    structure: int = 8 << 20


def refuse(reason: str, message: str) -> VerificationError:
    """The error for a package that is refused; its reason says by which rule."""
    return VerificationError(message, reason=reason)


def folded(name: str) -> str:
    """The name as far as careless readers can tell names apart."""
    return unicodedata.normalize("NFKC", name).casefold()


def check_path(path: str) -> None:
    """
    Relative, forward slashes, nothing that leads out of the package.

    Raises:
        VerificationError: With reason ``package-…``.
    """
    if not path or len(path) > 1024:
        raise refuse("package-name", "a part has no name, or one of more than 1024 characters")
    if "\\" in path:
        raise refuse("package-backslash", f"the name {path!r} has a backslash")
    if path.startswith("/") or (len(path) > 1 and path[1] == ":"):
        raise refuse("package-absolute-path", f"the name {path!r} is an absolute path")
    steps = path.split("/")
    if ".." in steps:
        raise refuse("package-path-escape", f"the name {path!r} leads out of its folder")
    if "." in steps or "" in steps or len(steps) > _MAX_DEPTH:
        raise refuse("package-name", f"the name {path!r} has steps that mean nothing, or too many")
    if _CONTROL.search(path):
        raise refuse("package-name", f"the name {path!r} has control characters")


def unicode_path(extra: bytes) -> bytes | None:
    """The name in Info-ZIP's extra field, which some readers prefer."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == _UNICODE_PATH and length >= 5:
            return extra[at + 9 : at + 4 + length]
        at += 4 + length
    return None
