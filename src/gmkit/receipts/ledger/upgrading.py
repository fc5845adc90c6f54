"""A SQLite ledger of the first layout is brought into the one with merged keys, before its first append."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from gmkit.merkle import Frontier
from gmkit.receipts.ledger import schema
from gmkit.receipts.ledger.recent import keys_of

__all__ = ["upgraded"]

PIECE = 1 << 17  # entries whose keys are sorted at once
KNOWN = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'ledger_keys'"
UPGRADE = (
    "DROP INDEX IF EXISTS ledger_ids",
    "DROP INDEX IF EXISTS ledger_orders",
    # Entries that are there need no peak; one without would come from a process of the former release that is
    # still running and looks for conflicts in the indexes that are gone: it gets an error.
    "ALTER TABLE ledger_entries ADD COLUMN peak BLOB NOT NULL DEFAULT 'none'",
    """
    CREATE TRIGGER ledger_of_version_2 BEFORE INSERT ON ledger_entries WHEN NEW.peak = 'none'
    BEGIN SELECT RAISE(ABORT, 'the ledger was upgraded: restart what writes to it'); END
    """,
)


def upgraded(cursor: Any) -> Frontier:
    """
    The edge of the tree over the entries whose keys are in their table, within a writing transaction.

    A table that is not there is made out of the entries: of a ledger of the first layout, or of one
    that lost it. That takes about ten seconds for a million entries.
    """
    version, octets = cursor.execute("SELECT version, frontier FROM ledger").fetchone()
    edge = Frontier.from_bytes(bytes(octets))
    if not cursor.execute(KNOWN).fetchone()[0]:
        cursor.execute(str(CreateTable(schema.keys).compile(dialect=sqlite.dialect())))
        for first in range(0, edge.size, PIECE):
            _keys(cursor, first, min(edge.size, first + PIECE))
    if version == schema.INDEXED:
        for statement in UPGRADE:
            cursor.execute(statement)
        cursor.execute("UPDATE ledger SET version = ?", (schema.MERGED,))
    return edge


def _keys(cursor: Any, first: int, end: int) -> None:
    query = "SELECT kid, id, ord, sq, seq FROM ledger_entries WHERE seq >= ? AND seq < ?"
    rows = cursor.execute(query, (first, end)).fetchall()
    cursor.executemany("INSERT INTO ledger_keys (key, seq) VALUES (?, ?)", keys_of(rows))
