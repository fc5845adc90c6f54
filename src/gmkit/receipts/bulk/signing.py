"""Signing files of records."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gmkit import atomic, sm3
from gmkit._native import receipts as _native
from gmkit.errors import EncodingError, RecordError
from gmkit.keys import Signer
from gmkit.receipts.bulk import container
from gmkit.receipts.bulk.ordered import chunks, in_order
from gmkit.receipts.bulk.partial import Partial
from gmkit.receipts.bulk.sources import Item, Source
from gmkit.receipts.receipt import Receipt, header_for, join, signing_input
from gmkit.receipts.sign import key_id, sign_many

__all__ = ["Signed", "sign_file"]

CHUNK = 1024  # records signed together
CHECKPOINT = 16  # chunks between two checkpoints
RECEIPTS = "receipts"
REFUSED = "refused.jsonl"


@dataclass
class Signed:
    """
    What came of a file.

    Attributes:
        signed: Receipts written.
        refused: Records refused.
        resumed_after: The line after which an interrupted run was taken up again, or None.
        stopped: Whether it ended at the first refused record, as asked; then nothing was written.
    """

    signed: int = 0
    refused: int = 0
    resumed_after: int | None = None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class _Done:
    """A chunk after the work: for each record its line, its id and receipt, or the refusal."""

    items: list[tuple[int, str, str] | RecordError]
    line: int
    position: int


@dataclass
class _Run:
    partial: Partial
    report: Callable[[RecordError], None]
    counts: Signed
    ids: set[str] = field(default_factory=set)


def sign_file(
    source: Source,
    key: Signer,
    target: Path,
    *,
    certificates: Sequence[bytes] = (),
    refused: Path | None = None,
    replace: bool = False,
    restart: bool = False,
    fail_fast: bool = False,
    report: Callable[[RecordError], None] = lambda _: None,
    progress: Callable[[int], None] = lambda _: None,
) -> Signed:
    """
    Sign every record of *source* into a receipts file, which is whole or absent in the end; absent also
    when every record was refused.

    A record that cannot be represented exactly, or whose identifier came before in this file, is
    refused and reported, and the run goes on. A run that was interrupted, even by ``kill -9`` or a full
    disk, goes on where it was when it is called again with the same arguments.

    Args:
        source: The records.
        key: The merchant's signing key.
        target: The receipts file to make.
        certificates: DER certificates to put into it: the signer's, then those above it.
        refused: Where to write the refused records, as JSON Lines of line, field, code and message.
        replace: Whether existing files may be replaced.
        restart: Throw away what an interrupted run left.
        fail_fast: Stop at the first refused record, and write nothing.
        report: Called with each refusal, in order.
        progress: Called with the position in *source* after each piece of work.

    Raises:
        EncodingError: If there is no record in the source at all.
        StorageError: If a file exists, or could not be written.
        OSError: If the source cannot be read.
    """
    if refused is not None and not replace:
        atomic.refuse_existing(refused)
    identifier = key_id(key.public_key())
    head = container.head(certificates)
    source_identity = source.identity()
    identity = None if source_identity is None else {
        "input": source_identity,
        "key": identifier.hex(),
        "head": sm3.digest(head).hex(),
    }  # fmt: skip
    header = header_for(identifier)

    def work(items: list[Item]) -> _Done:
        return _sign_chunk(items, key, header)

    with Partial(
        target, (RECEIPTS, REFUSED), identity=identity, restart=restart, replace=replace
    ) as partial:
        state = partial.progress
        run = _Run(partial, report, Signed(state.get("signed", 0), state.get("refused", 0)))
        position, line = state.get("position", 0), state.get("line", 0)
        if partial.resumed:
            run.counts.resumed_after = line
            run.ids = _ids_in(partial.path(RECEIPTS))
            progress(position)
        else:
            partial.write(RECEIPTS, head)
        items = source.items(position=position, line=line)
        for number, done in enumerate(in_order(work, chunks(items, CHUNK)), 1):
            if not _take(done, run, fail_fast=fail_fast):
                partial.discard()
                return Signed(refused=run.counts.refused, stopped=True)
            position, line = done.position, done.line
            if number % CHECKPOINT == 0:
                _checkpoint(run, position, line)
            progress(position)
        if run.counts.signed + run.counts.refused == 0:
            partial.discard()
            raise EncodingError("there is no record in the input", what="records")
        _checkpoint(run, position, line)
        if refused is not None:
            partial.publish(REFUSED, refused)
        if run.counts.signed:
            partial.publish(RECEIPTS, target)
        partial.discard()
    return run.counts


def _sign_chunk(items: list[Item], key: Signer, header: str) -> _Done:
    inputs = _signing_inputs(items, header)
    messages = [each[0] for each in inputs if not isinstance(each, RecordError)]
    signatures = iter(sign_many(messages, key))
    done: list[tuple[int, str, str] | RecordError] = [
        each
        if isinstance(each, RecordError)
        else (item.line, each[1], join(each[0], next(signatures)))
        for item, each in zip(items, inputs, strict=True)
    ]
    return _Done(done, items[-1].line, items[-1].position)


def _signing_inputs(items: list[Item], header: str) -> list[tuple[bytes, str] | RecordError]:
    """
    For each record what is signed and its identifier, or why it is refused.

    JSON goes through the native core at once; what that does not take is looked at here one by one,
    and refused with its reason, or taken after all.
    """
    texts = [each.value for each in items if isinstance(each.value, bytes)]
    made = iter(_native.signing_inputs(header.encode(), texts))
    result: list[tuple[bytes, str] | RecordError] = []
    for item in items:
        one = next(made) if isinstance(item.value, bytes) else None
        if one is not None:
            result.append(one)
            continue
        try:
            record = item.record()
        except RecordError as fault:
            result.append(fault)
        else:
            result.append((signing_input(header, record.to_payload()), record.id))
    return result


def _take(done: _Done, run: _Run, *, fail_fast: bool) -> bool:
    """
    Write a chunk to the unfinished output; what is refused goes to its own file and to *report*.

    Returns:
        Whether to go on.
    """
    lines = []
    for each in done.items:
        if fail_fast and run.counts.refused:
            return False
        if isinstance(each, RecordError):
            _refuse(each, run)
            continue
        line, identifier, receipt = each
        if identifier in run.ids:
            _refuse(
                RecordError("a record of this identifier came before", line=line, field="id"), run
            )
            continue
        run.ids.add(identifier)
        lines.append(receipt)
    run.counts.signed += len(lines)
    run.partial.write(RECEIPTS, "".join(f"{line}\n" for line in lines).encode())
    return not (fail_fast and run.counts.refused)


def _refuse(fault: RecordError, run: _Run) -> None:
    run.counts.refused += 1
    row = {"line": fault.line, "field": fault.field, "code": fault.code, "message": fault.message}
    run.partial.write(REFUSED, json.dumps(row, ensure_ascii=False).encode() + b"\n")
    run.report(fault)


def _checkpoint(run: _Run, position: int, line: int) -> None:
    counts = run.counts
    run.partial.checkpoint(
        {"position": position, "line": line, "signed": counts.signed, "refused": counts.refused}
    )


def _ids_in(path: Path) -> set[str]:
    """Identifiers in the receipts that an interrupted run wrote: ours, so they are not verified."""
    with path.open("rb") as file:
        entries = container.read(file)
        return {Receipt.parse(data).record().id for _, _, data in entries if type(data) is bytes}
