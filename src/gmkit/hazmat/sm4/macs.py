"""CMAC and CBC-MAC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gmkit._native import sm4 as _native

if TYPE_CHECKING:
    from typing_extensions import Buffer


def cmac(key: Buffer, data: Buffer, *, length: int = 16) -> bytes:
    """
    The CMAC of data (SP 800-38B; GB/T 15852.1-2020).

    Args:
        key: 16 bytes, used for nothing else.
        data: Any number of bytes.
        length: Bytes of the MAC, 8 to 16.

    Returns:
        *length* bytes.

    Raises:
        InvalidKey: the key does not have 16 bytes.
        InvalidArgument: *length* is not offered.
        TypeError: an argument is not bytes-like.
    """
    return _native.cmac(key, data, length)


def verify_cmac(mac: Buffer, key: Buffer, data: Buffer, *, length: int = 16) -> None:
    """
    Check a CMAC in constant time.

    Args:
        mac: The MAC.
        key: 16 bytes.
        data: What was authenticated.
        length: How many bytes the MAC must have.

    Raises:
        InvalidSignature: it does not fit, or has another length.
        InvalidKey: the key does not have 16 bytes.
        TypeError: an argument is not bytes-like.
    """
    _native.verify_cmac(mac, key, data, length)


def cbc_mac(key: Buffer, data: Buffer) -> bytes:
    """
    The CBC-MAC of data with padding method 2: one bit 1, then zeros (GB/T 15852.1-2020).

    Forgeable where messages differ in length, and so without a function that verifies: ``cmac`` is not.

    Args:
        key: 16 bytes, used for nothing else.
        data: Any number of bytes.

    Returns:
        16 bytes.

    Raises:
        InvalidKey: the key does not have 16 bytes.
        TypeError: an argument is not bytes-like.
    """
    return _native.cbc_mac(key, data)
