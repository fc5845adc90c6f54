"""What signs: a key in memory, or one that never leaves its device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias, Union

from gmkit.sm2 import SignatureFormat, SM2PrivateKey, SM2PublicKey

if TYPE_CHECKING:
    from gmkit.keys.devices.pkcs11 import PKCS11PrivateKey
    from gmkit.keys.devices.sdf import SDFPrivateKey

PrivateKey: TypeAlias = Union[SM2PrivateKey, "SDFPrivateKey", "PKCS11PrivateKey"]
"""A private key wherever it is: it signs and decrypts, and knows its public key."""


class Signer(Protocol):
    """A private key as far as signing needs it; :class:`gmkit.sm2.SM2PrivateKey` is one."""

    def public_key(self) -> SM2PublicKey:
        """The public key that belongs to it."""
        ...

    def sign(self, data: bytes, *, user_id: bytes = ..., format: SignatureFormat = ...) -> bytes:  # noqa: A002
        """
        Sign *data* itself (GB/T 32918.2-2016); it is hashed inside.

        Args:
            data: The message, any length.
            user_id: The signer's identifier, 0 to 8191 bytes.
            format: DER (8 to 72 bytes) or RAW (r ‖ s, 64 bytes).

        Raises:
            InvalidArgument: If *user_id* is longer.
            RandomnessError: If the operating system gave no random bytes.
            DeviceError: If the key is in a device, and that fails.
        """
        ...
