"""Appending to a ledger: verify, then write; one by one, or many in a transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gmkit.errors import ReceiptRejected
from gmkit.receipts.ledger.entry import KINDS
from gmkit.receipts.ledger.links import Link, link_of
from gmkit.receipts.ledger.storing import Appended, Placed, Refusal, Row, Writer
from gmkit.receipts.ledger.together import Together
from gmkit.receipts.signers import Signers
from gmkit.receipts.valid import Stated, stated
from gmkit.receipts.verify import verified, verify

__all__ = ["OneByOne", "append_many"]

_Ready = tuple[Row, Link | None]
TOGETHER = 8192  # receipts from which on a transaction is made of them
_NUMBERS = {kind: number for number, kind in enumerate(KINDS, 1)}


class OneByOne:
    """Appending single receipts; those of several threads at once share a transaction."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._together: Together[_Ready, Appended] = Together(self._write)

    def append(self, receipt: str, signers: Signers, now: int) -> Appended:
        """Append a receipt; see :meth:`gmkit.receipts.ledger.Ledger.append`."""
        try:
            ready = _ready(receipt, signers, now)
        except ReceiptRejected as fault:
            return Appended([None], refused=[Refusal(1, fault.reason)])
        return self._together.append(ready)

    def _write(self, group: Sequence[_Ready]) -> list[Appended]:
        if len(group) == 1 and group[0][1] is None:
            place = self._writer.one(group[0][0])
            if place is not None:
                return [Appended([place], added=1)]
        both = Appended([None] * len(group))
        rows = [(at, at, row) for at, (row, _) in enumerate(group)]
        links = {at: link for at, (_, link) in enumerate(group) if link is not None}
        new = self._writer.write(rows, links, both)
        refused = {each.line: Refusal(1, each.reason, each.id) for each in both.refused}
        return [
            Appended([None], refused=[refused[at]])
            if at in refused
            else Appended([place], added=int(at in new), known=int(at not in new))
            for at, place in enumerate(both.places)
        ]


def _ready(receipt: str, signers: Signers, now: int) -> _Ready:
    """
    The columns of a receipt, and what it states of the ledger.

    Raises:
        ReceiptRejected: It is not valid.
    """
    # Not ASCII, it is no receipt, whatever stands in place of the odd characters.
    (found,), trusted = verified([receipt.encode("ascii", "replace")], signers)
    if found is None:
        verify(receipt, signers)  # says why not
        raise AssertionError("the native core refuses what the single path takes")
    signer, id_, kind, time, amount, order, sequence, previous, checkpoint, e, signature = found
    row = (
        trusted[signer].signer.key_id, id_, _NUMBERS[kind], order, sequence, time, amount, e,
        signature, now, _kept(receipt),
    )  # fmt: skip
    return row, link_of(previous, checkpoint)


def append_many(
    writer: Writer,
    receipts: object,
    signers: Signers,
    now: int,
    progress: Callable[[int], None] = lambda _: None,
) -> Appended:
    """Append many receipts; see :meth:`gmkit.receipts.ledger.Ledger.append`."""
    result = Appended()
    rows: list[Placed] = []
    links: dict[int, Link] = {}
    end = 0
    for found in stated(receipts, signers):
        _take(found, now, result, (rows, links))
        end = found.piece.end
        if len(rows) >= TOGETHER:
            writer.write(rows, links, result)
            rows, links = [], {}
        if not rows:
            progress(end)
    if rows:
        writer.write(rows, links, result)
        progress(end)
    return result


def _take(
    found: Stated, now: int, result: Appended, out: tuple[list[Placed], dict[int, Link]]
) -> None:
    """Place in the result, line and columns of every valid receipt, and its link; the others are refused."""
    rows, links = out
    key_ids = [each.signer.key_id for each in found.trusted]
    start = len(result.places)
    result.places += [None] * len(found.lines)
    parts = zip(found.lines, found.valid, found.piece.items(), strict=True)
    for place, (line, one, text) in enumerate(parts, start):
        if one is None:
            reason, identifier = found.refused[place - start]
            result.refused.append(Refusal(line, reason.value, identifier))
            continue
        signer, id_, kind, time, amount, order, sequence, previous, checkpoint, e, signature = one
        row = (
            key_ids[signer], id_, _NUMBERS[kind], order, sequence, time, amount, e,
            signature, now, _kept(text),
        )  # fmt: skip
        rows.append((place, line, row))
        if previous is not None or checkpoint is not None:
            links[place] = Link(previous, checkpoint)


def _kept(receipt: Any) -> str:
    """A receipt as the ledger keeps it: without the disclosures, which are personal data."""
    text: str = receipt if isinstance(receipt, str) else bytes(receipt).decode("ascii")
    return text[: text.index("~") + 1] if "~" in text else text
