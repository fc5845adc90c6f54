"""
SM2: signatures and public-key encryption (GB/T 32918).

``generate_private_key`` makes a key; ``SM2PrivateKey`` signs and decrypts, ``SM2PublicKey`` verifies
and encrypts. Verifying returns nothing or raises. Keys are valid, or they do not exist: they are
checked and tested when they are made. Randomness comes from the operating system, and nonces are
derived from key, message and fresh randomness together.

``sign_batch``, ``verify_batch`` and ``decrypt_batch`` do many at once, several times as fast as one
after the other on one core, and on all cores.

Key exchange is in ``gmkit.sm2.exchange``; signing of digests in ``gmkit.hazmat.prehashed``.
"""

from gmkit._native.sm2 import (
    Signer,
    SM2PrivateKey,
    SM2PublicKey,
    Verifier,
    generate_private_key,
)
from gmkit.sm2.batch import (
    DecryptedBatch,
    VerifiedBatch,
    decrypt_batch,
    sign_batch,
    verify_batch,
)
from gmkit.sm2.convert import convert_ciphertext, convert_signature
from gmkit.sm2.formats import CiphertextFormat, KeyProfile, SignatureFormat

__all__ = [
    "DEFAULT_USER_ID",
    "CiphertextFormat",
    "DecryptedBatch",
    "KeyProfile",
    "SM2PrivateKey",
    "SM2PublicKey",
    "SignatureFormat",
    "Signer",
    "VerifiedBatch",
    "Verifier",
    "convert_ciphertext",
    "convert_signature",
    "decrypt_batch",
    "generate_private_key",
    "sign_batch",
    "verify_batch",
]

DEFAULT_USER_ID = b"1234567812345678"
"""The signer's identifier where nothing else is agreed (GM/T 0009-2012, clause 10)."""
