"""What valid receipts state, as Python objects, a piece of the input at a time: for a ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gmkit._native import receipts as _native
from gmkit.receipts.batch import REASONS, behind, judge_piece
from gmkit.receipts.bulk.inputs import Piece, pieces_of
from gmkit.receipts.bulk.ordered import in_order
from gmkit.receipts.bulk.parquet import require_pyarrow
from gmkit.receipts.signers import Signers, TrustedKey

if TYPE_CHECKING:
    from gmkit.receipts.verdict import Reason

__all__ = ["Stated", "stated"]

ROWS = 1 << 10  # of a sequence in a piece: a call with some thousands is work for several cores


@dataclass(frozen=True, slots=True)
class Stated:
    """
    What the receipts of a piece of the input state.

    Attributes:
        piece: The input itself.
        lines: Line or place of each in the input, from 1.
        valid: For each that is valid what it states; None for the others.
        trusted: The keys that *valid* names by their place.
        refused: Of the others, by their place: why, and what they call themselves.
    """

    piece: Piece
    lines: list[int]
    valid: list[_native.Valid | None]
    trusted: list[TrustedKey]
    refused: dict[int, tuple[Reason, str | None]]


def stated(receipts: object, signers: Signers) -> Iterator[Stated]:
    """What receipts state, in any of the forms of :data:`gmkit.receipts.batch.Receipts`."""
    require_pyarrow()

    def work(piece: Piece) -> Stated:
        return _stated(piece, signers)

    return in_order(work, pieces_of(receipts, offer=signers.offer, rows=ROWS))


def _stated(piece: Piece, signers: Signers) -> Stated:
    known, trusted = [], []
    for header in _native.headers(piece.texts):
        withholds, key, _ = behind(header, signers)
        if key is not None:
            known.append((header, withholds, key.key))
            trusted.append(key)
    valid = _native.verify_many(known, piece.texts)
    others = [at for at, one in enumerate(valid) if one is None]
    refused = {}
    if others:
        again = judge_piece(Piece([piece.item(at) for at in others], 1), signers).columns
        reasons, ids = again["reason"].to_pylist(), again["id"].to_pylist()
        refused = {
            at: (REASONS[reason - 1], identifier)
            for at, reason, identifier in zip(others, reasons, ids, strict=True)
        }
    return Stated(piece, piece.line_numbers().to_pylist(), valid, trusted, refused)
