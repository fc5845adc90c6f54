"""
The list of all evaluations of one item, as a file that a buyer checks by himself.

A JSON document: the evaluator's statement, the entries of the item with their neighbours, the proof that
they stand in the sealed tree without a gap, the evaluations with the deliveries they belong to, and the
certificates to verify them with. An evaluation that had to be hidden is null in the list; its entry, and with
it count and average, stay.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from gmkit import keys, merkle, sm3, strict_json
from gmkit.errors import EncodingError, GmkitError, RecordError
from gmkit.receipts.evaluation.evaluation import Evaluation, verify_evaluation
from gmkit.receipts.evaluation.seal import FIRST, LAST, Entry, Sealed, statement_of
from gmkit.receipts.receipt import Receipt
from gmkit.receipts.signers import Signers
from gmkit.receipts.verdict import Reason, Signer, rejected
from gmkit.receipts.verify import verify
from gmkit.sm2 import SM2PublicKey
from gmkit.x509 import Certificate

__all__ = ["ItemEvaluations", "prove_item", "verify_item"]

FORM = "gmkit-evaluations 1"
MAX_LISTING = 1 << 28  # bytes


@dataclass(frozen=True, slots=True)
class ItemEvaluations:
    """
    All evaluations of one item, proved to be all.

    Attributes:
        item: What is judged.
        count: How many there are.
        stars: The sum of their stars.
        evaluations: Those that are shown, in order.
        hidden: How many are not shown; they count all the same.
        evaluator: Who says so.
        time: When the evaluator says so.
        not_checked: What is left open.
    """

    item: str
    count: int
    stars: int
    evaluations: tuple[Evaluation, ...]
    hidden: int
    evaluator: Signer
    time: datetime
    not_checked: tuple[str, ...]

    @property
    def average(self) -> Fraction | None:
        """The mean of the stars; None if there are none."""
        return Fraction(self.stars, self.count) if self.count else None


def prove_item(
    sealed: Sealed,
    item: str,
    *,
    deliveries: Mapping[bytes, str],
    certificates: Sequence[Certificate] = (),
    buyer_keys: Sequence[SM2PublicKey] = (),
    hidden: frozenset[str] = frozenset(),
) -> bytes:
    """
    The list for one item; also for one without evaluations, which it proves.

    Args:
        sealed: The sealed evaluations.
        item: The item.
        deliveries: Receipts of deliveries, by the SM3 of what was signed.
        certificates: To be put into the file.
        buyer_keys: Keys of buyers without certificates.
        hidden: Identifiers of evaluations that must not be shown.

    Returns:
        The file, JSON in UTF-8.
    """
    name = sm3.digest(item.encode())
    first = next(i for i, each in enumerate(sealed.entries) if each.item >= name)
    last = first
    while sealed.entries[last].item == name:
        last += 1
    start, end = first - 1, last + 1
    tree = merkle.MemoryTree(each.leaf() for each in sealed.entries)
    shown = []
    for receipt in sealed.receipts[first - 1 : last - 1]:
        record = receipt.record()
        delivery = deliveries.get(bytes.fromhex(str(record.fields["delivery"])))
        shown.append(
            None if record.id in hidden else {"receipt": receipt.text, "delivery": delivery}
        )
    return json.dumps(
        {
            "form": FORM,
            "item": item,
            "statement": sealed.statement.text,
            "start": start,
            "entries": [
                [each.item.hex(), each.number, each.stars, each.digest.hex()]
                for each in sealed.entries[start:end]
            ],
            "proof": [each.hex() for each in merkle.range_proof(tree, start, end, tree.size)],
            "evaluations": shown,
            "certificates": [b64encode(each.der).decode() for each in certificates],
            "buyer_keys": [b64encode(each.to_der()).decode() for each in buyer_keys],
        },
        ensure_ascii=False,
        indent=1,
    ).encode()


def verify_item(data: bytes, signers: Signers) -> ItemEvaluations:
    """
    Check the list of an item: that the evaluator signed the root, that nothing was left out, and every
    evaluation that is shown.

    Args:
        data: The file.
        signers: Whom to trust. Certificates in the file are links to a root, never roots.

    Raises:
        EncodingError: It is not such a file.
        ReceiptRejected: A receipt in it is not valid, or does not belong where it stands.
        VerificationError: The entries are not those of the signed tree, or not all of the item.
    """
    try:
        listing = _Listing.read(data)
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
        OverflowError,
    ) as fault:
        if isinstance(fault, GmkitError):
            raise
        raise EncodingError("not a list of evaluations", what="evaluations") from fault
    for certificate in listing.certificates:
        signers.offer(certificate)
    statement = verify(listing.statement, signers)
    try:
        size, root = statement_of(statement.record)
    except RecordError as fault:
        raise rejected(Reason.EVALUATION, fault.message) from fault
    leaves = [each.leaf() for each in listing.entries]
    merkle.verify_range(leaves, listing.start, size, listing.proof, root)
    own = _check_run(listing, size)
    evaluations = _check_shown(listing, own, signers)
    open_questions = dict.fromkeys(statement.not_checked)
    for each in evaluations:
        open_questions |= dict.fromkeys(each.not_checked)
    return ItemEvaluations(
        item=listing.item,
        count=len(own),
        stars=own[-1].stars if own else 0,
        evaluations=evaluations,
        hidden=len(own) - len(evaluations),
        evaluator=statement.signer,
        time=statement.record.time,
        not_checked=tuple(open_questions),
    )


@dataclass(frozen=True, slots=True)
class _Listing:
    item: str
    statement: str
    start: int
    entries: tuple[Entry, ...]
    proof: tuple[bytes, ...]
    shown: tuple[tuple[str, str | None] | None, ...]
    certificates: tuple[bytes, ...]
    buyer_keys: dict[bytes, SM2PublicKey]

    @classmethod
    def read(cls, data: bytes) -> _Listing:
        if len(data) > MAX_LISTING:
            raise EncodingError("the file is too long", what="evaluations")
        whole = strict_json.loads(data)
        if whole["form"] != FORM:
            raise EncodingError("another form, or a later one", what="evaluations")
        found = [keys.load_der_public_key(b64decode(each)) for each in whole["buyer_keys"]]
        return cls(
            item=_text(whole["item"]),
            statement=_text(whole["statement"]),
            start=_number(whole["start"]),
            entries=tuple(
                Entry(_hash(a), _number(b), _number(c), _hash(d)) for a, b, c, d in whole["entries"]
            ),
            proof=tuple(map(_hash, whole["proof"])),
            shown=tuple(_shown(each) for each in whole["evaluations"]),
            certificates=tuple(b64decode(each) for each in whole["certificates"]),
            buyer_keys={each.fingerprint()[:16]: each for each in found},
        )


def _shown(each: dict[str, Any] | None) -> tuple[str, str | None] | None:
    if each is None:
        return None
    delivery = each["delivery"]
    return _text(each["receipt"]), None if delivery is None else _text(delivery)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**64:
        raise TypeError
    return value


def _hash(value: object) -> bytes:
    octets = bytes.fromhex(_text(value))
    if len(octets) != merkle.HASH_SIZE:
        raise ValueError
    return octets


def _check_run(listing: _Listing, size: int) -> tuple[Entry, ...]:
    """The entries of the item: the whole run of them, counted right."""
    name = sm3.digest(listing.item.encode())
    before, *own, behind = listing.entries if len(listing.entries) > 1 else (FIRST, FIRST)
    if not before.item < name < behind.item:
        raise rejected(Reason.EVALUATION, "the list does not begin and end at other items")
    if (listing.start == 0) != (before == FIRST) or (
        listing.start + len(listing.entries) == size
    ) != (behind == LAST):
        raise rejected(Reason.EVALUATION, "the ends of the tree are not where they belong")
    stars = 0
    for number, each in enumerate(own, 1):
        if each.item != name or each.number != number or not 1 <= each.stars - stars <= 5:
            raise rejected(Reason.EVALUATION, f"entry {number} is not counted right")
        stars = each.stars
    return tuple(own)


def _check_shown(
    listing: _Listing, own: Sequence[Entry], signers: Signers
) -> tuple[Evaluation, ...]:
    if len(listing.shown) != len(own):
        raise rejected(
            Reason.EVALUATION,
            f"{len(listing.shown)} evaluations are listed, and there are {len(own)} of the item",
        )
    found = []
    stars = 0
    for number, (entry, shown) in enumerate(zip(own, listing.shown, strict=True), 1):
        given, stars = entry.stars - stars, entry.stars
        if shown is None:
            continue
        receipt, delivery = shown
        if sm3.digest(Receipt.parse(receipt).signed) != entry.digest:
            raise rejected(Reason.EVALUATION, f"evaluation {number} is not the one that was sealed")
        key = listing.buyer_keys.get(Receipt.parse(receipt).key_id)
        one = verify_evaluation(receipt, signers, delivery=delivery, buyer_key=key)
        if (one.item, one.stars) != (listing.item, given):
            raise rejected(Reason.EVALUATION, f"evaluation {number} was not sealed with its stars")
        found.append(one)
    return tuple(found)
