"""CBC of data that comes in pieces. The objects of the other modes are native."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gmkit._native import sm4 as _native
from gmkit.hazmat.sm4.options import Padding, pads

if TYPE_CHECKING:
    from typing_extensions import Buffer


class CBCEncryptor:
    """CBC encryption of data that comes in pieces: ``update`` as often as needed, then ``finalize``."""

    __slots__ = ("_core",)

    def __init__(self, key: Buffer, *, iv: Buffer, padding: Padding = Padding.PKCS7) -> None:
        """As ``cbc_encrypt``."""
        self._core = _native.CBCEncryptor(key, iv, pads(padding))

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
        self._core = _native.CBCDecryptor(key, iv, pads(padding))

    def update(self, data: Buffer) -> bytes:
        """Decrypt the next bytes, any number; returns what can no longer be padding."""
        return self._core.update(data)

    def finalize(self) -> bytes:
        """End the message; returns what the last block holds. Raises DecryptionError as ``cbc_decrypt``."""
        return self._core.finalize()
