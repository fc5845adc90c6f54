"""Which certificate a signature names as its own: SigningCertificate (RFC 5035; RFC 2634 section 5.4)."""

from __future__ import annotations

import hashlib
from hmac import compare_digest

from gmkit.asn1 import Element, Tag
from gmkit.cms import oids
from gmkit.cms.algorithms import new_hash
from gmkit.cms.signed_data import Algorithm, SignerInfo
from gmkit.errors import EncodingError, VerificationError
from gmkit.x509 import Certificate

__all__ = ["check_signing_certificate"]

_SHA256 = "2.16.840.1.101.3.4.2.1"


def check_signing_certificate(info: SignerInfo, certificate: Certificate) -> bool:
    """
    The signed attributes name the certificate that is used, if they name one.

    Without such an attribute another certificate over the same key could be put in the place of the
    signer's. Both versions of the attribute are looked at.

    Args:
        info: The signature.
        certificate: The certificate it was verified with.

    Returns:
        True if the attribute is there and names it, False if it is not there.

    Raises:
        VerificationError: With reason ``signing-certificate`` if it names another one.
        EncodingError: If it cannot be read.
        UnsupportedAlgorithm: If it names it by a hash that is not done here.
    """
    attributes = info.signed_attributes
    if attributes is None:
        return False
    newer = attributes.single(oids.ATTRIBUTE_SIGNING_CERTIFICATE_V2)
    older = attributes.single(oids.ATTRIBUTE_SIGNING_CERTIFICATE)
    for value, read in ((newer, _digest_v2), (older, _digest_v1)):
        if value is not None and not compare_digest(*read(_first(value), certificate)):
            raise VerificationError(
                "the signature names another certificate than the one that made it",
                reason="signing-certificate",
            )
    return newer is not None or older is not None


def _first(value: Element) -> Element:
    """The first certificate identifier of a SigningCertificate(V2): the signer's own."""
    listed = value.cursor(Tag.SEQUENCE).next(Tag.SEQUENCE).children()
    if not listed:
        raise EncodingError("no certificate is named", what="SigningCertificate")
    return listed[0]


def _digest_v2(named: Element, certificate: Certificate) -> tuple[bytes, bytes]:
    members = named.cursor(Tag.SEQUENCE)
    algorithm = members.optional(Tag.SEQUENCE)
    oid = _SHA256 if algorithm is None else Algorithm.read(algorithm).oid
    running = new_hash(oid)
    running.update(certificate.der)
    return members.next(Tag.OCTET_STRING).octet_string(), running.digest()


def _digest_v1(named: Element, certificate: Certificate) -> tuple[bytes, bytes]:
    # SHA-1 by the standard; it only names the certificate, which the signature binds by its key.
    stored = named.cursor(Tag.SEQUENCE).next(Tag.OCTET_STRING).octet_string()
    return stored, hashlib.sha1(certificate.der, usedforsecurity=False).digest()
