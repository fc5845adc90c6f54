"""
Proofs that a run of leaves stands in a tree, without a gap: one proof for all of them.

The proof lists, from left to right, the roots of the largest whole subtrees (in the shape of RFC 9162,
clause 2.1.1) that hold no leaf of the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hmac import compare_digest

from gmkit.errors import InvalidArgument, VerificationError
from gmkit.merkle.hashing import HASH_SIZE, node_hash
from gmkit.merkle.tree import NodeSource, range_root, split

__all__ = ["range_proof", "verify_range"]

REASON = "range-proof"


def range_proof(nodes: NodeSource, start: int, end: int, size: int) -> list[bytes]:
    """
    The proof for leaves [start, end) of a tree of *size* leaves.

    Raises:
        InvalidArgument: If there are no such leaves.
    """
    if not 0 <= start < end <= size:
        raise InvalidArgument(f"leaves [{start}, {end}) are outside a tree of {size} leaves")
    proof: list[bytes] = []

    def walk(low: int, high: int) -> None:
        if high <= start or low >= end:
            proof.append(range_root(nodes, low, high))
        elif not (start <= low and high <= end):
            middle = low + split(high - low)
            walk(low, middle)
            walk(middle, high)

    walk(0, size)
    return proof


def verify_range(
    leaves: Sequence[bytes], start: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """
    Check that *leaves*, in this order and with nothing between them, begin at *start* in the tree of
    *size* leaves and that *root*.

    Args:
        leaves: Leaf hashes, 32 bytes each, at least one.
        start: Place of the first, from 0.
        size: Number of leaves under *root*, at most 2^63; from whoever vouches for the root, because the
            root alone does not fix it.
        proof: As :func:`range_proof` makes it.
        root: 32 bytes.

    Raises:
        VerificationError: With reason ``range-proof`` if it does not hold.
    """
    end = start + len(leaves)
    if not leaves or start < 0 or end > size or size > 1 << 63:
        raise VerificationError(
            f"leaves [{start}, {end}) are outside a tree of {size} leaves", reason=REASON
        )
    if any(len(each) != HASH_SIZE for each in (*leaves, *proof, root)):
        raise VerificationError(f"a hash has {HASH_SIZE} bytes", reason=REASON)
    rest = iter(proof)
    found = _root(leaves, start, rest, 0, size)
    if next(rest, None) is not None:
        raise VerificationError("the range proof is too long", reason=REASON)
    if not compare_digest(found, root):
        raise VerificationError("the range proof leads to another root", reason=REASON)


def _root(
    leaves: Sequence[bytes], start: int, proof: Iterator[bytes], low: int, high: int
) -> bytes:
    if high <= start or low >= start + len(leaves):
        node = next(proof, None)
        if node is None:
            raise VerificationError("the range proof is too short", reason=REASON)
        return node
    if high - low == 1:
        return leaves[low - start]
    middle = low + split(high - low)
    left = _root(leaves, start, proof, low, middle)
    return node_hash(left, _root(leaves, start, proof, middle, high))
