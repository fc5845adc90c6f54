"""Proofs out of a ledger, as JSON documents that are checked without it: :mod:`gmkit.receipts.ledger.checks`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select

from gmkit.errors import InvalidArgument
from gmkit.merkle import SignedCheckpoint, consistency_proof, inclusion_proof
from gmkit.receipts.base64url import text_of
from gmkit.receipts.ledger import schema
from gmkit.receipts.ledger.checkpointing import commitment_of
from gmkit.receipts.ledger.checks import ABSENCE, CONSISTENCY, INCLUSION
from gmkit.receipts.ledger.entry import id_key
from gmkit.receipts.ledger.ids import IdTree
from gmkit.receipts.ledger.ledger import Ledger
from gmkit.receipts.ledger.sealing import manifests_in
from gmkit.receipts.ledger.tree import raw_entry

__all__ = ["prove_absence", "prove_consistency", "prove_inclusion"]

Document = dict[str, Any]


def prove_inclusion(ledger: Ledger, place: int, *, latest: bool = False) -> Document:
    """
    That an entry is in the ledger.

    Args:
        ledger: The ledger.
        place: The place of the entry.
        latest: Under the latest checkpoint; by default under the first that covers it, which says the
            most about when it was there.

    Raises:
        InvalidArgument: There is no such entry, or no checkpoint covers it yet.
    """
    if place < 0:
        raise InvalidArgument("places are counted from 0")
    number, note = ledger.checkpoint_over(None if latest else place)
    if note.checkpoint.size <= place:
        raise InvalidArgument(
            "no checkpoint covers it yet", hint="gmkit ledger checkpoint makes one"
        )
    token = ledger.token(number)
    table = schema.entries.c
    with ledger.store.reading() as connection:
        query = select(table.kind, table.e, table.sig, table.kid).where(table.seq == place)
        row = connection.execute(query).one()
        hashes = inclusion_proof(ledger.tree(connection), place, note.checkpoint.size)
    return {
        "type": INCLUSION,
        "checkpoint": note.to_bytes().decode(),
        "token": None if token is None else text_of(token),
        "index": place,
        "entry": text_of(raw_entry(*row)),
        "hashes": [text_of(each) for each in hashes],
    }


def prove_consistency(
    ledger: Ledger, old: SignedCheckpoint, new: SignedCheckpoint | None = None
) -> Document:
    """
    That a later checkpoint only added to an earlier one.

    Args:
        ledger: The ledger.
        old: The earlier one; from whoever kept it.
        new: The later one; by default the latest.

    Raises:
        InvalidArgument: The earlier one is empty, or larger than the later one.
    """
    later = ledger.checkpoint_over()[1] if new is None else new
    with ledger.store.reading() as connection:
        hashes = consistency_proof(
            ledger.tree(connection), old.checkpoint.size, later.checkpoint.size
        )
    return {
        "type": CONSISTENCY,
        "old": old.to_bytes().decode(),
        "new": later.to_bytes().decode(),
        "hashes": [text_of(each) for each in hashes],
    }


def prove_absence(ledger: Ledger, key_id: bytes, identifier: str) -> Document:
    """
    That a signer's identifier is not in the ledger, as of the latest checkpoint.

    Raises:
        InvalidArgument: It is there, or there is no checkpoint.
    """
    _, note = ledger.checkpoint_over()
    commitment = commitment_of(note.checkpoint)
    text = id_key(key_id, identifier)
    sealed = note.checkpoint.size - commitment.ids
    with ledger.store.reading() as connection:
        manifests = manifests_in(connection)[: commitment.segments]
        segments = [
            {
                "manifest": text_of(octets),
                "proof": _ids(connection, first, first + ledger.segment).absence(text),
            }
            for octets, first in zip(manifests, _starts(ledger.segment), strict=False)
        ]
        tail = _ids(connection, sealed, note.checkpoint.size).absence(text)
    return {
        "type": ABSENCE,
        "checkpoint": note.to_bytes().decode(),
        "key_id": key_id.hex(),
        "id": identifier,
        "segments": segments,
        "tail": tail,
    }


def _starts(step: int) -> Iterable[int]:
    return range(0, 1 << 62, step)


def _ids(connection: Connection, start: int, end: int) -> IdTree:
    table = schema.entries.c
    query = select(table.kid, table.id, table.seq).where(table.seq >= start, table.seq < end)
    rows = connection.execute(query)
    return IdTree.of((id_key(bytes(row.kid), row.id), row.seq) for row in rows)
