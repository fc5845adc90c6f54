"""Checking proofs: RFC 9162 sections 2.1.3.2 and 2.1.4.2, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from hmac import compare_digest
from typing import NoReturn

from gmkit.errors import VerificationError
from gmkit.merkle.hashing import HASH_SIZE, node_hash


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """
    Check that *leaf* stands at *index* of the tree with *size* leaves and that *root*.

    Args:
        leaf: Leaf hash, 32 bytes.
        index: Place of the leaf, from 0.
        size: Number of leaves under *root*.
        proof: Sibling hashes from the leaf upwards, 32 bytes each, at most 63.
        root: 32 bytes.

    Raises:
        VerificationError: With reason ``inclusion-proof`` if it does not hold.
    """
    _check_shape(leaf, *proof, root, reason="inclusion-proof")
    if not 0 <= index < size:
        _refuse(f"leaf {index} is outside a tree of {size} leaves", "inclusion-proof")
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            _refuse("the inclusion proof is too long", "inclusion-proof")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            r = node_hash(r, p)
        fn >>= 1
        sn >>= 1
    if sn != 0:
        _refuse("the inclusion proof is too short", "inclusion-proof")
    if not compare_digest(r, root):
        _refuse("the inclusion proof leads to another root", "inclusion-proof")


def verify_consistency(
    old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """
    Check that the tree (*old_size*, *old_root*) is a prefix of the tree (*size*, *root*).

    Raises:
        VerificationError: With reason ``consistency-proof`` if it does not hold.
    """
    reason = "consistency-proof"
    _check_shape(old_root, *proof, root, reason=reason)
    if not 0 < old_size <= size:
        _refuse(f"no consistency proof leads from {old_size} to {size} leaves", reason)
    if old_size == size:
        if proof or not compare_digest(old_root, root):
            _refuse("two trees of the same size have different roots", reason)
        return
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not path:
        _refuse("the consistency proof is empty", reason)
    fr, sr = _roots_of(path, old_size, size)
    if not compare_digest(fr, old_root):
        _refuse("the consistency proof does not lead to the older root", reason)
    if not compare_digest(sr, root):
        _refuse("the consistency proof does not lead to the newer root", reason)


def _roots_of(path: list[bytes], old_size: int, size: int) -> tuple[bytes, bytes]:
    """The older and the newer root that a path leads to: RFC 9162 section 2.1.4.2, steps 3 to 6."""
    reason = "consistency-proof"
    fn, sn = old_size - 1, size - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            _refuse("the consistency proof is too long", reason)
        if fn & 1 or fn == sn:
            fr = node_hash(c, fr)
            sr = node_hash(c, sr)
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            sr = node_hash(sr, c)
        fn >>= 1
        sn >>= 1
    if sn != 0:
        _refuse("the consistency proof is too short", reason)
    return fr, sr


def _check_shape(*hashes: bytes, reason: str) -> None:
    for value in hashes:
        if len(value) != HASH_SIZE:
            _refuse(f"a hash of {len(value)} bytes stands where 32 are needed", reason)


def _refuse(message: str, reason: str) -> NoReturn:
    raise VerificationError(message, reason=reason)
