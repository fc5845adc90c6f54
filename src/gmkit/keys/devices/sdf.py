"""
Keys inside a cryptographic device, through its GM/T 0018 interface (SDF).

The device's C library is loaded with ctypes; nothing of the private key ever leaves the device. Digests
(Z and SM3) are computed here, over the public key the device exports, and the device signs the 32 bytes.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gmkit import sm2
from gmkit.errors import (
    DecryptionError,
    DeviceError,
    InvalidArgument,
    UnsupportedAlgorithm,
)
from gmkit.keys.devices.stream import DeviceKey

if TYPE_CHECKING:
    from typing_extensions import Self

_WIDTH = 64
"""Bytes of a coordinate in the interface's structures (512 bits), right-aligned."""

_SM2_ENCRYPTION = 0x0002_0800

# GM/T 0018-2012 annex A, what each code means.
_CODES = {
    0x0100_0001: "unknown error",
    0x0100_0002: "the device does not have this function",
    0x0100_0003: "no communication with the device",
    0x0100_0004: "the device's processor does not answer",
    0x0100_0005: "the device cannot be opened",
    0x0100_0006: "no session can be opened",
    0x0100_0007: "no right to use the private key: the PIN is missing or wrong",
    0x0100_0008: "there is no key at this index",
    0x0100_0009: "the device does not have this algorithm",
    0x0100_000B: "the public-key operation failed",
    0x0100_000C: "the private-key operation failed",
    0x0100_000D: "signing failed",
    0x0100_0014: "the key at this index is of another type",
    0x0100_0015: "the key is damaged",
}


class _PublicKey(ctypes.Structure):
    """ECCrefPublicKey."""

    _fields_ = (
        ("bits", ctypes.c_uint),
        ("x", ctypes.c_ubyte * _WIDTH),
        ("y", ctypes.c_ubyte * _WIDTH),
    )


class _Signature(ctypes.Structure):
    """ECCSignature."""

    _fields_ = (("r", ctypes.c_ubyte * _WIDTH), ("s", ctypes.c_ubyte * _WIDTH))


def _cipher_of(length: int) -> type[ctypes.Structure]:
    """ECCCipher with room for *length* bytes of C2."""

    class Cipher(ctypes.Structure):
        _fields_ = (
            ("x", ctypes.c_ubyte * _WIDTH),
            ("y", ctypes.c_ubyte * _WIDTH),
            ("M", ctypes.c_ubyte * 32),
            ("L", ctypes.c_uint),
            ("C", ctypes.c_ubyte * max(length, 1)),
        )

    return Cipher


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """What a device says of itself (GM/T 0018-2012, DEVICEINFO)."""

    issuer: str
    name: str
    serial: str


class _DeviceInfo(ctypes.Structure):
    _fields_ = (
        ("issuer", ctypes.c_char * 40),
        ("name", ctypes.c_char * 16),
        ("serial", ctypes.c_char * 16),
        ("device_version", ctypes.c_uint),
        ("standard_version", ctypes.c_uint),
        ("asymmetric", ctypes.c_uint * 2),
        ("symmetric", ctypes.c_uint),
        ("hash", ctypes.c_uint),
        ("buffer_size", ctypes.c_uint),
    )


