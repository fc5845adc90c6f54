"""
Private key files of CFCA (``.sm2``): a private key under a password, and its certificate.

The form is its owner's own; no standard has it. It is read and not written: the key is derived with one
SM3 from the password without a salt, which stops nobody who has the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gmkit import asn1, sm3
from gmkit.asn1 import Tag
from gmkit.errors import DecryptionError, InvalidKey, UnsupportedAlgorithm, WrongPassword
from gmkit.hazmat.sm4 import modes
from gmkit.keys.files import load_der_public_key
from gmkit.sm2 import SM2PrivateKey, SM2PublicKey

__all__ = ["CfcaKey", "load_cfca"]

_DATA = "1.2.156.10197.6.1.4.2.1"
_SM4 = frozenset({"1.2.156.10197.1.104", "1.2.156.10197.1.104.2"})  # SM4-CBC either way
_COUNTER = (1).to_bytes(4, "big")


@dataclass(frozen=True, slots=True)
class CfcaKey:
    """
    What is in a ``.sm2`` file.

    Attributes:
        key: The private key.
        certificate: Its certificate in DER.
    """

    key: SM2PrivateKey
    certificate: bytes = field(repr=False)


def load_cfca(data: bytes, password: bytes) -> CfcaKey:
    """
    The private key and the certificate of a ``.sm2`` file in DER.

    ``SEQUENCE { 1, SEQUENCE { data, SM4, OCTET STRING }, SEQUENCE { data, OCTET STRING } }``: the private
    number in SM4-CBC under SM3(password ‖ 00000001), whose first half is the initialisation vector and
    whose second half is the key; then the certificate.

    Args:
        data: The file; base64 is for the caller to take off.
        password: Octets as they are.

    Raises:
        EncodingError: It is no such file.
        WrongPassword: The password does not open it.
        InvalidKey: The key in it does not belong to the certificate.
        UnsupportedAlgorithm: Another cipher than SM4.
    """
    members = asn1.decode(data, what="CFCA key file").cursor(Tag.SEQUENCE)
    version = members.next(Tag.INTEGER)
    if version.integer() != 1:
        raise version.error("another version than 1")
    secret = members.next(Tag.SEQUENCE).cursor()
    public = members.next(Tag.SEQUENCE).cursor()
    members.finish()
    for part in (secret, public):
        kind = part.next(Tag.OBJECT_IDENTIFIER)
        if kind.oid() != _DATA:
            raise kind.error(f"content of the type {kind.oid()}, not data of GM/T 0010")
    cipher = secret.next(Tag.OBJECT_IDENTIFIER).oid()
    if cipher not in _SM4:
        raise UnsupportedAlgorithm("a CFCA key file under another cipher than SM4", oid=cipher)
    stored = secret.next(Tag.OCTET_STRING)
    secret.finish()
    encrypted = stored.octet_string()
    if len(encrypted) not in {32, 48}:  # leading zeros of the number may be lost
        raise stored.error(f"{len(encrypted)} bytes are no private key under SM4-CBC")
    certificate = public.next(Tag.OCTET_STRING).octet_string()
    public.finish()
    owner = _public_key(certificate)
    derived = sm3.digest(password + _COUNTER)
    try:
        number = modes.cbc_decrypt(derived[16:], encrypted, iv=derived[:16])
        key = SM2PrivateKey.from_bytes(number.rjust(32, b"\0"))
    except (DecryptionError, InvalidKey):
        raise WrongPassword(
            "the password does not open this CFCA key file, or the file is damaged"
        ) from None
    if key.public_key() != owner:
        raise InvalidKey("the private key in this file does not belong to its certificate")
    return CfcaKey(key, certificate)


def _public_key(certificate: bytes) -> SM2PublicKey:
    """The key of a certificate, which is read no further here."""
    signed = asn1.decode_lenient(certificate, what="certificate").cursor(Tag.SEQUENCE).next()
    members = signed.cursor(Tag.SEQUENCE)
    members.optional_context(0)
    rest = members.rest()  # serial, algorithm, issuer, validity, subject, key, …
    if len(rest) < 6:
        raise signed.error("a certificate without a public key")
    return load_der_public_key(rest[5].raw)
