"""Verifying files of receipts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from gmkit.errors import EncodingError
from gmkit.receipts.bulk import container
from gmkit.receipts.bulk.ordered import chunks, in_order
from gmkit.receipts.bulk.seen import Seen
from gmkit.receipts.receipt import MAX_RECEIPT
from gmkit.receipts.signers import Signers
from gmkit.receipts.verdict import Outcome, Reason, Verdict
from gmkit.receipts.verify import judge_many, refuse_duplicates

__all__ = ["Counts", "verify_file"]

CHUNK = 1024  # receipts verified together


@dataclass
class Counts:
    """
    How many verdicts of each kind there were.

    Attributes:
        outcomes: By outcome.
        reasons: By reason, of those that are not valid.
    """

    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    reasons: dict[Reason, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All verdicts."""
        return sum(self.outcomes.values())

    @property
    def all_valid(self) -> bool:
        """Whether there was a receipt, and none was refused."""
        return 0 < self.total == self.outcomes[Outcome.VALID]

    def add(self, verdict: Verdict) -> None:
        """Count a verdict."""
        self.outcomes[verdict.outcome] += 1
        if verdict.reason is not None:
            self.reasons[verdict.reason] = self.reasons.get(verdict.reason, 0) + 1


def verify_file(
    file: BinaryIO, signers: Signers, *, progress: Callable[[int], None] = lambda _: None
) -> Iterator[Verdict]:
    """
    The verdict on every receipt of a receipts file, in order.

    Certificates in the file are used as links to the roots of *signers*, never as roots. A second
    receipt of one signer for one record identifier is invalid.

    Args:
        file: The receipts file, open for reading.
        signers: Whom to trust; certificates found in the file are added to those at hand.
        progress: Called with the offset in the file after each piece of work.

    Raises:
        EncodingError: If there is no receipt in the file at all.
        OSError: If it cannot be read.
        StorageError: If the identifiers that came before cannot be kept.
    """
    found = False

    def work(entries: list[container.Entry]) -> tuple[list[Verdict], int]:
        return _judge(entries, signers), entries[-1][1]

    entries = _receipts(container.read(file), signers)
    with Seen() as seen:
        for verdicts, position in in_order(work, chunks(entries, CHUNK)):
            for verdict in refuse_duplicates(verdicts, seen):
                found = True
                yield verdict
            progress(position)
    if not found:
        raise EncodingError("there is no receipt in the input", what="receipts")


def _receipts(entries: Iterator[container.Entry], signers: Signers) -> Iterator[container.Entry]:
    """The entries without the certificates, which are handed to *signers* before what follows them."""
    for entry in entries:
        line, position, data = entry
        if isinstance(data, container.Certificate):
            if not signers.offer(data):
                yield line, position, container.Unknown(data)
        else:
            yield entry


def _judge(entries: list[container.Entry], signers: Signers) -> list[Verdict]:
    receipts = [(line, data) for line, _, data in entries if type(data) is bytes]
    verdicts = iter(judge_many(receipts, signers))
    return [
        next(verdicts) if type(data) is bytes else _no_receipt(line, data)
        for line, _, data in entries
    ]


def _no_receipt(line: int, data: bytes) -> Verdict:
    if isinstance(data, container.TooLong):
        return Verdict(
            line, Outcome.INVALID, Reason.TOO_LONG,
            f"the line is longer than {MAX_RECEIPT:,} bytes",
        )  # fmt: skip
    return Verdict(line, Outcome.INVALID, Reason.MALFORMED, "neither a receipt nor a certificate")
