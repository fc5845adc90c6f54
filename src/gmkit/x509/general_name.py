"""GeneralName: a name in one of nine forms (RFC 5280, clause 4.2.1.6)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any, NamedTuple

from gmkit.errors import EncodingError
from gmkit.x509.name import Name

__all__ = ["GeneralName", "general_names"]


class GeneralName(NamedTuple):
    """
    A name and its form.

    Attributes:
        kind: ``dns``, ``email``, ``uri`` (value: str), ``ip`` (4 or 16 bytes; in a constraint 8 or 32:
            address and mask), ``directory`` (encoded name), ``registered-id`` (dotted str),
            ``other`` (dotted type and encoded value), ``x400`` or ``edi`` (encoded).
        value: The name as stored.
    """

    kind: str
    value: Any

    def __str__(self) -> str:
        return f"{self.kind}:{self.text}"

    @property
    def text(self) -> str:
        """The name for people."""
        if self.kind == "ip":
            return _address(self.value)
        if self.kind == "directory":
            try:
                return str(Name(self.value))
            except EncodingError:
                pass
        if self.kind == "other":
            oid, value = self.value
            return f"{oid}#{value.hex()}"
        if isinstance(self.value, bytes):
            return f"#{self.value.hex()}"
        return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in self.value)


def general_names(values: Iterable[tuple[str, Any]]) -> tuple[GeneralName, ...]:
    """Names from the native form."""
    return tuple(GeneralName(kind, value) for kind, value in values)


def _address(octets: bytes) -> str:
    if len(octets) in (4, 16):
        return str(ipaddress.ip_address(octets))
    half = len(octets) // 2
    mask = int.from_bytes(octets[half:], "big")
    return f"{ipaddress.ip_address(octets[:half])}/{mask.bit_count()}"
