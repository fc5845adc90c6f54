"""
Checkpoints: what the log puts its name to, others cosign, and a timestamp authority dates.

::

    shop.example/receipts                       origin
    1048913                                     entries
    yKsT…=                                      root over them
    time 1769846400000                          when, milliseconds since 1970
    segments 1 v0Zl…=                           how many are sealed, and what stands for their manifests
    ids 337 k1c9…=                              identifiers of the entries not sealed yet: count, sorted tree
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from gmkit.errors import InvalidArgument, VerificationError
from gmkit.keys import Signer
from gmkit.merkle import Checkpoint, SignedCheckpoint, parse_checkpoint
from gmkit.merkle.checkpoint import key_id as note_key_id
from gmkit.receipts.ledger import schema
from gmkit.receipts.ledger.entry import id_key
from gmkit.receipts.ledger.ids import IdTree
from gmkit.receipts.ledger.ledger import Ledger, frontier_of
from gmkit.receipts.ledger.sealing import chain_of, manifests_in
from gmkit.receipts.ledger.tree import reread
from gmkit.receipts.record import EPOCH, MILLISECOND
from gmkit.sm2 import SignatureFormat, SM2PublicKey

__all__ = ["Commitment", "add_cosignature", "add_token", "checkpoint", "commitment_of", "tail_ids"]

_LINE = re.compile(r"(segments|ids) (0|[1-9][0-9]{0,18}) ([A-Za-z0-9+/]{43}=)")
_TIME = re.compile(r"time (-?[0-9]{1,15})")


@dataclass(frozen=True, slots=True)
class Commitment:
    """
    What a checkpoint of a ledger commits to beside size and root.

    Attributes:
        time: When it was made, by the clock of the log.
        segments: How many segments were sealed.
        chain: What stands for their manifests, 32 bytes.
        ids: How many entries were not sealed.
        ids_root: Root of the sorted tree of their identifiers, 32 bytes.
    """

    time: datetime
    segments: int
    chain: bytes
    ids: int
    ids_root: bytes


def commitment_of(note: Checkpoint) -> Commitment:
    """
    The further lines of a checkpoint of a ledger.

    Raises:
        VerificationError: It is a checkpoint of something else (reason ``checkpoint``).
    """
    lines = note.extensions
    time = _TIME.fullmatch(lines[0]) if len(lines) == 3 else None
    parts = [_LINE.fullmatch(line) for line in lines[1:]]
    names = [part and part[1] for part in parts]
    if time is None or names != ["segments", "ids"]:
        raise VerificationError(
            "this is no checkpoint of a ledger of receipts", reason="checkpoint"
        )
    (segments, chain), (ids, root) = ((int(p[2]), b64decode(p[3])) for p in parts if p)
    try:
        moment = EPOCH + int(time[1]) * MILLISECOND
    except OverflowError:
        raise VerificationError(
            "the checkpoint has no possible time", reason="checkpoint"
        ) from None
    return Commitment(moment, segments, chain, ids, root)


def checkpoint(
    ledger: Ledger, key: Signer, *, now: datetime, clock_went_back: bool = False
) -> SignedCheckpoint:
    """
    Sign what the ledger holds now.

    Args:
        ledger: The ledger.
        key: The key of the log, in memory or in a device.
        now: The present.
        clock_went_back: Sign even if the last checkpoint has a later time, because that one was wrong.

    Returns:
        The checkpoint; it is on the disk.

    Raises:
        InvalidArgument: It is not the key of the log.
        VerificationError: The clock went back (reason ``clock``).
        StorageError: The store failed, or does not hold what was hashed.
    """
    if key.public_key() != ledger.public_key:
        raise InvalidArgument(
            "this is not the key of the log", hint="give the one it was made with"
        )
    milliseconds = (now - EPOCH) // MILLISECOND
    ledger.settle()
    with ledger.store.writing() as connection:
        table = schema.checkpoints
        last = connection.execute(
            select(table.c.number, table.c.time, table.c.size)
            .order_by(table.c.number.desc())
            .limit(1)
        ).one_or_none()
        if last is not None and milliseconds < last.time and not clock_went_back:
            raise VerificationError(
                f"the clock went back: the last checkpoint is of {EPOCH + last.time * MILLISECOND}",
                reason="clock",
                hint="set the clock; if the last checkpoint was wrong, say so",
            )
        frontier, ids, manifests = (
            frontier_of(connection),
            tail_ids(connection),
            manifests_in(connection),
        )
        reread(connection, frontier, 0 if last is None else last.size)
        note = Checkpoint(
            ledger.origin, frontier.size, frontier.root(),
            (
                f"time {milliseconds}",
                f"segments {len(manifests)} {b64encode(chain_of(manifests)).decode()}",
                f"ids {len(ids.leaves)} {b64encode(ids.root()).decode()}",
            ),
        )  # fmt: skip
        text = note.text()
        line = (
            ledger.origin,
            note_key_id(ledger.origin, ledger.public_key),
            key.sign(text, format=SignatureFormat.RAW),
        )
        signed = SignedCheckpoint(note, text, (line,))
        # A key that signs wrongly must not be found out by others.
        signed.verify({ledger.origin: ledger.public_key})
        connection.execute(
            insert(table).values(
                number=0 if last is None else last.number + 1, size=frontier.size, time=milliseconds,
                note=signed.to_bytes(),
            )
        )  # fmt: skip
    return signed


def tail_ids(connection: Connection) -> IdTree:
    """The sorted tree of the identifiers that no segment has yet, within a transaction."""
    sealed = connection.execute(select(schema.ledger.c.sealed)).scalar_one()
    table = schema.entries.c
    rows = connection.execute(
        select(table.kid, table.id, table.seq).where(table.seq >= sealed).order_by(table.seq)
    )
    return IdTree.of((id_key(bytes(row.kid), row.id), row.seq) for row in rows)


def add_cosignature(
    ledger: Ledger, cosigned: bytes, witnesses: Mapping[str, SM2PublicKey]
) -> SignedCheckpoint:
    """
    Keep the signature of a witness with the checkpoint it is over.

    Args:
        ledger: The ledger.
        cosigned: The note as it came back from the witness.
        witnesses: Public key by name.

    Returns:
        The checkpoint with all signatures.

    Raises:
        EncodingError: It is no checkpoint.
        InvalidSignature: The signature of a known witness is wrong.
        VerificationError: No known witness signed it, or it is no checkpoint of this ledger.
    """
    given = parse_checkpoint(cosigned)
    given.verify(witnesses)
    table = schema.checkpoints
    with ledger.store.writing() as connection:
        number, ours = _same(connection, given)
        known = {(name, key) for name, key, _ in ours.signatures}
        wanted = {(name, note_key_id(name, key)) for name, key in witnesses.items()}
        fresh = tuple(
            line for line in given.signatures if line[:2] in wanted and line[:2] not in known
        )
        joined = SignedCheckpoint(ours.checkpoint, ours.body, (*ours.signatures, *fresh))
        connection.execute(
            update(table).where(table.c.number == number).values(note=joined.to_bytes())
        )
    return joined


def add_token(ledger: Ledger, note: SignedCheckpoint, token: bytes) -> None:
    """
    Keep a timestamp with the checkpoint it is over. Verify it before: :func:`gmkit.tsp.verify_token`
    over the checkpoint's ``body``.

    Raises:
        VerificationError: It is over something else (reason ``imprint``), or the checkpoint is none of
            this ledger.
        EncodingError: It is no timestamp.
    """
    from gmkit.tsp import Imprint, TimestampToken  # noqa: PLC0415

    imprint = TimestampToken.parse(token).info.imprint
    if imprint != Imprint.of(note.body, algorithm=imprint.algorithm):
        raise VerificationError("the timestamp was made for other content", reason="imprint")
    table = schema.checkpoints
    with ledger.store.writing() as connection:
        number, _ = _same(connection, note)
        connection.execute(update(table).where(table.c.number == number).values(token=token))


def _same(connection: Connection, note: SignedCheckpoint) -> tuple[int, SignedCheckpoint]:
    table = schema.checkpoints
    query = select(table.c.number, table.c.note).where(table.c.size == note.checkpoint.size)
    for row in connection.execute(query):
        ours = parse_checkpoint(bytes(row.note))
        if ours.body == note.body:
            return row.number, ours
    raise VerificationError("this ledger has made no such checkpoint", reason="checkpoint")
