"""What keys in devices have in common: hashing here, signing there, and a second look at what came back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

from gmkit import sm2, sm3
from gmkit.errors import DeviceError, InvalidArgument, InvalidSignature
from gmkit.hazmat import prehashed
from gmkit.hazmat.prehashed import SM2Digest

if TYPE_CHECKING:
    from typing_extensions import Self

# a, b, xG, yG of the recommended curve (GB/T 32918.5-2017), as they enter Z.
_CURVE = bytes.fromhex(
    "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc"
    "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93"
    "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"
    "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0"
)


class DeviceSigner:
    """
    Hashes here, signs in the device; as :class:`gmkit.sm2.Signer` does in memory.

    What the device returns is verified before it is handed out, so that a faulty device shows.
    """

    def __init__(
        self, public: sm2.SM2PublicKey, user_id: bytes, sign: Callable[[bytes], bytes]
    ) -> None:
        """
        Args:
            public: The public half of the device's key.
            user_id: The signer's identifier, 0 to 8191 bytes.
            sign: Signs the 32 bytes of e in the device; returns r ‖ s, 64 bytes.
        """
        if len(user_id) > 8191:
            raise InvalidArgument("user_id is longer than 8191 bytes")
        entl = (8 * len(user_id)).to_bytes(2, "big")
        z = sm3.digest(entl + user_id + _CURVE + public.to_bytes()[1:])
        self._running = sm3.SM3(z)
        self._public = public
        self._sign = sign

    def update(self, data: bytes, /) -> Self:
        """Take in more of the message."""
        self._running.update(data)
        return self

    def finish(
        self,
        *,
        format: sm2.SignatureFormat = sm2.SignatureFormat.DER,  # noqa: A002 - as sm2.Signer
    ) -> bytes:
        """
        The signature over what was taken in.

        Raises:
            DeviceError: If the device fails, or returns a signature that does not verify.
        """
        e = self._running.digest()
        raw = self._sign(e)
        try:
            prehashed.verify(self._public, raw, SM2Digest(e), format=sm2.SignatureFormat.RAW)
        except InvalidSignature:
            raise DeviceError("the device returned a signature that does not verify") from None
        return sm2.convert_signature(raw, sm2.SignatureFormat.RAW, format)


class DeviceKey(ABC):
    """
    A private key in a device, without what tells devices apart.

    Safe to share between threads as far as the device is.
    """

    __slots__ = ("_public",)

    def __init__(self, public: sm2.SM2PublicKey) -> None:
        """
        Args:
            public: The public half.
        """
        self._public = public

    def public_key(self) -> sm2.SM2PublicKey:
        """The public half of the signing key, as the device gave it out."""
        return self._public

    def sign(
        self,
        data: bytes,
        *,
        user_id: bytes = sm2.DEFAULT_USER_ID,
        format: sm2.SignatureFormat = sm2.SignatureFormat.DER,  # noqa: A002 - as SM2PrivateKey
    ) -> bytes:
        """
        Sign *data* in the device (GB/T 32918.2-2016).

        What the device returns is verified before it is handed out, so that a faulty device shows.

        Args:
            data: The message, of any length.
            user_id: The signer's identifier, 0 to 8191 bytes.
            format: DER, or r ‖ s in 64 bytes.

        Raises:
            InvalidArgument: If *user_id* is longer.
            DeviceError: If the device fails, or returns a signature that does not verify.
        """
        return self.signer(user_id=user_id).update(data).finish(format=format)

    def signer(self, *, user_id: bytes = sm2.DEFAULT_USER_ID) -> DeviceSigner:
        """
        Sign what comes in pieces.

        Args:
            user_id: The signer's identifier, 0 to 8191 bytes.

        Raises:
            InvalidArgument: If it is longer.
        """
        return DeviceSigner(self._public, user_id, self._sign_digest)

    @abstractmethod
    def _sign_digest(self, e: bytes) -> bytes:
        """The signature over the 32 bytes of e: r ‖ s, 64 bytes."""
