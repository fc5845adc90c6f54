"""The other side: answers about certificates, signed (RFC 6960, clause 4.2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum

from gmkit import asn1
from gmkit.errors import EncodingError, InvalidArgument, UnsupportedAlgorithm
from gmkit.ocsp.request import OcspRequest
from gmkit.sm2 import DEFAULT_USER_ID
from gmkit.x509 import Certificate, RevocationReason
from gmkit.x509.ocsp import (
    BASIC,
    EXTENDED_REVOKE,
    NONCE,
    CertificateId,
    CertificateStatus,
    ResponseStatus,
    digest,
)
from gmkit.x509.signing import SigningKey, algorithm_of, public_key_info, sign

__all__ = ["Answer", "NeverIssued", "Responder", "ResponderName", "refusal"]

_SHA1 = "1.3.14.3.2.26"


@dataclass(frozen=True)
class Answer:
    """
    What is known about a certificate.

    Attributes:
        status: Good, revoked or unknown.
        revocation_time: When a revoked one was revoked, UTC.
        reason: Why, or None.
    """

    status: CertificateStatus
    revocation_time: datetime | None = None
    reason: RevocationReason | None = None


class ResponderName(Enum):
    """How a response names who signed it (clause 4.2.1)."""

    BY_KEY = "key"
    """SHA-1 of the responder's key."""
    BY_NAME = "name"
    """The subject of its certificate."""


class NeverIssued(Enum):
    """What is answered about a serial number that the issuer never gave away (clause 2.2)."""

    UNKNOWN = "unknown"
    """Unknown."""
    REVOKED = "revoked"
    """Revoked, on hold since 1970, with the extension that says what that means (clause 4.4.8)."""


