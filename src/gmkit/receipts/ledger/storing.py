"""What is appended goes into the tables: numbered and hashed, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, select, tuple_

from gmkit.errors import StorageError
from gmkit.merkle import Frontier
from gmkit.receipts.ledger import schema
from gmkit.receipts.ledger.links import Link, Links
from gmkit.receipts.ledger.tree import STEP, leaves_of
from gmkit.store import Store

__all__ = ["Appended", "Placed", "Refusal", "Row", "write"]

Row = tuple[Any, ...]
"""The columns of an entry after its number, in the order of the table."""
Placed = tuple[int, int, Row]
"""Place in the result, line in the input, and columns."""
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
            identifier), ``order-fork`` (another receipt has its place in the order, or names the same
            entry as the one before it), ``order-gap`` (the entry it names is not one of its order), or
            ``checkpoint`` (the ledger has another tree than the one it names).
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


class _Taken(Exception):
    """An identifier or a place in an order is there already."""


def write(
    store: Store, rows: list[Placed], links: Mapping[int, Link], result: Appended
) -> set[int]:
    """
    Write rows in one transaction; those that are there already get their place, and those in conflict
    with others, or with what they state of the ledger, are refused.

    Args:
        store: The store.
        rows: What to write.
        links: What receipts state of the ledger, by their place in the result.
        result: Gets the places and the refusals.

    Returns:
        Of those that are new their place in the result.

    Raises:
        StorageError: Nothing was written.
    """
    dialect = store.engine.dialect
    if not links:
        with suppress(_Taken), store.writing_bare() as cursor:
            _insert(cursor, dialect, rows, result)
            return {place for place, _, _ in rows}
    # Find out which, and append the others.
    with store.writing() as connection:
        fresh, again = _without_known(connection, rows, result)
        if links:
            fresh = _fitting(connection, fresh, links, result)
        driver: Any = connection.connection
        cursor = driver.cursor()
        try:
            _insert(cursor, dialect, fresh, result)
        finally:
            cursor.close()
    why = {each.line: each.reason for each in result.refused}
    for (place, line, row), (first, first_line, _) in again:
        result.places[place] = result.places[first]
        if first_line in why:
            result.refused.append(Refusal(line, why[first_line], row[1]))
        else:
            result.known += 1
    result.refused.sort(key=lambda refusal: refusal.line)
    return {place for place, _, _ in fresh}


def _insert(cursor: Any, dialect: Dialect, rows: Sequence[Placed], result: Appended) -> None:
    """Entries, nodes and the edge of the tree, past SQLAlchemy: it would cost more than the database."""
    if not rows:
        return
    driver: Any = dialect.dbapi
    try:
        cursor.execute("SELECT frontier FROM ledger")
        frontier = Frontier.from_bytes(bytes(cursor.fetchone()[0]))
        first = frontier.size
        values = [(first + at, *row) for at, (_, _, row) in enumerate(rows)]
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
    connection: Connection, rows: list[Placed], result: Appended
) -> tuple[list[Placed], list[tuple[Placed, Placed]]]:
    """
    The rows that can be appended; of the others, those that are there already get their place.

    Returns:
        These rows, and pairs of rows of which the first repeats the second.
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
    fresh: list[Placed] = []
    again: list[tuple[Placed, Placed]] = []
    mine: dict[tuple[bytes, str], Placed] = {}
    for place, line, row in rows:
        name, content, spot = (row[0], row[1]), (row[7], row[8]), _place_in_order(row)
        if name in known and known[name][1:] == content:
            result.known += 1
            result.places[place] = known[name][0]
        elif name in mine and mine[name][2][7:9] == content:
            again.append(((place, line, row), mine[name]))
        elif name in known or name in mine:
            result.refused.append(Refusal(line, "duplicate-id", row[1]))
        elif spot is not None and spot in taken:
            result.refused.append(Refusal(line, "order-fork", row[1]))
        else:
            mine[name] = (place, line, row)
            if spot is not None:
                taken.add(spot)
            fresh.append((place, line, row))
    return fresh, again


def _fitting(
    connection: Connection, rows: list[Placed], links: Mapping[int, Link], result: Appended
) -> list[Placed]:
    """The rows whose receipts state of the ledger what is so."""
    edge = connection.execute(select(schema.ledger.c.frontier)).scalar_one()
    number = Frontier.from_bytes(bytes(edge)).size
    known = Links(connection)
    fitting = []
    for place, line, row in rows:
        link = links.get(place)
        fault = link and known.fault(link, row[0], row[3], number)
        if fault:
            result.refused.append(Refusal(line, fault, row[1]))
            continue
        known.take(row, link, number)
        fitting.append((place, line, row))
        number += 1
    return fitting


def _place_in_order(row: Row) -> tuple[bytes, str, int] | None:
    return None if row[3] is None or row[4] is None else (row[0], row[3], row[4])
