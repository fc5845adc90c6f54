"""Proofs out of stored nodes: RFC 9162 sections 2.1.3.1 and 2.1.4.1."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from gmkit.errors import InvalidArgument
from gmkit.merkle.hashing import EMPTY_ROOT, node_hash, node_hashes


class NodeSource(Protocol):
    """Whoever keeps the nodes of perfect subtrees: memory, tiles on disk, a database."""

    def node(self, level: int, index: int) -> bytes:
        """Root of the perfect subtree over leaves [index·2^level, (index+1)·2^level), 32 bytes."""


class MemoryTree:
    """A tree kept in memory, level by level; it is its own :class:`NodeSource`."""

    __slots__ = ("_levels",)

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        self.extend(leaves)

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self._levels[0])

    def append(self, leaf: bytes) -> int:
        """Append one leaf hash of 32 bytes; returns its index."""
        self.extend((leaf,))
        return self.size - 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append leaf hashes of 32 bytes each, in order; full nodes above are made side by side."""
        fresh = list(leaves)
        level = 0
        while fresh:
            self._levels[level].extend(fresh)
            if level + 1 == len(self._levels):
                if len(self._levels[level]) < 2:
                    return
                self._levels.append([])
            done = 2 * len(self._levels[level + 1])
            pairs = self._levels[level][done : len(self._levels[level]) & ~1]
            fresh = node_hashes(pairs)
            level += 1

    def node(self, level: int, index: int) -> bytes:
        """Root of a perfect subtree; see :class:`NodeSource`."""
        return self._levels[level][index]

    def root(self, size: int | None = None) -> bytes:
        """Root over the first *size* leaves, all of them by default; 32 bytes."""
        return root_at(self, self.size if size is None else self._checked(size))

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """Proof that leaf *index* is among the first *size* leaves."""
        return inclusion_proof(self, index, self.size if size is None else self._checked(size))

    def consistency_proof(self, old: int, size: int | None = None) -> list[bytes]:
        """Proof that the first *old* leaves are a prefix of the first *size*."""
        return consistency_proof(self, old, self.size if size is None else self._checked(size))

    def _checked(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise InvalidArgument(f"size {size} is outside a tree of {self.size} leaves")
        return size


def root_at(nodes: NodeSource, size: int) -> bytes:
    """Root over the first *size* leaves (RFC 9162 section 2.1.1); 32 bytes."""
    return range_root(nodes, 0, size) if size else EMPTY_ROOT


def inclusion_proof(nodes: NodeSource, index: int, size: int) -> list[bytes]:
    """
    Siblings from leaf *index* up to the root over *size* leaves (RFC 9162 section 2.1.3.1).

    Raises:
        InvalidArgument: If there is no such leaf.
    """
    if not 0 <= index < size:
        raise InvalidArgument(f"leaf {index} is outside a tree of {size} leaves")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            proof.append(range_root(nodes, middle, end))
            end = middle
        else:
            proof.append(range_root(nodes, start, middle))
            start = middle
    return proof[::-1]


def consistency_proof(nodes: NodeSource, old: int, size: int) -> list[bytes]:
    """
    Nodes that show the tree of *old* leaves inside that of *size* (RFC 9162 section 2.1.4.1).

    Raises:
        InvalidArgument: If *old* is zero or larger than *size*.
    """
    if not 0 < old <= size:
        raise InvalidArgument(f"no consistency proof leads from {old} to {size} leaves")
    proof: list[bytes] = []
    start, end = 0, size
    while old != end:
        middle = start + split(end - start)
        if old <= middle:
            proof.append(range_root(nodes, middle, end))
            end = middle
        else:
            proof.append(range_root(nodes, start, middle))
            start = middle
    if start:
        proof.append(range_root(nodes, start, end))
    return proof[::-1]


def split(width: int) -> int:
    """Largest power of two smaller than *width*, which is at least 2."""
    return 1 << ((width - 1).bit_length() - 1)


def range_root(nodes: NodeSource, start: int, end: int) -> bytes:
    """Root over leaves [start, end), where start is a multiple of the next power of two."""
    width = end - start
    if width & (width - 1) == 0:
        level = width.bit_length() - 1
        return nodes.node(level, start >> level)
    middle = start + split(width)
    return node_hash(range_root(nodes, start, middle), range_root(nodes, middle, end))
