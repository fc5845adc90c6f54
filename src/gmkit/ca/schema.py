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

__all__ = ["HEAD", "audit", "audit_head", "authorities", "certificates", "metadata"]

HEAD = "0001"
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
    Column("der", LargeBinary, nullable=False),
    # What makes a duplicate serial impossible, whatever else goes wrong.
    UniqueConstraint("authority", "serial"),
    Index(None, "subject"),
    Index(None, "not_after"),
    Index(None, "key"),
    Index(
        "ix_certificates_revoked",
        "authority",
        "revoked",
        sqlite_where=text("status <> 0"),
        postgresql_where=text("status <> 0"),
    ),
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
)
