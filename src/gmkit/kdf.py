"""
Keys from passwords (PBKDF2) and from other keys (HKDF), with HMAC-SM3.

The output is a key: as secret as what it was made from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gmkit._native import kdf as _native
from gmkit.errors import InvalidArgument

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["hkdf_sm3", "pbkdf2_sm3"]

_MOST_ITERATIONS = 2**32 - 1
_LONGEST_PBKDF2 = 2**20


def pbkdf2_sm3(
    password: Buffer, salt: Buffer, *, iterations: int = 600_000, length: int = 32
) -> bytes:
    """
    A key from a password, slowly on purpose (PBKDF2 of RFC 8018, clause 5.2, with HMAC-SM3).

    Args:
        password: The password, as bytes: ``text.encode()``.
        salt: Random and stored beside the result; 16 bytes or more.
        iterations: The cost, from 1 to 2**32 - 1. Choose it as high as the login may take.
        length: Length of the key in bytes, from 1 to 2**20.

    Returns:
        The key, ``length`` bytes.

    Raises:
        InvalidArgument: iterations or length is out of range.
        TypeError: password or salt is not bytes-like.
    """
    _check("iterations", iterations, _MOST_ITERATIONS)
    _check("length", length, _LONGEST_PBKDF2)
    return _native.pbkdf2_sm3(password, salt, iterations, length)


def hkdf_sm3(
    material: Buffer, *, salt: Buffer = b"", info: Buffer = b"", length: int = 32
) -> bytes:
    """
    A key from key material that is strong already (HKDF of RFC 5869, clause 2, with HMAC-SM3).

    Not for passwords: use `pbkdf2_sm3`.

    Args:
        material: A key, or the secret of a key agreement.
        salt: Random and public, or empty.
        info: What the key is for; other info gives an unrelated key.
        length: Length of the key in bytes, from 1 to 8160.

    Returns:
        The key, ``length`` bytes.

    Raises:
        InvalidArgument: length is out of range.
        TypeError: material, salt or info is not bytes-like.
    """
    _check("length", length, _native.HKDF_LONGEST)
    return _native.hkdf_sm3(material, salt, info, length)


def _check(name: str, value: int, most: int) -> None:
    if not 1 <= value <= most:
        raise InvalidArgument(f"{name} is {value}; it must be from 1 to {most}")
