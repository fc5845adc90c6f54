"""Appending to a ledger: verify, number, hash and store, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, select, tuple_

from gmkit._native.sm2 import SM2Digest
from gmkit.errors import ReceiptRejected, StorageError
from gmkit.merkle import Frontier
from gmkit.receipts.batch import REASONS, Judged, judged
from gmkit.receipts.ledger import schema
from gmkit.receipts.ledger.entry import KINDS
from gmkit.receipts.ledger.tree import STEP, leaves_of
from gmkit.receipts.record import EPOCH, MILLISECOND
from gmkit.receipts.signers import Signers
from gmkit.receipts.verify import verify
from gmkit.store import Store

__all__ = ["Appended", "Refusal", "append_many", "append_one"]

Row = tuple[Any, ...]
UPDATE = "UPDATE ledger SET frontier = {}"
INSERT = "INSERT INTO {} ({}) VALUES ({})"
ASK = 400  # identifiers in one question, well below what databases take


@dataclass(frozen=True, slots=True)
class Refusal:
    """
    A receipt that was not appended.

    Attributes:
        line: Its line or place in the input, from 1.
        reason: As of :class:`gmkit.receipts.Reason`, or ``duplicate-id`` (another receipt has the
            identifier), or ``order-fork`` (another receipt has its place in the order).
        id: What it calls itself, if that can be read.
    """

    line: int
    reason: str
    id: str | None = None


@dataclass
class Appended:
    """
    What came of receipts.

    Attributes:
        places: For each receipt its place in the ledger; None if it was refused.
        added: How many are new.
        known: How many were in the ledger already.
        refused: The others.
    """

    places: list[int | None] = field(default_factory=list)
    added: int = 0
    known: int = 0
    refused: list[Refusal] = field(default_factory=list)


def append_many(
    store: Store,
    receipts: object,
    signers: Signers,
    now: int,
    progress: Callable[[int], None] = lambda _: None,
) -> Appended:
    """Append many receipts; see :meth:`gmkit.receipts.ledger.Ledger.append`."""
    result = Appended()
    for found in judged(receipts, signers):
        rows = _rows(found, result)
        if rows:
            _write(store, rows, now, result)
        progress(found.piece.end)
    return result


def append_one(store: Store, receipt: str, signers: Signers, now: int) -> Appended:
    """Append one receipt, without the machinery for many."""
    result = Appended([None])
    try:
        verified = verify(receipt, signers)
    except ReceiptRejected as fault:
        result.refused.append(Refusal(1, fault.reason))
        return result
    record = verified.record
    key = signers.find(verified.signer.key_id).key
    row = (
        verified.signer.key_id, record.id, KINDS.index(record.kind.value) + 1,
        record.fields.get("order"), record.fields.get("sequence"), (record.time - EPOCH) // MILLISECOND,
        record.amount, bytes(SM2Digest.from_message(key, verified.receipt.signed)),
        verified.receipt.signature, _kept(receipt),
    )  # fmt: skip
    _write(store, [(0, 1, row)], now, result)
    return result


def _rows(found: Judged, result: Appended) -> list[tuple[int, int, Row]]:
    """Place in the result, line and columns of every valid receipt; the others are refused."""
    columns = found.columns
    lines = found.lines.to_pylist()
    start = len(result.places)
    result.places += [None] * len(lines)
    key_ids = [each and each.signer.key_id for each in found.trusted]
    ids, reasons = columns["id"].to_pylist(), columns["reason"].to_pylist()
    parts = zip(
        columns["signer"].to_pylist(), ids, columns["kind"].to_pylist(), columns["order"].to_pylist(),
        columns["sequence"].to_pylist(), columns["time"].cast("int64").to_pylist(),
        columns["amount"].to_pylist(), columns["e"].to_pylist(), columns["signature"].to_pylist(),
        found.piece.items(), strict=True,
    )  # fmt: skip
    numbers = {kind: number for number, kind in enumerate(KINDS, 1)}
    rows = []
    for at, (signer, id_, kind, order, sequence, time, amount, e, signature, text) in enumerate(
        parts
    ):
        if reasons[at]:
            result.refused.append(Refusal(lines[at], REASONS[reasons[at] - 1].value, id_))
            continue
        row = (
            key_ids[signer], id_, numbers[kind], order, sequence, time, amount, e, signature, _kept(text),
        )  # fmt: skip
        rows.append((start + at, lines[at], row))
    return rows


def _kept(receipt: Any) -> str:
    """A receipt as the ledger keeps it: without the disclosures, which are personal data."""
    text: str = receipt if isinstance(receipt, str) else bytes(receipt).decode("ascii")
    return text if text.find("~") < 0 else text[: text.index("~") + 1]


class _Taken(Exception):
    """An identifier or a place in an order is there already."""


def _write(store: Store, rows: list[tuple[int, int, Row]], now: int, result: Appended) -> None:
    dialect = store.engine.dialect
    try:
        with store.writing_bare() as cursor:
            _insert(cursor, dialect, rows, now, result)
    except _Taken:
        # Find out which, and append the others.
        with store.writing() as connection:
            fresh, again = _without_known(connection, rows, result)
            driver: Any = connection.connection
            cursor = driver.cursor()
            try:
                _insert(cursor, dialect, fresh, now, result)
            finally:
                cursor.close()
        for place, first in again:
            result.places[place] = result.places[first]


def _insert(
    cursor: Any, dialect: Dialect, rows: Sequence[tuple[int, int, Row]], now: int, result: Appended
) -> None:
    """Entries, nodes and the edge of the tree, past SQLAlchemy: it would cost more than the database."""
    if not rows:
        return
    driver: Any = dialect.dbapi
    try:
        cursor.execute("SELECT frontier FROM ledger")
        frontier = Frontier.from_bytes(bytes(cursor.fetchone()[0]))
        first = frontier.size
        values = [(first + at, *row[:9], now, row[9]) for at, (_, _, row) in enumerate(rows)]
        mark = "?" if dialect.name == "sqlite" else "%s"
        cursor.executemany(_into(schema.entries, mark), values)
        nodes = frontier.grow(leaves_of((row[2], row[7], row[8], row[0]) for _, _, row in rows))
        tall = [each for each in nodes if each[0] % STEP == 0]
        if tall:
            cursor.executemany(_into(schema.nodes, mark), tall)
        cursor.execute(UPDATE.format(mark), (frontier.to_bytes(),))
    except driver.IntegrityError as fault:
        raise _Taken from fault
    except driver.Error as fault:
        raise StorageError(f"the store failed: {str(fault).strip()}") from fault
    for at, (place, _, _) in enumerate(rows):
        result.places[place] = first + at
    result.added += len(rows)


@cache
def _into(table: Table, mark: str) -> str:
    names = ", ".join(column.name for column in table.columns)
    return INSERT.format(table.name, names, ", ".join([mark] * len(table.columns)))


def _without_known(
    connection: Connection, rows: list[tuple[int, int, Row]], result: Appended
) -> tuple[list[tuple[int, int, Row]], list[tuple[int, int]]]:
    """
    The rows that can be appended; of the others, those that are there already get their place.

    Returns:
        These rows, and pairs of those in the result of which the first repeats the second.
    """
    table = schema.entries.c
    known: dict[tuple[bytes, str], tuple[int, bytes, bytes]] = {}
    taken: set[tuple[bytes, str, int]] = set()
    for start in range(0, len(rows), ASK):
        some = [row for _, _, row in rows[start : start + ASK]]
        names = [(row[0], row[1]) for row in some]
        query = select(table.kid, table.id, table.seq, table.e, table.sig)
        for there in connection.execute(query.where(tuple_(table.kid, table.id).in_(names))):
            known[bytes(there.kid), there.id] = (there.seq, bytes(there.e), bytes(there.sig))
        places = [_place_in_order(row) for row in some]
        wanted = [each for each in places if each is not None]
        if wanted:
            spots = select(table.kid, table.ord, table.sq).where(
                tuple_(table.kid, table.ord, table.sq).in_(wanted)
            )
            taken |= {(bytes(r[0]), str(r[1]), r[2] or 0) for r in connection.execute(spots)}
    fresh: list[tuple[int, int, Row]] = []
    again: list[tuple[int, int]] = []
    mine: dict[tuple[bytes, str], tuple[int, bytes, bytes]] = {}
    for place, line, row in rows:
        name, content, spot = (row[0], row[1]), (row[7], row[8]), _place_in_order(row)
        seen = known.get(name) or mine.get(name)
        if seen is not None and seen[1:] == content:
            result.known += 1
            if name in known:
                result.places[place] = seen[0]
            else:
                again.append((place, seen[0]))
        elif seen is not None:
            result.refused.append(Refusal(line, "duplicate-id", row[1]))
        elif spot is not None and spot in taken:
            result.refused.append(Refusal(line, "order-fork", row[1]))
        else:
            mine[name] = (place, *content)
            if spot is not None:
                taken.add(spot)
            fresh.append((place, line, row))
    result.refused.sort(key=lambda refusal: refusal.line)
    return fresh, again


def _place_in_order(row: Row) -> tuple[bytes, str, int] | None:
    return None if row[3] is None or row[4] is None else (row[0], row[3], row[4])
