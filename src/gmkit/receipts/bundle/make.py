"""
The file of a bundle: one JSON document.

::

    {"type":         "gmkit receipt bundle 1",
     "receipt":      "eyJhbGciOi….eyJhbXQi….…",      with the disclosures its holder shows
     "certificates": ["MIIB…", …],                   of signer, log and timestamp authority, and those above
     "crls":         ["MIIB…", …],
     "proof":        {…}}                            gmkit ledger inclusion 1, or null

Nothing in it is trusted for being in it.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gmkit import strict_json
from gmkit.errors import EncodingError, GmkitError
from gmkit.receipts.receipt import MAX_RECEIPT, Receipt
from gmkit.x509 import Certificate, CertificateList

__all__ = ["MAX_BUNDLE", "TYPE", "Bundle", "is_bundle", "make_bundle", "read_bundle"]

TYPE = "gmkit receipt bundle 1"
MAX_BUNDLE = 16 << 20  # bytes
MAX_CERTIFICATES = 64
_MEMBERS = {"type", "receipt", "certificates", "crls", "proof"}


@dataclass(frozen=True, slots=True)
class Bundle:
    """
    A bundle, taken apart and not yet verified.

    Attributes:
        receipt: The text of the receipt.
        certificates: Of signer, log and timestamp authority, and those above them.
        crls: Revocation lists.
        proof: That the receipt is in a ledger; None without.
    """

    receipt: str
    certificates: tuple[Certificate, ...] = ()
    crls: tuple[CertificateList, ...] = ()
    proof: Mapping[str, Any] | None = None

    def to_bytes(self) -> bytes:
        """The file."""
        document = {
            "type": TYPE,
            "receipt": self.receipt,
            "certificates": [b64encode(each.der).decode() for each in self.certificates],
            "crls": [b64encode(each.der).decode() for each in self.crls],
            "proof": self.proof,
        }
        return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def make_bundle(
    receipt: str | bytes,
    *,
    certificates: Iterable[Certificate] = (),
    crls: Iterable[CertificateList] = (),
    proof: Mapping[str, Any] | None = None,
) -> Bundle:
    """
    Put a bundle together. It is not verified here: verify it before handing it out.

    Args:
        receipt: The receipt, with the disclosures to be shown.
        certificates: Of signer, log and timestamp authority, and those between them and the roots.
        crls: Revocation lists that answer for them.
        proof: The inclusion proof of a ledger: :func:`gmkit.receipts.ledger.prove_inclusion`.

    Raises:
        ReceiptRejected: It is not a receipt.
    """
    text = receipt if isinstance(receipt, str) else receipt.decode("ascii", "replace")
    Receipt.parse(text)
    return Bundle(text, tuple(dict.fromkeys(certificates)), tuple(crls), proof)


def is_bundle(data: bytes) -> bool:
    """
    Whether a file may be a bundle, rather than lines of receipts.

    Args:
        data: The file, or its first 512 bytes.
    """
    return data[:512].lstrip().startswith(b"{") and TYPE.encode() in data[:512]


def read_bundle(data: bytes) -> Bundle:
    """
    Read the file of a bundle; verifies nothing.

    Raises:
        EncodingError: It is not one.
    """
    if len(data) > MAX_BUNDLE:
        raise _malformed(f"it is longer than {MAX_BUNDLE:,} bytes")
    try:
        document = strict_json.loads(data)
    except (ValueError, RecursionError):
        raise _malformed("it is no JSON") from None
    if not isinstance(document, dict) or set(document) != _MEMBERS or document["type"] != TYPE:
        raise _malformed("it has other members")
    receipt, proof = document["receipt"], document["proof"]
    if not isinstance(receipt, str) or len(receipt) > MAX_RECEIPT:
        raise _malformed("the receipt in it is no text, or too long")
    if proof is not None and not isinstance(proof, dict):
        raise _malformed("the proof in it is no object")
    return Bundle(
        receipt,
        tuple(Certificate.from_der(each) for each in _octets(document["certificates"])),
        tuple(CertificateList.from_der(each) for each in _octets(document["crls"])),
        proof,
    )


def _octets(values: object) -> list[bytes]:
    if not isinstance(values, list) or len(values) > MAX_CERTIFICATES:
        raise _malformed("certificates or lists in it are no list, or too many")
    try:
        return [b64decode(each, validate=True) for each in values]
    except (TypeError, ValueError, GmkitError):
        raise _malformed("something in it is not base64") from None


def _malformed(words: str) -> EncodingError:
    return EncodingError(f"this is no bundle of a receipt: {words}", what="receipt bundle")
