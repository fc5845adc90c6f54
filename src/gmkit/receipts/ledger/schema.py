"""The tables of a ledger: the hot tier."""

from __future__ import annotations

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
    "METADATA",
    "VERSION",
    "certificates",
    "checkpoints",
    "entries",
    "ledger",
    "nodes",
    "segments",
]

VERSION = 1
METADATA = MetaData()

ledger = Table(
    "ledger", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("origin", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),  # of the log: 04 ‖ x ‖ y
    Column("segment", Integer, nullable=False),  # entries in a sealed segment, a power of two
    Column("objects", Text, nullable=False),  # where sealed segments are
    # Changed in the transaction that adds an entry: there is no tree beside the entries.
    Column("frontier", LargeBinary, nullable=False),
    Column("sealed", BigInteger, nullable=False),
)  # fmt: skip

entries = Table(
    "ledger_entries", METADATA,
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
