"""Ciphers other than SM4 in CBC mode with PKCS#7 padding, through ``cryptography``: imported when met."""

from __future__ import annotations

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from gmkit.errors import DecryptionError

_ALGORITHMS = {"aes": algorithms.AES, "3des": TripleDES}


def cbc_decrypt(name: str, key: bytes, data: bytes, iv: bytes) -> bytes:
    """
    Decrypt with ``aes`` or ``3des`` and take the padding off.

    Raises:
        DecryptionError: No whole blocks, or a padding that is none.
    """
    if not data or len(data) % len(iv):
        raise DecryptionError
    decryptor = Cipher(_ALGORITHMS[name](key), modes.CBC(iv)).decryptor()
    unpadder = PKCS7(8 * len(iv)).unpadder()
    try:
        return unpadder.update(decryptor.update(data) + decryptor.finalize()) + unpadder.finalize()
    except ValueError:
        raise DecryptionError from None


def aes_cbc_encrypt(key: bytes, data: bytes, iv: bytes) -> bytes:
    """Pad and encrypt with AES."""
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    padder = PKCS7(128).padder()
    return encryptor.update(padder.update(data) + padder.finalize()) + encryptor.finalize()
