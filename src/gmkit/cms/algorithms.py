"""Digests and signatures other than SM2's, through ``cryptography``, for messages of mixed signers."""

from __future__ import annotations

import hashlib
from typing import Protocol

from cryptography.exceptions import InvalidSignature as _Invalid
from cryptography.exceptions import UnsupportedAlgorithm as _Unsupported
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from gmkit import asn1, sm3
from gmkit.cms import oids
from gmkit.cms.signed_data import SignerInfo
from gmkit.errors import InvalidSignature, UnsupportedAlgorithm
from gmkit.pki.signatures import pss_parameters

_SHA = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_DIGESTS = {**_SHA, oids.SM3: "sm3"}
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sm3": hashes.SM3(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_RSA = "1.2.840.113549.1.1.1"
_RSA_WITH = {
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
    "1.2.156.10197.1.504": "sm3",
}
_RSA_PSS = "1.2.840.113549.1.1.10"
_ECDSA_WITH = {
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
}
_ED25519 = "1.3.101.112"


class Hash(Protocol):
    """A running hash."""

    def update(self, data: bytes, /) -> object:
        """Take in more."""
        ...

    def digest(self) -> bytes:
        """The digest of what was taken in."""
        ...


def new_hash(oid: str) -> Hash:
    """
    A running hash by its identifier: SM3, SHA-256, SHA-384, SHA-512.

    Raises:
        UnsupportedAlgorithm: If it is another; SHA-1 and MD5 are refused for signatures.
    """
    if oid == oids.SM3:
        return sm3.SM3()
    if oid not in _SHA:
        raise UnsupportedAlgorithm(f"digest algorithm {oid} is not accepted here", oid=oid)
    return hashlib.new(_SHA[oid])


def verify_other(key: object, info: SignerInfo, signed: bytes) -> None:
    """
    Verify a signature that is not SM2's.

    Raises:
        InvalidSignature: If it does not hold; with reason ``digest-algorithm`` if the digest is not the one
            that goes with the algorithm.
        UnsupportedAlgorithm: If it is not RSA (PKCS #1 v1.5 or PSS), ECDSA or Ed25519.
    """
    algorithm = info.signature_algorithm.oid
    digest = _DIGESTS.get(info.digest_algorithm.oid)
    try:
        if isinstance(key, rsa.RSAPublicKey) and algorithm in (_RSA, *_RSA_WITH):
            chosen = _agreed(digest, _RSA_WITH.get(algorithm, digest))
            key.verify(info.signature, signed, padding.PKCS1v15(), chosen)
        elif isinstance(key, rsa.RSAPublicKey) and algorithm == _RSA_PSS:
            scheme, chosen = _pss(info, digest)
            key.verify(info.signature, signed, scheme, chosen)
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm in _ECDSA_WITH:
            key.verify(info.signature, signed, ec.ECDSA(_agreed(digest, _ECDSA_WITH[algorithm])))
        elif isinstance(key, ed25519.Ed25519PublicKey) and algorithm == _ED25519:
            # RFC 8419 section 3: SHA-512, with attributes (where it digests the content) and without.
            _agreed(digest, "sha512")
            key.verify(info.signature, signed)
        else:
            raise UnsupportedAlgorithm(
                f"signature algorithm {algorithm} is not done with a {type(key).__name__}",
                oid=algorithm,
            )
    except _Invalid:
        raise InvalidSignature("the signature does not fit this key and message") from None
    except (_Unsupported, ValueError) as why:
        raise UnsupportedAlgorithm(f"not done here: {why}", oid=algorithm) from None


def _pss(info: SignerInfo, digest: str | None) -> tuple[padding.PSS, hashes.HashAlgorithm]:
    """RSASSA-PSS (RFC 8017, 8.1); its parameters name the hash again."""
    parameters = info.signature_algorithm.parameters
    if parameters is None:
        raise UnsupportedAlgorithm("RSASSA-PSS with SHA-1 is not accepted here", oid=_RSA_PSS)
    name, salt = pss_parameters(asn1.decode_lenient(parameters, what="RSASSA-PSS parameters"))
    chosen = _agreed(digest, name.lower())
    return padding.PSS(padding.MGF1(chosen), salt), chosen


def _agreed(digest: str | None, wanted: str | None) -> hashes.HashAlgorithm:
    if digest is None or digest != wanted:
        raise InvalidSignature(
            "digest algorithm and signature algorithm do not belong together",
            reason="digest-algorithm",
        )
    return _HASHES[digest]
