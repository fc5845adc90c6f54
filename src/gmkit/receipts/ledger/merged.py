"""
Writing to a SQLite ledger: an append writes its entry, and its keys are written later, sorted.

With two indexes every append changes three pages in places that have nothing to do with each other, four
with the edge of the tree, and each waits for the disk. Here it changes one, at the end. What is newer
than the table of keys a writer keeps by heart, and reads up what others appended. Keys go into the table when
there are thousands, in the order of the table, so that one page takes many of them: all at once in a
transaction that is large anyway, and else a slice now and then, so that no single append pays for all.
A slice that was written twice, or by two processes, is the same slice; what a killed process had begun, the
next one begins anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from typing import Any

from gmkit.errors import StorageError
from gmkit.merkle import Frontier, NodeSource
from gmkit.receipts.ledger import schema
from gmkit.receipts.ledger.edge import Ask, grown
from gmkit.receipts.ledger.keys import span
from gmkit.receipts.ledger.links import Link, Links
from gmkit.receipts.ledger.recent import Numbers, Recent, digested, numbers_of
from gmkit.receipts.ledger.storing import (
    Again,
    Appended,
    Placed,
    Row,
    There,
    fitting,
    place_in_order,
    sorted_out,
    told_again,
)
from gmkit.receipts.ledger.tree import STEP, TILE, Tiles, leaves_of
from gmkit.receipts.ledger.upgrading import upgraded
from gmkit.store import Store

__all__ = ["MergedWriter"]

MANY = 1 << 14  # entries without keys from which on slices are written
MOST = 1 << 15  # from which on all are written at once
EVERY = 64  # entries between two slices
SLICE = 256  # keys in one, twice what came since the last: it ends before the next begins
PRAGMAS = ("cache_size = -65536", "wal_autocheckpoint = 4000")  # KiB; pages
ENTRY = "INSERT INTO ledger_entries ({}, peak) VALUES ({}?)".format(  # noqa: S608  constants alone
    ", ".join(schema.COLUMNS), "?, " * len(schema.COLUMNS)
)
# One alone is a transaction by itself: it begins, looks, writes and ends as one statement, under the lock of writers.
ONE = "INSERT INTO ledger_entries ({}, peak) SELECT {}? WHERE NOT EXISTS ({})".format(
    ", ".join(schema.COLUMNS),
    "?, " * len(schema.COLUMNS),
    "SELECT 1 FROM ledger_keys WHERE key IN (?, ?)",
)
NODE = "INSERT INTO ledger_nodes (level, place, hash) VALUES (?, ?, ?)"
KEY = "INSERT OR IGNORE INTO ledger_keys (key, seq) VALUES (?, ?)"
FOUND = "SELECT seq FROM json_each(?) AS asked CROSS JOIN ledger_keys AS k ON k.key = asked.value"
LISTED = "WHERE seq IN (SELECT value FROM json_each(?))"
THERE = "SELECT seq, kid, id, ord, sq, e, sig FROM ledger_entries " + LISTED  # noqa: S608
OF_ORDER = (
    f"SELECT seq, kind, e, sig, kid, receipt FROM ledger_entries {LISTED} AND ord = ? ORDER BY seq"  # noqa: S608
)
NODES = (
    "SELECT place, hash FROM ledger_nodes WHERE level = ? AND place BETWEEN ? AND ? ORDER BY place"
)
LEAVES = "SELECT seq, kind, e, sig, kid FROM ledger_entries WHERE seq BETWEEN ? AND ? ORDER BY seq"
SINCE = "SELECT kid, id, ord, sq FROM ledger_entries WHERE seq >= ? AND seq < ? ORDER BY seq"


@dataclass
class _Slices:
    """Keys that are being written a slice at a time, and the edge of the tree over their entries."""

    edge: bytes
    end: int
    numbers: Iterator[int]
    since: int = 0


@dataclass
class _Known:
    """What a writer knows of the ledger as of its last transaction."""

    connection: Any
    version: int
    edge: Frontier
    recent: Recent
    links: Links
    slices: _Slices | None
    cursor: Any
    committed: int  # entries

    def due(self) -> bool:
        """Whether with the next entry there are nodes or keys to be written."""
        if self.edge.size % TILE == TILE - 1:
            return True
        if self.slices is not None:
            return self.slices.since >= EVERY - 1
        return len(self.recent) >= MANY


class MergedWriter:
    """A :class:`gmkit.receipts.ledger.storing.Writer` for SQLite."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._known: _Known | None = None

    def write(self, rows: list[Placed], links: Mapping[int, Link], result: Appended) -> set[int]:
        """In one transaction, of which there is only one at a time."""
        numbers = _numbers(rows)
        with self._turn() as (cursor, known):
            again: Again = []
            fresh = rows
            asked = [number for number, _, _ in numbers]
            asked += [order for _, order, alone in numbers if alone and order is not None]
            if _met(cursor, known, asked):
                fresh, again = sorted_out(rows, _there(cursor, known, asked), result)
            if links:
                known.links.source = _Source(cursor, known.recent)
                fresh = fitting(fresh, known.links, links, known.edge.size, result)
            else:
                known.links.forget(row[3] for _, _, row in fresh)
            if fresh:
                _append(cursor, known, fresh, result)
                known.recent.add(numbers if fresh is rows else _numbers(fresh))
                _merge(cursor, known, len(fresh))
        if again or result.refused:
            told_again(again, result)
        return {place for place, _, _ in fresh}

    def one(self, row: Row) -> int | None:
        """In a statement of its own, unless nodes or keys are to be written too."""
        numbers, leaf = digested(row)
        with self._lock:
            known = self._known
            if known is None or known.due() or known.recent.has(numbers[:2]):
                return None
            try:
                return self._one(known, row, numbers, leaf)
            except sqlite3.IntegrityError:
                return None  # the place is taken: another process has appended
            except sqlite3.Error as fault:
                self._forget(known)
                raise StorageError(f"the store failed: {str(fault).strip()}") from fault
            except BaseException:
                self._forget(known)
                raise

    def _one(self, known: _Known, row: Row, numbers: Numbers, leaf: bytes) -> int | None:
        number, order, alone = numbers
        place, edge = known.edge.size, known.edge.copy()
        edge.append(leaf)
        other = order if alone else number
        if known.cursor.execute(ONE, (place, *row, edge.last, number, other)).rowcount != 1:
            return None
        known.edge = edge
        known.recent.add([numbers])
        known.committed = edge.size
        known.links.forget((row[3],))
        if known.slices is not None:
            known.slices.since += 1
        return place

    def _forget(self, known: _Known) -> None:
        """Nothing is known any more, and nothing half done."""
        self._known = None
        known.connection.rollback()

    def newest(self, merged: int, number: int, *, whole: bool) -> tuple[list[int], int] | None:
        """See :class:`gmkit.receipts.ledger.lookup.ByHeart`; nobody who asks waits for a writer."""
        known = self._known
        if known is None:
            return None
        end, recent = known.committed, known.recent
        places = recent.places_of_order(number) if whole else recent.places((number,))
        # Looked at last: what is forgotten is forgotten after this changes.
        return (places, end) if recent.first <= merged <= end else None

    def settle(self) -> None:
        """Write all keys that are not written, and the edge of the tree."""
        with self._turn() as (cursor, known):
            if len(known.recent):
                _merge_all(cursor, known)

    @contextmanager
    def _turn(self) -> Iterator[tuple[Any, _Known]]:
        """A transaction and what is known in it; whatever fails, nothing is known any more."""
        with self._lock:
            try:
                with self._store.writing_bare() as cursor:
                    self._known = _caught_up(cursor, self._known)
                    yield cursor, self._known
                self._known.committed = self._known.edge.size
            except BaseException:
                self._known = None
                raise


