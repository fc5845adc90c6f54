"""Leaf and node hashes: RFC 9162 section 2.1.1 with SM3."""

from __future__ import annotations

from collections.abc import Sequence

from gmkit import sm3

HASH_SIZE = 32
"""Length of every hash in bytes."""

EMPTY_ROOT = sm3.digest(b"")
"""Root of a tree without leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """
    Hash of one entry: SM3(00 ‖ entry).

    The prefix keeps a leaf from ever being read as a node (RFC 9162 section 2.1.1).
    """
    return sm3.digest(b"\x00" + entry)


def leaf_hashes(entries: Sequence[bytes]) -> list[bytes]:
    """Hashes of many entries, computed side by side."""
    return sm3.digest_batch([b"\x00" + entry for entry in entries])


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SM3(01 ‖ left ‖ right); both 32 bytes."""
    return sm3.digest(b"\x01" + left + right)


def node_hashes(children: Sequence[bytes]) -> list[bytes]:
    """Parents of an even number of neighbouring nodes, computed side by side."""
    return sm3.digest_batch(
        [b"\x01" + children[i] + children[i + 1] for i in range(0, len(children), 2)]
    )
