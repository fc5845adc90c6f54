"""Bringing the tables into the form this code goes with."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from gmkit.ca.store import Store

__all__ = ["migrate", "upgrade"]


def migrate(store: Store) -> None:
    """
    Bring the tables of a store up to date.

    Raises:
        StorageError: The store failed; it is as it was.
    """
    with store.writing() as connection:
        upgrade(connection)


def upgrade(connection: Connection) -> None:
    """
    Make the tables, or bring them up to date, in a transaction.

    Args:
        connection: A writing transaction.
    """
    # Imported here: only who makes or changes a store needs it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
