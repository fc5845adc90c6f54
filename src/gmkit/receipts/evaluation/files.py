"""Evaluations, deliveries and sealed evaluations in receipts files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from gmkit import merkle, sm3
from gmkit.errors import EncodingError, RecordError
from gmkit.receipts.bulk import container
from gmkit.receipts.evaluation.evaluation import Evaluation, verify_evaluation
from gmkit.receipts.evaluation.seal import Sealed, entries_of, statement_of
from gmkit.receipts.receipt import Receipt
from gmkit.receipts.record import Kind
from gmkit.receipts.sign import key_id
from gmkit.receipts.signers import Signers
from gmkit.sm2 import SM2PublicKey
from gmkit.x509 import Certificate

__all__ = ["deliveries_in", "read_evaluations", "read_sealed", "write_sealed"]


def deliveries_in(file: BinaryIO, signers: Signers | None = None) -> dict[bytes, str]:
    """
    The receipts of deliveries in a file, by the SM3 of what was signed; not verified.

    Args:
        file: A receipts file.
        signers: Is offered the certificates in it.

    Raises:
        ReceiptRejected: A line is no receipt.
    """
    found = {}
    for receipt in _receipts(file, signers):
        if receipt.record().kind is Kind.DELIVERY:
            found[sm3.digest(receipt.signed)] = receipt.text
    return found


def read_evaluations(
    file: BinaryIO,
    signers: Signers,
    *,
    deliveries: dict[bytes, str],
    buyer_keys: Iterable[SM2PublicKey] = (),
) -> Iterator[Evaluation]:
    """
    Every evaluation of a file, verified together with its delivery.

    Args:
        file: A receipts file.
        signers: Whom to trust.
        deliveries: As :func:`deliveries_in` gives them.
        buyer_keys: Keys of buyers without certificates.

    Raises:
        ReceiptRejected: An evaluation or its delivery is not valid.
        RecordError: The delivery of one is not there.
    """
    known = {key_id(each): each for each in buyer_keys}
    for receipt in _receipts(file, signers):
        record = receipt.record()
        delivery = deliveries.get(_octets(record.fields.get("delivery")))
        if delivery is None:
            raise RecordError(
                f"the delivery of the evaluation {record.id} is not at hand", field="delivery"
            )
        yield verify_evaluation(
            receipt.text, signers, delivery=delivery, buyer_key=known.get(receipt.key_id)
        )


def write_sealed(sealed: Sealed, file: BinaryIO, certificates: Sequence[Certificate] = ()) -> None:
    """
    Write sealed evaluations as a receipts file: the statement, then the evaluations in order.

    Args:
        sealed: What :func:`seal` made.
        file: Open for binary writing.
        certificates: The evaluator's and those above it, to go along.
    """
    file.write(container.head([each.der for each in certificates]))
    file.writelines(
        receipt.text.encode() + b"\n" for receipt in (sealed.statement, *sealed.receipts)
    )


def read_sealed(file: BinaryIO) -> tuple[Sealed, list[Certificate]]:
    """
    Read what :func:`write_sealed` wrote; signatures are not verified, the tree is made anew.

    Args:
        file: Open for binary reading.

    Returns:
        The sealed evaluations, and the certificates in the file.

    Raises:
        EncodingError: The evaluations are not those of the statement.
        ReceiptRejected: A line is no receipt.
    """
    certificates: list[Certificate] = []
    receipts = []
    for _, _, data in container.read(file):
        if isinstance(data, container.Certificate):
            certificates.append(Certificate.from_der(bytes(data)))
        else:
            receipts.append(Receipt.parse(data))
    if not receipts:
        raise EncodingError("there is no statement of an evaluator", what="sealed evaluations")
    statement, *evaluations = receipts
    try:
        size, root = statement_of(statement.record())
        rows = [
            (str(one["item"]), int(str(one["stars"])), receipt)
            for receipt in evaluations
            for one in [receipt.record().fields]
        ]
    except (RecordError, KeyError, ValueError) as fault:
        raise EncodingError(
            f"not sealed evaluations: {fault}", what="sealed evaluations"
        ) from fault
    entries = entries_of(rows)
    tree = merkle.MemoryTree(each.leaf() for each in entries)
    if (tree.size, tree.root()) != (size, root):
        raise EncodingError(
            "the evaluations are not those that the statement was signed over",
            what="sealed evaluations",
        )
    return Sealed(statement, entries, tuple(evaluations)), certificates


def _receipts(file: BinaryIO, signers: Signers | None) -> Iterator[Receipt]:
    for _, _, data in container.read(file):
        if isinstance(data, container.Certificate):
            if signers is not None:
                signers.offer(bytes(data))
        else:
            yield Receipt.parse(data)


def _octets(value: object) -> bytes:
    try:
        return bytes.fromhex(str(value))
    except ValueError:
        return b""
