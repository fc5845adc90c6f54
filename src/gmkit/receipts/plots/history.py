"""How a ledger came under its checkpoints: when, how far, and how long receipts waited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from gmkit.errors import GmkitError
from gmkit.merkle import parse_checkpoint
from gmkit.receipts.ledger import Ledger, commitment_of, schema
from gmkit.receipts.record import EPOCH, MILLISECOND

__all__ = ["History", "Inclusion", "history"]


@dataclass(frozen=True, slots=True)
class Inclusion:
    """
    A checkpoint and the entries that it was the first to cover.

    Attributes:
        time: When it was signed, by its own word.
        size: Entries under it.
        median: Seconds that half of its new entries waited at most, from the time that their receipt
            states; None if it has none. Negative if receipts state a later time.
        longest: Seconds that the one longest waited.
    """

    time: datetime
    size: int
    median: float | None
    longest: float | None


@dataclass(frozen=True, slots=True)
class History:
    """
    The checkpoints of a ledger in their order, and how many entries no checkpoint covers yet.

    Attributes:
        inclusions: A checkpoint each. Those that cannot be read are left out: the audit names them.
        waiting: Entries above the last one.
    """

    inclusions: tuple[Inclusion, ...]
    waiting: int


def history(ledger: Ledger) -> History:
    """
    The history of a ledger as it stands in its tables; verifying it is the work of ``audit``.

    Args:
        ledger: The ledger.

    Raises:
        StorageError: The store cannot be read.
    """
    with ledger.store.reading() as connection:
        notes = list(_notes(connection))
        covered = 0
        found = []
        for time, size in notes:
            found.append(Inclusion(time, size, *_waits(connection, time, range(covered, size))))
            covered = max(covered, size)
        entries = schema.entries.c
        last = select(entries.seq).order_by(entries.seq.desc()).limit(1)
        end = connection.execute(last).scalar_one_or_none()
    return History(tuple(found), max(0, (-1 if end is None else end) + 1 - covered))


def _notes(connection: Connection) -> Iterator[tuple[datetime, int]]:
    table = schema.checkpoints.c
    for octets in connection.execute(select(table.note).order_by(table.number)).scalars():
        try:
            note = parse_checkpoint(bytes(octets)).checkpoint
            yield commitment_of(note).time, note.size
        except GmkitError:
            continue  # somebody may have written it: the audit names it


def _waits(
    connection: Connection, time: datetime, places: range
) -> tuple[float | None, float | None]:
    """Median and longest wait of the entries at *places*, in seconds; sorted by the store, for they may be many."""
    entries = schema.entries.c
    there = (entries.seq >= places.start, entries.seq < places.stop)
    query = select(func.count(), func.min(entries.t)).where(*there)
    count, earliest = connection.execute(query).one()
    if not count:
        return None, None
    middle = select(entries.t).where(*there).order_by(entries.t).offset((count - 1) // 2)
    halves = connection.execute(middle.limit(2 - count % 2)).scalars().all()
    if not all(isinstance(each, int) for each in (earliest, *halves)):
        return None, None  # somebody may have written it: the audit names it
    signed = (time - EPOCH) // MILLISECOND
    return (signed - sum(halves) / len(halves)) / 1000, (signed - earliest) / 1000
