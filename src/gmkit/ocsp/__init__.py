"""
OCSP (RFC 6960): ask whether a certificate is revoked, and answer.

Reading a response is :class:`gmkit.x509.OcspResponse`; believing it is :class:`gmkit.pki.Verifier`'s. Nothing
here opens a connection.
"""

from gmkit.ocsp.request import OcspRequest
from gmkit.ocsp.responder import Answer, Responder, refusal
from gmkit.x509.ocsp import CertificateId, CertificateStatus, OcspResponse, ResponseStatus

__all__ = [
    "Answer",
    "CertificateId",
    "CertificateStatus",
    "OcspRequest",
    "OcspResponse",
    "Responder",
    "ResponseStatus",
    "refusal",
]
