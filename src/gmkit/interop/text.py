"""How bytes are written as text: one spelling for each."""

from __future__ import annotations

import base64
import binascii
import re
from enum import Enum

from gmkit.errors import EncodingError

_HEX = re.compile(r"(?:[0-9a-f]{2})*|(?:[0-9A-F]{2})*")


class Text(Enum):
    """How a peer writes bytes: as they are, or as text."""

    BYTES = "bytes"
    HEX = "hex"
    BASE64 = "base64"

    def write(self, octets: bytes) -> bytes | str:
        """Bytes as the peer writes them."""
        if self is Text.HEX:
            return octets.hex()
        if self is Text.BASE64:
            return base64.b64encode(octets).decode()
        return octets

    def read(self, value: bytes | str, *, what: str) -> bytes:
        """
        What the peer has written, as bytes.

        Raises:
            EncodingError: If it is not written this way.
            TypeError: If text is given where bytes are meant, or the other way round.
        """
        if self is Text.BYTES:
            if isinstance(value, str):
                raise TypeError(f"expected bytes for the {what}, not str")
            return bytes(value)
        if not isinstance(value, str):
            raise TypeError(
                f"expected {self.value} text for the {what}, not {type(value).__name__}"
            )
        if self is Text.HEX:
            if not _HEX.fullmatch(value):
                raise EncodingError(_not_hex(value), what=what)
            return bytes.fromhex(value)
        try:
            octets = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            raise EncodingError("not base64", what=what) from None
        if base64.b64encode(octets).decode() != value:
            raise EncodingError("not base64 in its one spelling", what=what)
        return octets


def _not_hex(text: str) -> str:
    if len(text) % 2:
        return f"{len(text)} hexadecimal digits are not whole bytes: a leading zero may be lost"
    if text[:2].lower() == "0x":
        return "hexadecimal text without 0x is expected"
    return "not hexadecimal text of one case"
