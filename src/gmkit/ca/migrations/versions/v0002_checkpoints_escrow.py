"""Signed checkpoints of the audit log, and the escrow of encryption keys."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the new tables."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_index("ix_certificates_subject", "certificates")
    op.add_column(
        "audit_head",
        sa.Column("epoch", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    )
    op.create_table(
        "checkpoints",
        sa.Column("id", _ID, nullable=False),
        sa.Column("epoch", sa.SmallInteger, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("moment", sa.BigInteger, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_checkpoints"),
        sa.UniqueConstraint("epoch", "size", name="uq_checkpoints_epoch_size"),
    )
    op.create_table(
        "escrow_boards",
        sa.Column("id", _ID, nullable=False),
        sa.Column("threshold", sa.SmallInteger, nullable=False),
        sa.Column("members", sa.LargeBinary, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_escrow_boards"),
    )
    op.create_table(
        "escrow_keys",
        sa.Column("id", _ID, nullable=False),
        sa.Column("certificate", _ID, nullable=False),
        sa.Column("board", _ID, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_escrow_keys"),
        sa.ForeignKeyConstraint(
            ["certificate"], ["certificates.id"], name="fk_escrow_keys_certificate"
        ),
        sa.ForeignKeyConstraint(["board"], ["escrow_boards.id"], name="fk_escrow_keys_board"),
        sa.UniqueConstraint("certificate", name="uq_escrow_keys_certificate"),
    )
    op.create_table(
        "escrow_requests",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", _ID, nullable=False),
        sa.Column("request", sa.LargeBinary, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("closed", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_escrow_requests"),
        sa.ForeignKeyConstraint(["key"], ["escrow_keys.id"], name="fk_escrow_requests_key"),
    )
    op.create_table(
        "escrow_approvals",
        sa.Column("id", _ID, nullable=False),
        sa.Column("request", _ID, nullable=False),
        sa.Column("member", sa.SmallInteger, nullable=False),
        sa.Column("approval", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_escrow_approvals"),
        sa.ForeignKeyConstraint(
            ["request"], ["escrow_requests.id"], name="fk_escrow_approvals_request"
        ),
        sa.UniqueConstraint("request", "member", name="uq_escrow_approvals_request_member"),
    )
