"""The store of an authority: the common one, and the check that its tables are ours."""

from __future__ import annotations

from sqlalchemy import inspect, text

from gmkit import store
from gmkit.ca.schema import HEAD
from gmkit.errors import StorageError

__all__ = ["Store"]


class Store(store.Store):
    """Transactions on the records of an authority."""

    def check_version(self) -> None:
        """
        Make sure that the tables are those this code goes with.

        Raises:
            StorageError: They are older or newer, or there are none.
        """
        with self.reading() as connection:
            known = inspect(connection).has_table("alembic_version")
            row = (
                connection.execute(text("SELECT version_num FROM alembic_version"))
                if known
                else None
            )
            found = None if row is None else row.scalar()
        if found != HEAD:
            raise StorageError(
                f"the store has the form {found or 'of another program'}, not {HEAD}",
                hint="gmkit ca migrate brings an older store up to date",
            )
