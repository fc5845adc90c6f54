"""Certificates and lists out of whatever file they come in: PEM, DER, PKCS#7."""

from __future__ import annotations

from gmkit._native import x509 as _native
from gmkit.errors import EncodingError
from gmkit.x509.certificate import Certificate
from gmkit.x509.crl import CertificateList

_CERTIFICATES = frozenset({"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"})
_LISTS = frozenset({"X509 CRL", "CRL"})
_BAGS = frozenset({"PKCS7", "CMS", "PKCS #7 SIGNED DATA"})


def load_certificates(data: bytes) -> list[Certificate]:
    """
    All certificates of a file, in order: one in DER, a PEM bundle (blocks of other kinds are passed
    over), or a PKCS#7 bag in DER or PEM.

    Raises:
        EncodingError: If there is none, or one of them is not a certificate.
    """
    certificates, _ = load_bundle(data)
    if not certificates:
        raise EncodingError("no certificate in this file", what="certificate")
    return certificates


def load_bundle(data: bytes) -> tuple[list[Certificate], list[CertificateList]]:
    """
    All certificates and all revocation lists of a file, as :func:`load_certificates`.

    Raises:
        EncodingError: If there is neither, or one of them is not what it should be.
    """
    certificates: list[Certificate] = []
    lists: list[CertificateList] = []
    if data[:1] == b"\x30":
        _add_der(data, certificates, lists)
        return certificates, lists
    for label, content in _native.pem_blocks(data):
        if label in _CERTIFICATES:
            certificates.append(Certificate(content))
        elif label in _LISTS:
            lists.append(CertificateList(content))
        elif label in _BAGS:
            _add_bag(content, certificates, lists)
    if not certificates and not lists:
        raise EncodingError("no certificate and no revocation list in this file", what="PEM text")
    return certificates, lists


def pem_block(data: bytes, *labels: str) -> bytes:
    """
    The contents of the first PEM block with one of these labels.

    Raises:
        EncodingError: If there is none.
    """
    found = []
    for label, content in _native.pem_blocks(data):
        if label in labels:
            return content
        found.append(label)
    raise EncodingError(
        f"no {labels[0]} block in this text; it holds: {', '.join(found)}", what="PEM text"
    )


def pem_text(label: str, content: bytes) -> bytes:
    """A PEM block."""
    return _native.pem_text(label, content)


def _add_der(data: bytes, certificates: list[Certificate], lists: list[CertificateList]) -> None:
    """What a DER file is shows in its first members: SEQUENCE, or an identifier (a bag)."""
    try:
        certificates.append(Certificate(data))
    except EncodingError as as_certificate:
        try:
            lists.append(CertificateList(data))
        except EncodingError:
            try:
                _add_bag(data, certificates, lists)
            except EncodingError:
                raise as_certificate from None


def _add_bag(data: bytes, certificates: list[Certificate], lists: list[CertificateList]) -> None:
    inside, outside = _native.open_bag(data)
    certificates.extend(map(Certificate, inside))
    lists.extend(map(CertificateList, outside))