def _caught_up(cursor: Any, known: _Known | None) -> _Known:
    """What is known, with what others did since."""
    connection = cursor.connection
    if known is None or known.connection is not connection:
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
    (version,) = cursor.execute("PRAGMA data_version").fetchone()
    if known is not None and known.connection is connection and known.version == version:
        return known
    ask = _asking(cursor)
    merged = upgraded(cursor)
    edge = grown(ask, merged)
    recent, slices = Recent(merged.size), None
    if known is not None and _grew(known, merged.size, edge):
        recent, slices = known.recent, known.slices
        if merged.size > recent.first:  # another process was faster
            recent.drop(merged.size)
            slices = None
    recent.add(numbers_of(ask(SINCE, recent.end, edge.size)))
    links = Links(_Source(cursor, recent))
    cursor = connection.cursor()
    return _Known(connection, version, edge, recent, links, slices, cursor, edge.size)


def _grew(known: _Known, merged: int, edge: Frontier) -> bool:
    """Whether the ledger did nothing but grow, as far as can be seen without reading it all."""
    now = dict(edge.peaks())
    same = all(now.get(end, root) == root for end, root in known.edge.peaks())
    return same and known.recent.first <= merged and known.recent.end <= edge.size


def _asking(cursor: Any) -> Ask:
    return lambda statement, *values: cursor.execute(statement, values).fetchall()


