"""
The receipts file: one receipt a line, and the certificates to verify them with before them.

::

    gmkit-receipts 1
    certificate MIIB…            base64 of DER: the signer's, then those above it, the root left out
    eyJhbGciOi….eyJhbXQi….…      one receipt a line

A line with a blank in it is a statement, any other line a receipt. Both statements may come again
further down, so that two files put one after the other are a receipts file, and both may be absent:
then the certificates come from elsewhere. The file needs no trust: certificates in it are only ever
links to a root that whoever verifies has chosen.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from gmkit import x509
from gmkit.errors import EncodingError
from gmkit.receipts.bulk.lines import read_lines
from gmkit.receipts.receipt import MAX_RECEIPT

__all__ = [
    "FIRST_LINE",
    "Certificate",
    "Entry",
    "TooLong",
    "Unknown",
    "find_receipt",
    "head",
    "read",
    "read_receipts",
    "statement",
]

FIRST_LINE = b"gmkit-receipts 1"
STATEMENT = b"certificate "
MAX_CERTIFICATE = 1 << 16  # bytes of DER


class Certificate(bytes):
    """A certificate statement: DER."""

    __slots__ = ()


class Unknown(bytes):
    """A statement that is none of ours, or is damaged."""

    __slots__ = ()


class TooLong(bytes):
    """The beginning of a line that is too long for a receipt."""

    __slots__ = ()


Entry = tuple[int, int, bytes]
"""Line number, offset of the next line, and the line: a receipt, or one of the classes above."""


def head(certificates: Sequence[bytes]) -> bytes:
    """
    The lines before the receipts.

    Args:
        certificates: DER, the signer's first.
    """
    return FIRST_LINE + b"\n" + b"".join(map(statement, certificates))


def statement(certificate: bytes) -> bytes:
    """The line that carries a certificate (DER)."""
    return STATEMENT + b64encode(certificate) + b"\n"


def read(file: BinaryIO) -> Iterator[Entry]:
    """Receipts and certificates in a receipts file, in bounded memory; blank lines are passed over."""
    for line in read_lines(file, limit=MAX_RECEIPT):
        if line.too_long:
            yield line.number, line.end, TooLong(line.data)
        elif b" " in line.data:
            if line.data != FIRST_LINE:
                yield line.number, line.end, _statement(line.data)
        elif line.data:
            yield line.number, line.end, line.data


def find_receipt(
    file: BinaryIO, *, line: int | None = None
) -> tuple[bytes | None, list[x509.Certificate]]:
    """
    One receipt and the certificates that stand before it.

    Args:
        file: The receipts file.
        line: The receipt's line, from 1; by default the first receipt.

    Returns:
        The receipt, or None if there is none there; and the certificates that can be read.
    """
    certificates: list[x509.Certificate] = []
    for number, _, data in read(file):
        if isinstance(data, Certificate):
            try:
                certificates.append(x509.Certificate.from_der(bytes(data)))
            except EncodingError:
                continue  # not a link to anything
        elif type(data) is bytes and line in {None, number}:
            return data, certificates
    return None, certificates


def read_receipts(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The receipts alone, with their line numbers; what is no receipt at all is passed over."""
    for line, _, data in read(file):
        if type(data) is bytes:
            yield line, data


def _statement(data: bytes) -> Certificate | Unknown:
    if data.startswith(STATEMENT) and len(data) <= 2 * MAX_CERTIFICATE:
        text = data[len(STATEMENT) :]
        try:
            der = b64decode(text, validate=True)
        except ValueError:
            return Unknown(data)
        if b64encode(der) == text:
            return Certificate(der)
    return Unknown(data)
