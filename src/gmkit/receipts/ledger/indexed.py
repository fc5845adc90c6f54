"""Writing to a ledger with unique indexes: numbered and hashed, in one transaction, past SQLAlchemy where it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, select, tuple_

from gmkit.errors import StorageError
from gmkit.merkle import Frontier
from gmkit.receipts.ledger import schema
from gmkit.receipts.ledger.links import Link, Links, Rows
from gmkit.receipts.ledger.storing import (
    Appended,
    Placed,
    Row,
    There,
    fitting,
    place_in_order,
    sorted_out,
    told_again,
)
from gmkit.receipts.ledger.tree import STEP, leaves_of
from gmkit.store import Store

__all__ = ["IndexedWriter"]

UPDATE = "UPDATE ledger SET frontier = {}"
INSERT = "INSERT INTO {} ({}) VALUES ({})"
ASK = 400  # identifiers in one question, well below what databases take


class _Taken(Exception):
    """An identifier or a place in an order is there already."""


class IndexedWriter:
    """A :class:`gmkit.receipts.ledger.storing.Writer`: two writers take turns, the database looks for conflicts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def write(self, rows: list[Placed], links: Mapping[int, Link], result: Appended) -> set[int]:
        """In one transaction, of which there is only one at a time."""
        dialect = self._store.engine.dialect
        if not links:
            with suppress(_Taken), self._store.writing_bare() as cursor:
                _insert(cursor, dialect, rows, result)
                return {place for place, _, _ in rows}
        # Find out which, and append the others.
        with self._store.writing() as connection:
            fresh, again = sorted_out(rows, _there(connection, rows), result)
            if links:
                edge = connection.execute(select(schema.ledger.c.frontier)).scalar_one()
                size = Frontier.from_bytes(bytes(edge)).size
                fresh = fitting(fresh, Links(Rows(connection)), links, size, result)
            driver: Any = connection.connection
            cursor = driver.cursor()
            try:
                _insert(cursor, dialect, fresh, result)
            finally:
                cursor.close()
        told_again(again, result)
        return {place for place, _, _ in fresh}

    def one(self, row: Row) -> int | None:  # noqa: ARG002
        """A group of one is like any other here."""
        return None

    def newest(self, merged: int, number: int, *, whole: bool) -> None:  # noqa: ARG002
        """Nothing is known by heart where indexes say everything."""
        return

    def settle(self) -> None:
        """There is nothing to do: everything is in its place."""


def _insert(cursor: Any, dialect: Dialect, rows: Sequence[Placed], result: Appended) -> None:
    """Entries, nodes and the edge of the tree."""
    if not rows:
        return
    driver: Any = dialect.dbapi
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    try:
        cursor.execute("SELECT frontier FROM ledger")
        frontier = Frontier.from_bytes(bytes(cursor.fetchone()[0]))
        first = frontier.size
        values = [(first + at, *row) for at, (_, _, row) in enumerate(rows)]
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
    marks = ", ".join([mark] * len(table.columns))
    return INSERT.format(table.name, names, marks)


def _there(connection: Connection, rows: list[Placed]) -> There:
    """The entries that have the identifier of a row, or its place in an order."""
    table, there = schema.entries.c, There()
    for start in range(0, len(rows), ASK):
        some = [row for _, _, row in rows[start : start + ASK]]
        query = select(table.kid, table.id, table.seq, table.e, table.sig)
        names = [(row[0], row[1]) for row in some]
        for found in connection.execute(query.where(tuple_(table.kid, table.id).in_(names))):
            content = found.seq, bytes(found.e), bytes(found.sig)
            there.names[bytes(found.kid), found.id] = content
        places = [place_in_order(row) for row in some]
        wanted = [each for each in places if each is not None]
        if wanted:
            spots = select(table.kid, table.ord, table.sq).where(
                tuple_(table.kid, table.ord, table.sq).in_(wanted)
            )
            there.spots |= {(bytes(r[0]), str(r[1]), r[2] or 0) for r in connection.execute(spots)}
    return there
