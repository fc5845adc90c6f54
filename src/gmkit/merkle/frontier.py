"""The right edge of a tree: all that appending and the root need."""

from __future__ import annotations

from collections.abc import Iterable

from gmkit.errors import EncodingError
from gmkit.merkle.hashing import EMPTY_ROOT, HASH_SIZE, node_hash

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

    def append(self, leaf: bytes) -> None:
        """Append one leaf hash of 32 bytes."""
        self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append leaf hashes of 32 bytes each, in order."""
        for leaf in leaves:
            node, size = leaf, self._size
            while size & 1:
                node = node_hash(self._peaks.pop(), node)
                size >>= 1
            self._peaks.append(node)
            self._size += 1

    def root(self) -> bytes:
        """Root of the tree, 32 bytes."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root

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
