"""OCSP responses as data (RFC 6960, clause 4.2): what a responder says, not whether to believe it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from gmkit import asn1, sm3
from gmkit.asn1 import Element, Finding, Tag
from gmkit.errors import EncodingError, UnsupportedAlgorithm
from gmkit.x509.certificate import Certificate
from gmkit.x509.crl import RevocationReason
from gmkit.x509.extensions import Extension
from gmkit.x509.name import Name
from gmkit.x509.once import once

__all__ = ["CertificateId", "CertificateStatus", "OcspResponse", "ResponseStatus", "SingleResponse"]

BASIC = "1.3.6.1.5.5.7.48.1.1"
NONCE = "1.3.6.1.5.5.7.48.1.2"
EXTENDED_REVOKE = "1.3.6.1.5.5.7.48.1.9"
_WHAT = "OCSP response"
_SHA1, _SM3 = "1.3.14.3.2.26", "1.2.156.10197.1.401"
_HASHES = {
    _SHA1: "sha1",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}


class ResponseStatus(IntEnum):
    """How the responder took the request."""

    SUCCESSFUL = 0
    MALFORMED_REQUEST = 1
    INTERNAL_ERROR = 2
    TRY_LATER = 3
    SIG_REQUIRED = 5
    UNAUTHORIZED = 6


class CertificateStatus(IntEnum):
    """What the responder says about a certificate."""

    GOOD = 0
    REVOKED = 1
    UNKNOWN = 2


@dataclass(frozen=True)
class CertificateId:
    """
    Which certificate (clause 4.1.1): hashes of its issuer's name and key, and its serial number.

    Attributes:
        hash_algorithm: The hash, dotted.
        issuer_name_hash, issuer_key_hash: Its values.
        serial: The serial number.
        octets: As it was read, if that was DER: an answer repeats the question to the octet.
    """

    hash_algorithm: str
    issuer_name_hash: bytes
    issuer_key_hash: bytes
    serial: int
    octets: bytes | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(
        cls, certificate: Certificate, issuer: Certificate, *, hash_algorithm: str = _SHA1
    ) -> CertificateId:
        """
        The identifier of a certificate. SHA-1 is what responders understand; nothing rests on it.

        Raises:
            UnsupportedAlgorithm: If the hash is not done here.
        """
        return cls(
            hash_algorithm,
            digest(hash_algorithm, certificate.issuer_octets),
            digest(hash_algorithm, issuer.key_info.key_octets),
            certificate.serial,
        )

    def to_der(self) -> bytes:
        """The CertID, as it was read or with NULL as parameters of the hash as responders write it."""
        if self.octets is not None:
            return self.octets
        return asn1.sequence(
            asn1.sequence(asn1.oid(self.hash_algorithm), asn1.null()),
            asn1.octet_string(self.issuer_name_hash),
            asn1.octet_string(self.issuer_key_hash),
            asn1.integer(self.serial),
        )

    @classmethod
    def read(cls, element: Element, *, strict: bool = False) -> CertificateId:
        """
        From an element; *strict* says that it is known to be DER.

        Raises:
            EncodingError: If *element* is not a CertID.
        """
        cursor = element.cursor(Tag.SEQUENCE)
        algorithm = cursor.next(Tag.SEQUENCE).cursor()
        hash_algorithm = algorithm.next().oid()
        algorithm.rest()
        found = cls(
            hash_algorithm,
            cursor.next().octet_string(),
            cursor.next().octet_string(),
            cursor.next(Tag.INTEGER).integer(),
            element.raw if strict else None,
        )
        cursor.finish()
        return found


@dataclass(frozen=True)
class SingleResponse:
    """
    The answer about one certificate.

    Attributes:
        certificate_id: Which.
        status: Good, revoked or unknown.
        this_update, next_update: Since when this is known, and until when it can be relied on.
        revocation_time, reason: Of a revoked one.
        extensions: Of this answer.
    """

    certificate_id: CertificateId
    status: CertificateStatus
    this_update: datetime
    next_update: datetime | None = None
    revocation_time: datetime | None = None
    reason: RevocationReason | None = None
    extensions: tuple[Extension, ...] = ()


class OcspResponse:
    """
    A response, read.

    Attributes:
        der: The stored octets.
        status: How the request was taken; everything below is empty unless it was successful.
        tbs: The octets that are signed.
        algorithm, signature: The encoded AlgorithmIdentifier and the signature's octets.
        responder_name, responder_key_hash: Who answers: one of the two.
        produced_at: When it was signed.
        responses: The answers.
        extensions: Of the response; the nonce is one.
    """

    def __init__(self, der: bytes) -> None:
        """
        Args:
            der: The DER response.

        Raises:
            EncodingError: If it is not an OCSP response.
            UnsupportedAlgorithm: If it is of another type than the basic one.
        """
        self.der = bytes(der)
        self._outer = asn1.decode_lenient(self.der, what=_WHAT)
        cursor = self._outer.cursor(Tag.SEQUENCE)
        status = cursor.next(Tag.ENUMERATED)
        try:
            self.status = ResponseStatus(status.integer())
        except ValueError:
            raise status.error("no such response status") from None
        self.tbs = self.algorithm = self.signature = b""
        self.responder_name: Name | None = None
        self.responder_key_hash: bytes | None = None
        self.produced_at: datetime | None = None
        self.responses: tuple[SingleResponse, ...] = ()
        self.extensions: tuple[Extension, ...] = ()
        self._certificates: tuple[bytes, ...] = ()
        body = cursor.optional_context(0)
        cursor.finish()
        if body is not None:
            self._read_bytes(body.inside())
        elif self.status is ResponseStatus.SUCCESSFUL:
            raise self._outer.error("a successful response without an answer")

    @classmethod
    def from_der(cls, data: bytes) -> OcspResponse:
        """
        Read a DER response; *data* is the response and nothing else.

        Raises:
            EncodingError: If it is not an OCSP response (RFC 6960, clause 4.2.1).
        """
        return cls(data)

    @once
    def certificates(self) -> tuple[Certificate, ...]:
        """The certificates that came with it; what cannot be read is left out."""
        found = []
        for octets in self._certificates:
            certificate = _certificate(octets)
            if certificate is not None:
                found.append(certificate)
        return tuple(found)

    @property
    def nonce(self) -> bytes | None:
        """
        The nonce as the requester sent it. Some responders leave out the OCTET STRING that belongs
        around it: then the stored octets are it.
        """
        extension = next((e for e in self.extensions if e.oid == NONCE), None)
        if extension is None:
            return None
        try:
            return asn1.decode(extension.octets, what="nonce").octet_string()
        except EncodingError:
            return extension.octets

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What deviates from DER."""
        return self._outer.findings

    def _read_bytes(self, element: Element) -> None:
        cursor = element.cursor(Tag.SEQUENCE)
        kind = cursor.next().oid()
        if kind != BASIC:
            raise UnsupportedAlgorithm("only basic OCSP responses are read", oid=kind)
        basic = cursor.next(Tag.OCTET_STRING).inside().cursor(Tag.SEQUENCE)
        cursor.finish()
        signed = basic.next(Tag.SEQUENCE)
        self.tbs = signed.raw
        self.algorithm = basic.next(Tag.SEQUENCE).raw
        self.signature = basic.next(Tag.BIT_STRING).bit_string()
        certificates = basic.optional_context(0)
        basic.finish()
        if certificates is not None:
            self._certificates = tuple(one.raw for one in certificates.inside().children())
        self._read_data(signed)

    def _read_data(self, element: Element) -> None:
        cursor = element.cursor()
        version = cursor.optional_context(0)
        if version is not None and version.inside().integer() != 0:
            raise version.error("unknown version")
        responder = cursor.next()
        if responder.is_context(1):
            self.responder_name = Name(responder.inside().raw)
        elif responder.is_context(2):
            self.responder_key_hash = responder.inside().octet_string()
        else:
            raise responder.error("no responder")
        self.produced_at = cursor.next(Tag.GENERALIZED_TIME).time()
        self.responses = tuple(map(_single, cursor.next(Tag.SEQUENCE).children()))
        self.extensions = _extensions(cursor.optional_context(1))
        cursor.finish()


