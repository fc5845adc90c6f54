"""
Evaluations: a buyer's judgement of something that was delivered, as a receipt.

=============  ============================================================================
field          value
=============  ============================================================================
``order``      the order, as in the delivery
``item``       what is judged, text
``stars``      1 to 5
``tags``       a list of texts
``level``      how the buyer's will is shown, a :class:`Level`
``delivery``   SM3 over the signing input of the delivery receipt, in hexadecimal
=============  ============================================================================

Words and pictures go into groups that are withheld (``text``, ``media``), so that what must be hidden
later can be hidden while the evaluation still counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from gmkit import sm3
from gmkit.errors import ReceiptRejected, RecordError
from gmkit.receipts.receipt import Receipt
from gmkit.receipts.record import Kind, Record
from gmkit.receipts.sign import key_id
from gmkit.receipts.signers import Signers
from gmkit.receipts.verdict import Reason, rejected
from gmkit.receipts.verify import VerifiedReceipt, verify
from gmkit.sm2 import SM2PublicKey

__all__ = ["Evaluation", "Level", "evaluate", "verify_evaluation"]

STARS = range(1, 6)
BUYER_KEY = "buyer_key"  # field of the delivery: identifier of the buyer's own key, in hexadecimal


class Level(str, Enum):
    """How it is shown that the buyer wants the evaluation."""

    PLATFORM = "platform"  # the platform attests a session that the buyer had logged into
    DEVICE = "device"  # the buyer's own key signs, which the delivery names
    CERTIFICATE = "certificate"  # the buyer's key signs, with a certificate of the buyer


@dataclass(frozen=True, slots=True)
class Evaluation:
    """
    An evaluation that was verified.

    Attributes:
        item: What is judged.
        stars: 1 to 5.
        tags: Further words.
        level: How the buyer's will is shown.
        verified: The receipt.
        delivery: The delivery it is bound to, verified; None if that was not at hand.
    """

    item: str
    stars: int
    tags: tuple[str, ...]
    level: Level
    verified: VerifiedReceipt
    delivery: VerifiedReceipt | None

    @property
    def not_checked(self) -> tuple[str, ...]:
        """What is left open."""
        return (
            self.verified.not_checked if self.delivery else (*self.verified.not_checked, "delivery")
        )


def evaluate(
    delivery: VerifiedReceipt,
    item: str,
    stars: int,
    *,
    id: str,  # noqa: A002  the name of the field
    time: datetime,
    level: Level,
    tags: Iterable[str] = (),
    text: str | None = None,
) -> Record:
    """
    The record of an evaluation, bound to a delivery.

    Args:
        delivery: The receipt of the delivery, verified.
        item: What is judged.
        stars: 1 to 5.
        id: Unique for whoever signs.
        time: When, with its zone; not before the delivery.
        level: How the buyer's will is shown; it decides who signs.
        tags: Further words, shown to everybody.
        text: The evaluation in words; withhold it with :func:`gmkit.receipts.conceal`.

    Returns:
        The record, to be signed with the platform's key or with the buyer's.

    Raises:
        RecordError: The delivery is none or has no order, or a value is out of range.
    """
    if delivery.record.kind is not Kind.DELIVERY:
        raise RecordError("an evaluation belongs to a delivery", field="delivery")
    if time < delivery.record.time:
        raise RecordError("an evaluation comes after the delivery", field="time")
    fields = {
        "order": _order_of(delivery.record),
        "item": item,
        "stars": stars,
        "tags": list(tags),
        "level": level.value,
        "delivery": _digest_of(delivery.receipt).hex(),
        **({} if text is None else {"text": text}),
    }
    record = Record(Kind.EVALUATION, id, time, fields=fields)  # type: ignore[arg-type]  # text lists
    _contents(record)
    if level is Level.DEVICE:
        _buyer_key(delivery.record)
    return record


def verify_evaluation(
    data: bytes | str,
    signers: Signers,
    *,
    delivery: bytes | str | None = None,
    buyer_key: SM2PublicKey | None = None,
) -> Evaluation:
    """
    Verify an evaluation.

    Args:
        data: The receipt of the evaluation.
        signers: Whom to trust.
        delivery: The receipt of the delivery; without it the binding is not checked, and an evaluation of
            the level ``device`` cannot be verified.
        buyer_key: The key of a buyer without a certificate (level ``device``); trusted only if the
            delivery, which a trusted merchant signed, names it.

    Raises:
        ReceiptRejected: A receipt is not valid; or the evaluation is none, is bound to another delivery,
            or is signed at another level than it states (reason ``evaluation``).
    """
    delivered = None if delivery is None else verify(delivery, signers)
    receipt = Receipt.parse(data)
    if _level_of(receipt) is Level.DEVICE:
        signers = _device(delivered, buyer_key)
    verified = verify(data, signers)
    item, stars, tags, level = _checked(verified.record)
    if level is Level.CERTIFICATE and verified.signer.serial is None:
        raise _refused("the level is certificate, and the key was trusted without one")
    if delivered is not None:
        _check_binding(verified.record, delivered)
    return Evaluation(item, stars, tags, level, verified, delivered)


def _level_of(receipt: Receipt) -> Level:
    return _checked(receipt.record())[3]


def _device(delivered: VerifiedReceipt | None, key: SM2PublicKey | None) -> Signers:
    """The buyer's key, if a verified delivery names it."""
    if delivered is None or key is None:
        raise rejected(
            Reason.UNKNOWN_SIGNER, "a buyer's own key signed: delivery and key are needed"
        )
    try:
        named = _buyer_key(delivered.record)
    except RecordError as fault:
        raise _refused(f"delivery: {fault.message}") from fault
    if named != key_id(key):
        raise _refused("the delivery names another key of the buyer")
    return Signers(keys=[key])


