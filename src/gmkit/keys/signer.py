"""What signs: a key in memory, or one that never leaves its device."""

from __future__ import annotations

from typing import Protocol

from gmkit.sm2 import SignatureFormat, SM2PublicKey


class Signer(Protocol):
    """A private key as far as signing needs it; :class:`gmkit.sm2.SM2PrivateKey` is one."""

    def public_key(self) -> SM2PublicKey:
        """The public key that belongs to it."""
        ...

    def sign(self, data: bytes, *, user_id: bytes = ..., format: SignatureFormat = ...) -> bytes:  # noqa: A002
        """Sign *data* itself (GB/T 32918.2-2016); it is hashed inside."""
        ...
