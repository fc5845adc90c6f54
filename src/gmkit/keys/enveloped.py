"""SM2EnvelopedKey: how an authority delivers the encryption key of a dual pair (GM/T 0009, clause 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gmkit._native import keys as _native
from gmkit.sm2 import SM2PrivateKey, SM2PublicKey

if TYPE_CHECKING:
    from typing_extensions import Buffer


def seal_enveloped(key: SM2PrivateKey, receiver: SM2PublicKey) -> bytes:
    """
    *key* for the owner of *receiver*, who opens it with the private key of the signing half.

    Args:
        key: The private key to be delivered.
        receiver: Whoever shall have it.

    Returns:
        SM2EnvelopedKey in DER, with SM4 in ECB mode under a fresh key.

    Raises:
        RandomnessError: The operating system gave no random bytes.
    """
    return _native.seal_enveloped(key, receiver)


def open_enveloped(data: Buffer, receiver: SM2PrivateKey) -> SM2PrivateKey:
    """
    The private key inside an SM2EnvelopedKey.

    Args:
        data: DER.
        receiver: The private key it was enveloped for.

    Raises:
        EncodingError: It is no SM2EnvelopedKey.
        DecryptionError: It was enveloped for another key.
        InvalidKey: What is inside does not give the public key printed.
        UnsupportedAlgorithm: Another cipher than SM4 in ECB mode.
    """
    return _native.open_enveloped(data, receiver)
