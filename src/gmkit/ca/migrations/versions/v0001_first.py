"""The first form of the store."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "authorities",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("certificate", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_authorities"),
        sa.UniqueConstraint("name", name="uq_authorities_name"),
    )
    op.create_table(
        "certificates",
        sa.Column("id", _ID, nullable=False),
        sa.Column("authority", _ID, nullable=False),
        sa.Column("serial", sa.LargeBinary(20), nullable=False),
        sa.Column("profile", sa.String(64), nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.Column("not_before", sa.BigInteger, nullable=False),
        sa.Column("not_after", sa.BigInteger, nullable=False),
        sa.Column("issued", sa.BigInteger, nullable=False),
        sa.Column("status", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("revoked", sa.BigInteger),
        sa.Column("reason", sa.SmallInteger),
        sa.Column("changed", sa.BigInteger),
        sa.Column("entry", sa.LargeBinary),
        sa.Column("shard", sa.SmallInteger, nullable=False),
        sa.Column("der", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_certificates"),
        sa.ForeignKeyConstraint(
            ["authority"], ["authorities.id"], name="fk_certificates_authority"
        ),
        sa.UniqueConstraint("serial", "authority", name="uq_certificates_serial_authority"),
    )
    for column in ("subject", "not_after", "key"):
        op.create_index(f"ix_certificates_{column}", "certificates", [column])
    for name, columns, where in (
        (
            "ix_certificates_revoked",
            ["authority", "shard", "not_after", "changed", "entry"],
            "status <> 0",
        ),
        ("ix_certificates_changed", ["changed"], "changed IS NOT NULL"),
    ):
        condition = sa.text(where)
        op.create_index(
            name, "certificates", columns, sqlite_where=condition, postgresql_where=condition
        )
    op.create_table(
        "lists",
        sa.Column("id", _ID, nullable=False),
        sa.Column("authority", _ID, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("shard", sa.SmallInteger, nullable=False),
        sa.Column("base", sa.BigInteger),
        sa.Column("this_update", sa.BigInteger, nullable=False),
        sa.Column("next_update", sa.BigInteger, nullable=False),
        sa.Column("acts", sa.BigInteger, nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lists"),
        sa.ForeignKeyConstraint(["authority"], ["authorities.id"], name="fk_lists_authority"),
        sa.UniqueConstraint("authority", "number", name="uq_lists_authority_number"),
    )
    op.create_table(
        "audit",
        sa.Column("number", _ID, nullable=False, autoincrement=False),
        sa.Column("entry", sa.LargeBinary, nullable=False),
        sa.Column("leaf", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.SmallInteger, nullable=False, autoincrement=False),
        sa.Column("frontier", sa.LargeBinary, nullable=False),
        sa.Column("moment", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
