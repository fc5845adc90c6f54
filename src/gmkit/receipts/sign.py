"""Signing one record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gmkit.keys import Signer
from gmkit.receipts.disclosure import Disclosure
from gmkit.receipts.receipt import (
    KID_BYTES,
    TYPE_WITHHOLDING,
    Receipt,
    header_for,
    join,
    signing_input,
    type_for,
)
from gmkit.receipts.record import Record
from gmkit.sm2 import SignatureFormat, SM2PrivateKey, SM2PublicKey, sign_batch

__all__ = ["key_id", "sign", "sign_many"]


def sign(record: Record, key: Signer, *, disclosures: Iterable[Disclosure] = ()) -> Receipt:
    """
    Sign *record*: SM2 (GB/T 32918.2-2016) over the JWS signing input, default user identifier.

    Args:
        record: What is stated.
        key: The merchant's signing key, in memory or in a device. The receipt names it by its
            identifier; whoever verifies needs the certificate too.
        disclosures: Of a record made by :func:`gmkit.receipts.conceal`: the groups to show.

    Returns:
        The receipt; its ``text`` is what is stored and handed out.

    Raises:
        RandomnessError: The operating system gave no random bytes.
        DeviceError: The key is in a device, and that fails.
    """
    identifier = key_id(key.public_key())
    payload = record.to_payload()
    kind = type_for(record)
    signed = signing_input(header_for(identifier, kind), payload)
    signature = key.sign(signed, format=SignatureFormat.RAW)
    withholding = kind == TYPE_WITHHOLDING
    receipt = Receipt(
        join(signed, signature, () if withholding else None), identifier, payload, signature, kind
    )
    shown = [each.text for each in disclosures]
    return receipt.with_disclosures(shown) if shown else receipt


def sign_many(messages: Sequence[bytes], key: Signer) -> list[bytes]:
    """The signatures r || s over many signing inputs, in order."""
    if isinstance(key, SM2PrivateKey):
        # The caller has a thread for each core already.
        return sign_batch(key, messages, format=SignatureFormat.RAW, threads=1)
    return [key.sign(each, format=SignatureFormat.RAW) for each in messages]


def key_id(key: SM2PublicKey) -> bytes:
    """
    The identifier of a key in receipts: the first 16 bytes of SM3 over its SubjectPublicKeyInfo.

    Args:
        key: The signer's public key.
    """
    return key.fingerprint()[:KID_BYTES]
