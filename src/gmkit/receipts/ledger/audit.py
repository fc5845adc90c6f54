"""
The audit: everything the ledger says, computed again from what is on the disk.

It trusts nothing but the public key of the log and what others bring along: checkpoints that witnesses or
buyers kept, and receipts that must be there. What it finds, it lists; it stops at nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from gmkit import sm3
from gmkit.errors import EncodingError, GmkitError, ReceiptRejected
from gmkit.merkle import Frontier, SignedCheckpoint, parse_checkpoint
from gmkit.receipts.base64url import text_of
from gmkit.receipts.batch import REASONS, judged
from gmkit.receipts.ledger import schema
from gmkit.receipts.ledger.checkpointing import commitment_of, tail_ids
from gmkit.receipts.ledger.edge import edges
from gmkit.receipts.ledger.entry import KINDS
from gmkit.receipts.ledger.ledger import Ledger
from gmkit.receipts.ledger.links import FAULTS, Links, Rows, link_of
from gmkit.receipts.ledger.lookup import wrong_keys
from gmkit.receipts.ledger.sealing import (
    EMPTY_CHAIN,
    chain_of,
    chained,
    manifests_in,
    read_manifest,
    read_signed,
)
from gmkit.receipts.ledger.tree import STEP, leaves_of
from gmkit.receipts.receipt import Receipt
from gmkit.receipts.record import EPOCH, MILLISECOND
from gmkit.receipts.signers import Signers

__all__ = ["Audit", "Finding", "audit"]

ROWS = 1 << 14


@dataclass(frozen=True, slots=True)
class Finding:
    """
    Something that is wrong.

    Attributes:
        code: What kind: ``rollback``, ``fork``, ``omission``, ``duplicate-id``, ``order-fork``, ``order-gap``,
            ``tree``, ``entry``, ``receipt``, ``checkpoint``, ``manifest``, ``segment``, ``index`` (of identifiers and
            orders), ``table`` (what no ledger writes), ``clock``.
        message: In a sentence.
    """

    code: str
    message: str


@dataclass
class Audit:
    """
    What an audit found.

    Attributes:
        entries: Entries looked at.
        root: Root over them, recomputed.
        verified: Receipts verified again.
        pruned: Entries whose receipt is gone by retention.
        checkpoints: Checkpoints that hold.
        segments: Segments that hold.
        findings: Whatever is wrong.
        remarks: What is worth knowing and no fault, such as gaps in an order that is not complete.
    """

    entries: int = 0
    root: bytes = b""
    verified: int = 0
    pruned: int = 0
    checkpoints: int = 0
    segments: int = 0
    findings: list[Finding] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def found(self, code: str, message: str) -> None:
        """Note a fault."""
        self.findings.append(Finding(code, message))


def audit(
    ledger: Ledger,
    signers: Signers | None = None,
    *,
    notes: Iterable[SignedCheckpoint] = (),
    expected: Iterable[str] = (),
    merge_delay: timedelta = timedelta(),
    progress: Callable[[int], None] = lambda _: None,
) -> Audit:
    """
    Audit a ledger.

    Args:
        ledger: The ledger.
        signers: Verify every receipt again with them; None to look at the tree alone.
        notes: Checkpoints from elsewhere: of witnesses, of buyers, of an earlier audit.
        expected: Receipts that must be in it, from those who hold them.
        merge_delay: How long the ledger may take to append a receipt after the time it states.
        progress: Called with the number of entries looked at.
    """
    result = Audit()
    with ledger.store.reading() as connection:
        outside = [note for note in notes if _signed(note, ledger, result, "a note from elsewhere")]
        own: list[SignedCheckpoint] = []
        with _going_on(result, "the checkpoints"):
            own += _own_notes(connection, ledger, result)
        with _going_on(result, "the entries"):
            roots = _entries(connection, signers, [*own, *outside], (result, progress))
            _against_notes([*own, *outside], roots, result)
        with _going_on(result, "the last checkpoint"):
            _last_commitment(connection, own, result)
        with _going_on(result, "the identifiers"):
            _uniqueness(connection, result)
        with _going_on(result, "the index"):
            _index(connection, result)
        with _going_on(result, "the segments"):
            _segments(connection, ledger, result)
    _expected(ledger, expected, merge_delay, own, result)
    return result


@contextmanager
def _going_on(result: Audit, what: str) -> Iterator[None]:
    """A table may hold anything, since somebody may have written it: that is a finding as well."""
    try:
        yield
    except (GmkitError, TypeError, ValueError, IndexError, KeyError) as fault:
        result.found("table", f"{what} cannot be read: {fault}")


def _signed(note: SignedCheckpoint, ledger: Ledger, result: Audit, what: str) -> bool:
    try:
        note.verify({ledger.origin: ledger.public_key})
        commitment_of(note.checkpoint)
    except GmkitError as fault:
        result.found("checkpoint", f"{what}: {fault.message}")
        return False
    if note.checkpoint.origin != ledger.origin:
        result.found("checkpoint", f"{what} is of another log, {note.checkpoint.origin}")
        return False
    return True


def _own_notes(connection: Connection, ledger: Ledger, result: Audit) -> list[SignedCheckpoint]:
    table = schema.checkpoints
    notes = []
    last_time, last_size = None, 0
    for row in connection.execute(select(table).order_by(table.c.number)):
        try:
            note = parse_checkpoint(bytes(row.note))
        except EncodingError as fault:
            result.found("checkpoint", f"checkpoint {row.number}: {fault.message}")
            continue
        if not _signed(note, ledger, result, f"checkpoint {row.number}"):
            continue
        time = commitment_of(note.checkpoint).time
        if last_time is not None and time < last_time:
            result.remarks.append(
                Finding("clock", f"checkpoint {row.number} is of {time}, before the one before it")
            )
        if note.checkpoint.size < last_size:
            result.found(
                "rollback", f"checkpoint {row.number} has fewer entries than the one before it"
            )
        last_time, last_size = time, note.checkpoint.size
        notes.append(note)
    return notes


def _entries(
    connection: Connection,
    signers: Signers | None,
    notes: list[SignedCheckpoint],
    out: tuple[Audit, Callable[[int], None]],
) -> dict[int, bytes]:
    """Leaves, nodes and every receipt against its entry; the roots again, at the size of each note too."""
    result, progress = out
    frontier, table = Frontier(), schema.entries
    kept: list[Frontier] = []
    with _going_on(result, "the edge of the tree"):
        kept += edges(connection)
    stops = sorted({note.checkpoint.size for note in notes} | {edge.size for edge in kept})
    wrong_nodes, last_logged, links = 0, None, Links(Rows(connection))
    roots = {0: frontier.root()}
    while True:
        stop = next((each for each in stops if each > frontier.size), frontier.size + ROWS)
        first, most = frontier.size, min(ROWS, stop - frontier.size)
        query = select(table).where(table.c.seq >= first).order_by(table.c.seq).limit(most)
        rows = connection.execute(query).all()
        if not rows:
            break
        if [row.seq for row in rows] != list(range(first, first + len(rows))):
            result.found("entry", f"entries are missing from {first} on")
            break
        made = frontier.grow(leaves_of((row.kind, row.e, row.sig, row.kid) for row in rows))
        wrong_nodes += _wrong_nodes(connection, [each for each in made if each[0] % STEP == 0])
        last_logged = _clock(rows, last_logged, result)
        if signers is not None:
            _receipts(rows, signers, links, result)
        roots[frontier.size] = frontier.root()
        progress(frontier.size)
    result.entries, result.root = frontier.size, frontier.root()
    if wrong_nodes:
        result.found("tree", f"{wrong_nodes} stored nodes are not those of the entries")
    for size, root in sorted({(edge.size, edge.root()) for edge in kept}):
        if roots.get(size) != root:
            result.found(
                "tree", f"the tree is over {size} entries, {frontier.size} of it are there"
            )
    return roots


def _against_notes(notes: list[SignedCheckpoint], roots: dict[int, bytes], result: Audit) -> None:
    for note in notes:
        size, root = note.checkpoint.size, note.checkpoint.root
        if size not in roots:
            result.found(
                "rollback", f"a checkpoint of {size} entries was signed, {result.entries} are there"
            )
        elif roots[size] != root:
            result.found("fork", f"a checkpoint over {size} entries was signed for another tree")
        else:
            result.checkpoints += 1


def _clock(rows: Any, last: int | None, result: Audit) -> int:
    for row in rows:
        if last is not None and row.logged < last:
            result.remarks.append(Finding("clock", f"the clock went back before entry {row.seq}"))
        last = row.logged
    return last or 0


def _wrong_nodes(connection: Connection, made: list[tuple[int, int, bytes]]) -> int:
    table = schema.nodes.c
    wrong = 0
    for level, place, node in made:
        query = select(table.hash).where(table.level == level, table.place == place)
        stored = connection.execute(query).scalar_one_or_none()
        wrong += stored is None or bytes(stored) != node
    return wrong


def _receipts(rows: Any, signers: Signers, links: Links, result: Audit) -> None:
    """Every receipt is valid, and its entry says of it what it says itself."""
    there = [row for row in rows if row.receipt is not None]
    result.pruned += len(rows) - len(there)
    at = 0
    for found in judged([row.receipt for row in there], signers):
        columns = found.columns.to_pylist()
        for row, column in zip(there[at : at + len(columns)], columns, strict=True):
            if column["reason"]:
                reason = REASONS[column["reason"] - 1].value
                result.found("receipt", f"entry {row.seq}: the receipt is refused: {reason}")
                continue
            trusted = found.trusted[column["signer"]]
            stated = (
                column["e"], column["signature"], column["id"], KINDS.index(column["kind"]) + 1,
                column["order"], column["sequence"], column["amount"],
                trusted and trusted.signer.key_id, (column["time"] - EPOCH) // MILLISECOND,
            )  # fmt: skip
            kept = (
                bytes(row.e), bytes(row.sig), row.id, row.kind, row.ord, row.sq, row.amt,
                bytes(row.kid), row[schema.COLUMNS.index("t")],  # a row has a method of that name
            )  # fmt: skip
            if stated != kept:
                result.found("entry", f"entry {row.seq} says something else than its receipt")
            checkpoint = column["checkpoint_size"], column["checkpoint_root"]
            link = link_of(column["previous"], None if checkpoint[0] is None else checkpoint)
            fault = link and links.fault(link, kept[7], column["order"], row.seq)
            if fault:
                result.found(fault, f"entry {row.seq} names {FAULTS[fault]}")
            result.verified += 1
        at += len(columns)


def _last_commitment(connection: Connection, notes: list[SignedCheckpoint], result: Audit) -> None:
    """The last checkpoint's further lines, if nothing was appended or sealed since."""
    manifests = manifests_in(connection)
    for note in notes:
        commitment = commitment_of(note.checkpoint)
        if chain_of(manifests[: commitment.segments]) != commitment.chain:
            result.found(
                "manifest", f"the checkpoint over {note.checkpoint.size} names other segments"
            )
            return
    if notes and notes[-1].checkpoint.size == result.entries:
        commitment, ids = commitment_of(notes[-1].checkpoint), tail_ids(connection)
        if commitment.segments == len(manifests) and (len(ids.leaves), ids.root()) != (
            commitment.ids,
            commitment.ids_root,
        ):
            result.found("duplicate-id", "the identifiers are not those the last checkpoint names")


