"""The nodes of a ledger's tree, out of its tables."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select

from gmkit.errors import StorageError
from gmkit.merkle import Frontier, leaf_hashes
from gmkit.merkle.hashing import node_hashes
from gmkit.receipts.ledger import schema
from gmkit.receipts.ledger.entry import FORMAT

__all__ = ["STEP", "TILE", "TableTree", "Tiles", "leaves_of", "raw_entry", "reread"]

STEP = 8  # levels between two that are stored
TILE = 1 << STEP
_ROWS = 1 << 16  # entries read at once


def raw_entry(kind: int, e: bytes, signature: bytes, key_id: bytes) -> bytes:
    """An entry out of its columns; *kind* is its number."""
    return bytes((FORMAT, kind)) + bytes(e) + bytes(signature) + bytes(key_id)


def leaves_of(rows: Iterable[tuple[int, bytes, bytes, bytes]]) -> list[bytes]:
    """Leaf hashes of rows of kind, e, signature and key identifier."""
    return leaf_hashes([raw_entry(*row) for row in rows])


def reread(connection: Connection, edge: Frontier, since: int) -> None:
    """
    Read what was stored since the tree had *since* entries, and come to the same tree.

    What is signed is then what is there: a bit that turned over on the way to the disk is found before
    others are told of it, not by them.

    Raises:
        StorageError: What is stored is not what was hashed.
    """
    first = min(since, edge.size) // TILE * TILE
    tree, peaks, at = TableTree(connection), [], 0
    for level in reversed(range(first.bit_length())):
        if first >> level & 1:
            peaks.append(tree.node(level, at >> level))
            at += 1 << level
    again = Frontier.from_bytes(first.to_bytes(8, "big") + b"".join(peaks))
    table = schema.entries.c
    query = select(table.kind, table.e, table.sig, table.kid).where(table.seq >= first)
    for rows in connection.execute(query.order_by(table.seq)).partitions(_ROWS):
        again.grow(leaves_of((row.kind, row.e, row.sig, row.kid) for row in rows))
    if (again.size, again.root()) != (edge.size, edge.root()):
        raise StorageError(
            "entries that are stored are not those of the tree: nothing is signed",
            hint="run the audit",
        )


class Tiles(ABC):
    """A :class:`gmkit.merkle.NodeSource` over stored nodes and entries; tiles that were read are kept."""

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def node(self, level: int, index: int) -> bytes:
        """Root of the perfect subtree over entries [index·2^level, (index+1)·2^level), 32 bytes."""
        base = level // STEP * STEP
        above = level - base
        first = index << above
        nodes = self._tile(base, first // TILE)[first % TILE : first % TILE + (1 << above)]
        if len(nodes) != 1 << above:
            raise StorageError("entries or nodes of the ledger are missing", hint="run the audit")
        for _ in range(above):
            nodes = node_hashes(nodes)
        return nodes[0]

    def _tile(self, base: int, number: int) -> list[bytes]:
        """Neighbouring nodes of a stored level, as far as there are."""
        tile = self._tiles.get((base, number))
        if tile is None:
            first = number * TILE
            if base:
                stored = self._nodes(base, first, first + TILE - 1)
                tile = [bytes(node) for _, node in stored]
            else:
                stored = self._entries(first, first + TILE - 1)
                tile = leaves_of((kind, e, sig, kid) for _, kind, e, sig, kid in stored)
            if [row[0] for row in stored] != list(range(first, first + len(stored))):
                raise StorageError("entries of the ledger are missing", hint="run the audit")
            self._tiles[base, number] = tile
        return tile

    @abstractmethod
    def _nodes(self, level: int, first: int, last: int) -> Sequence[Any]:
        """Place and hash of nodes, in order."""

    @abstractmethod
    def _entries(self, first: int, last: int) -> Sequence[Any]:
        """Place, kind, e, signature and key identifier of entries, in order."""


class TableTree(Tiles):
    """The nodes within a transaction."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    def _nodes(self, level: int, first: int, last: int) -> Sequence[Any]:
        table = schema.nodes.c
        query = select(table.place, table.hash)
        query = query.where(table.level == level, table.place.between(first, last))
        return self._connection.execute(query.order_by(table.place)).all()

    def _entries(self, first: int, last: int) -> Sequence[Any]:
        table = schema.entries.c
        query = select(table.seq, table.kind, table.e, table.sig, table.kid)
        query = query.where(table.seq.between(first, last)).order_by(table.seq)
        return self._connection.execute(query).all()
