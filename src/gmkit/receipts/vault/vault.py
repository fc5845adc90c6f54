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
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, inspect, select, update

from gmkit import mac, sm4
from gmkit.errors import (
    DataUnavailable,
    DecryptionError,
    InvalidArgument,
    RecordError,
    StorageError,
)
from gmkit.keys import PrivateKey
from gmkit.receipts.disclosure import Disclosure
from gmkit.receipts.receipt import Receipt
from gmkit.receipts.record import EPOCH, MILLISECOND, Kind, Record
from gmkit.receipts.vault import schema
from gmkit.store import Store

__all__ = ["State", "Subject", "Vault"]

VERSION = 1
HANDLE_BYTES = 16
INDEX_BYTES = 32
MAX_SUBJECT = 1024  # bytes of UTF-8


class State(str, Enum):
    """What may be done with the data of a person (个人信息保护法 art. 47)."""

    ACTIVE = "active"
    STORAGE_ONLY = "storage-only"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Subject:
    """
    A person in the vault.

    Attributes:
        handle: The person's pseudonym in logged records, 16 random bytes.
        state: What may be done.
        changed: Since when.
        groups: How many groups of receipts are kept.
    """

    handle: bytes
    state: State
    changed: datetime
    groups: int


class Vault:
    """A vault that is open. Safe to use from several threads and processes at once."""

    def __init__(self, store: Store, key: PrivateKey, index: bytes) -> None:
        """Not called directly: :meth:`create` and :meth:`open` do."""
        self._store = store
        self._key = key
        self._public = key.public_key()
        self._index = index

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
        with store.writing() as connection:
            if inspect(connection).has_table(schema.vault.name):
                raise StorageError("there is a vault already", hint="choose another place")
            schema.METADATA.create_all(connection)
            wrapped = key.public_key().encrypt(index)
            connection.execute(insert(schema.vault).values(id=1, version=VERSION, marking=wrapped))
        return cls(store, key, index)

    @classmethod
    def open(cls, url: str, key: PrivateKey) -> Vault:
        """
        Open a vault.

        Raises:
            StorageError: There is none, or it is of another version.
            DecryptionError: The key is not the vault's.
        """
        store = Store(url, existing=True, erasing=True)
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
                    handle, secret = self._key_for(connection, subject, now)
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
                found.append(_opened(self._key_of(connection, row.handle), row))
        return tuple(found)

    def subject(self, subject: str) -> Subject:
        """
        What is known of a person.

        Raises:
            DataUnavailable: The vault does not know this person (*reason* ``absent``).
        """
        with self._store.reading() as connection:
            row = self._row(connection, subject)
            count = select(func.count()).select_from(schema.groups).filter_by(handle=row.handle)
            groups = connection.execute(count).scalar_one()
        return Subject(row.handle, State(row.state), EPOCH + row.changed * MILLISECOND, groups)

    def erased(self, subjects: Iterable[str]) -> set[str]:
        """Those of the subjects whose data was erased."""
        marks = {self._mark(subject): subject for subject in subjects}
        columns = schema.subjects.c
        wanted = select(columns.mark).where(columns.wrapped.is_(None), columns.mark.in_(marks))
        with self._store.reading() as connection:
            return {marks[row.mark] for row in connection.execute(wanted)}

    def restrict(self, subject: str, *, reason: str, now: datetime) -> Record:
        """
        Let the data of a person be stored and nothing else (``State.STORAGE_ONLY``).

        Returns:
            The record of it, to be signed and logged.
        """
        return self._change(subject, State.STORAGE_ONLY, reason, now)

    def release(self, subject: str, *, reason: str, now: datetime) -> Record:
        """
        Undo :meth:`restrict`.

        Returns:
            The record of it, to be signed and logged.
        """
        return self._change(subject, State.ACTIVE, reason, now)

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
        record = self._change(subject, State.ERASED, reason, now)
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
            rows = connection.execute(select(schema.events).order_by(schema.events.c.id))
            return [Record.from_payload(row.payload) for row in rows]

    def logged(self, record: Record) -> None:
        """Forget that a record was to be logged: it is signed and stored where it belongs."""
        with self._store.writing() as connection:
            connection.execute(delete(schema.events).filter_by(payload=record.to_payload()))

    def key_for(self, subject: str, *, now: datetime) -> tuple[bytes, bytes]:
        """
        A person's handle and key, made if there are none.

        Raises:
            DataUnavailable: The person's data was erased.
        """
        with self._store.writing() as connection:
            return self._key_for(connection, subject, now)

    def key_of(self, handle: bytes) -> bytes:
        """
        The key of the person with this handle.

        Raises:
            DataUnavailable: The person's data may only be stored, or was erased, or there is none.
        """
        with self._store.reading() as connection:
            return self._key_of(connection, handle)

    def _mark(self, subject: str) -> bytes:
        octets = subject.encode()
        if not 1 <= len(octets) <= MAX_SUBJECT:
            raise InvalidArgument(f"a subject has 1 to {MAX_SUBJECT} bytes of UTF-8")
        return mac.hmac_sm3(self._index, octets)

    def _row(self, connection: Connection, subject: str) -> Any:
        row = connection.execute(
            select(schema.subjects).filter_by(mark=self._mark(subject))
        ).one_or_none()
        if row is None:
            raise DataUnavailable("the vault does not know this person", reason="absent")
        return row

    def _key_for(self, connection: Connection, subject: str, now: datetime) -> tuple[bytes, bytes]:
        """The person's handle and key, made if there are none."""
        mark = self._mark(subject)
        row = connection.execute(select(schema.subjects).filter_by(mark=mark)).one_or_none()
        if row is not None:
            if row.wrapped is None:
                raise unavailable(State.ERASED)
            return row.handle, self._key.decrypt(row.wrapped)
        handle, secret = secrets.token_bytes(HANDLE_BYTES), sm4.generate_key()
        connection.execute(
            insert(schema.subjects).values(
                handle=handle, mark=mark, state=State.ACTIVE.value,
                wrapped=self._public.encrypt(secret), changed=_milliseconds(now),
            )
        )  # fmt: skip
        return handle, secret

    def _key_of(self, connection: Connection, handle: bytes) -> bytes:
        row = connection.execute(select(schema.subjects).filter_by(handle=handle)).one_or_none()
        if row is None:
            raise DataUnavailable("the vault does not know this person", reason="absent")
        if row.state != State.ACTIVE.value:
            raise unavailable(State(row.state))
        return self._key.decrypt(row.wrapped)

    def _change(self, subject: str, state: State, reason: str, now: datetime) -> Record:
        with self._store.writing() as connection:
            row = self._row(connection, subject)
            before = State(row.state)
            if before is State.ERASED:
                raise unavailable(before)
            if before is state:
                raise InvalidArgument(f"the data of this person is {state.value} already")
            moment = EPOCH + _milliseconds(now) * MILLISECOND
            record = _event(row, state, reason, moment)
            values: dict[str, object] = {"state": state.value, "changed": _milliseconds(now)}
            if state is State.ERASED:
                values["wrapped"] = None
                connection.execute(delete(schema.groups).filter_by(handle=row.handle))
            connection.execute(
                update(schema.subjects).filter_by(handle=row.handle).values(**values)
            )
            connection.execute(insert(schema.events).values(payload=record.to_payload()))
        return record


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


def _event(row: Row[Any], state: State, reason: str, moment: datetime) -> Record:
    """The record of a change; the person appears by the handle alone."""
    before, handle = State(row.state), row.handle.hex()
    return Record(
        kind=Kind.ERASURE if state is State.ERASED else Kind.AMENDMENT,
        id=f"vault-{handle}-{secrets.token_hex(8)}",
        time=moment,
        fields={"subject": handle, "from": before.value, "to": state.value, "reason": reason},
    )


def _milliseconds(now: datetime) -> int:
    if now.tzinfo is None:
        raise InvalidArgument("the time has no time zone")
    return (now - EPOCH) // MILLISECOND


def unavailable(state: State) -> DataUnavailable:
    """Why data in this state is not shown."""
    if state is State.ERASED:
        return DataUnavailable("the data of this person was erased", reason=state.value)
    return DataUnavailable(
        "the data of this person may only be stored", reason=state.value,
        hint="gmkit vault release, if the reason has gone",
    )  # fmt: skip
