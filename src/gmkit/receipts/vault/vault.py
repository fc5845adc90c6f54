"""
The vault: where withheld data lies, sealed under a key for each person, so that it can be erased.

::

    subject key   16 bytes SM4 (GB/T 32907-2016), random, wrapped by SM2 (GB/T 32918.4-2016) for the vault
    group         a disclosure of a receipt, sealed under the key of the person it is about (SM4-GCM)
    field         any value of any record, the same way, for records that are no receipts

Erasing a person destroys the wrapped key and the sealed groups and overwrites both; receipts, signatures
and proofs do not change, because they hold digests only. Who a subject is stands in the vault as an
HMAC-SM3 under a key of the vault. Every change of state leaves a record to be signed and logged.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, inspect, select

from gmkit import sm4
from gmkit.errors import DataUnavailable, DecryptionError, RecordError, StorageError
from gmkit.keys import PrivateKey
from gmkit.receipts.disclosure import Disclosure
from gmkit.receipts.receipt import Receipt
from gmkit.receipts.record import EPOCH, MILLISECOND, Record
from gmkit.receipts.vault import schema
from gmkit.receipts.vault.people import INDEX_BYTES, People, State, Subject
from gmkit.store import Store

__all__ = ["Vault"]

VERSION = 1


class Vault:
    """A vault that is open. Safe to use from several threads and processes at once."""

    def __init__(self, store: Store, key: PrivateKey, index: bytes) -> None:
        """Not called directly: :meth:`create` and :meth:`open` do."""
        self._store = store
        self._people = People(key, index)

    @classmethod
    def create(cls, url: str, key: PrivateKey) -> Vault:
        """
        Make an empty vault.

        Args:
            url: ``sqlite:////path`` or ``postgresql://…``.
            key: The key that will open it. Without it nothing in the vault can be read again.

        Raises:
            StorageError: There is a vault already, or the store cannot be written.
        """
        store = Store(url, erasing=True)
        index = secrets.token_bytes(INDEX_BYTES)
        with _closed_on_failure(store):
            with store.writing() as connection:
                if inspect(connection).has_table(schema.vault.name):
                    raise StorageError("there is a vault already", hint="choose another place")
                schema.METADATA.create_all(connection)
                wrapped = key.public_key().encrypt(index)
                values = {"id": 1, "version": VERSION, "marking": wrapped}
                connection.execute(insert(schema.vault).values(values))
            return cls(store, key, index)

    @classmethod
    def open(cls, url: str, key: PrivateKey) -> Vault:
        """
        Open a vault.

        Args:
            url: ``sqlite:////path`` or ``postgresql://…``.
            key: The key it was made with, in memory or in a device.

        Raises:
            StorageError: There is none, or it is of another version.
            DecryptionError: The key is not the vault's.
        """
        store = Store(url, existing=True, erasing=True)
        with _closed_on_failure(store):
            with store.reading() as connection:
                known = inspect(connection).has_table(schema.vault.name)
                row = connection.execute(select(schema.vault)).one_or_none() if known else None
            if row is None or row.version != VERSION:
                raise StorageError("no vault of this version", hint="gmkit vault init makes one")
            try:
                index = key.decrypt(row.marking)
            except DecryptionError:
                raise DecryptionError(hint="this is not the key of the vault") from None
            return cls(store, key, index)

    def close(self) -> None:
        """Close all connections."""
        self._store.close()

    def keep_many(
        self, entries: Iterable[tuple[Receipt, str, Iterable[Disclosure]]], *, now: datetime
    ) -> None:
        """
        Keep the groups of receipts, in one transaction; groups kept before under the same signer,
        record and name are replaced.

        Args:
            entries: Receipts, whom their data is about, and the disclosures. A subject is any text
                that stays the same for a person, at most 1,024 bytes of UTF-8.
            now: The time, with its zone.

        Raises:
            DataUnavailable: A subject was erased, and what is erased does not come back.
            InvalidArgument: A subject is empty or too long.
            StorageError: The store failed; then nothing was kept.
        """
        keys: dict[str, tuple[bytes, sm4.Sealer]] = {}
        with self._store.writing() as connection:
            rows = []
            for receipt, subject, disclosures in entries:
                if subject not in keys:
                    handle, secret = self._people.key_for(connection, subject, now)
                    keys[subject] = handle, sm4.Sealer(secret)
                handle, sealer = keys[subject]
                record = receipt.record().id
                rows += [
                    {
                        "signer": receipt.key_id, "record": record, "name": each.name,
                        "handle": handle, "digest": each.digest,
                        "box": sealer.seal(each.text.encode(), aad=_context(handle, each.digest)),
                    }
                    for each in disclosures
                ]  # fmt: skip
            for row in rows:
                place = {name: row[name] for name in ("signer", "record", "name")}
                connection.execute(delete(schema.groups).filter_by(**place))
            if rows:
                connection.execute(insert(schema.groups), rows)

    def disclosures(
        self, receipt: Receipt, names: Iterable[str] | None = None
    ) -> tuple[Disclosure, ...]:
        """
        The groups of a receipt, to be shown beside it.

        Args:
            receipt: The receipt.
            names: Which; all of them by default.

        Raises:
            DataUnavailable: The person's data may only be stored, or was erased, or the vault has no
                such group (*reason* ``storage-only``, ``erased`` or ``absent``).
            StorageError: What is stored was damaged or exchanged.
        """
        place = {"signer": receipt.key_id, "record": receipt.record().id}
        with self._store.reading() as connection:
            rows = {
                row.name: row
                for row in connection.execute(select(schema.groups).filter_by(**place))
            }
            wanted = sorted(rows) if names is None else list(names)
            found = []
            for name in wanted:
                if name not in rows:
                    raise DataUnavailable(
                        f"the vault has no group {name!r} of this receipt", reason="absent",
                        hint="it was never kept, or erased with the person's data",
                    )  # fmt: skip
                row = rows[name]
                found.append(_opened(self._people.key_of(connection, row.handle), row))
        return tuple(found)

    def subject(self, subject: str) -> Subject:
        """
        What is known of a person.

        Args:
            subject: The person, 1 to 1,024 bytes of UTF-8.

        Raises:
            InvalidArgument: The subject is empty, too long, or no text.
            DataUnavailable: The vault does not know this person (*reason* ``absent``).
        """
        with self._store.reading() as connection:
            row = self._people.row(connection, subject)
            count = select(func.count()).select_from(schema.groups).filter_by(handle=row.handle)
            groups = connection.execute(count).scalar_one()
        return Subject(row.handle, State(row.state), EPOCH + row.changed * MILLISECOND, groups)

    def erased(self, subjects: Iterable[str]) -> set[str]:
        """
        Those of the subjects whose data was erased.

        Args:
            subjects: Any number of them; the vault need not know them.

        Raises:
            InvalidArgument: A subject is empty, too long, or no text.
        """
        with self._store.reading() as connection:
            return self._people.erased(connection, subjects)

    def restrict(self, subject: str, *, reason: str, now: datetime) -> Record:
        """
        Let the data of a person be stored and nothing else (``State.STORAGE_ONLY``).

        Args:
            subject: The person.
            reason: Why, in words for the log; nothing personal.
            now: The time, with its zone.

        Returns:
            The record of it, to be signed and logged.

        Raises:
            DataUnavailable: The vault does not know this person, or erased the data before.
            InvalidArgument: That is so already, or the time has no zone.
        """
        with self._store.writing() as connection:
            return self._people.change(connection, subject, State.STORAGE_ONLY, reason, now)

    def release(self, subject: str, *, reason: str, now: datetime) -> Record:
        """
        Undo :meth:`restrict`.

        Args:
            subject: The person.
            reason: Why, in words for the log; nothing personal.
            now: The time, with its zone.

        Returns:
            The record of it, to be signed and logged.

        Raises:
            DataUnavailable: The vault does not know this person, or erased the data before.
            InvalidArgument: Nothing was restricted, or the time has no zone.
        """
        with self._store.writing() as connection:
            return self._people.change(connection, subject, State.ACTIVE, reason, now)

    def erase(self, subject: str, *, reason: str, now: datetime) -> Record:
        """
        Destroy a person's key and data. What was sealed cannot be opened again by anybody, whatever else
        he has, except from copies of the vault made before.

        Args:
            subject: The person.
            reason: Why, in words for the log; nothing personal.
            now: The time, with its zone.

        Returns:
            The record of the erasure, to be signed and logged. It stays in :meth:`pending` until
            :meth:`logged` is told that this was done.

        Raises:
            DataUnavailable: The vault does not know this person, or erased the data before.
            StorageError: The store failed; or erased the data and could not overwrite it everywhere.
        """
        with self._store.writing() as connection:
            record = self._people.change(connection, subject, State.ERASED, reason, now)
        self.overwrite()
        return record

    def overwrite(self) -> None:
        """
        Make sure that nothing erased is left in the files of the vault (SQLite; PostgreSQL reuses its
        pages when it vacuums).

        Raises:
            StorageError: Others read the vault all the while.
        """
        if not self._store.overwrite():
            raise StorageError(
                "the data is erased, but old pages stay in the log while others read the vault",
                hint="run gmkit vault overwrite when they have finished",
            )

    def pending(self) -> list[Record]:
        """Records of changes that were not logged yet, oldest first."""
        with self._store.reading() as connection:
            return self._people.pending(connection)

    def logged(self, record: Record) -> None:
        """
        Forget that a record was to be logged: it is signed and stored where it belongs.

        Args:
            record: One of :meth:`pending`.
        """
        with self._store.writing() as connection:
            connection.execute(delete(schema.events).filter_by(payload=record.to_payload()))

    def key_for(self, subject: str, *, now: datetime) -> tuple[bytes, bytes]:
        """
        A person's handle (16 bytes) and SM4 key (16 bytes), made if there are none.

        Args:
            subject: The person, 1 to 1,024 bytes of UTF-8.
            now: The time, with its zone.

        Raises:
            DataUnavailable: The person's data was erased.
        """
        with self._store.writing() as connection:
            return self._people.key_for(connection, subject, now)

    def key_of(self, handle: bytes) -> bytes:
        """
        The SM4 key of the person with this handle, 16 bytes.

        Args:
            handle: The pseudonym, 16 bytes.

        Raises:
            DataUnavailable: The person's data may only be stored, or was erased, or there is none.
        """
        with self._store.reading() as connection:
            return self._people.key_of(connection, handle)


@contextmanager
def _closed_on_failure(store: Store) -> Iterator[None]:
    try:
        yield
    except BaseException:
        store.close()
        raise


def _opened(secret: bytes, row: Row[Any]) -> Disclosure:
    """A group as it was kept, or a complaint about the store."""
    try:
        text = sm4.open(secret, row.box, aad=_context(row.handle, row.digest)).decode("ascii")
        found = Disclosure.parse(text)
    except (DecryptionError, UnicodeDecodeError, RecordError):
        found = None
    if found is None or (found.digest, found.name) != (row.digest, row.name):
        raise StorageError(
            f"the group {row.name!r} was damaged or exchanged in the vault",
            hint="restore the vault from a copy",
        )
    return found


def _context(handle: bytes, digest: bytes) -> bytes:
    """What a sealed group is bound to: the person, and the digest in the receipt."""
    return b"gmkit group" + handle + digest
