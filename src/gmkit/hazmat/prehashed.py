"""
SM2 signatures of what was hashed elsewhere (GB/T 32918.2-2016).

For key services and hardware that take the 32 bytes e = SM3(Z || M) instead of the message. A digest
has a type of its own, so that a message is never signed as if it were one: whoever signs 32 bytes
chosen by somebody else signs whatever that somebody likes, and signatures of chosen digests can be
forged from the public key alone.
"""

from gmkit._native.sm2 import SM2Digest
from gmkit._native.sm2 import sign_prehashed as sign
from gmkit._native.sm2 import verify_prehashed as verify

__all__ = ["SM2Digest", "sign", "verify"]
