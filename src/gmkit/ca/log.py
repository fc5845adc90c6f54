"""The audit log of an authority: read, signed, proved and checked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import Connection, select

from gmkit.ca import audit, checkpoints, proofs, schema
from gmkit.ca.replay import Fault, replay
from gmkit.ca.store import Store
from gmkit.errors import InvalidArgument, VerificationError
from gmkit.keys import Signer
from gmkit.merkle import Checkpoint, parse_checkpoint
from gmkit.x509 import Certificate

__all__ = ["Act", "AuditLog"]


@dataclass(frozen=True, slots=True)
class Act:
    """
    An entry of the log.

    Attributes:
        number: Its place, from 0.
        moment: When, UTC.
        act: What, as it was logged.
    """

    number: int
    moment: datetime
    act: dict[str, Any]


class AuditLog:
    """
    The log of one authority. Reading and proving take no key; signing a checkpoint does.

    Attributes:
        issuing: The certificate of the issuing authority, whose key signs the checkpoints.
    """

    def __init__(self, store: Store, issuing: Certificate, key: Callable[[], Signer]) -> None:
        """
        Args:
            store: Of the authority.
            issuing: Its certificate.
            key: Loads the issuing key when it is needed.
        """
        self._store = store
        self._key = key
        self.issuing = issuing

    def acts(
        self, *, since: int = 0, kind: str | None = None, serial: int | None = None
    ) -> Iterator[Act]:
        """
        What was done, oldest first, out of one state of the store.

        Args:
            since: Number of the first act looked at.
            kind: Only acts of this kind: ``issue``, ``revoke``, ``list`` and so on.
            serial: Only those that concern this certificate.
        """
        table = schema.audit
        query = select(table.c.number, table.c.entry).where(table.c.number >= since)
        wanted = None if serial is None else f"{serial:x}"
        with self._store.reading() as connection:
            query = query.order_by(table.c.number).execution_options(yield_per=1000)
            with connection.execute(query) as rows:
                for row in rows:
                    act = json.loads(row.entry)
                    if kind is not None and act.get("act") != kind:
                        continue
                    if wanted is not None and act.get("serial") != wanted:
                        continue
                    moment = datetime.fromtimestamp(act["at"], timezone.utc)
                    yield Act(row.number, moment, act)

    def checkpoint(self, *, now: datetime) -> bytes:
        """
        Sign what the log is now.

        Returns:
            The note, to be kept where the operators of the authority cannot change it.

        Raises:
            WrongPassword: The issuing key did not open.
            StorageError: It could not be written down.
        """
        with self._store.writing() as connection:
            return checkpoints.make(connection, self._key(), self.issuing, now).to_bytes()

    def latest(self) -> bytes | None:
        """The newest checkpoint, or None."""
        with self._store.reading() as connection:
            return checkpoints.latest(connection)

    def prove(self, *, number: int | None = None, serial: int | None = None) -> bytes:
        """
        The proof that an act is in the log of the newest checkpoint.

        Args:
            number: Which act; or
            serial: the newest one that concerns this certificate.

        Raises:
            InvalidArgument: There is no such act, or no checkpoint that covers it.
        """
        with self._store.reading() as connection:
            note = checkpoints.latest(connection)
            size = 0 if note is None else parse_checkpoint(note).checkpoint.size
            if number is None:
                number = _newest(connection, serial)
            if note is None or not 0 <= number < size:
                raise InvalidArgument(
                    f"no checkpoint covers act {number}",
                    hint="gmkit ca audit checkpoint makes one",
                )
            query = select(schema.audit.c.entry).where(schema.audit.c.number == number)
            entry = connection.execute(query).scalar_one()
            return proofs.inclusion(_leaves(connection, size), number, bytes(entry), note)

    def prove_consistency(self, older: bytes) -> bytes:
        """
        The proof that the log of the newest checkpoint begins with that of *older*.

        Raises:
            InvalidArgument: There is no newer checkpoint.
            EncodingError, VerificationError: *older* is no checkpoint of this authority.
        """
        first = checkpoints.checked(older, self.issuing)
        with self._store.reading() as connection:
            note = checkpoints.latest(connection)
            newest = None if note is None else parse_checkpoint(note).checkpoint
            if note is None or newest is None or not 0 < first.size <= newest.size:
                raise InvalidArgument(
                    "there is no newer checkpoint", hint="gmkit ca audit checkpoint makes one"
                )
            return proofs.consistency(_leaves(connection, newest.size), older, note)

    def verify(self, shown: Sequence[bytes] = ()) -> tuple[Checkpoint | None, list[Fault]]:
        """
        Check all of it: the tree, every checkpoint in the store, those that are shown, and that the
        store says what the log says.

        Args:
            shown: Checkpoints that were kept elsewhere. Without one, a store that was put back whole to an
                earlier state cannot be told from a good one.

        Returns:
            The newest checkpoint, and what is wrong: nothing in a good log.

        Raises:
            EncodingError, VerificationError: One of *shown* is no checkpoint of this authority.
        """
        with self._store.reading() as connection:
            epoch = audit.epoch(connection)
            trusted, faults = [], []
            for note in shown:
                checkpoint = checkpoints.checked(note, self.issuing)
                if checkpoint.origin == checkpoints.origin(self.issuing, epoch):
                    trusted.append(checkpoint)
                else:
                    words = (
                        f"the checkpoint is of the log {checkpoint.origin}: acts were lost since"
                    )
                    faults.append(Fault("audit-epoch", words))
            newest = None
            for note in checkpoints.stored(connection):
                try:
                    newest = checkpoints.checked(note, self.issuing, epoch=epoch)
                except VerificationError as error:
                    faults.append(Fault("checkpoint-forged", error.message))
                else:
                    trusted.append(newest)
            return newest, [*faults, *replay(connection, trusted)]


def _leaves(connection: Connection, size: int) -> list[bytes]:
    table = schema.audit
    query = select(table.c.leaf).where(table.c.number < size).order_by(table.c.number)
    return [bytes(leaf) for leaf in connection.execute(query).scalars()]


def _newest(connection: Connection, serial: int | None) -> int:
    if serial is None:
        raise InvalidArgument("name an act by its number, or a certificate by its serial")
    table = schema.audit
    # The database narrows it down to what contains the digits; JSON decides.
    wanted = f'"serial":"{serial:x}"'.encode()
    position = _position(connection, wanted)
    query = select(table.c.number, table.c.entry).where(position).order_by(table.c.number.desc())
    with connection.execute(query) as rows:
        for row in rows:
            if json.loads(row.entry).get("serial") == f"{serial:x}":
                return int(row.number)
    raise InvalidArgument(f"no act concerns the serial {serial:x}")


def _position(connection: Connection, octets: bytes) -> Any:
    from sqlalchemy import func, literal  # noqa: PLC0415 - one of two ways to ask

    if connection.dialect.name == "sqlite":
        return func.instr(schema.audit.c.entry, literal(octets)) > 0
    return func.position(literal(octets).op("IN")(schema.audit.c.entry)) > 0
