"""
The tables of a ledger: the hot tier, in one of two layouts.

``INDEXED`` (PostgreSQL, and SQLite until 2026): two unique indexes over the entries, and the edge of the tree
in a row of its own, all written with each entry.

``MERGED`` (SQLite): an append writes its entry and nothing else. The keys under which entries are found are
merged into ``ledger_keys`` thousands at a time, sorted; ``ledger.frontier`` is the edge over the entries
whose keys are there, and the few entries after them carry what their edge has besides (``peak``).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)

__all__ = [
    "COLUMNS",
    "INDEXED",
    "MERGED",
    "METADATA",
    "certificates",
    "checkpoints",
    "entries",
    "keys",
    "layout",
    "ledger",
    "nodes",
    "segments",
]

INDEXED, MERGED = 1, 2
METADATA = MetaData()

ledger = Table(
    "ledger", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("origin", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),  # of the log: 04 ‖ x ‖ y
    Column("segment", Integer, nullable=False),  # entries in a sealed segment, a power of two
    Column("objects", Text, nullable=False),  # where sealed segments are
    # Changed with every entry (INDEXED), or when keys are merged (MERGED): there is no tree beside the entries.
    Column("frontier", LargeBinary, nullable=False),
    Column("sealed", BigInteger, nullable=False),
)  # fmt: skip


def _entry() -> list[Column[Any]]:
    return [
        # In SQLite the number of the row itself, which needs no index of its own.
        Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
        Column("kid", LargeBinary, nullable=False),
        Column("id", Text, nullable=False),
        Column("kind", SmallInteger, nullable=False),
        Column("ord", Text),
        Column("sq", BigInteger),
        Column("t", BigInteger, nullable=False),  # claimed, milliseconds since 1970
        Column("amt", BigInteger),
        Column("e", LargeBinary, nullable=False),
        Column("sig", LargeBinary, nullable=False),
        Column("logged", BigInteger, nullable=False),  # when it was appended, by our clock
        Column("receipt", Text),  # null once pruned
    ]  # fmt: skip


entries = Table(
    "ledger_entries", METADATA, *_entry(),
    # A signer's identifiers are unique, and so are the places in an order (nulls are not compared).
    Index("ledger_ids", "kid", "id", unique=True),
    Index("ledger_orders", "ord", "kid", "sq", unique=True),
)  # fmt: skip
COLUMNS = tuple(column.name for column in entries.columns)

nodes = Table(
    "ledger_nodes", METADATA,  # perfect subtrees of 256, 65,536, … entries
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)  # fmt: skip

checkpoints = Table(
    "ledger_checkpoints", METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False, index=True),
    Column("time", BigInteger, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("token", LargeBinary),  # timestamp over the note's text
)  # fmt: skip

segments = Table(
    "ledger_segments", METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("manifest", LargeBinary, nullable=False),
)  # fmt: skip

certificates = Table(
    "ledger_certificates", METADATA,
    Column("fingerprint", LargeBinary, primary_key=True),
    Column("der", LargeBinary, nullable=False),
)  # fmt: skip

_MERGED = MetaData()

_merged_entries = Table(
    "ledger_entries", _MERGED, *_entry(),
    # Root of the largest perfect subtree that ends with this entry, 32 bytes, where the edge of the tree needs it; or nothing.
    Column("peak", LargeBinary, nullable=False),
)  # fmt: skip

keys = Table(
    "ledger_keys", _MERGED,  # see gmkit.receipts.ledger.keys; one key may stand for several entries
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)  # fmt: skip


def layout(dialect: str) -> tuple[int, list[Table]]:
    """The layout of a new ledger in this database: its number, and its tables."""
    if dialect != "sqlite":
        return INDEXED, list(METADATA.sorted_tables)
    shared = [table for table in METADATA.sorted_tables if table is not entries]
    return MERGED, [*shared, _merged_entries, keys]
