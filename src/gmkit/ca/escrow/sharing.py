"""
A secret in shares: any *m* of *n* give it back, fewer say nothing about it (Shamir, 1979).

Each byte is the constant term of a polynomial of degree m−1 over GF(2^8) with the polynomial of AES; a share
is its number and its values. All bytes are worked on at once, side by side in one integer, and multiplied only
by numbers of shares, which are public: no step looks at a byte of the secret.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from gmkit.errors import InvalidArgument

__all__ = ["MOST", "combine", "split"]

MOST = 32
"""Shares at most; the field would allow 255."""


def split(secret: bytes, threshold: int, count: int) -> dict[int, bytes]:
    """
    Shares of *secret*, by their numbers from 1.

    Args:
        secret: Any number of bytes.
        threshold: How many shares give it back.
        count: How many there are, at most 32.

    Raises:
        InvalidArgument: *threshold* is not from 1 to *count*, or *count* is too large.
    """
    if not 1 <= threshold <= count <= MOST:
        raise InvalidArgument(
            f"no {threshold} of {count} shares: 1 to {MOST}, and not more than there are"
        )
    size = len(secret)
    # From the highest coefficient down to the constant term, which is the secret.
    terms = [*(secrets.token_bytes(size) for _ in range(threshold - 1)), secret]
    coefficients = [int.from_bytes(term, "big") for term in terms]
    return {
        number: _horner(coefficients, number, size).to_bytes(size, "big")
        for number in range(1, count + 1)
    }


def combine(shares: Mapping[int, bytes]) -> bytes:
    """
    The secret that these shares give: another one if they are too few or not of one secret.

    Args:
        shares: By number, all of one length.

    Raises:
        InvalidArgument: There is none, a number is none, or their lengths differ.
    """
    sizes = {len(share) for share in shares.values()}
    if len(sizes) != 1 or not all(1 <= number <= 255 for number in shares):
        raise InvalidArgument("these are no shares of one secret")
    [size] = sizes
    total = 0
    for number, share in shares.items():
        weight = 1
        for other in shares:
            if other != number:
                # Lagrange at 0; in this field subtraction is addition.
                weight = _multiply(weight, _multiply(other, _inverse(other ^ number)))
        total ^= _scaled(int.from_bytes(share, "big"), weight, size)
    return total.to_bytes(size, "big")


def _horner(coefficients: list[int], number: int, size: int) -> int:
    value = 0
    for coefficient in coefficients:
        value = _scaled(value, number, size) ^ coefficient
    return value


def _scaled(value: int, factor: int, size: int) -> int:
    """Every byte of *value* times *factor*, which is public."""
    low = int.from_bytes(b"\x7f" * size, "big")
    high = int.from_bytes(b"\x01" * size, "big")
    product = 0
    while factor:
        if factor & 1:
            product ^= value
        factor >>= 1
        carry = (value >> 7) & high
        # x^8 = x^4 + x^3 + x + 1.
        value = ((value & low) << 1) ^ carry ^ (carry << 1) ^ (carry << 3) ^ (carry << 4)
    return product


def _multiply(left: int, right: int) -> int:
    return _scaled(left, right, 1)


def _inverse(number: int) -> int:
    # number^254: the group has 255 elements.
    power = 1
    for _ in range(254):
        power = _multiply(power, number)
    return power
