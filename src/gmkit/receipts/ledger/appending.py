"""Appending to a ledger: verify, then write; one by one, or many in a transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gmkit.errors import ReceiptRejected
from gmkit.receipts.batch import REASONS, Judged, judged
from gmkit.receipts.ledger.entry import KINDS
from gmkit.receipts.ledger.links import Link, link_of
from gmkit.receipts.ledger.storing import Appended, Placed, Refusal, Row, Writer
from gmkit.receipts.ledger.together import Together
from gmkit.receipts.signers import Signers
from gmkit.receipts.verify import verified, verify

__all__ = ["OneByOne", "append_many"]

_Ready = tuple[Row, Link | None]
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
    for found in judged(receipts, signers):
        rows = _rows(found, now, result)
        if rows:
            writer.write(rows, _links(found, rows), result)
        progress(found.piece.end)
    return result


def _rows(found: Judged, now: int, result: Appended) -> list[Placed]:
    """Place in the result, line and columns of every valid receipt; the others are refused."""
    columns = found.columns
    lines = found.lines.to_pylist()
    start = len(result.places)
    result.places += [None] * len(lines)
    key_ids = [each and each.signer.key_id for each in found.trusted]
    ids, reasons = columns["id"].to_pylist(), columns["reason"].to_pylist()
    parts = zip(
        columns["signer"].to_pylist(), ids, columns["kind"].to_pylist(), columns["order"].to_pylist(),
        columns["sequence"].to_pylist(), columns["time"].cast("int64").to_pylist(),
        columns["amount"].to_pylist(), columns["e"].to_pylist(), columns["signature"].to_pylist(),
        found.piece.items(), strict=True,
    )  # fmt: skip
    rows = []
    for at, (signer, id_, kind, order, sequence, time, amount, e, signature, text) in enumerate(
        parts
    ):
        if reasons[at]:
            result.refused.append(Refusal(lines[at], REASONS[reasons[at] - 1].value, id_))
            continue
        row = (
            key_ids[signer], id_, _NUMBERS[kind], order, sequence, time, amount, e,
            signature, now, _kept(text),
        )  # fmt: skip
        rows.append((start + at, lines[at], row))
    return rows


def _links(found: Judged, rows: list[Placed]) -> dict[int, Link]:
    """What receipts state of the ledger, by their place in the result; most state nothing."""
    names = ("previous", "checkpoint_size", "checkpoint_root")
    previous, sizes, roots = (found.columns[name] for name in names)
    if previous.null_count == sizes.null_count == len(previous):
        return {}
    before, size, root = (column.to_pylist() for column in (previous, sizes, roots))
    wanted = {line: place for place, line, _ in rows}
    links = {}
    for at, line in enumerate(found.lines.to_pylist()):
        link = link_of(before[at], None if size[at] is None else (size[at], root[at]))
        if link is not None and line in wanted:
            links[wanted[line]] = link
    return links


def _kept(receipt: Any) -> str:
    """A receipt as the ledger keeps it: without the disclosures, which are personal data."""
    text: str = receipt if isinstance(receipt, str) else bytes(receipt).decode("ascii")
    return text if text.find("~") < 0 else text[: text.index("~") + 1]
