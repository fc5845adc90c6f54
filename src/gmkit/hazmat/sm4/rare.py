"""The other modes of GB/T 17964-2021: BC, OFBNLF and HCTR, all on whole blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gmkit._native import sm4 as _native

if TYPE_CHECKING:
    from typing_extensions import Buffer


def bc_encrypt(key: Buffer, data: Buffer, *, iv: Buffer) -> bytes:
    """
    Encrypt in BC mode: every block is chained to all ciphertext before it (GB/T 17964-2021).

    Args:
        key: 16 bytes.
        data: A multiple of 16 bytes.
        iv: 16 bytes that nobody can predict, new for every message.

    Returns:
        As many bytes as *data*.

    Raises:
        InvalidKey: the key does not have 16 bytes.
        InvalidArgument: the IV does not have 16 bytes, or *data* is not whole blocks.
        TypeError: an argument is not bytes-like.
    """
    return _native.bc_crypt(key, data, iv, True)


def bc_decrypt(key: Buffer, data: Buffer, *, iv: Buffer) -> bytes:
    """Undo ``bc_encrypt``: same arguments, same errors."""
    return _native.bc_crypt(key, data, iv, False)


def ofbnlf_encrypt(key: Buffer, data: Buffer, *, iv: Buffer) -> bytes:
    """
    Encrypt in OFBNLF mode: every block has a key of its own (GB/T 17964-2021).

    Args:
        key: 16 bytes.
        data: A multiple of 16 bytes.
        iv: 16 bytes, new for every message.

    Returns:
        As many bytes as *data*.

    Raises:
        InvalidKey: the key does not have 16 bytes.
        InvalidArgument: the IV does not have 16 bytes, or *data* is not whole blocks.
        TypeError: an argument is not bytes-like.
    """
    return _native.ofbnlf_crypt(key, data, iv, True)


def ofbnlf_decrypt(key: Buffer, data: Buffer, *, iv: Buffer) -> bytes:
    """Undo ``ofbnlf_encrypt``: same arguments, same errors."""
    return _native.ofbnlf_crypt(key, data, iv, False)


def hctr_encrypt(key: Buffer, data: Buffer, *, tweak: Buffer) -> bytes:
    """
    Encrypt one unit of storage as if it were one wide block (HCTR, GB/T 17964-2021).

    Args:
        key: 32 bytes: the key of the cipher, then the key of the hash.
        data: A multiple of 16 bytes, at least 16. Sources disagree on what a partial block means.
        tweak: 16 bytes that say where the unit stands.

    Returns:
        As many bytes as *data*.

    Raises:
        InvalidKey: the key does not have 32 bytes.
        InvalidArgument: the tweak does not have 16 bytes, or *data* is empty or not whole blocks.
        TypeError: an argument is not bytes-like.
    """
    return _native.hctr_crypt(key, data, tweak, True)


def hctr_decrypt(key: Buffer, data: Buffer, *, tweak: Buffer) -> bytes:
    """Undo ``hctr_encrypt``: same arguments, same errors."""
    return _native.hctr_crypt(key, data, tweak, False)
