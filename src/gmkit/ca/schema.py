"""The tables. A change here needs a migration beside it; a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    text,
)

__all__ = [
    "HEAD",
    "audit",
    "audit_head",
    "authorities",
    "certificates",
    "checkpoints",
    "escrow_approvals",
    "escrow_boards",
    "escrow_keys",
    "escrow_requests",
    "lists",
    "metadata",
]

HEAD = "0002"
"""The migration that this code goes with."""

# Names for constraints, so that a migration can name them on every database.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

_Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up INTEGER PRIMARY KEY only

authorities = Table(
    "authorities",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),  # "root", "issuing"
    Column("certificate", LargeBinary, nullable=False),  # DER
)

# Times are seconds since 1970, UTC.
certificates = Table(
    "certificates",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("authority", ForeignKey("authorities.id"), nullable=False),
    Column("serial", LargeBinary(20), nullable=False),  # contents of the INTEGER
    Column("profile", String(64), nullable=False),
    Column("subject", String, nullable=False),  # RFC 4514
    Column("key", LargeBinary(32), nullable=False),  # SM3 of the SubjectPublicKeyInfo
    Column("not_before", BigInteger, nullable=False),
    Column("not_after", BigInteger, nullable=False),
    Column("issued", BigInteger, nullable=False),
    Column("status", SmallInteger, nullable=False, server_default=text("0")),  # records.Status
    Column("revoked", BigInteger),  # when
    Column("reason", SmallInteger),  # RFC 5280, clause 5.3.1
    Column(
        "changed", BigInteger
    ),  # number of the act in the audit log that changed the status last
    Column("entry", LargeBinary),  # of a revocation list, encoded
    Column("shard", SmallInteger, nullable=False),  # which partition of the lists it belongs to
    Column("der", LargeBinary, nullable=False),
    # What makes a duplicate serial impossible, whatever else goes wrong; also the way to find one.
    UniqueConstraint("serial", "authority"),
    # SQLite reads this instead of the whole rows when it looks for a text; PostgreSQL would refuse a long
    # subject for its sake.
    Index(None, "subject").ddl_if(dialect="sqlite"),
    Index(None, "not_after"),
    Index(None, "key"),
    # Lists are made from this index alone, however many certificates there are.
    Index(
        "ix_certificates_revoked",
        "authority",
        "shard",
        "not_after",
        "changed",
        "entry",
        sqlite_where=text("status <> 0"),
        postgresql_where=text("status <> 0"),
    ),
    Index(
        "ix_certificates_changed",
        "changed",
        sqlite_where=text("changed IS NOT NULL"),
        postgresql_where=text("changed IS NOT NULL"),
    ),
)

lists = Table(
    "lists",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("authority", ForeignKey("authorities.id"), nullable=False),
    Column("number", BigInteger, nullable=False),  # cRLNumber
    Column("shard", SmallInteger, nullable=False),
    Column("base", BigInteger),  # number of the list that a delta adds to
    Column("this_update", BigInteger, nullable=False),
    Column("next_update", BigInteger, nullable=False),
    Column("acts", BigInteger, nullable=False),  # size of the audit log when it was made
    # The list itself is a file: kept here, lists of all days would outgrow everything else.
    Column("fingerprint", LargeBinary(32), nullable=False),  # SM3
    UniqueConstraint("authority", "number"),
)

audit = Table(
    "audit",
    metadata,
    Column(
        "number",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("entry", LargeBinary, nullable=False),  # canonical JSON: the leaf of the tree
    Column("leaf", LargeBinary(32), nullable=False),  # its hash
)

# One row: the right edge of the tree over all entries, in the same transaction as the last of them.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("moment", BigInteger, nullable=False),  # of the last entry: time must not run backwards
    # How often acts were lost in a restore: each time another log begins.
    Column("epoch", SmallInteger, nullable=False, server_default=text("0")),
)

# What the authority signed about its log, as it was handed out.
checkpoints = Table(
    "checkpoints",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("epoch", SmallInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("moment", BigInteger, nullable=False),
    Column("note", LargeBinary, nullable=False),
    UniqueConstraint("epoch", "size"),
)

# Who may approve the recovery of an encryption key; the newest board is in office.
escrow_boards = Table(
    "escrow_boards",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("threshold", SmallInteger, nullable=False),
    Column("members", LargeBinary, nullable=False),  # canonical JSON
    Column("created", BigInteger, nullable=False),
)

escrow_keys = Table(
    "escrow_keys",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("certificate", ForeignKey("certificates.id"), nullable=False, unique=True),
    Column("board", ForeignKey("escrow_boards.id"), nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # canonical JSON
)

escrow_requests = Table(
    "escrow_requests",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("key", ForeignKey("escrow_keys.id"), nullable=False),
    Column("request", LargeBinary, nullable=False),  # canonical JSON
    Column("created", BigInteger, nullable=False),
    Column("closed", BigInteger),  # when the key was recovered; negative: when it was withdrawn
)

escrow_approvals = Table(
    "escrow_approvals",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("request", ForeignKey("escrow_requests.id"), nullable=False),
    Column("member", SmallInteger, nullable=False),
    Column("approval", LargeBinary, nullable=False),  # canonical JSON, signed
    UniqueConstraint("request", "member"),
)
