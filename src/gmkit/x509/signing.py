"""Signatures in certificates, requests and lists: the algorithm that goes with a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from gmkit import asn1
from gmkit.errors import UnsupportedAlgorithm
from gmkit.keys import Signer
from gmkit.sm2 import DEFAULT_USER_ID, SignatureFormat
from gmkit.x509 import oids

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    SigningKey = Signer | EllipticCurvePrivateKey
else:
    SigningKey = object

# Parameters are absent: GM/T 0015 says so for SM2, RFC 5758 clause 3.2 for ECDSA.
SM2_WITH_SM3 = asn1.sequence(asn1.oid(oids.SM2_WITH_SM3))
_ECDSA = {"secp256r1": "1.2.840.10045.4.3.2", "secp384r1": "1.2.840.10045.4.3.3"}


def algorithm_of(key: SigningKey) -> bytes:
    """
    The AlgorithmIdentifier that *key* signs with: SM2 with SM3, or ECDSA on P-256 and P-384.

    Raises:
        UnsupportedAlgorithm: If gmkit does not sign with keys of this kind.
    """
    if (foreign := _foreign(key)) is None:
        return SM2_WITH_SM3
    oid = _ECDSA.get(foreign.curve.name)
    if oid is None:
        raise UnsupportedAlgorithm(f"certificates are not signed with {foreign.curve.name} here")
    return asn1.sequence(asn1.oid(oid))


def sign(key: SigningKey, octets: bytes, *, user_id: bytes = DEFAULT_USER_ID) -> bytes:
    """The contents of the BIT STRING that holds the signature of *octets*."""
    if (foreign := _foreign(key)) is None:
        return cast("Signer", key).sign(octets, user_id=user_id, format=SignatureFormat.DER)
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - for mixed chains only
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    digest = hashes.SHA256() if foreign.curve.name == "secp256r1" else hashes.SHA384()
    return foreign.sign(octets, ec.ECDSA(digest))


def public_key_info(key: SigningKey) -> bytes:
    """The SubjectPublicKeyInfo of the public key that belongs to *key*."""
    if (foreign := _foreign(key)) is None:
        return cast("Signer", key).public_key().to_der()
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415

    return foreign.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _foreign(key: SigningKey) -> EllipticCurvePrivateKey | None:
    """A key of ``cryptography``, or None: SM2 keys, wherever they are, have no curve to choose."""
    return cast("EllipticCurvePrivateKey", key) if hasattr(key, "curve") else None
