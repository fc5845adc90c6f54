"""Whom the vault knows: keys of people, what may be done with their data, and the records of changes."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from gmkit import mac, sm4
from gmkit.errors import DataUnavailable, InvalidArgument
from gmkit.keys import PrivateKey
from gmkit.receipts.record import EPOCH, MILLISECOND, Kind, Record
from gmkit.receipts.vault import schema

__all__ = ["HANDLE_BYTES", "INDEX_BYTES", "MAX_SUBJECT", "People", "State", "Subject"]

HANDLE_BYTES = 16
INDEX_BYTES = 32
MAX_SUBJECT = 1024  # bytes of UTF-8
_GROUP = 10_000  # as many as a query may name, in SQLite and elsewhere


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


class People:
    """
    The rows of people, within transactions of the vault; their keys are opened by its key.

    Nobody's name stands in them: a subject is an HMAC-SM3 under the key of the marks.
    """

    def __init__(self, key: PrivateKey, index: bytes) -> None:
        """
        Args:
            key: The key of the vault.
            index: The key of the marks, 32 bytes.
        """
        self._key = key
        self._public = key.public_key()
        self._index = index

    def mark(self, subject: str) -> bytes:
        """
        Under what a subject is found, 32 bytes.

        Raises:
            InvalidArgument: The subject is empty, too long, or no text.
        """
        try:
            octets = subject.encode()
        except UnicodeEncodeError:  # half of a surrogate pair
            raise InvalidArgument("a subject is text, of whole characters") from None
        if not 1 <= len(octets) <= MAX_SUBJECT:
            raise InvalidArgument(f"a subject has 1 to {MAX_SUBJECT} bytes of UTF-8")
        return mac.hmac_sm3(self._index, octets)

    def row(self, connection: Connection, subject: str) -> Any:
        """
        What is stored of a subject.

        Raises:
            DataUnavailable: The vault does not know this person (*reason* ``absent``).
        """
        row = connection.execute(
            select(schema.subjects).filter_by(mark=self.mark(subject))
        ).one_or_none()
        if row is None:
            raise DataUnavailable("the vault does not know this person", reason="absent")
        return row

    def key_for(self, connection: Connection, subject: str, now: datetime) -> tuple[bytes, bytes]:
        """
        A person's handle (16 bytes) and key (16 bytes), made if there are none.

        Raises:
            DataUnavailable: The person's data was erased.
        """
        mark = self.mark(subject)
        row = connection.execute(select(schema.subjects).filter_by(mark=mark)).one_or_none()
        if row is not None:
            if row.wrapped is None:
                raise _unavailable(State.ERASED)
            return row.handle, self._key.decrypt(row.wrapped)
        handle, secret = secrets.token_bytes(HANDLE_BYTES), sm4.generate_key()
        connection.execute(
            insert(schema.subjects).values(
                handle=handle, mark=mark, state=State.ACTIVE.value,
                wrapped=self._public.encrypt(secret), changed=_milliseconds(now),
            )
        )  # fmt: skip
        return handle, secret

    def key_of(self, connection: Connection, handle: bytes) -> bytes:
        """
        The key of the person with this handle, 16 bytes.

        Raises:
            DataUnavailable: The person's data may only be stored, or was erased, or there is none.
        """
        row = connection.execute(select(schema.subjects).filter_by(handle=handle)).one_or_none()
        if row is None:
            raise DataUnavailable("the vault does not know this person", reason="absent")
        if row.state != State.ACTIVE.value:
            raise _unavailable(State(row.state))
        return self._key.decrypt(row.wrapped)

    def pending(self, connection: Connection) -> list[Record]:
        """Records of changes that were not logged yet, oldest first."""
        rows = connection.execute(select(schema.events).order_by(schema.events.c.id))
        return [Record.from_payload(row.payload) for row in rows]

    def erased(self, connection: Connection, subjects: Iterable[str]) -> set[str]:
        """Those of the subjects whose data was erased."""
        marks = {self.mark(subject): subject for subject in subjects}
        columns = schema.subjects.c
        found: set[str] = set()
        waiting = iter(marks)
        while group := list(islice(waiting, _GROUP)):
            wanted = select(columns.mark).where(columns.wrapped.is_(None), columns.mark.in_(group))
            found.update(marks[row.mark] for row in connection.execute(wanted))
        return found

    def change(
        self, connection: Connection, subject: str, state: State, reason: str, now: datetime
    ) -> Record:
        """
        Change what may be done with a person's data; erasing destroys the key and the groups.

        Returns:
            The record of it, which is kept until it was logged.

        Raises:
            DataUnavailable: The person's data was erased, or the vault does not know this person.
            InvalidArgument: The state is that already.
        """
        row = self.row(connection, subject)
        before = State(row.state)
        if before is State.ERASED:
            raise _unavailable(before)
        if before is state:
            raise InvalidArgument(f"the data of this person is {state.value} already")
        moment = EPOCH + _milliseconds(now) * MILLISECOND
        record = _event(row, state, reason, moment)
        values: dict[str, object] = {"state": state.value, "changed": _milliseconds(now)}
        if state is State.ERASED:
            values["wrapped"] = None
            connection.execute(delete(schema.groups).filter_by(handle=row.handle))
        connection.execute(update(schema.subjects).filter_by(handle=row.handle).values(**values))
        connection.execute(insert(schema.events).values(payload=record.to_payload()))
        return record


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


def _unavailable(state: State) -> DataUnavailable:
    """Why data in this state is not shown."""
    if state is State.ERASED:
        return DataUnavailable("the data of this person was erased", reason=state.value)
    return DataUnavailable(
        "the data of this person may only be stored", reason=state.value,
        hint="gmkit vault release, if the reason has gone",
    )  # fmt: skip