def digest(algorithm: str, octets: bytes) -> bytes:
    """
    A hash named by its dotted identifier.

    Raises:
        UnsupportedAlgorithm: If it is not done here.
    """
    if algorithm == _SM3:
        return sm3.digest(octets)
    name = _HASHES.get(algorithm)
    if name is None:
        raise UnsupportedAlgorithm(f"hash {algorithm} is not done here", oid=algorithm)
    return hashlib.new(name, octets, usedforsecurity=False).digest()


def _certificate(octets: bytes) -> Certificate | None:
    try:
        return Certificate(octets)
    except EncodingError:
        return None


def _single(element: Element) -> SingleResponse:
    cursor = element.cursor(Tag.SEQUENCE)
    certificate_id = CertificateId.read(cursor.next(Tag.SEQUENCE))
    status = cursor.next()
    revocation_time, reason = None, None
    if status.is_context(0):
        kind = CertificateStatus.GOOD
    elif status.is_context(1):
        kind = CertificateStatus.REVOKED
        members = status.cursor()
        revocation_time = members.next(Tag.GENERALIZED_TIME).time()
        reason_element = members.optional_context(0)
        members.finish()
        reason = RevocationReason.UNSPECIFIED
        if reason_element is not None:
            code = reason_element.inside()
            try:
                reason = RevocationReason(code.integer())
            except ValueError:
                raise code.error("no such reason code") from None
    elif status.is_context(2):
        kind = CertificateStatus.UNKNOWN
    else:
        raise status.error("no such certificate status")
    this_update = cursor.next(Tag.GENERALIZED_TIME).time()
    until = cursor.optional_context(0)
    extensions = _extensions(cursor.optional_context(1))
    cursor.finish()
    return SingleResponse(
        certificate_id,
        kind,
        this_update,
        None if until is None else until.inside().time(),
        revocation_time,
        reason,
        extensions,
    )


def _extensions(element: Element | None) -> tuple[Extension, ...]:
    if element is None:
        return ()
    found = []
    for one in element.inside().children():
        cursor = one.cursor(Tag.SEQUENCE)
        oid = cursor.next().oid()
        flag = cursor.optional(Tag.BOOLEAN)
        octets = cursor.next().octet_string()
        cursor.finish()
        found.append(Extension(oid, flag is not None and flag.boolean(), octets))
    return tuple(found)
