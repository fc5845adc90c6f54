"""
What receipts state of the ledger they go into: the entry before them in their order, and a checkpoint.

``previous`` names an earlier entry of the order by its leaf hash: whoever signs a delivery says of which
order. ``checkpoint`` is size and root of the newest checkpoint that the signer had seen: the receipt cannot
be older than that, and a ledger with another tree of that size is not the one he saw.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from sqlalchemy import Connection, select

from gmkit.errors import ReceiptRejected
from gmkit.merkle import NodeSource, root_at
from gmkit.receipts.base64url import octets_of
from gmkit.receipts.ledger import schema
from gmkit.receipts.ledger.lookup import ByHeart, of_order
from gmkit.receipts.ledger.tree import TableTree, leaves_of
from gmkit.receipts.receipt import Receipt

__all__ = ["FAULTS", "Link", "Links", "Rows", "Source", "last_leaf", "link_of"]

ORDERS = 4096  # remembered at once
ROOTS = 1024
FAULTS = {
    "order-gap": "an entry before it that its order does not have",
    "order-fork": "the same entry before it as another receipt of its signer",
    "checkpoint": "a checkpoint over another tree",
}
"""What can be wrong, in words."""


@dataclass(frozen=True, slots=True)
class Link:
    """
    What a receipt states of its ledger.

    Attributes:
        previous: Leaf hash of the entry before it in its order, 32 bytes.
        checkpoint: Size and root (32 bytes) of a checkpoint.
    """

    previous: bytes | None
    checkpoint: tuple[int, bytes] | None


@dataclass(frozen=True, slots=True)
class _Known:
    """An entry of an order."""

    place: int
    leaf: bytes
    key_id: bytes
    previous: bytes | None


def link_of(previous: bytes | None, checkpoint: tuple[int, bytes] | None) -> Link | None:
    """A link, or None if a receipt states neither."""
    return None if previous is None and checkpoint is None else Link(previous, checkpoint)


class Source(Protocol):
    """A ledger within a transaction."""

    def tree(self) -> NodeSource:
        """Its nodes."""

    def order(self, order: str) -> Sequence[Any]:
        """Place, kind, e, signature, key identifier and receipt of the entries of an order, by place."""


class Rows:
    """A :class:`Source` through SQLAlchemy."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tree = TableTree(connection)

    def tree(self) -> NodeSource:
        """Its nodes."""
        return self._tree

    def order(self, order: str) -> Sequence[Any]:
        """Place, kind, e, signature, key identifier and receipt of the entries of an order, by place."""
        table = schema.entries.c
        query = select(table.seq, table.kind, table.e, table.sig, table.kid, table.receipt)
        query = query.where(of_order(self._connection, order)).order_by(table.seq)
        return self._connection.execute(query).all()


class Links:
    """
    Checks of what receipts state. What was read is kept, for entries do not change; of an order that grew
    in another way than by :meth:`take` it is to be forgotten.

    Args:
        source: The ledger; replaced when the transaction ends.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self._roots: dict[int, bytes] = {}
        self._orders: dict[str, list[_Known]] = {}

    def fault(self, link: Link, key_id: bytes, order: str | None, place: int) -> str | None:
        """
        What is wrong with a link.

        Args:
            link: The link of a receipt.
            key_id: Who signed that, 16 bytes.
            order: Its order.
            place: Its place in the ledger; what it names comes before.

        Returns:
            None, or ``order-gap`` (the order has no such entry), ``order-fork`` (the signer has named
            that entry as the one before another receipt), or ``checkpoint`` (the tree of that size is
            another one).
        """
        if link.checkpoint is not None:
            size, root = link.checkpoint
            if size > place or self._root(size) != root:
                return "checkpoint"
        if link.previous is None:
            return None
        before = [each for each in self._order(order or "") if each.place < place]
        if all(link.previous != each.leaf for each in before):
            return "order-gap"
        if any((each.key_id, each.previous) == (key_id, link.previous) for each in before):
            return "order-fork"
        return None

    def forget(self, orders: Iterable[str | None]) -> None:
        """Orders have grown."""
        if self._orders:
            for order in orders:
                self._orders.pop(order or "", None)

    def take(self, row: tuple[Any, ...], link: Link | None, place: int) -> None:
        """A receipt that is about to be appended: the next one of its order may name it."""
        key_id, _, kind, order, _, _, _, e, signature, *_ = row
        if order is not None:
            (leaf,) = leaves_of([(kind, e, signature, key_id)])
            previous = None if link is None else link.previous
            self._order(order).append(_Known(place, leaf, key_id, previous))

    def _root(self, size: int) -> bytes:
        if size not in self._roots:
            if len(self._roots) == ROOTS:
                self._roots.clear()
            self._roots[size] = root_at(self.source.tree(), size)
        return self._roots[size]

    def _order(self, order: str) -> list[_Known]:
        if order not in self._orders:
            if len(self._orders) == ORDERS:
                self._orders.clear()
            rows = self.source.order(order)
            leaves = leaves_of(row[1:5] for row in rows)
            self._orders[order] = [
                _Known(place, leaf, bytes(key_id), _previous_in(receipt))
                for leaf, (place, _, _, _, key_id, receipt) in zip(leaves, rows, strict=True)
            ]
        return self._orders[order]


def last_leaf(connection: Connection, order: str, heart: ByHeart | None = None) -> bytes | None:
    """Leaf hash of the last entry of an order; None if it has none."""
    table = schema.entries.c
    query = select(table.kind, table.e, table.sig, table.kid).where(
        of_order(connection, order, heart)
    )
    row = connection.execute(query.order_by(table.seq.desc()).limit(1)).one_or_none()
    return None if row is None else leaves_of([(row.kind, row.e, row.sig, row.kid)])[0]


def _previous_in(receipt: str | None) -> bytes | None:
    """What a stored receipt names as the entry before it."""
    if receipt is None:  # pruned
        return None
    try:
        text = Receipt.parse(receipt).record().fields.get("previous")
    except ReceiptRejected:
        return None  # told by the audit as what it is
    return None if text is None else octets_of(cast("str", text))
