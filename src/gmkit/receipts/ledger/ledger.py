"""
The ledger: receipts in an order that nobody can change unseen.

An entry and the right edge of the tree are written in one transaction, so there is never a tree that
disagrees with the entries, whenever the power fails. What :meth:`Ledger.append` has returned is on the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, func, insert, inspect, select

from gmkit.errors import InvalidArgument, StorageError
from gmkit.merkle import Frontier, SignedCheckpoint, parse_checkpoint
from gmkit.receipts.base64url import text_of
from gmkit.receipts.canonical import Value
from gmkit.receipts.ledger import schema
from gmkit.receipts.ledger.appending import OneByOne, append_many
from gmkit.receipts.ledger.edge import asking, edge_of
from gmkit.receipts.ledger.links import last_leaf
from gmkit.receipts.ledger.lookup import of_order, with_id
from gmkit.receipts.ledger.objects import Objects, open_objects
from gmkit.receipts.ledger.storing import Appended
from gmkit.receipts.ledger.tree import TILE, TableTree
from gmkit.receipts.ledger.writing import writer_of
from gmkit.receipts.record import EPOCH, MILLISECOND
from gmkit.receipts.signers import Signers
from gmkit.sm2 import SM2PublicKey
from gmkit.store import Store

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Ledger", "Stored"]

SEGMENT = 1 << 20


@dataclass(frozen=True, slots=True)
class Stored:
    """
    What the ledger keeps of one receipt.

    Attributes:
        place: Its number, from 0.
        key_id: Who signed, 16 bytes.
        id: Its identifier.
        logged: When it was appended, by the clock of the ledger.
        receipt: Its text; None once it was pruned.
    """

    place: int
    key_id: bytes
    id: str
    logged: datetime
    receipt: str | None


class Ledger:
    """A ledger that is open. Safe to use from several threads and processes at once."""

    def __init__(self, store: Store, head: Row[Any]) -> None:
        """Not called directly: :meth:`create` and :meth:`open` do."""
        self._store = store
        self._writer = writer_of(store)
        self._one_by_one = OneByOne(self._writer)
        self.origin: str = head.origin
        self.public_key = SM2PublicKey.from_bytes(bytes(head.public_key))
        self.segment: int = head.segment
        self.objects: Objects = open_objects(head.objects)

    @classmethod
    def create(
        cls,
        url: str,
        *,
        origin: str,
        public_key: SM2PublicKey,
        objects: str,
        segment: int = SEGMENT,
    ) -> Ledger:
        """
        Make an empty ledger.

        Args:
            url: ``sqlite:////path`` or ``postgresql://…``.
            origin: Its name in checkpoints, one line without blanks: ``shop.example/receipts``.
            public_key: The key that signs its checkpoints.
            objects: Where sealed segments go: ``file:///folder``, or another URL that fsspec knows.
            segment: Entries in a sealed segment, a power of two from 256 on.

        Raises:
            InvalidArgument: If the origin or the size of a segment cannot be used.
            StorageError: There is a ledger already, or the store cannot be written.
        """
        if not origin or len(origin) > 200 or not origin.isprintable() or set(origin) & set(" +"):
            raise InvalidArgument(f"{origin!r} cannot be the name of a ledger: no blanks, no '+'")
        if segment < TILE or segment & (segment - 1) or segment > SEGMENT:
            raise InvalidArgument(
                f"a segment has a power of two from {TILE} to {SEGMENT:,} entries"
            )
        open_objects(objects)  # refused now rather than at the first seal
        store = Store(url)
        try:
            with store.writing() as connection:
                if inspect(connection).has_table(schema.ledger.name):
                    raise StorageError("there is a ledger already", hint="choose another place")
                version, tables = schema.layout(connection.dialect.name)
                for table in tables:
                    table.create(connection)
                connection.execute(
                    insert(schema.ledger).values(
                        id=1, version=version, origin=origin, public_key=public_key.to_bytes(),
                        segment=segment, objects=objects, frontier=Frontier().to_bytes(), sealed=0,
                    )
                )  # fmt: skip
        finally:
            store.close()
        return cls.open(url)

    @classmethod
    def open(cls, url: str) -> Ledger:
        """
        Open a ledger.

        Raises:
            StorageError: There is none, or it is of another version.
        """
        store = Store(url, existing=True)
        with store.reading() as connection:
            known = inspect(connection).has_table(schema.ledger.name)
            head = connection.execute(select(schema.ledger)).one_or_none() if known else None
        newest, _ = schema.layout(store.engine.dialect.name)
        if head is None or head.version not in range(schema.INDEXED, newest + 1):
            store.close()
            raise StorageError(
                "there is no ledger of this version here", hint="gmkit ledger init makes one"
            )
        return cls(store, head)

    def close(self) -> None:
        """Close all connections."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def store(self) -> Store:
        """The transactions, for the other parts of the ledger."""
        return self._store

    def append(
        self,
        receipts: object,
        signers: Signers,
        *,
        now: datetime,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Appended:
        """
        Append receipts, each verified first; thousands share a transaction, and so do single receipts of
        several threads at once.

        Args:
            receipts: One receipt as text, or many: see :data:`gmkit.receipts.batch.Receipts`.
            signers: Whose receipts are taken.
            now: The present.
            progress: Called with the position in a file after each transaction.

        Returns:
            The place of each, and who was refused and why. A receipt that is in the ledger already has
            the place it has there: appending again after an interruption does no harm. What has a
            place is on the disk.

        Raises:
            StorageError: The store is busy for too long, full, damaged or out of reach. What earlier
                transactions of this call appended stays.
        """
        milliseconds = (now - EPOCH) // MILLISECOND
        if isinstance(receipts, str):
            return self._one_by_one.append(receipts, signers, milliseconds)
        return append_many(self._writer, receipts, signers, milliseconds, progress)

    def settle(self) -> None:
        """
        Bring what was appended last under its keys, and the edge of the tree up to it. Nothing waits for
        this; done now and then, before a checkpoint say, it keeps searching and opening fast.

        Raises:
            StorageError: The store failed.
        """
        self._writer.settle()

    def size(self) -> int:
        """Number of entries."""
        with self._store.reading() as connection:
            return frontier_of(connection).size

    def sealed(self) -> int:
        """How many of them are in sealed segments."""
        with self._store.reading() as connection:
            return int(connection.execute(select(schema.ledger.c.sealed)).scalar_one())

    def root(self) -> bytes:
        """Root of the tree over all entries, 32 bytes."""
        with self._store.reading() as connection:
            return frontier_of(connection).root()

    def find(self, key_id: bytes, identifier: str) -> Stored | None:
        """The receipt of a signer with this identifier, if it is in the ledger."""
        table = schema.entries
        with self._store.reading() as connection:
            where = with_id(connection, key_id, identifier, self._writer)
            row = connection.execute(select(table).where(where)).one_or_none()
        return None if row is None else stored(row)

    def at(self, place: int) -> Stored:
        """
        The receipt at a place.

        Raises:
            InvalidArgument: If there is none.
        """
        with self._store.reading() as connection:
            table = schema.entries
            row = connection.execute(select(table).where(table.c.seq == place)).one_or_none()
        if row is None:
            raise InvalidArgument(f"the ledger has no entry {place}")
        return stored(row)

    def order(self, order: str) -> list[Stored]:
        """The receipts of an order: by their place in it, those without one after them."""
        table = schema.entries
        with self._store.reading() as connection:
            query = select(table).where(of_order(connection, order, self._writer))
            rows = connection.execute(query.order_by(table.c.sq, table.c.seq)).all()
        return [stored(row) for row in sorted(rows, key=lambda row: (row.sq is None, row.sq or 0))]

    def receipts(self, start: int = 0, end: int | None = None) -> Iterator[Stored]:
        """The receipts from one place to before another, a piece at a time."""
        table = schema.entries
        end = self.size() if end is None else end
        for first in range(start, end, 4096):
            query = select(table).where(table.c.seq.between(first, min(end, first + 4096) - 1))
            with self._store.reading() as connection:
                rows = connection.execute(query.order_by(table.c.seq)).all()
            yield from map(stored, rows)

    def links(self, order: str | None = None) -> dict[str, Value]:
        """
        What a record that is to be signed now can state of this ledger: put it among its fields.

        Args:
            order: The order it belongs to, if any.

        Returns:
            ``checkpoint``, size and root of the latest one, if there is one; ``previous``, the leaf hash
            of the last entry of the order, if it has one. :meth:`append` and the audit check them.
        """
        made: dict[str, Value] = {}
        table = schema.checkpoints.c
        with self._store.reading() as connection:
            query = select(table.note).order_by(table.number.desc()).limit(1)
            note = connection.execute(query).scalar_one_or_none()
            leaf = None if order is None else last_leaf(connection, order, self._writer)
        if note is not None:
            checkpoint = parse_checkpoint(bytes(note)).checkpoint
            made["checkpoint"] = [checkpoint.size, text_of(checkpoint.root)]
        if leaf is not None:
            made["previous"] = text_of(leaf)
        return made

    def checkpoints(self) -> list[SignedCheckpoint]:
        """All signed checkpoints, oldest first."""
        table = schema.checkpoints
        with self._store.reading() as connection:
            rows = connection.execute(select(table.c.note).order_by(table.c.number)).scalars()
            return [parse_checkpoint(bytes(note)) for note in rows]

    def checkpoint_over(self, place: int | None = None) -> tuple[int, SignedCheckpoint]:
        """
        Number of the first checkpoint that covers an entry, and its note; the latest without a place.

        Raises:
            InvalidArgument: If there is none.
        """
        table = schema.checkpoints
        query = select(table.c.number, table.c.note)
        if place is None:
            query = query.order_by(table.c.number.desc())
        else:
            query = query.where(table.c.size > place).order_by(table.c.number)
        with self._store.reading() as connection:
            row = connection.execute(query.limit(1)).one_or_none()
        if row is None:
            raise InvalidArgument(
                "no checkpoint covers it yet", hint="gmkit ledger checkpoint makes one"
            )
        return row.number, parse_checkpoint(bytes(row.note))

    def token(self, number: int) -> bytes | None:
        """The timestamp over a checkpoint, if it has one."""
        table = schema.checkpoints
        with self._store.reading() as connection:
            row = connection.execute(select(table.c.token).where(table.c.number == number))
            token = row.scalar_one_or_none()
        return None if token is None else bytes(token)

    def keep_certificates(self, certificates: Iterable[bytes]) -> None:
        """Keep certificates (DER) of signers, so that bundles can be made of their receipts."""
        from gmkit import sm3  # noqa: PLC0415

        table = schema.certificates
        with self._store.writing() as connection:
            known = {
                bytes(each) for each in connection.execute(select(table.c.fingerprint)).scalars()
            }
            for der in certificates:
                if (fingerprint := sm3.digest(der)) not in known:
                    known.add(fingerprint)
                    connection.execute(insert(table).values(fingerprint=fingerprint, der=der))

    def certificates(self) -> list[bytes]:
        """The certificates kept, DER."""
        with self._store.reading() as connection:
            found = connection.execute(select(schema.certificates.c.der)).scalars()
            return [bytes(each) for each in found]

    def tree(self, connection: Connection) -> TableTree:
        """The nodes, within a transaction."""
        return TableTree(connection)

    def count(self) -> int:
        """Number of rows of entries: another question than :meth:`size`, which the tree answers."""
        with self._store.reading() as connection:
            return int(
                connection.execute(select(func.count()).select_from(schema.entries)).scalar_one()
            )


def frontier_of(connection: Connection) -> Frontier:
    """The right edge of the tree, within a transaction."""
    return edge_of(asking(connection))


def stored(row: Row[Any]) -> Stored:
    """A row of the entries."""
    return Stored(row.seq, bytes(row.kid), row.id, EPOCH + row.logged * MILLISECOND, row.receipt)
