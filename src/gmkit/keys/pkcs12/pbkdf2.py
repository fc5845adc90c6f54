"""PBKDF2 and its parameters (RFC 8018, appendix A.2), for certificates and MACs of PKCS#12."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from gmkit import asn1, kdf
from gmkit.asn1 import Element, Tag
from gmkit.errors import UnsupportedAlgorithm

PBKDF2 = "1.2.840.113549.1.5.12"
MAX_ITERATIONS = 10_000_000

HMACS = {
    "1.2.840.113549.2.7": "sha1",
    "1.2.840.113549.2.8": "sha224",
    "1.2.840.113549.2.9": "sha256",
    "1.2.840.113549.2.10": "sha384",
    "1.2.840.113549.2.11": "sha512",
    "1.2.156.10197.1.401.2": "sm3",
    "1.2.156.10197.1.401.3.1": "sm3",  # GM/T 0091-2020, Annex A
}
HMAC_SHA1, HMAC_SHA256, HMAC_SM3 = (
    "1.2.840.113549.2.7",
    "1.2.840.113549.2.9",
    "1.2.156.10197.1.401.2",
)


@dataclass(frozen=True, slots=True)
class Derivation:
    """
    PBKDF2 with everything but the password.

    Attributes:
        salt: Octets.
        iterations: From 1.
        key_length: Octets of the key if they are said, or None.
        prf: The pseudo-random function's identifier.
    """

    salt: bytes
    iterations: int
    key_length: int | None
    prf: str

    @classmethod
    def read(cls, element: Element) -> Derivation:
        """
        From an AlgorithmIdentifier.

        Raises:
            EncodingError: It is none, or asks for more than :data:`MAX_ITERATIONS`.
            UnsupportedAlgorithm: Another function than PBKDF2, or with a function not read here.
        """
        members = element.cursor(Tag.SEQUENCE)
        kind = members.next(Tag.OBJECT_IDENTIFIER).oid()
        if kind != PBKDF2:
            raise UnsupportedAlgorithm("key derivation other than PBKDF2", oid=kind)
        parameters = members.next(Tag.SEQUENCE).cursor()
        members.finish()
        salt = parameters.next(Tag.OCTET_STRING).octet_string()
        iterations = bounded(parameters.next(Tag.INTEGER), MAX_ITERATIONS)
        length = parameters.optional(Tag.INTEGER)
        named = parameters.optional(Tag.SEQUENCE)
        parameters.finish()
        prf = HMAC_SHA1 if named is None else named.children()[0].oid()
        if prf not in HMACS:
            raise UnsupportedAlgorithm("pseudo-random function of PBKDF2 not read here", oid=prf)
        return cls(salt, iterations, None if length is None else bounded(length, 1024), prf)

    def encoded(self) -> bytes:
        """The AlgorithmIdentifier."""
        length = b"" if self.key_length is None else asn1.integer(self.key_length)
        parameters = asn1.sequence(
            asn1.octet_string(self.salt),
            asn1.integer(self.iterations),
            length,
            asn1.sequence(asn1.oid(self.prf), asn1.null()),
        )
        return asn1.sequence(asn1.oid(PBKDF2), parameters)

    def derive(self, password: bytes, length: int) -> bytes:
        """*length* octets from *password*, any octets."""
        name = HMACS[self.prf]
        if name == "sm3":
            return kdf.pbkdf2_sm3(password, self.salt, iterations=self.iterations, length=length)
        return hashlib.pbkdf2_hmac(name, password, self.salt, self.iterations, length)


def bounded(element: Element, most: int) -> int:
    """
    An INTEGER from 1 to *most*.

    Raises:
        EncodingError: It is another.
    """
    value = element.integer()
    if not 1 <= value <= most:
        raise element.error(f"{value}; from 1 to {most} is read")
    return value
