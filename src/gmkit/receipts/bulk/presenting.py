"""The same receipts, showing other groups of the data that they withhold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from gmkit.errors import EncodingError
from gmkit.receipts.bulk import container
from gmkit.receipts.receipt import TYPE_WITHHOLDING, Receipt

__all__ = ["present"]


def present(reader: BinaryIO, shown: Callable[[Receipt], list[str] | None]) -> Iterator[bytes]:
    """
    Copy a receipts file, its certificates included, with other disclosures behind the receipts.

    Nothing is verified, and no signature changes.

    Args:
        reader: The receipts file.
        shown: Gives the disclosures to put behind a receipt; None leaves the receipt out.

    Yields:
        The lines of the new file.

    Raises:
        ReceiptRejected: A line is no receipt.
        EncodingError: There was no receipt to present at all.
    """
    count = 0
    yield container.FIRST_LINE + b"\n"
    for _, _, data in container.read(reader):
        if isinstance(data, container.Certificate):
            yield container.statement(data)
            continue
        receipt = Receipt.parse(data)
        disclosures = shown(receipt)
        if disclosures is None:
            continue
        count += 1
        if receipt.type == TYPE_WITHHOLDING:
            receipt = receipt.with_disclosures(disclosures)
        yield receipt.text.encode() + b"\n"
    if not count:
        raise EncodingError("there is no such receipt in the file", what="receipts")
