"""The written forms of SM2 signatures, ciphertexts and keys."""

from __future__ import annotations

from enum import Enum

__all__ = ["CiphertextFormat", "KeyProfile", "SignatureFormat"]


class SignatureFormat(Enum):
    """How a signature is written. A reader tries the one it was told, never another."""

    DER = "der"
    """SEQUENCE of INTEGER r, INTEGER s: 8 to 72 bytes (GM/T 0009-2012, clause 7.3)."""
    RAW = "raw"
    """r || s, 32 bytes each, big-endian."""


class CiphertextFormat(Enum):
    """How a ciphertext is written. The order of the plain forms cannot be told from the bytes."""

    DER = "der"
    """SEQUENCE of INTEGER x, INTEGER y, OCTET STRING C3, OCTET STRING C2 (GM/T 0009-2012, clause 7.2)."""
    C1C3C2 = "c1c3c2"
    """04 || x || y || C3 || C2 (GB/T 32918.4-2016)."""
    C1C2C3 = "c1c2c3"
    """04 || x || y || C2 || C3, the order of the text of 2010."""


class KeyProfile(Enum):
    """How a private key is protected by a password: PBES2 of RFC 8018 either way."""

    SM4_SM3 = "sm4-sm3"
    """PBKDF2 with HMAC-SM3, SM4-CBC. GmSSL and gmsm read it, OpenSSL 3.0 does not."""
    OPENSSL = "openssl"
    """PBKDF2 with HMAC-SHA-256, AES-256-CBC. OpenSSL 3 reads it, GmSSL does not."""
