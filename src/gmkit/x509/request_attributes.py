"""What requests say beside name, key and extensions: a challenge password, a second key."""

from __future__ import annotations

from gmkit import asn1
from gmkit.asn1 import Tag
from gmkit.errors import EncodingError, InvalidKey
from gmkit.sm2 import SM2PublicKey

__all__ = ["challenge_password", "temporary_key"]

# PKCS#9, and GM/T 0092-2020.
_CHALLENGES = ("1.2.840.113549.1.9.7", "1.2.156.10197.6.1.4.1.10.3")
_TEMPORARY_KEY = "1.2.840.113549.1.9.63"  # CFCA's use of it; PKCS#9 has another
_LAYOUT = bytes.fromhex("00b4000000010000")  # of the blob: its kind, and 256 bits
_WHAT = "request"

Attributes = tuple[tuple[str, bytes], ...]


def challenge_password(attributes: Attributes) -> str | None:
    """
    The challenge password, under either identifier, with a SET around it or without; None if there is none.

    Raises:
        EncodingError: It is no string.
    """
    for oid, stored in attributes:
        if oid in _CHALLENGES:
            return _value(stored).text()
    return None


def temporary_key(attributes: Attributes) -> SM2PublicKey | None:
    """
    The second key of a CFCA request, for which its owner wants the encryption key packed; None without one.

    It stands in a blob of 136 octets, each coordinate in the first half of 64, and the blob stands in
    ``SEQUENCE { 1, OCTET STRING }`` or by itself.

    Raises:
        EncodingError: It is written in another way.
        InvalidKey: It is no point of the curve.
    """
    stored = next((value for oid, value in attributes if oid == _TEMPORARY_KEY), None)
    if stored is None:
        return None
    blob = _value(stored).octet_string()
    if blob[:1] == b"\x30":
        members = asn1.decode(blob, what=_WHAT).cursor(Tag.SEQUENCE)
        members.next(Tag.INTEGER)
        blob = members.next(Tag.OCTET_STRING).octet_string()
    if len(blob) != 136 or blob[:8] != _LAYOUT or any(blob[40:72]) or any(blob[104:]):
        raise EncodingError("a temporary key that is not written as CFCA does", what=_WHAT)
    try:
        return SM2PublicKey.from_bytes(b"\x04" + blob[8:40] + blob[72:104])
    except EncodingError as error:
        raise InvalidKey("the temporary key of the request is no point of the curve") from error


def _value(stored: bytes) -> asn1.Element:
    """The value, out of its SET if it has one."""
    element = asn1.decode_lenient(stored, what=_WHAT)
    return element.cursor().next() if element.tag == Tag.SET else element
