"""Certificates and lists out of whatever file they come in: PEM, DER, PKCS#7."""

from __future__ import annotations

from gmkit._native import x509 as _native
from gmkit.errors import EncodingError
from gmkit.x509.certificate import Certificate
from gmkit.x509.crl import CertificateList
from gmkit.x509.request import CertificateRequest

_CERTIFICATES = frozenset({"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"})
_LISTS = frozenset({"X509 CRL", "CRL"})
_REQUESTS = frozenset({"CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"})
_BAGS = frozenset({"PKCS7", "CMS", "PKCS #7 SIGNED DATA"})


def load_certificates(data: bytes) -> list[Certificate]:
    """
    All certificates of a file, in order: one in DER, a PEM bundle (blocks of other kinds are passed
    over), or a PKCS#7 bag in DER or PEM.

    Args:
        data: The file.

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

    Args:
        data: The file.

    Raises:
        EncodingError: If there is neither, or one of them is not what it should be.
    """
    if data[:1] == b"\x30":
        return _der(data)
    certificates: list[Certificate] = []
    lists: list[CertificateList] = []
    for label, content in _native.pem_blocks(data):
        inside, beside = _one(label, content)
        certificates += inside
        lists += beside
    if not certificates and not lists:
        raise EncodingError("no certificate and no revocation list in this file", what="PEM text")
    return certificates, lists


def load_all(data: bytes) -> list[Certificate | CertificateList | CertificateRequest]:
    """
    Everything in a file that this package reads, in order: certificates, lists, requests.

    Args:
        data: The file, PEM or DER.

    Raises:
        EncodingError: If there is nothing, or something is not what its label says.
    """
    if data[:1] != b"\x30":
        found: list[Certificate | CertificateList | CertificateRequest] = []
        for label, content in _native.pem_blocks(data):
            if label in _REQUESTS:
                found.append(CertificateRequest(content))
            elif label in _CERTIFICATES | _LISTS | _BAGS:
                certificates, lists = _one(label, content)
                found += [*certificates, *lists]
        if not found:
            raise EncodingError(
                "no certificate, revocation list or request in this file", what="PEM text"
            )
        return found
    try:
        return [CertificateRequest(data)]
    except EncodingError:
        certificates, lists = load_bundle(data)
        return [*certificates, *lists]


def pem_blocks(data: bytes) -> list[tuple[str, bytes]]:
    """
    Label and contents of every block of a PEM text (RFC 7468).

    Raises:
        EncodingError: If it is none.
    """
    return _native.pem_blocks(data)


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


def _one(label: str, content: bytes) -> tuple[list[Certificate], list[CertificateList]]:
    """What one PEM block holds; nothing if its label is another's."""
    if label in _CERTIFICATES:
        return [Certificate(content)], []
    if label in _LISTS:
        return [], [CertificateList(content)]
    if label in _BAGS:
        return _bag(content)
    return [], []


def _der(data: bytes) -> tuple[list[Certificate], list[CertificateList]]:
    """What a DER file is shows only in the reading: certificate, list or bag."""
    try:
        return [Certificate(data)], []
    except EncodingError as error:
        as_certificate = error
    try:
        return [], [CertificateList(data)]
    except EncodingError:
        pass
    try:
        return _bag(data)
    except EncodingError:
        raise as_certificate from None


def _bag(data: bytes) -> tuple[list[Certificate], list[CertificateList]]:
    inside, beside = _native.open_bag(data)
    return list(map(Certificate, inside)), list(map(CertificateList, beside))
