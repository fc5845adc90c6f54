"""
Pruning: what a receipt said goes after its time, what proves the others stays.

The clock of an order starts when it is complete (电子商务法 art. 31: three years from completion of the
transaction): when it has a delivery or a refund, and nothing came after it. A segment is pruned as a whole,
when every entry in it has expired; its entries, tiles and manifest stay, and with them every proof.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, case, func, or_, select, update

from gmkit import sm3
from gmkit.errors import InvalidArgument
from gmkit.keys import Signer
from gmkit.receipts import canonical
from gmkit.receipts.base64url import text_of
from gmkit.receipts.ledger import schema
from gmkit.receipts.ledger.entry import KINDS
from gmkit.receipts.ledger.ledger import Ledger
from gmkit.receipts.ledger.lookup import of_orders
from gmkit.receipts.ledger.sealing import parquet_of
from gmkit.receipts.record import EPOCH, MILLISECOND
from gmkit.sm2 import SignatureFormat

__all__ = ["prune"]

ORDERS = 2000  # in one question
COMPLETION = tuple(KINDS.index(kind) + 1 for kind in ("recv", "refund"))


def prune(
    ledger: Ledger, key: Signer, *, before: datetime, now: datetime, hold: Collection[str] = (),
    progress: Callable[[int], None] = lambda _: None,
) -> list[int]:  # fmt: skip
    """
    Drop the receipts of every sealed segment in which all have expired.

    What was done is signed and kept beside the segment. It can be run again after an interruption.

    Args:
        ledger: The ledger.
        key: The key of the log.
        before: Orders complete before, and receipts without an order logged before, have expired.
        now: The present.
        hold: Orders that must be kept, for a dispute.
        progress: Called with the number of segments looked at.

    Returns:
        The numbers of the segments pruned now.

    Raises:
        InvalidArgument: It is not the key of the log.
        StorageError: The store or the place of the segments failed.
    """
    if key.public_key() != ledger.public_key:
        raise InvalidArgument(
            "this is not the key of the log", hint="give the one it was made with"
        )
    limit = (before - EPOCH) // MILLISECOND
    done = []
    ledger.settle()
    with ledger.store.reading() as connection:
        numbers = list(connection.execute(select(schema.segments.c.number)).scalars())
    for looked, number in enumerate(sorted(numbers), 1):
        first, end = number * ledger.segment, (number + 1) * ledger.segment
        with ledger.store.reading() as connection:
            expired = _expired(connection, first, end, limit, hold)
        if expired:
            _prune(ledger, key, number, (first, end), now)
            done.append(number)
        progress(looked)
    return done


def _expired(
    connection: Connection, first: int, end: int, limit: int, hold: Collection[str]
) -> bool:
    """Whether a segment has receipts, and all of them have expired."""
    table = schema.entries.c
    within = table.seq.between(first, end - 1)
    there = select(func.count()).where(within, table.receipt.is_not(None))
    if not connection.execute(there).scalar_one():
        return False
    late = or_(table.logged >= limit, table.t >= limit)
    held = and_(table.ord.is_not(None), table.ord.in_(list(hold)))
    kept = select(func.count()).where(within, or_(late, held))
    if connection.execute(kept).scalar_one():
        return False
    orders = select(table.kid, table.ord).where(within, table.ord.is_not(None)).distinct()
    wanted = {(bytes(key_id), order) for key_id, order in connection.execute(orders)}
    return _all_expired(connection, wanted, limit)


def _all_expired(connection: Connection, orders: set[tuple[bytes, str]], limit: int) -> bool:
    """Whether every order, wherever its receipts are, is complete and has had nothing since."""
    table = schema.entries.c
    late = or_(table.logged >= limit, table.t >= limit)
    state = (
        select(
            table.kid, table.ord,
            func.max(case((table.kind.in_(COMPLETION), 1), else_=0)), func.max(case((late, 1), else_=0)),
        )
        .group_by(table.kid, table.ord)
    )  # fmt: skip
    names = sorted({order for _, order in orders})
    for start in range(0, len(names), ORDERS):
        some = set(names[start : start + ORDERS])
        found = connection.execute(state.where(of_orders(connection, some)))
        for key_id, order, complete, later in found:
            if (bytes(key_id), order) in orders and (later or not complete):
                return False
    return True


def _prune(
    ledger: Ledger, key: Signer, number: int, places: tuple[int, int], now: datetime
) -> None:
    table = schema.entries
    within = table.c.seq.between(places[0], places[1] - 1)
    with ledger.store.reading() as connection:
        rows: Any = connection.execute(select(table).where(within).order_by(table.c.seq)).all()
    data = parquet_of(rows, receipts=False)
    content: dict[str, Any] = {
        "origin": ledger.origin,
        "number": number,
        "pruned": (now - EPOCH) // MILLISECOND,
        "files": {"pruned.parquet": {"bytes": len(data), "sm3": text_of(sm3.digest(data))}},
    }
    signed = canonical.encode(content)
    signature = text_of(key.sign(signed, format=SignatureFormat.RAW))
    name = f"segments/{number:08d}"
    # First what takes its place, then what it replaces: an interruption leaves more than is needed.
    ledger.objects.put(f"{name}.pruned.parquet", data)
    ledger.objects.put(
        f"{name}.pruned.json", canonical.encode({"manifest": content, "signature": signature})
    )
    ledger.objects.remove(f"{name}.parquet")
    with ledger.store.writing() as connection:
        connection.execute(update(table).where(within).values(receipt=None))
