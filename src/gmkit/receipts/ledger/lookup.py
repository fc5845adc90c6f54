"""Where the entry with an identifier is, and those of an order: in either layout, within a transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, and_, func, inspect, select

from gmkit.merkle import Frontier
from gmkit.receipts.ledger import schema
from gmkit.receipts.ledger.keys import id_numbers, span
from gmkit.receipts.ledger.recent import keys_of

__all__ = ["ByHeart", "merged_of", "of_order", "of_orders", "with_id", "wrong_keys"]

PIECE = 1 << 14  # entries looked at together
NUMBERED = "SELECT seq FROM ledger_keys WHERE key BETWEEN ? AND ?"
KEYS = "SELECT k.key, k.seq FROM json_each(?) AS asked CROSS JOIN ledger_keys AS k ON k.key = asked.value"


class ByHeart(Protocol):
    """What a writer in this process knows of the newest entries."""

    def newest(self, merged: int, number: int, *, whole: bool) -> tuple[list[int], int] | None:
        """
        Where entries are, of those whose keys are not merged.

        Args:
            merged: From where on keys are not merged, as far as the one sees who asks.
            number: The number of an identifier, or any of an order.
            whole: It is one of an order, and all its entries are meant.

        Returns:
            Places of entries that may be meant, and up to where these are all; None if that is not known.
        """


def with_id(
    connection: Connection, key_id: bytes, identifier: str, heart: ByHeart | None = None
) -> ColumnElement[bool]:
    """A condition on the entries: the one of a signer with this identifier."""
    numbers = id_numbers([(key_id, identifier)]) * 2
    return _where(
        connection,
        [numbers],
        lambda c: and_(c.kid == key_id, c.id == identifier),
        heart,
    )


def of_order(
    connection: Connection, order: str, heart: ByHeart | None = None
) -> ColumnElement[bool]:
    """A condition on the entries: those of an order."""
    return _where(connection, [span(order)], lambda c: c.ord == order, heart, whole=True)


def of_orders(connection: Connection, orders: Collection[str]) -> ColumnElement[bool]:
    """A condition on the entries: those of some hundred orders."""
    return _where(connection, [span(order) for order in orders], lambda c: c.ord.in_(orders))


def _where(
    connection: Connection,
    numbers: Sequence[Sequence[int]],
    exact: Callable[[Any], ColumnElement[bool]],
    heart: ByHeart | None = None,
    *,
    whole: bool = False,
) -> ColumnElement[bool]:
    """The condition, with the places among which its entries are where no index says so."""
    merged, table = merged_of(connection), schema.entries.c
    if merged is None:
        return exact(table)
    places = [
        place
        for first, last in numbers
        for (place,) in connection.exec_driver_sql(NUMBERED, (first, last))
    ]
    known = heart.newest(merged, numbers[0][0], whole=whole) if heart is not None else None
    more, end = known or ([], merged)
    places += more
    newer = select(table.seq).where(table.seq >= end, exact(table))
    places += connection.execute(newer).scalars()
    listed = func.json_each(str(places)).table_valued("value")
    return and_(table.seq.in_(select(listed.c.value)), exact(table))


def wrong_keys(connection: Connection) -> tuple[int, int]:
    """How many keys are missing, and how many are there that are of no entry; in one layout there are none."""
    merged, missing, known, table = merged_of(connection), 0, 0, schema.entries.c
    if merged is None:
        return 0, 0
    there = inspect(connection).has_table(schema.keys.name)
    last = connection.execute(select(func.max(table.seq))).scalar_one()
    merged = min(merged, 0 if last is None else last + 1)  # what was cut off is told elsewhere
    for first in range(0, merged, PIECE):
        end = min(merged, first + PIECE)
        query = select(table.kid, table.id, table.ord, table.sq, table.seq)
        rows = connection.execute(query.where(table.seq >= first, table.seq < end)).all()
        wanted = set(keys_of(rows))
        found: set[tuple[int, int]] = set()
        if there:
            numbers = str(sorted(number for number, _ in wanted))
            found = {tuple(row) for row in connection.exec_driver_sql(KEYS, (numbers,))} & wanted
        missing += len(wanted) - len(found)
        known += len(found)
    others = 0
    if there:
        count = select(func.count()).select_from(schema.keys).where(schema.keys.c.seq < merged)
        others = connection.execute(count).scalar_one() - known
    return missing, others


def merged_of(connection: Connection) -> int | None:
    """Before which entry the keys are in the table of keys; None in the other layout."""
    version, octets = connection.execute(
        select(schema.ledger.c.version, schema.ledger.c.frontier)
    ).one()
    return None if version == schema.INDEXED else Frontier.from_bytes(bytes(octets)).size
