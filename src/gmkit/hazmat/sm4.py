"""
SM4 modes that protocols prescribe (GB/T 32907-2016, GB/T 17964-2021, GB/T 15852.1-2020).

None of them notices changes to the ciphertext, none chooses its own IV: ``gmkit.sm4.seal`` does both.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from gmkit._native import sm4 as _native
from gmkit._native.sm4 import BlockCipher, CTRStream, GCMEncryptor, OFBStream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Buffer

__all__ = [
    "BlockCipher",
    "CBCDecryptor",
    "CBCEncryptor",
    "CTRStream",
    "GCMEncryptor",
    "OFBStream",
    "Padding",
    "XTSStandard",
    "cbc_decrypt",
    "cbc_encrypt",
    "cbc_encrypt_batch",
    "cfb_decrypt",
    "cfb_encrypt",
    "cmac",
    "ctr_decrypt",
    "ctr_encrypt",
    "ecb_decrypt",
    "ecb_encrypt",
    "ofb_decrypt",
    "ofb_encrypt",
    "verify_cmac",
    "xts_decrypt",
    "xts_encrypt",
]


class Padding(Enum):
    """How CBC fills the last block."""

    PKCS7 = "pkcs7"
    """1 to 16 bytes that say how many they are."""
    NONE = "none"
    """Nothing: the data is whole blocks."""


class XTSStandard(Enum):
    """Whose definition of XTS; they agree on the first block only."""

    IEEE = "ieee"
    """IEEE 1619: what OpenSSL calls ``xts_standard=IEEE``."""
    GB = "gb"
    """GB/T 17964-2021: what OpenSSL calls ``xts_standard=GB``."""


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
    return _native.cbc_encrypt(key, data, iv, _pads(padding))


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
    return _native.cbc_decrypt(key, data, iv, _pads(padding), threads)


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
    return _native.xts_crypt(key, data, tweak, _is_gb(standard), True)


def xts_decrypt(key: Buffer, data: Buffer, *, tweak: Buffer, standard: XTSStandard) -> bytes:
    """Undo ``xts_encrypt``: same arguments, same errors."""
    return _native.xts_crypt(key, data, tweak, _is_gb(standard), False)


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


class CBCEncryptor:
    """CBC encryption of data that comes in pieces: ``update`` as often as needed, then ``finalize``."""

    __slots__ = ("_core",)

    def __init__(self, key: Buffer, *, iv: Buffer, padding: Padding = Padding.PKCS7) -> None:
        """As ``cbc_encrypt``."""
        self._core = _native.CBCEncryptor(key, iv, _pads(padding))

    def update(self, data: Buffer) -> bytes:
        """Encrypt the next bytes, any number; returns the whole blocks there are by now."""
        return self._core.update(data)

    def finalize(self) -> bytes:
        """End the message; returns the last block with padding, nothing without."""
        return self._core.finalize()


class CBCDecryptor:
    """CBC decryption of data that comes in pieces: ``update`` as often as needed, then ``finalize``."""

    __slots__ = ("_core",)

    def __init__(self, key: Buffer, *, iv: Buffer, padding: Padding = Padding.PKCS7) -> None:
        """As ``cbc_decrypt``."""
        self._core = _native.CBCDecryptor(key, iv, _pads(padding))

    def update(self, data: Buffer) -> bytes:
        """Decrypt the next bytes, any number; returns what can no longer be padding."""
        return self._core.update(data)

    def finalize(self) -> bytes:
        """End the message; returns what the last block holds. Raises DecryptionError as ``cbc_decrypt``."""
        return self._core.finalize()


def _pads(padding: Padding) -> bool:
    if not isinstance(padding, Padding):
        raise TypeError(f"padding is a member of Padding, not {type(padding).__name__}")
    return padding is Padding.PKCS7


def _is_gb(standard: XTSStandard) -> bool:
    if not isinstance(standard, XTSStandard):
        raise TypeError(f"standard is a member of XTSStandard, not {type(standard).__name__}")
    return standard is XTSStandard.GB
