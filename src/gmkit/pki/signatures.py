"""Signatures in chains: SM2 here, P-256, P-384, P-521, RSA and Ed25519 through ``cryptography``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gmkit import asn1, sm2
from gmkit.errors import EncodingError, InvalidKey, InvalidSignature, UnsupportedAlgorithm
from gmkit.pki.reasons import Refused
from gmkit.x509 import PublicKeyInfo, oids

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

__all__ = ["SignatureVerifier", "check_key_strength", "pss_parameters"]

_NULL = b"\x05\x00"
_SM2_ALGORITHMS = frozenset(
    asn1.sequence(asn1.oid(oids.SM2_WITH_SM3), *parameters) for parameters in ((), (asn1.null(),))
)
_ECDSA = {
    "1.2.840.10045.4.3.2": "SHA256",
    "1.2.840.10045.4.3.3": "SHA384",
    "1.2.840.10045.4.3.4": "SHA512",
}
_RSA = {
    "1.2.840.113549.1.1.11": "SHA256",
    "1.2.840.113549.1.1.12": "SHA384",
    "1.2.840.113549.1.1.13": "SHA512",
    "1.2.156.10197.1.504": "SM3",
}
_PSS = "1.2.840.113549.1.1.10"
_MGF1 = "1.2.840.113549.1.1.8"
_HASHES = {
    "2.16.840.1.101.3.4.2.1": "SHA256",
    "2.16.840.1.101.3.4.2.2": "SHA384",
    "2.16.840.1.101.3.4.2.3": "SHA512",
}
_WEAK = {
    "1.2.840.10045.4.1": "ECDSA with SHA-1",
    "1.2.840.113549.1.1.2": "RSA with MD2",
    "1.2.840.113549.1.1.4": "RSA with MD5",
    "1.2.840.113549.1.1.5": "RSA with SHA-1",
    "1.2.840.10040.4.3": "DSA with SHA-1",
}
_RSA_BITS = 2048
_LONGEST_SALT = 1024  # bytes, under the largest keys


class SignatureVerifier:
    """
    Verifies signatures of certificates, lists and responses with keys of certificates.

    The keys are kept, because a key that is met again verifies faster. Only public data passes through.
    """

    _KEPT = 256

    def __init__(self, user_id: bytes) -> None:
        """
        Args:
            user_id: The SM2 identifier of every signer, 0 to 8191 bytes.
        """
        self._user_id = user_id
        self._keys: dict[bytes, sm2.SM2PublicKey] = {}

    def verify(self, signed: bytes, algorithm: bytes, signature: bytes, key: PublicKeyInfo) -> None:
        """
        Args:
            signed: The octets that are signed.
            algorithm: The encoded AlgorithmIdentifier.
            signature: Contents of the BIT STRING.
            key: The signer's key.

        Raises:
            Refused: If the signature does not fit, or is of a kind that is not done here.
        """
        try:
            if algorithm in _SM2_ALGORITHMS:
                if not key.is_sm2:
                    raise Refused(
                        "unsupported-algorithm",
                        f"SM2 signature under a key of another kind ({key.description})",
                    )
                self._sm2_key(key).verify(signature, signed, user_id=self._user_id)
            else:
                _verify_foreign(signed, algorithm, signature, key)
        except InvalidSignature:
            raise Refused("bad-signature", "the signature does not verify") from None
        except UnsupportedAlgorithm as error:
            raise Refused("unsupported-algorithm", error.message) from None
        except InvalidKey as error:
            raise Refused("bad-signature", f"the signer's key is none: {error.message}") from None
        except EncodingError as error:
            raise Refused("unsupported-algorithm", error.message) from None

    def _sm2_key(self, info: PublicKeyInfo) -> sm2.SM2PublicKey:
        key = self._keys.get(info.key_octets)
        if key is None:
            made = info.key()
            assert isinstance(made, sm2.SM2PublicKey)
            if len(self._keys) >= self._KEPT:
                self._keys.clear()
            key = self._keys[info.key_octets] = made
        return key


def check_key_strength(key: PublicKeyInfo) -> None:
    """
    Raises:
        Refused: If it is an RSA key below 2048 bits.
    """
    if key.algorithm == oids.RSA_ENCRYPTION:
        try:
            modulus = asn1.decode_lenient(key.key_octets, what="RSA key").children()[0].integer()
        except (EncodingError, IndexError):
            raise Refused("weak-algorithm", "not an RSA key") from None
        if modulus.bit_length() < _RSA_BITS:
            raise Refused("weak-algorithm", f"RSA key of {modulus.bit_length()} bits")


def _verify_foreign(signed: bytes, algorithm: bytes, signature: bytes, key: PublicKeyInfo) -> None:
    """Everything that is not SM2."""
    members = asn1.decode(algorithm, what="signature algorithm").children()
    oid = members[0].oid()
    parameters = members[1].raw if len(members) > 1 else None
    if oid in _WEAK:
        raise Refused("weak-algorithm", f"{_WEAK[oid]} is no longer a signature")
    if oid in _ECDSA and parameters is None:
        _ecdsa(signed, signature, key, _ECDSA[oid])
    elif oid in _RSA and parameters in (None, _NULL):
        _rsa(signed, signature, key, _RSA[oid])
    elif oid == _PSS and parameters is not None:
        hash_name, salt = pss_parameters(members[1])
        _rsa(signed, signature, key, hash_name, salt=salt)
    elif oid == oids.ED25519 and parameters is None:
        _ed25519(signed, signature, key)
    else:
        name = oids.ALGORITHMS.get(oid, oid)
        raise UnsupportedAlgorithm(f"signature algorithm {name} is not done here", oid=oid)


def _hash(name: str) -> HashAlgorithm:
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - for mixed chains only

    chosen: HashAlgorithm = getattr(hashes, name)()
    return chosen


def _ecdsa(signed: bytes, signature: bytes, info: PublicKeyInfo, hash_name: str) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = info.key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise _unfit(info)
    if not isinstance(key.curve, (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)):
        raise UnsupportedAlgorithm(f"curve {key.curve.name} is not done here", oid=info.algorithm)
    _attempt(lambda: key.verify(signature, signed, ec.ECDSA(_hash(hash_name))))


def _rsa(
    signed: bytes, signature: bytes, info: PublicKeyInfo, hash_name: str, *, salt: int | None = None
) -> None:
    from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415

    check_key_strength(info)
    key = info.key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise _unfit(info)
    chosen = _hash(hash_name)
    scheme: padding.AsymmetricPadding = (
        padding.PKCS1v15() if salt is None else padding.PSS(padding.MGF1(chosen), salt)
    )
    _attempt(lambda: key.verify(signature, signed, scheme, chosen))


def _ed25519(signed: bytes, signature: bytes, info: PublicKeyInfo) -> None:
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415

    key = info.key()
    if not isinstance(key, ed25519.Ed25519PublicKey):
        raise _unfit(info)
    _attempt(lambda: key.verify(signature, signed))


def _unfit(info: PublicKeyInfo) -> UnsupportedAlgorithm:
    """An algorithm under a key of another kind."""
    return UnsupportedAlgorithm(
        f"the signature algorithm does not fit a key of kind {info.description}",
        oid=info.algorithm,
    )


def _attempt(verify: Callable[[], None]) -> None:
    from cryptography.exceptions import (  # noqa: PLC0415
        InvalidSignature as Invalid,
    )
    from cryptography.exceptions import UnsupportedAlgorithm as Unsupported  # noqa: PLC0415

    try:
        verify()
    except Invalid:
        raise InvalidSignature("the signature does not verify") from None
    except (Unsupported, ValueError) as error:
        raise UnsupportedAlgorithm(f"not done here: {error}") from None


def pss_parameters(parameters: asn1.Element) -> tuple[str, int]:
    """
    RSASSA-PSS-params (RFC 8017, A.2.3): name of the hash in ``cryptography``, and length of the salt in
    bytes. The defaults are SHA-1, which is no longer a signature's hash.

    Raises:
        EncodingError: If they cannot be read.
        UnsupportedAlgorithm: If they are not the usual ones: one hash for content and mask.
    """
    hash_name, mask_name, salt = None, None, 20
    for member in parameters.children():
        inner = member.inside()
        if member.is_context(0):
            hash_name = _HASHES.get(inner.cursor().next().oid())
        elif member.is_context(1):
            parts = inner.cursor()
            if parts.next().oid() == _MGF1:
                mask_name = _HASHES.get(parts.next().cursor().next().oid())
        elif member.is_context(2):
            salt = inner.integer()
        elif not (member.is_context(3) and inner.integer() == 1):
            raise UnsupportedAlgorithm("RSASSA-PSS with an unknown parameter", oid=_PSS)
    if hash_name is None or mask_name != hash_name or not 0 <= salt <= _LONGEST_SALT:
        raise UnsupportedAlgorithm("RSASSA-PSS with these parameters is not done here", oid=_PSS)
    return hash_name, salt