# Clause 2.2: what a "revoked" says about a certificate that was never issued.
_SINCE_EVER = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Responder:
    """
    Answers for one issuer, with its own key or with a key the issuer authorised.

    An identifier that is not of this issuer is answered "unknown": never "good" for what the issuer did
    not issue.
    """

    def __init__(
        self,
        certificate: Certificate,
        key: SigningKey,
        *,
        issuer: Certificate,
        lookup: Callable[[int], Answer],
        validity: timedelta = timedelta(hours=24),
        user_id: bytes = DEFAULT_USER_ID,
        name: ResponderName = ResponderName.BY_KEY,
        never_issued: NeverIssued = NeverIssued.UNKNOWN,
    ) -> None:
        """
        Args:
            certificate: The responder's certificate: the issuer's own, or one with OCSPSigning.
            key: Its private key.
            issuer: The authority whose certificates are asked about.
            lookup: What is known about a serial number; ``UNKNOWN`` if it was never issued.
            validity: How long an answer holds.
            user_id: The responder's SM2 identifier, 0 to 8191 bytes.
            name: How responses name the responder.
            never_issued: What is answered where *lookup* says ``UNKNOWN``.

        Raises:
            InvalidArgument: If *validity* is not positive, or the key is not the certificate's.
            UnsupportedAlgorithm: If gmkit does not sign with keys of this kind.
        """
        if validity <= timedelta(0):
            raise InvalidArgument("the validity of an answer must be positive")
        if public_key_info(key) != certificate.public_key_info:
            raise InvalidArgument("the key is not the one of the responder's certificate")
        self._certificate = certificate
        self._key = key
        self._issuer = issuer
        self._lookup = lookup
        self._validity = validity
        self._user_id = user_id
        self._algorithm = algorithm_of(key)
        self._ids: dict[str, tuple[bytes, bytes]] = {}
        self._never_issued = never_issued
        self._latest: tuple[datetime | None, bytes, bytes] = (None, b"", b"")
        if name is ResponderName.BY_NAME:
            self._responder_id = asn1.explicit(1, certificate.subject_octets)
        else:
            by_key = asn1.octet_string(digest(_SHA1, certificate.key_info.key_octets))
            self._responder_id = asn1.explicit(2, by_key)
        delegated = certificate.public_key_info != issuer.public_key_info
        self._certificates = asn1.explicit(0, asn1.sequence(certificate.der)) if delegated else b""

    def respond(self, request: bytes, *, time: datetime) -> bytes:
        """
        Answer a DER request; what cannot be read is answered too, with an error status.

        Args:
            request: The OCSPRequest.
            time: The moment of the answer, with a time zone.

        Returns:
            The OCSPResponse in DER.
        """
        try:
            asked = OcspRequest.from_der(request)
        except EncodingError:
            return refusal(ResponseStatus.MALFORMED_REQUEST)
        return self.sign(asked.certificate_ids, time=time, nonce=asked.nonce)

    def sign(
        self, ids: Sequence[CertificateId], *, time: datetime, nonce: bytes | None = None
    ) -> bytes:
        """
        A signed response about these certificates, for a request or to be served from a file.

        Args:
            ids: Which.
            time: The moment of the answer, with a time zone; fractions of a second are dropped.
            nonce: The nonce of the request, or None.
        """
        now, until = self._bounds(time.replace(microsecond=0))
        found = [self._status(one) for one in ids]
        answers = (
            asn1.sequence(one.to_der(), status, now, until)
            for one, (status, _) in zip(ids, found, strict=True)
        )
        members = []
        if nonce is not None:
            value = asn1.octet_string(asn1.octet_string(nonce))
            members.append(asn1.sequence(asn1.oid(NONCE), value))
        if any(extended for _, extended in found):
            members.append(asn1.sequence(asn1.oid(EXTENDED_REVOKE), asn1.octet_string(asn1.null())))
        extensions = asn1.explicit(1, asn1.sequence(*members)) if members else b""
        signed = asn1.sequence(self._responder_id, now, asn1.sequence(*answers), extensions)
        signature = asn1.bit_string(sign(self._key, signed, user_id=self._user_id))
        basic = asn1.sequence(signed, self._algorithm, signature, self._certificates)
        body = asn1.sequence(asn1.oid(BASIC), asn1.octet_string(basic))
        return asn1.sequence(asn1.enumerated(ResponseStatus.SUCCESSFUL), asn1.explicit(0, body))

    def _bounds(self, moment: datetime) -> tuple[bytes, bytes]:
        """Since when and until when an answer of now holds, encoded; thousands a second have the same."""
        known, now, until = self._latest
        if known != moment:
            now = asn1.generalized_time(moment)
            until = asn1.explicit(0, asn1.generalized_time(moment + self._validity))
            self._latest = (moment, now, until)
        return now, until

    def certificate_id(self, serial: int, *, hash_algorithm: str = _SHA1) -> CertificateId:
        """
        The identifier of a certificate of the issuer, for answers made in advance.

        Raises:
            UnsupportedAlgorithm: If the hash is not done here.
        """
        return CertificateId(hash_algorithm, *self._hashes(hash_algorithm), serial)

    def _status(self, identifier: CertificateId) -> tuple[bytes, bool]:
        """The CertStatus, and whether it says "revoked" of what was never issued."""
        try:
            own = self._hashes(identifier.hash_algorithm)
        except UnsupportedAlgorithm:
            own = None
        if own != (identifier.issuer_name_hash, identifier.issuer_key_hash):
            return _UNKNOWN, False
        answer = self._lookup(identifier.serial)
        if answer.status is CertificateStatus.GOOD:
            return _GOOD, False
        if answer.status is CertificateStatus.UNKNOWN:
            if self._never_issued is NeverIssued.UNKNOWN:
                return _UNKNOWN, False
            return _revoked(_SINCE_EVER, RevocationReason.CERTIFICATE_HOLD), True
        if answer.revocation_time is None:
            raise InvalidArgument("an answer says revoked and not when")
        return _revoked(answer.revocation_time, answer.reason), False

    def _hashes(self, algorithm: str) -> tuple[bytes, bytes]:
        if algorithm not in self._ids:
            self._ids[algorithm] = (
                digest(algorithm, self._issuer.subject_octets),
                digest(algorithm, self._issuer.key_info.key_octets),
            )
        return self._ids[algorithm]


_GOOD = asn1.implicit(0, asn1.null())
_UNKNOWN = asn1.implicit(2, asn1.null())


def _revoked(since: datetime, reason: RevocationReason | None) -> bytes:
    parts = [asn1.generalized_time(since.replace(microsecond=0))]
    if reason is not None:
        parts.append(asn1.explicit(0, asn1.enumerated(reason)))
    return asn1.implicit(1, asn1.sequence(*parts))


def refusal(status: ResponseStatus) -> bytes:
    """
    A response without an answer.

    Raises:
        InvalidArgument: If *status* is the successful one.
    """
    if status is ResponseStatus.SUCCESSFUL:
        raise InvalidArgument("a successful response needs an answer")
    return asn1.sequence(asn1.enumerated(status))