def _numbers(rows: Sequence[Placed]) -> list[Numbers]:
    return numbers_of([(row[0], row[1], row[3], row[4]) for _, _, row in rows])


def _met(cursor: Any, known: _Known, asked: list[int]) -> bool:
    """Whether any of these numbers is there already, or here twice: then it is to be found out whose it is."""
    if known.recent.has(asked) or len(set(asked)) != len(asked):
        return True
    if len(asked) > 2:
        cursor.execute(f"{FOUND} LIMIT 1", (str(sorted(asked)),))
    else:
        cursor.execute(
            "SELECT 1 FROM ledger_keys WHERE key IN (?, ?) LIMIT 1", (asked[0], asked[-1])
        )
    return cursor.fetchone() is not None


def _there(cursor: Any, known: _Known, asked: list[int]) -> There:
    """The entries that have any of these numbers."""
    ask, there = _asking(cursor), There()
    places = known.recent.places(asked) + [place for (place,) in ask(FOUND, str(asked))]
    for place, key_id, identifier, order, sequence, e, signature in ask(THERE, str(places)):
        there.names[key_id, identifier] = place, e, signature
        spot = place_in_order((key_id, identifier, None, order, sequence))
        if spot is not None:
            there.spots.add(spot)
    return there


def _append(cursor: Any, known: _Known, rows: Sequence[Placed], result: Appended) -> None:
    """The entries, each with what the edge of the tree needs of it, and the nodes."""
    edge, first = known.edge, known.edge.size
    nodes = edge.grow(leaves_of((row[2], row[7], row[8], row[0]) for _, _, row in rows))
    if len(rows) == 1:
        cursor.execute(ENTRY, (first, *rows[0][2], edge.last))
    else:
        roots = {end - 1: root for end, root in edge.peaks()}
        cursor.executemany(
            ENTRY,
            [(at, *row, roots.get(at, b"")) for at, (_, _, row) in enumerate(rows, first)],
        )
    tall = [each for each in nodes if each[0] % STEP == 0]
    if tall:
        cursor.executemany(NODE, tall)
    for at, (place, _, _) in enumerate(rows, first):
        result.places[place] = at
    result.added += len(rows)


def _merge(cursor: Any, known: _Known, count: int) -> None:
    """Keys of what came last into their table, if it is time, after *count* further entries."""
    if len(known.recent) >= MOST:
        _merge_all(cursor, known)
    elif count > EVERY:  # many at once are better merged with more of their kind
        return
    elif known.slices is not None:
        known.slices.since += count
        if known.slices.since >= EVERY:
            _merge_slice(cursor, known, known.slices)
    elif len(known.recent) >= MANY:
        numbers = iter(known.recent.sorted())
        known.slices = _Slices(known.edge.to_bytes(), known.edge.size, numbers)


def _merge_slice(cursor: Any, known: _Known, slices: _Slices) -> None:
    slices.since = 0
    some = list(islice(slices.numbers, SLICE))
    if some:
        cursor.executemany(KEY, known.recent.pairs(some))
    else:
        _finish(cursor, known, slices.edge, slices.end)


def _merge_all(cursor: Any, known: _Known) -> None:
    cursor.executemany(KEY, known.recent.pairs(known.recent.sorted()))
    _finish(cursor, known, known.edge.to_bytes(), known.edge.size)


def _finish(cursor: Any, known: _Known, edge: bytes, end: int) -> None:
    """All keys of the entries before *end* are written, but for those that share a number with another."""
    more = known.recent.more(end)
    if more:
        cursor.executemany(KEY, more)
    cursor.execute("UPDATE ledger SET frontier = ?", (edge,))
    known.recent.drop(end)
    known.slices = None


class _Tree(Tiles):
    """The nodes, through a cursor."""

    def __init__(self, ask: Ask) -> None:
        super().__init__()
        self._ask = ask

    def _nodes(self, level: int, first: int, last: int) -> Sequence[Any]:
        return self._ask(NODES, level, first, last)

    def _entries(self, first: int, last: int) -> Sequence[Any]:
        return self._ask(LEAVES, first, last)


class _Source:
    """The ledger for :class:`Links`, through a cursor."""

    def __init__(self, cursor: Any, recent: Recent) -> None:
        self._ask = _asking(cursor)
        self._recent = recent

    def tree(self) -> NodeSource:
        return _Tree(self._ask)

    def order(self, order: str) -> Sequence[Any]:
        numbers = span(order)
        known = self._ask("SELECT seq FROM ledger_keys WHERE key BETWEEN ? AND ?", *numbers)
        places = [place for (place,) in known] + self._recent.places_of_order(numbers[0])
        return self._ask(OF_ORDER, str(places), order)
