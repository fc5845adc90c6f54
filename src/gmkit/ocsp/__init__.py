"""
OCSP (RFC 6960): ask whether a certificate is revoked, and answer.

Reading a response is :class:`gmkit.x509.OcspResponse`; believing it is :func:`gmkit.pki.certificate_status`, or
:class:`gmkit.pki.Verifier` with the rest of the chain. Answers are signed when they are asked for
(:class:`Responder`) or in advance (:func:`write_presigned`, :class:`Presigned`). Nothing here opens a
connection.
"""

from gmkit.ocsp.presigned import MAX_GET, Presigned, from_path, to_path, write_presigned
from gmkit.ocsp.request import OcspRequest
from gmkit.ocsp.responder import Answer, NeverIssued, Responder, ResponderName, refusal
from gmkit.x509.ocsp import CertificateId, CertificateStatus, OcspResponse, ResponseStatus

__all__ = [
    "MAX_GET",
    "Answer",
    "CertificateId",
    "CertificateStatus",
    "NeverIssued",
    "OcspRequest",
    "OcspResponse",
    "Presigned",
    "Responder",
    "ResponderName",
    "ResponseStatus",
    "from_path",
    "refusal",
    "to_path",
    "write_presigned",
]
