"""The other side: answers about certificates, signed (RFC 6960, clause 4.2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gmkit import asn1
from gmkit.errors import EncodingError, InvalidArgument, UnsupportedAlgorithm
from gmkit.ocsp.request import OcspRequest
from gmkit.sm2 import DEFAULT_USER_ID
from gmkit.x509 import Certificate, RevocationReason
from gmkit.x509.ocsp import BASIC, NONCE, CertificateId, CertificateStatus, ResponseStatus, digest
from gmkit.x509.signing import SigningKey, algorithm_of, sign

__all__ = ["Answer", "Responder", "refusal"]

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
    ) -> None:
        """
        Args:
            certificate: The responder's certificate: the issuer's own, or one with OCSPSigning.
            key: Its private key.
            issuer: The authority whose certificates are asked about.
            lookup: What is known about a serial number; ``UNKNOWN`` if it was never issued.
            validity: How long an answer holds.
            user_id: The responder's SM2 identifier, 0 to 8191 bytes.

        Raises:
            InvalidArgument: If *validity* is not positive.
            UnsupportedAlgorithm: If gmkit does not sign with keys of this kind.
        """
        if validity <= timedelta(0):
            raise InvalidArgument("the validity of an answer must be positive")
        self._certificate = certificate
        self._key = key
        self._issuer = issuer
        self._lookup = lookup
        self._validity = validity
        self._user_id = user_id
        self._algorithm = algorithm_of(key)
        self._ids: dict[str, tuple[bytes, bytes]] = {}
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
        moment = time.replace(microsecond=0)
        now = asn1.generalized_time(moment)
        until = asn1.explicit(0, asn1.generalized_time(moment + self._validity))
        answers = (asn1.sequence(one.to_der(), self._status(one), now, until) for one in ids)
        extensions = b""
        if nonce is not None:
            value = asn1.octet_string(asn1.octet_string(nonce))
            extension = asn1.sequence(asn1.oid(NONCE), value)
            extensions = asn1.explicit(1, asn1.sequence(extension))
        signed = asn1.sequence(self._responder_id, now, asn1.sequence(*answers), extensions)
        signature = asn1.bit_string(sign(self._key, signed, user_id=self._user_id))
        basic = asn1.sequence(signed, self._algorithm, signature, self._certificates)
        body = asn1.sequence(asn1.oid(BASIC), asn1.octet_string(basic))
        return asn1.sequence(asn1.enumerated(ResponseStatus.SUCCESSFUL), asn1.explicit(0, body))

    def certificate_id(self, serial: int) -> CertificateId:
        """The identifier of a certificate of the issuer, for answers made in advance."""
        return CertificateId(_SHA1, *self._hashes(_SHA1), serial)

    def _status(self, identifier: CertificateId) -> bytes:
        try:
            own = self._hashes(identifier.hash_algorithm)
        except UnsupportedAlgorithm:
            own = None
        if own != (identifier.issuer_name_hash, identifier.issuer_key_hash):
            return asn1.implicit(2, asn1.null())
        answer = self._lookup(identifier.serial)
        if answer.status is not CertificateStatus.REVOKED:
            return asn1.implicit(int(answer.status), asn1.null())
        if answer.revocation_time is None:
            raise InvalidArgument("an answer says revoked and not when")
        parts = [asn1.generalized_time(answer.revocation_time.replace(microsecond=0))]
        if answer.reason is not None:
            parts.append(asn1.explicit(0, asn1.enumerated(answer.reason)))
        return asn1.implicit(1, asn1.sequence(*parts))

    def _hashes(self, algorithm: str) -> tuple[bytes, bytes]:
        if algorithm not in self._ids:
            self._ids[algorithm] = (
                digest(algorithm, self._issuer.subject_octets),
                digest(algorithm, self._issuer.key_info.key_octets),
            )
        return self._ids[algorithm]


def refusal(status: ResponseStatus) -> bytes:
    """
    A response without an answer.

    Raises:
        InvalidArgument: If *status* is the successful one.
    """
    if status is ResponseStatus.SUCCESSFUL:
        raise InvalidArgument("a successful response needs an answer")
    return asn1.sequence(asn1.enumerated(status))
