"""
What the tree is over: one entry of 114 bytes for each receipt, with nothing personal in it.

::

    entry = 01 ‖ kind (1) ‖ e (32) ‖ r‖s (64) ‖ kid (16)        leaf = SM3(00 ‖ entry)

``e`` is SM3(Z ‖ M), the digest that was signed: it commits to every octet of the receipt, so that an
audit hashes each payload once and the tree can be published without payloads.
"""

from __future__ import annotations

from dataclasses import dataclass

from gmkit.errors import EncodingError
from gmkit.receipts.record import Kind

__all__ = ["ENTRY_BYTES", "KINDS", "Entry", "id_key"]

ENTRY_BYTES = 114
FORMAT = 1
KINDS = tuple(kind.value for kind in Kind)
"""Kinds on the wire; an entry has the place here, from 1."""


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One line of the ledger.

    Attributes:
        kind: What the receipt states, as on the wire.
        e: SM3(Z ‖ M), 32 bytes.
        signature: r ‖ s, 64 bytes.
        key_id: Who signed, 16 bytes.
    """

    kind: str
    e: bytes
    signature: bytes
    key_id: bytes

    def to_bytes(self) -> bytes:
        """The entry, 114 bytes."""
        return bytes((FORMAT, KINDS.index(self.kind) + 1)) + self.e + self.signature + self.key_id

    @classmethod
    def from_bytes(cls, data: bytes) -> Entry:
        """
        Read an entry.

        Raises:
            EncodingError: If it is none of this format.
        """
        if len(data) != ENTRY_BYTES or data[0] != FORMAT or not 1 <= data[1] <= len(KINDS):
            raise EncodingError("not an entry of a ledger", what="ledger entry")
        return cls(KINDS[data[1] - 1], data[2:34], data[34:98], data[98:])


def id_key(key_id: bytes, identifier: str) -> bytes:
    """What stands for an identifier of a signer, before it is hashed: 16 bytes and the text."""
    return key_id + identifier.encode(errors="surrogatepass")
