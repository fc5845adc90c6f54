"""One SignerInfo: does it hold, whose is it, what does it claim?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from gmkit.asn1 import Element
from gmkit.cms import SignedData, SignerInfo, VerifiedSignature, oids
from gmkit.cms.signing_certificate import check_signing_certificate
from gmkit.cms.verify import find_signer
from gmkit.errors import EncodingError, GmkitError, UnsupportedAlgorithm, VerificationError
from gmkit.verdict.model import Check, Finding, Severity, TimeProof
from gmkit.x509 import Certificate
from gmkit.x509.ocsp import OcspResponse

__all__ = [
    "algorithm_name",
    "certificate_of",
    "check_intact",
    "claim_findings",
    "claimed_time",
    "named_type",
    "responses_in",
    "unsigned_values",
]

#: Clocks of signer and authority may differ by this much.
_TOLERANCE = timedelta(minutes=5)
#: Missing evidence, not a fault of the signature.
_MISSING = {
    "signer-certificate-missing": "缺少签名证书",
    "no-content": "缺少被签名的原文",
}
_NAMES = {
    oids.SM2_WITH_SM3: "SM2 with SM3",
    oids.SM2_SIGNATURE: "SM2 with SM3",
    "1.2.840.113549.1.1.1": "RSA",
    "1.2.840.113549.1.1.11": "RSA with SHA-256",
    "1.2.840.113549.1.1.12": "RSA with SHA-384",
    "1.2.840.113549.1.1.13": "RSA with SHA-512",
    "1.2.840.10045.4.3.2": "ECDSA with SHA-256",
    "1.2.840.10045.4.3.3": "ECDSA with SHA-384",
    "1.2.840.10045.4.3.4": "ECDSA with SHA-512",
    "1.3.101.112": "Ed25519",
}


def check_intact(verify: Callable[[], VerifiedSignature], info: SignerInfo) -> Check:
    """Whether digests and value fit, and the certificate is the one the signer names (RFC 5035)."""
    try:
        check_signing_certificate(info, verify().certificate)
    except UnsupportedAlgorithm as why:
        return Check.unchecked("unsupported-algorithm", why.message, "不支持的算法")
    except VerificationError as why:
        if why.reason in _MISSING:
            return Check.unchecked(why.reason, why.message, _MISSING[why.reason])
        return Check.failed(why.reason, why.message, why.title_zh)
    except GmkitError as why:
        return Check.failed("malformed", why.message, why.title_zh)
    return Check.passed("digest and signature value fit", "杂凑值与签名值相符")


def certificate_of(info: SignerInfo, known: Iterable[Certificate]) -> Certificate | None:
    """The signer's certificate, or None if it is not at hand or cannot be told."""
    try:
        return find_signer(info, known)
    except GmkitError:  # what is wrong is said by check_intact
        return None


def claimed_time(info: SignerInfo) -> datetime | None:
    """The signer's claim; None if there is none, or none that can be read."""
    try:
        return info.signed_attributes.signing_time() if info.signed_attributes else None
    except EncodingError:
        return None


def named_type(info: SignerInfo) -> str | None:
    """The content type the signed attributes name; None if there is none, or none that can be read."""
    try:
        return info.signed_attributes.content_type() if info.signed_attributes else None
    except EncodingError:
        return None


def claim_findings(time: TimeProof, certificate: Certificate) -> list[Finding]:
    """Claims that cannot be true."""
    found: list[Finding] = []
    claimed = time.claimed
    if claimed is None:
        return found
    if time.latest is not None and claimed > time.latest + _TOLERANCE:
        text = f"the signer claims {claimed:%Y-%m-%dT%H:%M:%SZ}, later than is possible"
        found.append(
            Finding("claimed-time", Severity.WARNING, text, "声称的签名时间晚于可能的时间")
        )
    if not certificate.not_before <= claimed <= certificate.not_after:
        text = "the signer claims a time outside the validity of the certificate"
        found.append(
            Finding("claimed-time", Severity.WARNING, text, "声称的签名时间不在证书有效期内")
        )
    return found


def responses_in(message: SignedData) -> tuple[OcspResponse, ...]:
    """The OCSP responses that travel with a message; what cannot be read helps nobody."""
    found = []
    for octets in message.responses:
        with suppress(EncodingError):
            found.append(OcspResponse.from_der(octets))
    return tuple(found)


def unsigned_values(info: SignerInfo, oid: str) -> list[Element]:
    """All values of all unsigned attributes of one type."""
    return [] if info.unsigned_attributes is None else list(info.unsigned_attributes.values(oid))


def algorithm_name(info: SignerInfo) -> str:
    """For people: the name, or the identifier."""
    oid = info.signature_algorithm.oid
    return f"{_NAMES[oid]} ({oid})" if oid in _NAMES else oid
