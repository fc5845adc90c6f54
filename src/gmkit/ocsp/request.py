"""OCSP requests (RFC 6960, clause 4.1)."""

from __future__ import annotations

from dataclasses import dataclass

from gmkit import asn1
from gmkit.asn1 import Tag
from gmkit.errors import EncodingError, InvalidArgument, VerificationError
from gmkit.x509 import Certificate
from gmkit.x509.ocsp import NONCE, CertificateId, OcspResponse

__all__ = ["OcspRequest"]

_WHAT = "OCSP request"
#: Certificates one request may ask about, and bytes of a nonce (RFC 9654).
_MAX_CERTIFICATES, _MAX_NONCE = 100, 128


@dataclass(frozen=True)
class OcspRequest:
    """
    A question about certificates.

    Attributes:
        certificate_ids: Which.
        nonce: 1 to 128 bytes that the answer must repeat, or None.
    """

    certificate_ids: tuple[CertificateId, ...]
    nonce: bytes | None = None

    @classmethod
    def about(
        cls,
        certificate: Certificate,
        issuer: Certificate,
        *,
        nonce: bytes | None = None,
        hash_algorithm: str = "1.3.14.3.2.26",
    ) -> OcspRequest:
        """
        A question about one certificate.

        Args:
            certificate: Which.
            issuer: The certificate of its issuer.
            nonce: 1 to 128 bytes, fresh for each request; RFC 9654 wants 32.
            hash_algorithm: The hash of the identifier, dotted. SHA-1 is what responders understand;
                nothing rests on its strength. SM3 is 1.2.156.10197.1.401.

        Raises:
            InvalidArgument: If the nonce has another length.
            UnsupportedAlgorithm: If the hash is not done here.
        """
        if nonce is not None and not 1 <= len(nonce) <= _MAX_NONCE:
            raise InvalidArgument(f"a nonce has 1 to {_MAX_NONCE} bytes, not {len(nonce)}")
        identifier = CertificateId.of(certificate, issuer, hash_algorithm=hash_algorithm)
        return cls((identifier,), nonce)

    @classmethod
    def from_der(cls, data: bytes) -> OcspRequest:
        """
        Read a request; its signature, if it has one, is not looked at.

        Raises:
            EncodingError: If it is none, or asks about more than 100 certificates.
        """
        whole = asn1.decode_lenient(data, what=_WHAT)
        cursor = whole.cursor(Tag.SEQUENCE)
        signed = cursor.next(Tag.SEQUENCE).cursor()
        cursor.optional_context(0)
        cursor.finish()
        version = signed.optional_context(0)
        if version is not None and version.inside().integer() != 0:
            raise version.error("unknown version")
        signed.optional_context(1)
        questions = signed.next(Tag.SEQUENCE)
        extensions = signed.optional_context(2)
        signed.finish()
        members = questions.children()
        if not 1 <= len(members) <= _MAX_CERTIFICATES:
            raise questions.error(f"asks about {len(members)} certificates")
        nonce = None
        for one in () if extensions is None else extensions.inside().children():
            fields = one.cursor(Tag.SEQUENCE)
            oid = fields.next().oid()
            critical = fields.optional(Tag.BOOLEAN)
            octets = fields.next().octet_string()
            fields.finish()
            if oid == NONCE:
                nonce = _nonce(octets)
            elif critical is not None and critical.boolean():
                raise one.error("unknown critical extension")
        strict = not whole.findings
        identifiers = tuple(
            CertificateId.read(one.cursor(Tag.SEQUENCE).next(Tag.SEQUENCE), strict=strict)
            for one in members
        )
        return cls(identifiers, nonce)

    def to_der(self) -> bytes:
        """The OCSPRequest, unsigned."""
        questions = asn1.sequence(*(asn1.sequence(one.to_der()) for one in self.certificate_ids))
        extensions = []
        if self.nonce is not None:
            value = asn1.octet_string(asn1.octet_string(self.nonce))
            extension = asn1.sequence(asn1.oid(NONCE), value)
            extensions.append(asn1.explicit(2, asn1.sequence(extension)))
        return asn1.sequence(asn1.sequence(questions, *extensions))

    def check_nonce(self, response: OcspResponse) -> None:
        """
        The response was made for this request, if this request has a nonce.

        Raises:
            VerificationError: If the response lacks the nonce or has another one (reason
                ``ocsp-nonce``): an old response may have been replayed.
        """
        if self.nonce is not None and response.nonce != self.nonce:
            raise VerificationError(
                "the response does not repeat the nonce of the request",
                reason="ocsp-nonce",
                hint="some responders answer from a cache: ask without a nonce to accept that",
            )


def _nonce(octets: bytes) -> bytes:
    """Some requesters leave out the OCTET STRING that belongs around it."""
    try:
        nonce = asn1.decode(octets, what="nonce").octet_string()
    except EncodingError:
        nonce = octets
    if not 1 <= len(nonce) <= _MAX_NONCE:
        raise EncodingError(f"nonce of {len(nonce)} bytes", what=_WHAT)
    return nonce