def _check_binding(record: Record, delivered: VerifiedReceipt) -> None:
    if delivered.record.kind is not Kind.DELIVERY:
        raise _refused("what it is bound to is no delivery")
    if record.fields["delivery"] != _digest_of(delivered.receipt).hex():
        raise _refused("it is bound to another delivery")
    if record.fields["order"] != delivered.record.fields.get("order"):
        raise _refused("evaluation and delivery are of two orders")
    if record.time < delivered.record.time:
        raise _refused("it is older than the delivery")


def _checked(record: Record) -> tuple[str, int, tuple[str, ...], Level]:
    try:
        return _contents(record)
    except RecordError as fault:
        where = f"field {fault.field}: " if fault.field else ""
        raise _refused(f"{where}{fault.message}") from fault


def _contents(record: Record) -> tuple[str, int, tuple[str, ...], Level]:
    fields = record.fields
    if record.kind is not Kind.EVALUATION:
        raise RecordError("the record is no evaluation", field="kind")
    item, stars, tags = fields.get("item"), fields.get("stars"), fields.get("tags")
    if not isinstance(item, str) or not item:
        raise RecordError("an item is text", field="item")
    if type(stars) is not int or stars not in STARS:
        raise RecordError("stars are 1 to 5", field="stars")
    if not isinstance(tags, list) or not all(isinstance(each, str) for each in tags):
        raise RecordError("tags are a list of texts", field="tags")
    if fields.get("level") not in {each.value for each in Level}:
        raise RecordError("an unknown level", field="level", hint="platform, device or certificate")
    _order_of(record)
    return item, stars, tuple(map(str, tags)), Level(fields["level"])


def _order_of(record: Record) -> str:
    order = record.fields.get("order")
    if not isinstance(order, str):
        raise RecordError("the record names no order", field="order")
    return order


def _buyer_key(record: Record) -> bytes:
    text = record.fields.get(BUYER_KEY)
    try:
        return bytes.fromhex(text)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise RecordError(
            "the delivery names no key of the buyer", field=BUYER_KEY,
            hint="a merchant who takes evaluations of this level states the key's identifier there",
        ) from None  # fmt: skip


def _digest_of(receipt: Receipt) -> bytes:
    return sm3.digest(receipt.signed)


def _refused(message: str) -> ReceiptRejected:
    return rejected(Reason.EVALUATION, message)
