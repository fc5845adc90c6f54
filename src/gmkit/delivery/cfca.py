"""CFCA's own ways: the answer to a request with a temporary key, and older SM2 ciphertexts in messages."""

from __future__ import annotations

import base64
import binascii

from gmkit import asn1, sm2
from gmkit.asn1 import Tag
from gmkit.errors import DecryptionError, EncodingError, InvalidKey
from gmkit.sm2 import CiphertextFormat, SM2PrivateKey, SM2PublicKey

_WHAT = "CFCA key reply"
_HEAD = b"0000000000000001" * 2 + b"0" * 32  # two counters and room, in decimal digits
_LENGTH = 16  # digits of the length that follow
_PLAIN = 96  # X, Y and the private number

_ORDERS = {
    CiphertextFormat.C1C3C2: "C1C3C2 without the leading 04",
    CiphertextFormat.C1C2C3: "C1C2C3 without the leading 04, as SADK before 3.2 writes it",
}


def unwrapped(data: bytes) -> bytes | None:
    """
    The DER in a reply with its head of digits; None if there is no such head.

    Raises:
        EncodingError: The length it gives is not that of the rest, or the rest is no base64.
    """
    text = data.strip()
    if not text.startswith(_HEAD):
        return None
    digits, rest = text[len(_HEAD) : len(_HEAD) + _LENGTH], text[len(_HEAD) + _LENGTH :]
    if not digits.isdigit() or int(digits) != len(rest):
        raise EncodingError(
            f"the head gives the length {digits.decode('ascii', 'replace')}, {len(rest)} follow",
            what=_WHAT,
        )
    try:
        return base64.b64decode(rest.replace(b",", b""), validate=True)
    except (binascii.Error, ValueError):
        raise EncodingError("no base64 after the head", what=_WHAT) from None


def open_escrow(der: bytes, receiver: SM2PrivateKey) -> tuple[SM2PrivateKey, tuple[str, ...]]:
    """
    The key in a reply: ``SEQUENCE { 1, OCTET STRING }`` with public and private key under *receiver*.

    Raises:
        EncodingError: It is none.
        DecryptionError: It is for another key.
        InvalidKey: The two halves in it do not belong together.
    """
    members = asn1.decode(der, what=_WHAT).cursor(Tag.SEQUENCE)
    version = members.next(Tag.INTEGER)
    if version.integer() != 1:
        raise version.error("another version than 1")
    sealed = members.next(Tag.OCTET_STRING).octet_string()
    members.finish()
    order, content = _decrypted(sealed, receiver)
    if len(content) != _PLAIN:
        raise InvalidKey(f"{len(content)} bytes are no key pair of {_PLAIN}")
    key = SM2PrivateKey.from_bytes(content[64:])
    if key.public_key() != SM2PublicKey.from_bytes(b"\x04" + content[:64]):
        raise InvalidKey("the two halves of the delivered key do not belong together")
    return key, (f"the SM2 ciphertext is {_ORDERS[order]}",)


def as_der(ciphertext: bytes, receiver: SM2PrivateKey) -> tuple[bytes, tuple[str, ...]]:
    """
    An encrypted content key in DER, and what was unusual about it as it stood.

    Raises:
        DecryptionError: It is in none of the forms, or for another key.
    """
    if ciphertext[:1] == b"\x30":
        return ciphertext, ()
    order, _ = _decrypted(ciphertext, receiver)
    plain = ciphertext if len(ciphertext) % 2 else b"\x04" + ciphertext
    written = sm2.convert_ciphertext(plain, given=order, wanted=CiphertextFormat.DER)
    words = _ORDERS[order] if plain is not ciphertext else f"{order.name} with the leading 04"
    return written, (f"the content key is encrypted as {words}, not in DER",)


def _decrypted(ciphertext: bytes, receiver: SM2PrivateKey) -> tuple[CiphertextFormat, bytes]:
    """Both orders: C3 tells them apart, and nothing else can."""
    plain = b"\x04" + ciphertext if len(ciphertext) % 2 == 0 else ciphertext
    for order in _ORDERS:
        try:
            return order, receiver.decrypt(plain, format=order)
        except (DecryptionError, EncodingError):
            continue
    raise DecryptionError
