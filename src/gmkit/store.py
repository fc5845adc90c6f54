"""The store: SQLite or PostgreSQL through SQLAlchemy, one writer at a time, every commit on the disk."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from gmkit.errors import StorageError

__all__ = ["Store", "has_secret"]

_PATIENCE = 30  # seconds a writer waits for another
_ADVISORY_LOCK = 0x676D6B6974  # "gmkit": the lock that makes writers of PostgreSQL take turns


class Store:
    """
    Transactions on a database of ours.

    A SQLite file that is made here can be read by its owner alone (mode 0600), and so can the files that
    SQLite keeps beside it: it gives them the mode of the first.

    Safe to use from several threads and processes at once.
    """

    def __init__(self, url: str, *, existing: bool = False, erasing: bool = False) -> None:
        """
        Args:
            url: As SQLAlchemy takes it: ``sqlite:////path``, ``postgresql+psycopg://…``.
            existing: The database is to be opened, not made: SQLite would make an empty one.
            erasing: What is deleted is to be overwritten in the file (SQLite).

        Raises:
            StorageError: It is not a URL, its driver is not installed, or its file is not there or cannot
                be made.
        """
        try:
            self._engine = _engine(url, erasing=erasing)
        except (ArgumentError, ImportError) as error:
            raise StorageError(
                f"cannot open the store: {error}", hint="PostgreSQL needs gmkit[postgres]"
            ) from error
        if existing:
            _refuse_missing(self._engine.url)
        else:
            _make_private(self._engine.url)
        self._bare: list[Any] = []
        self._reading: dict[str, Any] = {"gmkit_reading": True}
        if self._engine.dialect.name == "postgresql":
            # Several queries of one reader are to see one state, as they do in SQLite.
            self._reading |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

    @property
    def engine(self) -> Engine:
        """For migrations."""
        return self._engine

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """
        A transaction that may write: alone of its kind, on the disk when the block ends, undone if the
        block ends with an exception.

        Raises:
            StorageError: The store is busy for too long, full, damaged or out of reach.
        """
        with _translated(), self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                lock = text("SELECT pg_advisory_xact_lock(:lock)")
                connection.execute(lock, {"lock": _ADVISORY_LOCK})
            yield connection

    @contextmanager
    def writing_bare(self) -> Iterator[Any]:
        """
        As :meth:`writing`, with a cursor of the driver: for what is done thousands of times a second, one
        transaction each, where SQLAlchemy would cost more than the database.

        Raises:
            StorageError: The store is busy for too long, full, damaged or out of reach.
        """
        driver: Any = self._engine.dialect.dbapi
        sqlite = self._engine.dialect.name == "sqlite"
        begin = "BEGIN IMMEDIATE" if sqlite else f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"
        connection = self._bare_connection()
        try:
            cursor = connection.cursor()
            try:
                cursor.execute(begin)
                yield cursor
                cursor.execute("COMMIT")  # as a statement, which the driver prepares once
            except BaseException:
                connection.rollback()
                raise
            finally:
                cursor.close()
        except driver.Error as fault:
            connection.close()  # back into the pool
            raise StorageError(f"the store failed: {str(fault).strip()}") from fault
        except BaseException:
            connection.close()
            raise
        if sqlite and not self._bare:
            self._bare.append(connection)
        else:
            connection.close()

    def _bare_connection(self) -> Any:
        """
        The connection of the last writer, or another one out of the pool: taking it from there each time
        would cost as much as a transaction. A server may have gone away since, so only SQLite's is kept.
        """
        with suppress(IndexError):  # several threads may ask at once
            return self._bare.pop()
        with _translated():
            return self._engine.raw_connection()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """
        A transaction that only reads, and sees one state of the store.

        Raises:
            StorageError: The store is damaged or out of reach.
        """
        with _translated(), self._engine.connect() as connection:
            options = connection.execution_options(**self._reading)
            with options.begin():
                yield options

    def overwrite(self) -> bool:
        """
        Bring every page of a SQLite store into its file and empty the write-ahead log, so that with
        *erasing* nothing deleted is left in either.

        Returns:
            Whether that was done; others who read the store all the while prevent it.
        """
        if self._engine.dialect.name != "sqlite":
            return True
        with _translated():
            connection = self._engine.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                row = cursor.fetchone()
            finally:
                connection.close()
        return row is not None and row[0] == 0  # not hindered

    def close(self) -> None:
        """Close all connections."""
        while self._bare:
            self._bare.pop().close()
        self._engine.dispose()


def has_secret(url: str) -> bool:
    """
    Whether the URL of a store holds a password.

    Raises:
        StorageError: It is not a URL.
    """
    try:
        return make_url(url).password is not None
    except ArgumentError as error:
        raise StorageError(f"cannot open the store: {error}") from error


def _engine(url: str, *, erasing: bool) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return _postgresql(parsed)
    if parsed.get_backend_name() != "sqlite":
        raise StorageError(
            f"no store in {parsed.get_backend_name()}", hint="sqlite:///… or postgresql://…"
        )
    if parsed.database and not Path(parsed.database).parent.is_dir():
        raise StorageError(f"no folder for the store {parsed.database}")
    engine = create_engine(parsed, connect_args={"timeout": _PATIENCE})

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: Any) -> None:
        # Transactions begin where we say so, not where the driver thinks they should.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "trusted_schema=OFF",
            *(("secure_delete=ON",) if erasing else ()),
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes its lock at once: two that read first and write later would deadlock.
        reading = connection.get_execution_options().get("gmkit_reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _refuse_missing(url: URL) -> None:
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        raise StorageError(
            f"the store {url.database} is not there", hint="bring it back from a backup"
        )


def _make_private(url: URL) -> None:
    """An empty file, which is an empty database, before SQLite makes one with the mode of any file."""
    name = url.database
    if url.get_backend_name() != "sqlite" or not name or name == ":memory:" or "uri" in url.query:
        return
    # Where a link leads, and never one that is there: closing it would take away its locks.
    path = os.path.realpath(name)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        pass
    except OSError as fault:
        words = (fault.strerror or str(fault)).lower()
        raise StorageError(f"cannot make the store {name}: {words}") from fault


def _postgresql(url: URL) -> Engine:
    if url.drivername == "postgresql":  # as people write it; SQLAlchemy would take another driver
        url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(url, pool_pre_ping=True)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        # Whatever the server's own default: what is acknowledged is on the disk. A server that waits for
        # its replicas ("remote_apply") goes on doing so.
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            if cursor.fetchone()[0] in {"off", "local"}:
                cursor.execute("SET synchronous_commit = on")
            cursor.execute(f"SET lock_timeout = '{_PATIENCE}s'")
        connection.commit()

    return engine


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise StorageError(f"the store failed: {str(cause).strip()}") from error
