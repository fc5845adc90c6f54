"""
HMAC-SM3: a tag of 32 bytes that only the holders of a key can make and check (RFC 2104 with SM3).

``hmac_sm3`` makes one, ``verify_hmac_sm3`` checks one; ``HmacSM3`` does both for data in pieces.
"""

from gmkit._native.mac import HmacSM3, hmac_sm3, verify_hmac_sm3

__all__ = ["HmacSM3", "hmac_sm3", "verify_hmac_sm3"]
