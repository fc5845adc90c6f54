"""Signing one record."""

from __future__ import annotations

from collections.abc import Sequence

from gmkit.keys import Signer
from gmkit.receipts.receipt import KID_BYTES, Receipt, header_for, join, signing_input
from gmkit.receipts.record import Record
from gmkit.sm2 import SignatureFormat, SM2PrivateKey, SM2PublicKey, sign_batch

__all__ = ["key_id", "sign", "sign_many"]


def sign(record: Record, key: Signer) -> Receipt:
    """
    Sign *record*: SM2 (GB/T 32918.2-2016) over the JWS signing input, default user identifier.

    Args:
        record: What is stated.
        key: The merchant's signing key, in memory or in a device. The receipt names it by its
            identifier; whoever verifies needs the certificate too.

    Returns:
        The receipt; its ``text`` is what is stored and handed out.
    """
    identifier = key_id(key.public_key())
    payload = record.to_payload()
    signed = signing_input(header_for(identifier), payload)
    signature = key.sign(signed, format=SignatureFormat.RAW)
    return Receipt(join(signed, signature), identifier, payload, signature)


def sign_many(messages: Sequence[bytes], key: Signer) -> list[bytes]:
    """The signatures r || s over many signing inputs, in order."""
    if isinstance(key, SM2PrivateKey):
        # The caller has a thread for each core already.
        return sign_batch(key, messages, format=SignatureFormat.RAW, threads=1)
    return [key.sign(each, format=SignatureFormat.RAW) for each in messages]


def key_id(key: SM2PublicKey) -> bytes:
    """The identifier of a key in receipts: the first 16 bytes of SM3 over its SubjectPublicKeyInfo."""
    return key.fingerprint()[:KID_BYTES]