def _uniqueness(connection: Connection, result: Audit) -> None:
    table = schema.entries.c
    query = select(table.id, func.count()).group_by(table.kid, table.id).having(func.count() > 1)
    for identifier, count in connection.execute(query):
        result.found("duplicate-id", f"{identifier} stands in {count} entries of one signer")
    query = (
        select(table.ord, table.sq, func.count())
        .where(table.ord.is_not(None), table.sq.is_not(None))
        .group_by(table.kid, table.ord, table.sq)
        .having(func.count() > 1)
    )
    for order, place, count in connection.execute(query):
        result.found("order-fork", f"order {order} has {count} receipts at place {place}")
    chains = (
        select(table.ord, func.min(table.sq), func.max(table.sq), func.count())
        .where(table.ord.is_not(None), table.sq.is_not(None))
        .group_by(table.kid, table.ord)
        .having(func.max(table.sq) - func.min(table.sq) + 1 != func.count())
    )
    for order, low, high, count in connection.execute(chains):
        result.remarks.append(
            Finding(
                "order-gap",
                f"order {order} has {count} receipts between its places {low} and {high}",
            )
        )


def _index(connection: Connection, result: Audit) -> None:
    missing, others = wrong_keys(connection)
    if missing:
        result.found("index", f"{missing} keys under which entries are found are missing")
    if others:
        result.found("index", f"{others} keys lead to entries that do not have them")


