"""
The sorted tree of identifiers: what proves that a signer's identifier is *not* in the ledger.

::

    key   = SM3(kid ‖ identifier)                    leaf = SM3(00 ‖ key ‖ place in the ledger (8))

Leaves stand in the order of their keys. Two neighbours with the key between them show that it is in
neither place, and so nowhere; the checkpoint commits to the number of leaves and to the root.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gmkit import sm3
from gmkit.errors import InvalidArgument, VerificationError
from gmkit.merkle import EMPTY_ROOT, MemoryTree, leaf_hash, leaf_hashes, verify_inclusion
from gmkit.receipts.base64url import octets_of, text_of

__all__ = ["IdTree", "check_absence", "hash_of"]

REASON = "absence-proof"
Leaf = tuple[bytes, int]


@dataclass(frozen=True, slots=True)
class IdTree:
    """Identifiers of some entries, sorted."""

    leaves: list[Leaf]
    tree: MemoryTree

    @classmethod
    def of(cls, items: Iterable[tuple[bytes, int]]) -> IdTree:
        """The tree over pairs of :func:`gmkit.receipts.ledger.entry.id_key` and place in the ledger."""
        pairs = list(items)
        keys = sm3.digest_batch([text for text, _ in pairs])
        leaves = sorted(zip(keys, (place for _, place in pairs), strict=True))
        return cls(leaves, MemoryTree(leaf_hashes([_octets(leaf) for leaf in leaves])))

    def root(self) -> bytes:
        """The root, 32 bytes."""
        return self.tree.root() if self.leaves else EMPTY_ROOT

    def absence(self, text: bytes) -> dict[str, Any]:
        """
        The neighbours between which an identifier would stand.

        Raises:
            InvalidArgument: If it is there.
        """
        key = sm3.digest(text)
        at = bisect_left(self.leaves, (key, -1))
        if at < len(self.leaves) and self.leaves[at][0] == key:
            raise InvalidArgument(f"the identifier is in the ledger, at {self.leaves[at][1]}")
        return {
            "count": len(self.leaves),
            "left": self._shown(at - 1) if at else None,
            "right": self._shown(at) if at < len(self.leaves) else None,
        }

    def _shown(self, at: int) -> dict[str, Any]:
        key, place = self.leaves[at]
        return {
            "at": at,
            "key": text_of(key),
            "entry": place,
            "hashes": [text_of(each) for each in self.tree.inclusion_proof(at)],
        }


def check_absence(text: bytes, proof: object, *, count: int, root: bytes) -> None:
    """
    Check that an identifier is not in the tree of this many leaves and this root.

    Raises:
        VerificationError: With reason ``absence-proof`` if it does not hold.
    """
    key = sm3.digest(text)
    if not isinstance(proof, dict) or proof.get("count") != count:
        raise _refused("it is for a tree of another size")
    left, right = proof.get("left"), proof.get("right")
    low = -1 if left is None else _checked(left, count, root, lambda other: other < key)
    high = count if right is None else _checked(right, count, root, lambda other: key < other)
    if high != low + 1:
        raise _refused("the two shown are not neighbours")
    if count == 0 and root != EMPTY_ROOT:
        raise _refused("an empty tree has another root")


def _checked(shown: object, count: int, root: bytes, on_its_side: Any) -> int:
    try:
        at, place = shown["at"], shown["entry"]  # type: ignore[index]
        key = hash_of(shown["key"])  # type: ignore[index]
        hashes = [hash_of(each) for each in shown["hashes"]]  # type: ignore[index]
        if type(at) is not int or type(place) is not int or not 0 <= place < 1 << 63:
            raise _refused("a place is not a number")
    except (KeyError, TypeError, ValueError):
        raise _refused("a neighbour is malformed") from None
    if len(hashes) > 63 or not on_its_side(key):
        raise _refused("a neighbour stands on the wrong side")
    try:
        verify_inclusion(leaf_hash(_octets((key, place))), at, count, hashes, root)
    except VerificationError as fault:
        raise _refused(fault.message) from None
    return at


def hash_of(text: object) -> bytes:
    """
    32 octets in base64url.

    Raises:
        ValueError: If it is not that.
    """
    octets = octets_of(text) if isinstance(text, str) and len(text) == 43 else None
    if octets is None:
        raise ValueError
    return octets


def _octets(leaf: Leaf) -> bytes:
    return leaf[0] + leaf[1].to_bytes(8, "big")


def _refused(words: str) -> VerificationError:
    return VerificationError(f"the proof of absence does not hold: {words}", reason=REASON)
