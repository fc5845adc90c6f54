"""The right edge of a tree: all that appending and the root need."""

from __future__ import annotations

from collections.abc import Iterable

from gmkit.errors import EncodingError
from gmkit.merkle.hashing import EMPTY_ROOT, HASH_SIZE, node_hash, node_hashes

_MAX_SIZE = 1 << 63


class Frontier:
    """
    Roots of the perfect subtrees that a tree of some size is made of, largest first.

    A tree of n leaves has one for each set bit of n, so at most 63 hashes describe a tree of any
    size: small enough to be kept in the same transaction as the entry that is appended.
    """

    __slots__ = ("_peaks", "_size")

    def __init__(self) -> None:
        self._size = 0
        self._peaks: list[bytes] = []

    @property
    def size(self) -> int:
        """Number of leaves."""
        return self._size

    def copy(self) -> Frontier:
        """Another one of the same leaves."""
        other = Frontier()
        other._size, other._peaks = self._size, self._peaks.copy()
        return other

    def append(self, leaf: bytes) -> None:
        """Append one leaf hash of 32 bytes."""
        self._grow_by_one(leaf)

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append leaf hashes of 32 bytes each, in order."""
        self.grow(leaves)

    def grow(self, leaves: Iterable[bytes]) -> list[tuple[int, int, bytes]]:
        """
        As :meth:`extend`, hashing side by side.

        Returns:
            Level, index and hash of every perfect subtree above the leaves that became complete.
        """
        nodes = list(leaves)
        if len(nodes) == 1:
            return self._grow_by_one(nodes[0])
        levels = [level for level in range(self._size.bit_length()) if self._size >> level & 1]
        peaks = dict(zip(reversed(levels), self._peaks, strict=True))
        first, level = self._size, 0
        self._size += len(nodes)
        made: list[tuple[int, int, bytes]] = []
        while nodes:
            if first & 1:
                nodes.insert(0, peaks.pop(level))
                first -= 1
            if len(nodes) & 1:
                peaks[level] = nodes.pop()
            nodes, first, level = node_hashes(nodes), first >> 1, level + 1
            made += [(level, first + place, node) for place, node in enumerate(nodes)]
        self._peaks = [peaks[each] for each in sorted(peaks, reverse=True)]
        return made

    def _grow_by_one(self, node: bytes) -> list[tuple[int, int, bytes]]:
        """As :meth:`grow` for one leaf, a fifth of the work: every peak as low as the node goes under it."""
        made: list[tuple[int, int, bytes]] = []
        index, level = self._size, 0
        while index & 1:
            node = node_hash(self._peaks.pop(), node)
            index, level = index >> 1, level + 1
            made.append((level, index, node))
        self._peaks.append(node)
        self._size += 1
        return made

    def root(self) -> bytes:
        """Root of the tree, 32 bytes."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root

    @property
    def last(self) -> bytes:
        """Root of the largest perfect subtree that ends with the last leaf, 32 bytes."""
        return self._peaks[-1]

    def peaks(self) -> list[tuple[int, bytes]]:
        """The perfect subtrees, largest first: how many leaves there are up to the end of each, and its root."""
        return list(zip(self.ends(self._size), self._peaks, strict=True))

    @staticmethod
    def ends(size: int) -> list[int]:
        """Where the perfect subtrees of a tree of so many leaves end: the number of leaves up to there."""
        levels = reversed(range(size.bit_length()))
        return [size >> level << level for level in levels if size >> level & 1]

    def to_bytes(self) -> bytes:
        """Size as 8 bytes, big-endian, then the peaks of 32 bytes each, largest first."""
        return self._size.to_bytes(8, "big") + b"".join(self._peaks)

    @classmethod
    def from_bytes(cls, data: bytes) -> Frontier:
        """
        Read what :meth:`to_bytes` wrote.

        Raises:
            EncodingError: If the number of peaks does not fit the size.
        """
        size = int.from_bytes(data[:8], "big")
        if len(data) < 8 or size >= _MAX_SIZE or len(data) != 8 + HASH_SIZE * size.bit_count():
            raise EncodingError(
                f"a frontier of {len(data)} bytes cannot describe a tree of {size} leaves",
                what="Merkle frontier",
                offset=min(8, len(data)),
            )
        frontier = cls()
        frontier._size = size
        frontier._peaks = [data[i : i + HASH_SIZE] for i in range(8, len(data), HASH_SIZE)]
        return frontier