def _segments(connection: Connection, ledger: Ledger, result: Audit) -> None:
    chain = EMPTY_CHAIN
    tree = ledger.tree(connection)
    level = ledger.segment.bit_length() - 1
    for number, octets in enumerate(manifests_in(connection)):
        try:
            manifest = read_manifest(octets, ledger.public_key)
            content = manifest.content
            if content.get("previous") != text_of(chain) or content["number"] != number:
                result.found("manifest", f"segment {number} does not follow the one before it")
            if manifest.root != tree.node(level, number):
                result.found("segment", f"segment {number} has another root than its entries")
            name = f"segments/{number:08d}"
            if ledger.objects.get(f"{name}.json") != octets:
                result.found(
                    "segment", f"the manifest of segment {number} differs where segments are"
                )
            _files(ledger, number, dict(content["files"]), result)
        except (GmkitError, KeyError, TypeError) as fault:
            result.found("segment", f"segment {number}: {fault}")
        else:
            result.segments += 1
        chain = chained(chain, octets)


def _files(ledger: Ledger, number: int, files: dict[str, Any], result: Audit) -> None:
    """What lies where segments are is what the log signed; what was pruned, it signed again."""
    name = f"segments/{number:08d}"
    if ledger.objects.has(f"{name}.pruned.json"):
        pruned = read_signed(ledger.objects.get(f"{name}.pruned.json"), ledger.public_key)
        if pruned["number"] != number or pruned["origin"] != ledger.origin:
            result.found("segment", f"the note that {name} was pruned is of another segment")
        del files["parquet"]
        files |= pruned["files"]
    for ending, said in files.items():
        data = ledger.objects.get(f"{name}.{ending}")
        if {"bytes": len(data), "sm3": text_of(sm3.digest(data))} != said:
            result.found("segment", f"{name}.{ending} is not what was sealed")


def _expected(
    ledger: Ledger,
    expected: Iterable[str],
    merge_delay: timedelta,
    own: list[SignedCheckpoint],
    result: Audit,
) -> None:
    """A receipt is a promise: older than the delay, it must be under the last checkpoint."""
    last = commitment_of(own[-1].checkpoint).time if own else None
    for text in expected:
        try:
            receipt = Receipt.parse(text)
            record = receipt.record()
        except ReceiptRejected as fault:
            result.found("receipt", f"a receipt that was brought along: {fault.message}")
            continue
        kept = ledger.find(receipt.key_id, record.id)
        if kept is None:
            if last is None or record.time + merge_delay <= last:
                result.found("omission", f"the receipt {record.id} is not in the ledger")
        elif kept.receipt is not None and kept.receipt.partition("~")[0] != receipt.core:
            result.found(
                "fork", f"the ledger has another receipt {record.id} than the one handed out"
            )
