"""
Sealing evaluations, so that nobody can leave one out unseen.

::

    entry      SM3(item) (32) || number (8) || stars so far (8) || SM3(M of the evaluation) (32)
    leaf       SM3(0x00 || entry)
    order      by item digest, then by number; number and stars count within the item, from 1
    ends       an entry of zeros before the first, one of 0xff behind the last
    statement  a receipt of the evaluator: kind report, with size and root of the tree

The entries of one item stand together. Shown with the neighbours on both sides, which are of other
items, they are all there are; the last of them holds the count and the sum of the stars.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gmkit import merkle, sm3
from gmkit.errors import InvalidArgument, RecordError
from gmkit.keys import Signer
from gmkit.receipts.evaluation.evaluation import Evaluation
from gmkit.receipts.receipt import Receipt
from gmkit.receipts.record import Kind, Record
from gmkit.receipts.sign import sign

__all__ = ["FIRST", "LAST", "Entry", "Sealed", "entries_of", "seal", "statement_of"]

STATEMENT = "evaluations"  # field of the statement


@dataclass(frozen=True, order=True, slots=True)
class Entry:
    """
    One evaluation in the tree.

    Attributes:
        item: SM3 over the item, 32 bytes.
        number: Its place among those of the item, from 1.
        stars: Their stars up to here.
        digest: SM3 over what was signed, 32 bytes.
    """

    item: bytes
    number: int
    stars: int
    digest: bytes

    def leaf(self) -> bytes:
        """The leaf hash, 32 bytes."""
        return merkle.leaf_hash(
            self.item + self.number.to_bytes(8, "big") + self.stars.to_bytes(8, "big") + self.digest
        )


FIRST = Entry(bytes(32), 0, 0, bytes(32))
LAST = Entry(b"\xff" * 32, 2**64 - 1, 2**64 - 1, b"\xff" * 32)


@dataclass(frozen=True)
class Sealed:
    """
    Evaluations under a signed root.

    Attributes:
        statement: The evaluator's receipt.
        entries: All entries with both ends, in order.
        receipts: The evaluation of each entry between the ends, in the same order.
    """

    statement: Receipt
    entries: tuple[Entry, ...]
    receipts: tuple[Receipt, ...]


def seal(
    evaluations: Iterable[Evaluation],
    key: Signer,
    *,
    id: str,  # noqa: A002  the name of the field
    time: datetime,
) -> Sealed:
    """
    Seal evaluations.

    Args:
        evaluations: All of them, verified; of the same item in the order in which they are numbered.
        key: The evaluator's.
        id: Identifier of the statement.
        time: When, with its zone.

    Raises:
        InvalidArgument: One comes twice, one order judges an item twice, or one was verified without its
            delivery.
    """
    kept: list[Evaluation] = []
    seen: set[tuple[str, object]] = set()
    for each in evaluations:
        if each.delivery is None:
            raise InvalidArgument(
                f"the evaluation {each.verified.record.id} was verified without its delivery"
            )
        mark = (each.item, each.verified.record.fields["order"])
        if mark in seen:
            raise InvalidArgument(f"the order {mark[1]} judges {each.item!r} twice")
        seen.add(mark)
        kept.append(each)
    kept.sort(
        key=lambda each: sm3.digest(each.item.encode())
    )  # stable: keeps the order within an item
    entries = entries_of([(each.item, each.stars, each.verified.receipt) for each in kept])
    tree = merkle.MemoryTree(each.leaf() for each in entries)
    record = Record(
        Kind.REPORT, id, time, fields={STATEMENT: {"root": tree.root().hex(), "size": tree.size}}
    )
    return Sealed(sign(record, key), entries, tuple(each.verified.receipt for each in kept))


def entries_of(evaluations: Sequence[tuple[str, int, Receipt]]) -> tuple[Entry, ...]:
    """The entries of evaluations that are in order, with both ends."""
    entries = [FIRST]
    for item, stars, receipt in evaluations:
        name, last = sm3.digest(item.encode()), entries[-1]
        number, total = (last.number, last.stars) if last.item == name else (0, 0)
        entries.append(Entry(name, number + 1, total + stars, sm3.digest(receipt.signed)))
    return (*entries, LAST)


def statement_of(record: Record) -> tuple[int, bytes]:
    """
    Size and root in the statement of an evaluator.

    Raises:
        RecordError: If it is none.
    """
    stated = record.fields.get(STATEMENT)
    if (
        record.kind is not Kind.REPORT
        or not isinstance(stated, dict)
        or set(stated) != {"root", "size"}
    ):
        raise RecordError("the record is not a statement over evaluations", field=STATEMENT)
    size, root = stated["size"], stated["root"]
    try:
        octets = bytes.fromhex(root)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        octets = b""
    if type(size) is not int or size < 2 or len(octets) != merkle.HASH_SIZE or octets.hex() != root:
        raise RecordError("size or root is malformed", field=STATEMENT)
    return size, octets
