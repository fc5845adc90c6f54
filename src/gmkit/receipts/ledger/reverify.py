"""
After a key was compromised: which of its receipts stand, over a whole ledger.

Whoever has the key can sign anything, with any time in it, but cannot put it under a checkpoint that an
authority dated before. So a receipt stands if it is under a checkpoint dated before the revocation. One that
the ledger took in before it, by its own clock alone, lies in the late window; every other one falls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from sqlalchemy import Connection, func, select

from gmkit.errors import GmkitError, VerificationError
from gmkit.merkle import SignedCheckpoint, parse_checkpoint, root_at
from gmkit.receipts.ledger import schema
from gmkit.receipts.ledger.ledger import Ledger, Stored, frontier_of, stored
from gmkit.receipts.record import EPOCH, MILLISECOND

__all__ = ["Reverified", "Standing", "reverify"]

ROWS = 1 << 14  # entries looked at together
Dated = Callable[[SignedCheckpoint, bytes], datetime]
"""The verified time of a timestamp over a checkpoint, or a GmkitError."""


class Standing(Enum):
    """What becomes of a receipt."""

    STANDS = "stands"
    LATE = "late window"
    FALLS = "falls"


@dataclass
class Reverified:
    """
    What came of the receipts of a key.

    Attributes:
        counts: How many stand, lie in the late window, and fall.
        dated: The last timestamp before the revocation; None if there is none.
        covered: How many entries of the ledger are under it.
        doubtful: Everything that does not stand, in order.
        ignored: Timestamps that do not hold, with the reason.
    """

    counts: dict[Standing, int] = field(default_factory=lambda: dict.fromkeys(Standing, 0))
    dated: datetime | None = None
    covered: int = 0
    doubtful: list[tuple[Stored, Standing]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def reverify(
    ledger: Ledger,
    key_id: bytes,
    *,
    revoked_at: datetime,
    dated: Dated,
    progress: Callable[[int], None] = lambda _: None,
) -> Reverified:
    """
    Tell which receipts of a key stand, although it was revoked.

    Args:
        ledger: The ledger.
        key_id: The key, 16 bytes.
        revoked_at: From when on nothing it signed is to be believed: the time of the compromise if that
            is known, or else the revocation.
        dated: Verifies the timestamp over a checkpoint and gives its time.
        progress: Called with the number of entries looked at.

    Returns:
        The counts, and every receipt that does not stand.

    Raises:
        VerificationError: The checkpoint that should carry them is not one of this ledger's entries
            (reason ``fork``): audit it first.
        StorageError: The store failed.
    """
    result = Reverified()
    with ledger.store.reading() as connection:
        for note, token in _dated_notes(ledger):
            try:
                time = dated(note, token)
            except GmkitError as fault:
                size = note.checkpoint.size
                result.ignored.append(f"the timestamp over {size} entries: {fault.message}")
                continue
            if time < revoked_at and note.checkpoint.size >= result.covered:
                if root_at(ledger.tree(connection), note.checkpoint.size) != note.checkpoint.root:
                    raise VerificationError(
                        f"the checkpoint over {note.checkpoint.size} entries is of another tree",
                        reason="fork",
                        hint="gmkit ledger audit tells more",
                    )
                result.dated, result.covered = time, note.checkpoint.size
        limit = (revoked_at - EPOCH) // MILLISECOND
        size = frontier_of(connection).size
        for first in range(0, size, ROWS):
            end = min(size, first + ROWS)
            _judge(connection, key_id, range(first, end), limit, result)
            progress(end)
    return result


def _judge(
    connection: Connection, key_id: bytes, places: range, limit: int, result: Reverified
) -> None:
    """The receipts of the key at some places."""
    table = schema.entries
    under = min(places.stop, max(places.start, result.covered))  # from here on none is
    of_key = table.c.kid == key_id
    standing = select(func.count()).where(of_key, table.c.seq.between(places.start, under - 1))
    result.counts[Standing.STANDS] += connection.execute(standing).scalar_one()
    query = select(table).where(of_key, table.c.seq.between(under, places.stop - 1))
    for row in connection.execute(query.order_by(table.c.seq)):
        what = Standing.LATE if row.logged < limit else Standing.FALLS
        result.counts[what] += 1
        result.doubtful.append((stored(row), what))


def _dated_notes(ledger: Ledger) -> Iterator[tuple[SignedCheckpoint, bytes]]:
    """The checkpoints of the log with a timestamp; its signature is verified."""
    table = schema.checkpoints
    query = select(table.c.note, table.c.token).where(table.c.token.is_not(None))
    with ledger.store.reading() as connection:
        rows = connection.execute(query.order_by(table.c.number)).all()
    for row in rows:
        note = parse_checkpoint(bytes(row.note))
        note.verify({ledger.origin: ledger.public_key})
        yield note, bytes(row.token or b"")
