"""ECB, CBC, CTR, CFB, OFB and XTS of data at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gmkit._native import sm4 as _native
from gmkit.hazmat.sm4.options import Padding, XTSStandard, is_gb, pads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Buffer


def ecb_encrypt(key: Buffer, data: Buffer, *, threads: int = 1) -> bytes:
    """
    Encrypt every block by itself: equal blocks stay recognisable.

    Args:
        key: 16 bytes.
        data: A multiple of 16 bytes.
        threads: How many cores may work on it, 0 for all; worth it from half a megabyte on.

    Returns:
        As many bytes as *data*.

    Raises:
        InvalidKey: the key does not have 16 bytes.
        InvalidArgument: *data* is not whole blocks.
        TypeError: an argument is not bytes-like.
    """
    return _native.ecb_encrypt(key, data, threads)


def ecb_decrypt(key: Buffer, data: Buffer, *, threads: int = 1) -> bytes:
    """Undo ``ecb_encrypt``: same arguments, same errors."""
    return _native.ecb_decrypt(key, data, threads)


def cbc_encrypt(
    key: Buffer, data: Buffer, *, iv: Buffer, padding: Padding = Padding.PKCS7
) -> bytes:
    """
    Encrypt in CBC mode.

    Args:
        key: 16 bytes.
        data: Any number of bytes; whole blocks of 16 without padding.
        iv: 16 bytes that nobody can predict, new for every message.
        padding: How the last block is filled.

    Returns:
        The ciphertext; with padding 1 to 16 bytes longer than *data*. The IV is not part of it.

    Raises:
        InvalidKey: the key does not have 16 bytes.
        InvalidArgument: the IV does not have 16 bytes, or *data* is not whole blocks.
        TypeError: an argument is not bytes-like.
    """
    return _native.cbc_encrypt(key, data, iv, pads(padding))


def cbc_encrypt_batch(
    key: Buffer, messages: Sequence[Buffer], *, ivs: Sequence[Buffer]
) -> list[bytes]:
    """
    Encrypt many messages in CBC mode with PKCS#7 padding under one key, side by side.

    One message waits for itself, block by block; 64 and more at a time are many times faster.

    Args:
        key: 16 bytes.
        messages: Each any number of bytes.
        ivs: For each message 16 bytes that nobody can predict.

    Returns:
        The ciphertexts, in the order of the messages.

    Raises:
        InvalidKey: the key does not have 16 bytes.
        InvalidArgument: an IV does not have 16 bytes, or there are not as many as messages.
        TypeError: an argument is not bytes-like.
    """
    return _native.cbc_encrypt_batch(key, messages, ivs)


def cbc_decrypt(
    key: Buffer,
    data: Buffer,
    *,
    iv: Buffer,
    padding: Padding = Padding.PKCS7,
    threads: int = 1,
) -> bytes:
    """
    Undo ``cbc_encrypt``. Check a MAC first: whoever sees whether padding fits can decrypt.

    Args:
        key: 16 bytes.
        data: The ciphertext, whole blocks of 16 bytes.
        iv: The 16 bytes it was encrypted with.
        padding: What it was encrypted with.
        threads: How many cores may work on it, 0 for all; worth it from half a megabyte on.

    Returns:
        The data.

    Raises:
        DecryptionError: with padding, the length or the padding is wrong; which, is not told.
        InvalidKey: the key does not have 16 bytes.
        InvalidArgument: the IV does not have 16 bytes; without padding, *data* is not whole blocks.
        TypeError: an argument is not bytes-like.
    """
    return _native.cbc_decrypt(key, data, iv, pads(padding), threads)


def ctr_encrypt(key: Buffer, data: Buffer, *, counter: Buffer, threads: int = 1) -> bytes:
    """
    Encrypt in CTR mode: the whole 16-byte block counts, big-endian, modulo 2^128.

    Args:
        key: 16 bytes.
        data: Any number of bytes.
        counter: The first counter block, 16 bytes; no two messages of a key may share any.
        threads: How many cores may work on it, 0 for all; worth it from half a megabyte on.

    Returns:
        As many bytes as *data*.

    Raises:
        InvalidKey: the key does not have 16 bytes.
        InvalidArgument: the counter block does not have 16 bytes.
        TypeError: an argument is not bytes-like.
    """
    return _native.ctr_crypt(key, data, counter, threads)


def ctr_decrypt(key: Buffer, data: Buffer, *, counter: Buffer, threads: int = 1) -> bytes:
    """Undo ``ctr_encrypt``: same arguments, same errors."""
    return _native.ctr_crypt(key, data, counter, threads)


def cfb_encrypt(key: Buffer, data: Buffer, *, iv: Buffer, segment: int = 16) -> bytes:
    """
    Encrypt in CFB mode.

    Args:
        key: 16 bytes.
        data: Any number of bytes; the last segment may be short.
        iv: 16 bytes that nobody can predict, new for every message.
        segment: Bytes taken at a time, 1 to 16; full blocks (CFB-128) unless a protocol says otherwise.

    Returns:
        As many bytes as *data*.

    Raises:
        InvalidKey: the key does not have 16 bytes.
        InvalidArgument: the IV does not have 16 bytes, or the segment not 1 to 16.
        TypeError: an argument is not bytes-like.
    """
    return _native.cfb_encrypt(key, data, iv, segment)


def cfb_decrypt(key: Buffer, data: Buffer, *, iv: Buffer, segment: int = 16) -> bytes:
    """Undo ``cfb_encrypt``: same arguments, same errors."""
    return _native.cfb_decrypt(key, data, iv, segment)


def ofb_encrypt(key: Buffer, data: Buffer, *, iv: Buffer) -> bytes:
    """
    Encrypt in OFB mode.

    Args:
        key: 16 bytes.
        data: Any number of bytes.
        iv: 16 bytes, new for every message.

    Returns:
        As many bytes as *data*.

    Raises:
        InvalidKey: the key does not have 16 bytes.
        InvalidArgument: the IV does not have 16 bytes.
        TypeError: an argument is not bytes-like.
    """
    return _native.ofb_crypt(key, data, iv)


def ofb_decrypt(key: Buffer, data: Buffer, *, iv: Buffer) -> bytes:
    """Undo ``ofb_encrypt``: same arguments, same errors."""
    return _native.ofb_crypt(key, data, iv)


def xts_encrypt(key: Buffer, data: Buffer, *, tweak: Buffer, standard: XTSStandard) -> bytes:
    """
    Encrypt one unit of storage in XTS mode.

    Args:
        key: 32 bytes: the key for the data, then the key for the tweak.
        data: At least 16 bytes; need not be whole blocks.
        tweak: 16 bytes that say where the unit stands.
        standard: Whose definition; there is no default, since both are in use.

    Returns:
        As many bytes as *data*.

    Raises:
        InvalidKey: the key does not have 32 bytes.
        InvalidArgument: the tweak does not have 16 bytes, or *data* has fewer than 16.
        TypeError: an argument is not bytes-like, or *standard* is no XTSStandard.
    """
    return _native.xts_crypt(key, data, tweak, is_gb(standard), True)


def xts_decrypt(key: Buffer, data: Buffer, *, tweak: Buffer, standard: XTSStandard) -> bytes:
    """Undo ``xts_encrypt``: same arguments, same errors."""
    return _native.xts_crypt(key, data, tweak, is_gb(standard), False)
