"""Building certificates, requests and lists: what is given is written, nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from gmkit import asn1
from gmkit.errors import InvalidArgument
from gmkit.sm2 import DEFAULT_USER_ID
from gmkit.x509.building.extensions import encode_extension
from gmkit.x509.certificate import Certificate
from gmkit.x509.crl import CertificateList
from gmkit.x509.extensions import Extension
from gmkit.x509.name import Name
from gmkit.x509.request import CertificateRequest
from gmkit.x509.signing import SM2_WITH_SM3, SigningKey, algorithm_of, public_key_info, sign

__all__ = [
    "CertificateBuilder",
    "CertificateListBuilder",
    "RequestBuilder",
    "encode_revoked",
    "joined",
]

_EXTENSION_REQUEST = "1.2.840.113549.1.9.14"
_CHALLENGE_PASSWORD = "1.2.840.113549.1.9.7"  # noqa: S105  an identifier
_VERSION_2 = asn1.integer(1)
_VERSION_3 = asn1.explicit(0, asn1.integer(2))


@dataclass(frozen=True, kw_only=True, slots=True)
class CertificateBuilder:
    """
    The fields of a certificate (RFC 5280, clause 4.1).

    Attributes:
        serial: Positive, at most 20 bytes as an INTEGER.
        issuer, subject: The names.
        not_before, not_after: First and last second of validity, with a time zone.
        public_key_info: The subject's SubjectPublicKeyInfo, as it stands in a request or
            ``SM2PublicKey.to_der()``.
        extensions: In the order they are written.
    """

    serial: int
    issuer: Name
    subject: Name
    not_before: datetime
    not_after: datetime
    public_key_info: bytes
    extensions: tuple[Extension, ...] = ()

    def tbs(self, algorithm: bytes = SM2_WITH_SM3) -> bytes:
        """
        What is signed.

        Args:
            algorithm: The encoded AlgorithmIdentifier of the signature.

        Raises:
            InvalidArgument: A serial out of range, or a time without a zone or with a fraction.
        """
        if not 0 < self.serial < 1 << 159:
            raise InvalidArgument("a serial is positive and has at most 20 bytes")
        fields = [
            _VERSION_3,
            asn1.integer(self.serial),
            algorithm,
            self.issuer.octets,
            _validity(self.not_before, self.not_after),
            self.subject.octets,
            self.public_key_info,
        ]
        if self.extensions:
            extensions = asn1.sequence(*map(encode_extension, self.extensions))
            fields.append(asn1.explicit(3, extensions))
        return asn1.sequence(*fields)

    def sign(self, key: SigningKey, *, user_id: bytes = DEFAULT_USER_ID) -> Certificate:
        """
        The certificate, signed with the issuer's *key*.

        Args:
            key: An SM2 key in memory or in a device, or one of ``cryptography`` on P-256 or P-384.
            user_id: Of an SM2 signer, 0 to 8191 bytes.

        Raises:
            InvalidArgument: As :meth:`tbs`.
            UnsupportedAlgorithm: The key is of another kind.
        """
        algorithm = algorithm_of(key)
        tbs = self.tbs(algorithm)
        return Certificate(joined(tbs, algorithm, sign(key, tbs, user_id=user_id)))


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestBuilder:
    """
    The fields of a certification request, PKCS#10 (RFC 2986).

    Attributes:
        subject: The name asked for.
        extensions: Those asked for.
        challenge_password: PrintableString, or None.
    """

    subject: Name
    extensions: tuple[Extension, ...] = ()
    challenge_password: str | None = None

    def sign(self, key: SigningKey, *, user_id: bytes = DEFAULT_USER_ID) -> CertificateRequest:
        """
        The request for the public key of *key*, signed with it.

        Args:
            key: SM2, in memory or in a device, or P-256 or P-384.
            user_id: The SM2 identifier, 0 to 8191 bytes.

        Raises:
            UnsupportedAlgorithm: The key is neither SM2 nor on P-256 or P-384.
            InvalidArgument: A challenge password that PrintableString cannot hold.
        """
        attributes = []
        if self.extensions:
            extensions = asn1.sequence(*map(encode_extension, self.extensions))
            attributes.append(_attribute(_EXTENSION_REQUEST, extensions))
        if self.challenge_password is not None:
            password = asn1.printable_string(self.challenge_password)
            attributes.append(_attribute(_CHALLENGE_PASSWORD, password))
        info = asn1.sequence(
            asn1.integer(0),
            self.subject.octets,
            public_key_info(key),
            asn1.implicit(0, asn1.set_of(*attributes)),
        )
        return CertificateRequest(joined(info, algorithm_of(key), sign(key, info, user_id=user_id)))


@dataclass(frozen=True, kw_only=True, slots=True)
class CertificateListBuilder:
    """
    The fields of a revocation list, version 2 (RFC 5280, clause 5.1).

    Attributes:
        issuer: The name of who signs it.
        this_update, next_update: When it was made, and when at the latest there will be another.
        revoked: Encoded entries, from ``encode_revoked`` of this module.
        extensions: In the order they are written.
    """

    issuer: Name
    this_update: datetime
    next_update: datetime
    revoked: Iterable[bytes] = ()
    extensions: tuple[Extension, ...] = ()

    def sign(self, key: SigningKey, *, user_id: bytes = DEFAULT_USER_ID) -> CertificateList:
        """
        The list, signed with the issuer's *key*.

        Args:
            key: SM2, in memory or in a device, or P-256 or P-384.
            user_id: The SM2 identifier, 0 to 8191 bytes.

        Raises:
            InvalidArgument: A time that cannot be written.
            UnsupportedAlgorithm: The key is of another kind.
        """
        algorithm = algorithm_of(key)
        revoked = b"".join(self.revoked)
        fields = [
            _VERSION_2,
            algorithm,
            self.issuer.octets,
            asn1.time(self.this_update),
            asn1.time(self.next_update),
        ]
        if revoked:  # an empty list has no such element at all
            fields.append(asn1.sequence(revoked))
        if self.extensions:
            extensions = asn1.sequence(*map(encode_extension, self.extensions))
            fields.append(asn1.explicit(0, extensions))
        tbs = asn1.sequence(*fields)
        return CertificateList(joined(tbs, algorithm, sign(key, tbs, user_id=user_id)))


@lru_cache(maxsize=64)  # the same for all that is issued in one go
def _validity(not_before: datetime, not_after: datetime) -> bytes:
    return asn1.sequence(asn1.time(not_before), asn1.time(not_after))


def encode_revoked(serial: int, moment: datetime, extensions: tuple[Extension, ...] = ()) -> bytes:
    """An entry of a revocation list (RFC 5280, clause 5.1.2.6)."""
    parts = [asn1.integer(serial), asn1.time(moment)]
    if extensions:
        parts.append(asn1.sequence(*map(encode_extension, extensions)))
    return asn1.sequence(*parts)


def joined(tbs: bytes, algorithm: bytes, signature: bytes) -> bytes:
    """What certificates, requests and lists have in common: contents, algorithm, signature."""
    return asn1.sequence(tbs, algorithm, asn1.bit_string(signature))


def _attribute(oid: str, value: bytes) -> bytes:
    return asn1.sequence(asn1.oid(oid), asn1.set_of(value))
