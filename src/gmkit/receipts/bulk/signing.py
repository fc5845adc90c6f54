"""Signing files of records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gmkit import atomic, sm3
from gmkit.errors import EncodingError, RecordError
from gmkit.keys import Signer
from gmkit.receipts.bulk import container
from gmkit.receipts.bulk.chunk import Done, chunk_signer
from gmkit.receipts.bulk.ordered import chunks, in_order
from gmkit.receipts.bulk.partial import Partial
from gmkit.receipts.bulk.seen import Seen
from gmkit.receipts.bulk.sources import Source
from gmkit.receipts.bulk.withholding import Withholding
from gmkit.receipts.canonical import Value
from gmkit.receipts.receipt import Receipt
from gmkit.receipts.sign import key_id

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


@dataclass
class _Run:
    partial: Partial
    report: Callable[[RecordError], None]
    counts: Signed
    withholding: Withholding | None = None
    ids: Seen = field(default_factory=Seen)


def sign_file(
    source: Source,
    key: Signer,
    target: Path,
    *,
    certificates: Sequence[bytes] = (),
    withholding: Withholding | None = None,
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
        withholding: Groups of personal data to keep out of the receipts, and the vault they go to.
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
    identity = _identity(source, identifier, head, withholding)
    work = chunk_signer(key, withholding)
    with Partial(
        target, (RECEIPTS, REFUSED), identity=identity, restart=restart, replace=replace
    ) as partial:
        state = partial.progress
        counts = Signed(state.get("signed", 0), state.get("refused", 0))
        run = _Run(partial, report, counts, withholding)
        position, line = state.get("position", 0), state.get("line", 0)
        if partial.resumed:
            run.counts.resumed_after = line
            for each in _ids_in(partial.path(RECEIPTS)):
                run.ids.add(each.encode())
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


def _identity(
    source: Source, identifier: bytes, head: bytes, withholding: Withholding | None
) -> dict[str, Value] | None:
    """What tells this run from another one; None if it cannot be taken up again."""
    source_identity = source.identity()
    if source_identity is None:
        return None
    identity: dict[str, Value] = {
        "input": source_identity,
        "key": identifier.hex(),
        "head": sm3.digest(head).hex(),
    }
    if withholding is not None:
        identity["withheld"] = [*withholding.groups, withholding.subject]
    return identity


def _take(done: Done, run: _Run, *, fail_fast: bool) -> bool:
    """
    Write a chunk to the unfinished output; what is refused goes to its own file and to *report*.

    Returns:
        Whether to go on.
    """
    taken = []
    for each in done.items:
        if fail_fast and run.counts.refused:
            return False
        if isinstance(each, RecordError):
            _refuse(each, run)
        elif not run.ids.add(each.id.encode()):
            again = "a record of this identifier came before"
            _refuse(RecordError(again, line=each.line, field="id"), run)
        else:
            taken.append(each)
    run.counts.signed += len(taken)
    if run.withholding is not None:
        # In the vault before the receipt is in the file: what is signed can always be shown.
        run.withholding.keep([(each.concealed, each.text) for each in taken if each.concealed])
    run.partial.write(RECEIPTS, "".join(f"{each.text}\n" for each in taken).encode())
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


def _ids_in(path: Path) -> Iterator[str]:
    """Identifiers in the receipts that an interrupted run wrote: ours, so they are not verified."""
    with path.open("rb") as file:
        for _, _, data in container.read(file):
            if type(data) is bytes:
                yield Receipt.parse(data).record().id
