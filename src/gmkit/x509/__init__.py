"""
Certificates, requests and revocation lists as data.

Reading never decides: a certificate that was read may be expired, forged or wrongly made. Decisions
are :mod:`gmkit.pki`'s. Everything keeps the stored octets and lists in ``findings`` how it deviates
from DER and from its profile (RFC 5280; GM/T 0015 for the identity extensions).
"""

from gmkit.x509.builder import CertificateBuilder, CertificateListBuilder, RequestBuilder
from gmkit.x509.building.general_names import parse_general_name
from gmkit.x509.building.names import build_name, parse_name
from gmkit.x509.certificate import Certificate
from gmkit.x509.crl import CertificateList, RevocationReason, RevokedCertificate
from gmkit.x509.extensions import Extension
from gmkit.x509.general_name import GeneralName
from gmkit.x509.load import load_all, load_bundle, load_certificates
from gmkit.x509.name import Name, NameAttribute
from gmkit.x509.ocsp import OcspResponse
from gmkit.x509.public_key import PublicKeyInfo
from gmkit.x509.request import CertificateRequest

__all__ = [
    "Certificate",
    "CertificateBuilder",
    "CertificateList",
    "CertificateListBuilder",
    "CertificateRequest",
    "Extension",
    "GeneralName",
    "Name",
    "NameAttribute",
    "OcspResponse",
    "PublicKeyInfo",
    "RequestBuilder",
    "RevocationReason",
    "RevokedCertificate",
    "build_name",
    "load_all",
    "load_bundle",
    "load_certificates",
    "parse_general_name",
    "parse_name",
]
