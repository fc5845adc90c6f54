"""
An append-only tree over SM3, its proofs and its signed checkpoints.

The shape is that of RFC 9162 section 2 with SM3 in place of SHA-256. One implementation serves the
ledger of receipts and the audit log of the authority. Nothing here reads a clock or a file: nodes come
from whoever keeps them, through :class:`NodeSource`.
"""

from gmkit.merkle.checkpoint import Checkpoint, SignedCheckpoint, key_id, parse_checkpoint
from gmkit.merkle.frontier import Frontier
from gmkit.merkle.hashing import EMPTY_ROOT, HASH_SIZE, leaf_hash, leaf_hashes, node_hash
from gmkit.merkle.proof import verify_consistency, verify_inclusion
from gmkit.merkle.range import range_proof, verify_range
from gmkit.merkle.tree import MemoryTree, NodeSource, consistency_proof, inclusion_proof, root_at

__all__ = [
    "EMPTY_ROOT",
    "HASH_SIZE",
    "Checkpoint",
    "Frontier",
    "MemoryTree",
    "NodeSource",
    "SignedCheckpoint",
    "consistency_proof",
    "inclusion_proof",
    "key_id",
    "leaf_hash",
    "leaf_hashes",
    "node_hash",
    "parse_checkpoint",
    "range_proof",
    "root_at",
    "verify_consistency",
    "verify_inclusion",
    "verify_range",
]
