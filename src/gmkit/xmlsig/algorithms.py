"""Identifiers of XML signatures, and what they stand for. No standard text names those of SM2 openly."""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidSignature as _Invalid
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from gmkit import sm2, sm3
from gmkit.errors import InvalidSignature, UnsupportedAlgorithm
from gmkit.x509 import Certificate

__all__ = [
    "CUSTOMS_DIGEST",
    "CUSTOMS_SIGNATURE",
    "SIGNATURES",
    "digest",
    "is_weak",
    "verify",
]

_CUSTOMS = "http://www.chinaport.gov.cn/2022/04/xmldsig#"
#: China Customs, message rules of 2022-05.
CUSTOMS_SIGNATURE = _CUSTOMS + "sm2-sm3"
CUSTOMS_DIGEST = _CUSTOMS + "sm3"
_DSIG = "http://www.w3.org/2000/09/xmldsig#"
_SHA1 = _DSIG + "sha1"
_DIGESTS = {
    CUSTOMS_DIGEST: "sm3",
    _DSIG + "sm3": "sm3",
    _SHA1: "sha1",
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
#: Names for people. Customs programs before 2022 put sm2-sm3 under the W3C's own namespace.
SIGNATURES = {
    CUSTOMS_SIGNATURE: "SM2 with SM3, customs 2022",
    _DSIG + "sm2-sm3": "SM2 with SM3, customs before 2022",
    _MORE + "rsa-sha256": "RSA with SHA-256",
    _MORE + "rsa-sha512": "RSA with SHA-512",
    _MORE + "ecdsa-sha256": "ECDSA with SHA-256",
}
_SM2 = frozenset({CUSTOMS_SIGNATURE, _DSIG + "sm2-sm3"})
_RAW = 64  # bytes of r and s


def digest(algorithm: str, data: bytes) -> bytes:
    """
    A digest by its URI.

    Raises:
        UnsupportedAlgorithm: If it is none of the table.
    """
    name = _DIGESTS.get(algorithm)
    if name is None:
        raise UnsupportedAlgorithm(f"digest method {algorithm!r} is not done here")
    if name == "sm3":
        return sm3.digest(data)
    return hashlib.new(name, data, usedforsecurity=False).digest()


def is_weak(algorithm: str) -> bool:
    """Whether other content with the same digest can be made: then a fitting digest shows little."""
    return _DIGESTS.get(algorithm) == "sha1"


def verify(
    algorithm: str, certificate: Certificate, signed: bytes, value: bytes, *, user_id: bytes
) -> None:
    """
    Verify a signature value by the URI of its method.

    Args:
        algorithm: The URI.
        certificate: Whose key it should be.
        signed: The canonical SignedInfo.
        value: The value; of SM2 r and s in 64 bytes as customs has it, or DER.
        user_id: The signer's SM2 identifier.

    Raises:
        InvalidSignature: If it does not hold, or key and method do not belong together.
        UnsupportedAlgorithm: If the method is not done here.
    """
    if algorithm not in SIGNATURES:
        raise UnsupportedAlgorithm(f"signature method {algorithm!r} is not done here")
    key = certificate.public_key()
    if (algorithm in _SM2) != isinstance(key, sm2.SM2PublicKey):
        raise InvalidSignature("the key is not of the kind the signature method needs")
    if isinstance(key, sm2.SM2PublicKey):
        # The length decides: no DER signature that SM2 makes has 64 bytes but with negligible chance.
        form = sm2.SignatureFormat.RAW if len(value) == _RAW else sm2.SignatureFormat.DER
        key.verify(value, signed, user_id=user_id, format=form)
        return
    chosen: hashes.HashAlgorithm = (
        hashes.SHA512() if algorithm.endswith("sha512") else hashes.SHA256()
    )
    try:
        if isinstance(key, rsa.RSAPublicKey) and "#rsa-" in algorithm:
            key.verify(value, signed, padding.PKCS1v15(), chosen)
        elif isinstance(key, ec.EllipticCurvePublicKey) and "#ecdsa-" in algorithm:
            half = len(value) // 2
            r, s = int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big")
            key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(chosen))
        else:
            raise InvalidSignature("the key is not of the kind the signature method needs")
    except _Invalid:
        raise InvalidSignature("the signature does not fit this key and message") from None
