"""Public keys in certificates: SM2 ones are gmkit's, the others belong to ``cryptography``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gmkit import sm2
from gmkit._native import x509 as _native
from gmkit.errors import EncodingError, InvalidKey, UnsupportedAlgorithm
from gmkit.x509 import oids
from gmkit.x509.once import once

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    PublicKey = (
        sm2.SM2PublicKey | EllipticCurvePublicKey | RSAPublicKey | Ed25519PublicKey | Ed448PublicKey
    )
else:
    PublicKey = object

_SM2_CURVE_DER = bytes.fromhex("06082a811ccf5501822d")
_NULL = b"\x05\x00"


class PublicKeyInfo:
    """
    A SubjectPublicKeyInfo (RFC 5280, clause 4.1.2.7).

    Attributes:
        octets: The encoding as stored.
        algorithm: The algorithm in dotted form.
        parameters: Its encoded parameters, or None.
        key_octets: Contents of the BIT STRING.
    """

    def __init__(self, octets: bytes) -> None:
        """
        Raises:
            EncodingError: If *octets* are not a SubjectPublicKeyInfo.
        """
        self.octets = octets
        self.algorithm, self.parameters, self.key_octets = _native.decode_public_key_info(octets)

    @property
    def is_sm2(self) -> bool:
        """
        Whether this is an SM2 key: either the elliptic-curve identifier or SM2's own, and the SM2
        curve by name as parameter. Explicit parameters are not SM2 whatever they say.
        """
        return (
            self.algorithm in (oids.EC_PUBLIC_KEY, oids.SM2_CURVE)
            and self.parameters == _SM2_CURVE_DER
        )

    @property
    def curve(self) -> str | None:
        """The curve in dotted form for an elliptic-curve key with a named curve, or None."""
        if self.algorithm not in (oids.EC_PUBLIC_KEY, oids.SM2_CURVE) or self.parameters is None:
            return None
        if self.parameters[:1] != b"\x06":
            return None
        from gmkit import asn1  # noqa: PLC0415 - only when asked

        return asn1.decode(self.parameters, what="curve").oid()

    @property
    def description(self) -> str:
        """Algorithm, curve or size for people; the algorithm alone where the key cannot be read."""
        if self.is_sm2:
            return "SM2"
        name = oids.ALGORITHMS.get(self.algorithm, self.algorithm)
        try:
            if self.algorithm == oids.EC_PUBLIC_KEY:
                curve = self.curve
                return f"EC {oids.ALGORITHMS.get(curve, curve) if curve else 'explicit parameters'}"
            if self.algorithm == oids.RSA_ENCRYPTION:
                from gmkit import asn1  # noqa: PLC0415 - only when asked

                key = asn1.decode_lenient(self.key_octets, what="RSA key")
                modulus = key.cursor(asn1.Tag.SEQUENCE).next(asn1.Tag.INTEGER)
                return f"RSA {modulus.integer().bit_length()} bits"
        except EncodingError:
            pass  # who uses the key is told what is wrong with it
        return name

    def key(self) -> PublicKey:
        """
        The key, ready for use.

        Raises:
            UnsupportedAlgorithm: If gmkit does not do this kind of key.
            InvalidKey: If the key is none.
        """
        return self._key

    @once
    def _key(self) -> PublicKey:
        if self.is_sm2:
            return sm2.SM2PublicKey.from_bytes(self.key_octets)
        if self.algorithm == oids.SM2_CURVE or (
            self.algorithm == oids.EC_PUBLIC_KEY and (self.parameters or b"")[:1] != b"\x06"
        ):
            raise UnsupportedAlgorithm(
                "elliptic-curve key without a named curve",
                oid=self.algorithm,
                hint="explicit curve parameters are refused even when they are those of SM2",
            )
        return self._foreign()

    def _foreign(self) -> PublicKey:
        from cryptography.exceptions import (  # noqa: PLC0415 - needed for mixed chains only
            UnsupportedAlgorithm as Unsupported,
        )
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric import (  # noqa: PLC0415
            ec,
            ed448,
            ed25519,
            rsa,
        )

        try:
            key = serialization.load_der_public_key(self.octets)
        except Unsupported as error:
            raise UnsupportedAlgorithm(
                f"keys of this kind are not done here: {error}", oid=self.algorithm
            ) from None
        except ValueError as error:
            raise InvalidKey(f"not a key: {error}") from None
        kinds = (
            ec.EllipticCurvePublicKey,
            rsa.RSAPublicKey,
            ed25519.Ed25519PublicKey,
            ed448.Ed448PublicKey,
        )
        if not isinstance(key, kinds):
            name = oids.ALGORITHMS.get(self.algorithm, self.algorithm)
            raise UnsupportedAlgorithm(f"{name} keys are not done here", oid=self.algorithm)
        return key

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PublicKeyInfo):
            return NotImplemented
        return self.octets == other.octets

    def __hash__(self) -> int:
        return hash(self.octets)