class SDFDevice:
    """
    An open device with one session.

    A session serves one call at a time; a lock keeps threads apart. Close it, or use it in ``with``.
    """

    def __init__(self, library: str) -> None:
        """
        Open the device behind the C library at *library*.

        Raises:
            DeviceError: If the library cannot be loaded or the device does not open.
        """
        try:
            self._library = ctypes.CDLL(library)
        except OSError as error:
            raise DeviceError(f"the device library {library} cannot be loaded: {error}") from None
        self._lock = threading.Lock()
        self._device = ctypes.c_void_p()
        self._session = ctypes.c_void_p()
        self._call("SDF_OpenDevice", ctypes.byref(self._device))
        try:
            self._call("SDF_OpenSession", self._device, ctypes.byref(self._session))
        except DeviceError:
            self._call("SDF_CloseDevice", self._device)
            raise

    def info(self) -> DeviceInfo:
        """Maker, name and serial number of the device."""
        info = _DeviceInfo()
        self._call("SDF_GetDeviceInfo", self._session, ctypes.byref(info))
        return DeviceInfo(
            *(part.decode("gbk", "replace") for part in (info.issuer, info.name, info.serial))
        )

    def private_key(self, index: int, *, pin: bytes | None = None) -> SDFPrivateKey:
        """
        The signing key (and decryption key) at *index*.

        Args:
            index: Number of the key container in the device, from 1.
            pin: Access password of the key, if the device asks for one.

        Raises:
            DeviceError: If there is no such key, or the PIN is wrong.
        """
        if index < 1:
            raise InvalidArgument(f"key index {index} is not positive")
        if pin is not None:
            self._call(
                "SDF_GetPrivateKeyAccessRight",
                self._session,
                ctypes.c_uint(index),
                ctypes.c_char_p(pin),
                ctypes.c_uint(len(pin)),
            )
        return SDFPrivateKey(self, index, self._public_key("SDF_ExportSignPublicKey_ECC", index))

    def close(self) -> None:
        """Close session and device; keys of this device do not work after it."""
        if self._session:
            self._call("SDF_CloseSession", self._session)
            self._session = ctypes.c_void_p()
        if self._device:
            self._call("SDF_CloseDevice", self._device)
            self._device = ctypes.c_void_p()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _public_key(self, function: str, index: int) -> sm2.SM2PublicKey:
        key = _PublicKey()
        self._call(function, self._session, ctypes.c_uint(index), ctypes.byref(key))
        return sm2.SM2PublicKey.from_bytes(b"\x04" + _number(key.x) + _number(key.y))

    def _call(self, name: str, *arguments: object) -> None:
        try:
            function: Callable[..., int] = getattr(self._library, name)
        except AttributeError:
            raise UnsupportedAlgorithm(f"the device library has no function {name}") from None
        with self._lock:
            code = function(*arguments) & 0xFFFF_FFFF
        if code:
            raise DeviceError(
                f"{name}: {_CODES.get(code, 'the device reports an error')} (0x{code:08x})"
            )


class SDFPrivateKey(DeviceKey):
    """
    A private key inside a device (GM/T 0018-2012), usable wherever an :class:`~gmkit.sm2.SM2PrivateKey` is.

    Got from :meth:`SDFDevice.private_key`.
    """

    __slots__ = ("_device", "_index")

    def __init__(self, device: SDFDevice, index: int, public: sm2.SM2PublicKey) -> None:
        super().__init__(public)
        self._device = device
        self._index = index

    def _sign_digest(self, e: bytes) -> bytes:
        signature = _Signature()
        self._device._call(  # noqa: SLF001 - one module, one idea
            "SDF_InternalSign_ECC",
            self._device._session,  # noqa: SLF001
            ctypes.c_uint(self._index),
            ctypes.c_char_p(e),
            ctypes.c_uint(32),
            ctypes.byref(signature),
        )
        return _number(signature.r) + _number(signature.s)

    def decrypt(
        self,
        ciphertext: bytes,
        *,
        format: sm2.CiphertextFormat = sm2.CiphertextFormat.DER,  # noqa: A002
    ) -> bytes:
        """
        Decrypt in the device with the encryption key of the same index (SDF_InternalDecrypt_ECC).

        Raises:
            DecryptionError: If the ciphertext does not open.
            UnsupportedAlgorithm: If the device's library does not have the function.
        """
        given = sm2.convert_ciphertext(ciphertext, format, sm2.CiphertextFormat.C1C3C2)
        length = len(given) - 97
        cipher = _cipher_of(length)()
        _place(cipher, "x", given[1:33])
        _place(cipher, "y", given[33:65])
        ctypes.memmove(cipher.M, given[65:97], 32)
        cipher.L = length
        ctypes.memmove(cipher.C, given[97:], length)
        plain = ctypes.create_string_buffer(max(length, 1))
        room = ctypes.c_uint(length)
        try:
            self._device._call(  # noqa: SLF001
                "SDF_InternalDecrypt_ECC",
                self._device._session,  # noqa: SLF001
                ctypes.c_uint(self._index),
                ctypes.c_uint(_SM2_ENCRYPTION),
                ctypes.byref(cipher),
                plain,
                ctypes.byref(room),
            )
        except DeviceError as error:
            raise DecryptionError from error
        if room.value != length:
            raise DecryptionError
        return plain.raw[:length]

    def __repr__(self) -> str:
        return f"<SDFPrivateKey index {self._index}, {self._public!r}>"


def _number(field: ctypes.Array[ctypes.c_ubyte]) -> bytes:
    """The 32 bytes of a number, right-aligned in its field of 64."""
    octets = bytes(field)
    if any(octets[: _WIDTH - 32]):
        raise DeviceError("the device returned a number of more than 256 bits")
    return octets[_WIDTH - 32 :]


def _place(structure: ctypes.Structure, field: str, number: bytes) -> None:
    """Puts 32 bytes right-aligned into a field of 64."""
    ctypes.memmove(getattr(structure, field), bytes(_WIDTH - 32) + number, _WIDTH)
