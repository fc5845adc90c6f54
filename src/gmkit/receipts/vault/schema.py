"""The tables of a vault."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, MetaData, Table, Text

__all__ = ["METADATA", "events", "groups", "subjects", "vault"]

METADATA = MetaData()

vault = Table(
    "vault", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("marking", LargeBinary, nullable=False),  # key of the marks, wrapped by SM2
)  # fmt: skip

subjects = Table(
    "vault_subjects", METADATA,
    Column("handle", LargeBinary, primary_key=True),  # 16 random bytes
    Column("mark", LargeBinary, nullable=False, unique=True),  # HMAC-SM3 of who it is
    Column("state", Text, nullable=False),
    Column("wrapped", LargeBinary),  # the SM4 key, wrapped by SM2; null once erased
    Column("changed", BigInteger, nullable=False),  # milliseconds since 1970
)  # fmt: skip

groups = Table(
    "vault_groups", METADATA,
    Column("signer", LargeBinary, primary_key=True),  # key identifier in the receipt
    Column("record", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("handle", LargeBinary, ForeignKey(subjects.c.handle), nullable=False, index=True),
    Column("digest", LargeBinary, nullable=False),
    Column("box", LargeBinary, nullable=False),  # the disclosure, sealed under the person's key
)  # fmt: skip

events = Table(
    "vault_events", METADATA,
    Column("id", Integer, primary_key=True),
    Column("payload", LargeBinary, nullable=False),  # a record to be signed and logged
)  # fmt: skip
