"""
SM2 key exchange (GB/T 32918.3): two parties who know each other's public keys agree on a secret.

::

    A  initiator = Initiator(a, b_public, length=16)
                          initiator.point()                  -> B
    B  responder = Responder(b, a_public, length=16)
       responder.receive(point of A)
                          responder.point(), .confirmation() -> A
    A  secret = initiator.finish(point of B, confirmation of B)
                          initiator.confirmation()           -> B
    B  secret = responder.finish(confirmation of A)

No secret is handed out before the peer has shown that it has the same one, unless ``confirm=False``
is written on that side: then whoever sent the point may be anybody, and only the use of the secret
will tell. An object serves one exchange.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from gmkit._native.sm2 import OneTimeKey, SM2PrivateKey, SM2PublicKey, agree
from gmkit.errors import InvalidArgument, VerificationError
from gmkit.sm2 import DEFAULT_USER_ID

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["Initiator", "Responder"]


class _Party:
    """What both sides have in common."""

    _initiator: bool

    def __init__(
        self,
        private_key: SM2PrivateKey,
        peer_key: SM2PublicKey,
        *,
        length: int,
        user_id: Buffer = DEFAULT_USER_ID,
        peer_user_id: Buffer = DEFAULT_USER_ID,
        confirm: bool = True,
    ) -> None:
        """
        Args:
            private_key: One's own key.
            peer_key: The peer's public key, from a certificate that was verified.
            length: Bytes of the secret, at least 1.
            user_id: One's own identifier, 0 to 8191 bytes.
            peer_user_id: The peer's identifier, 0 to 8191 bytes.
            confirm: False gives the secret out unconfirmed.

        Raises:
            InvalidArgument: *length* is below 1.
            RandomnessError: the operating system gave no random bytes.
        """
        if length < 1:
            raise InvalidArgument("length must be at least 1 byte")
        self._key, self._user_id = private_key, user_id
        self._peer, self._peer_user_id = peer_key, peer_user_id
        self._length, self._confirm = length, confirm
        self._one_time = OneTimeKey()
        self._agreed: tuple[bytes, bytes, bytes] | None = None
        self._finished = False
        self._refused = False

    def __repr__(self) -> str:
        return f"<{type(self).__name__} with {self._peer!r}>"

    def __reduce__(self) -> str:
        raise TypeError(f"{type(self).__name__} cannot be pickled: it is for one exchange")

    def point(self) -> bytes:
        """The point to send to the peer: 04 || x || y, 65 bytes."""
        return self._one_time.point()

    def _agree(self, peer_point: Buffer) -> tuple[bytes, bytes, bytes]:
        if self._agreed is not None or self._refused:
            raise InvalidArgument("this exchange has its point; begin another for another")
        self._agreed = agree(
            self._initiator,
            self._key,
            self._user_id,
            self._one_time,
            self._peer,
            self._peer_user_id,
            peer_point,
            self._length,
        )
        return self._agreed

    def _secret(self, expected: bytes, confirmation: Buffer | None) -> bytes:
        if self._agreed is None:
            raise InvalidArgument("no point of the peer has been received, or it was refused")
        if confirmation is None:
            if self._confirm:
                raise InvalidArgument(
                    "the peer's confirmation is missing; confirm=False would do without"
                )
        elif not hmac.compare_digest(expected, confirmation):
            self._agreed, self._refused = None, True
            raise VerificationError(
                "the peer did not confirm the secret", reason="exchange-unconfirmed"
            )
        self._finished = True
        return self._agreed[0]


class Initiator(_Party):
    """The side that begins (user A of the standard)."""

    _initiator = True

    def finish(self, peer_point: Buffer, confirmation: Buffer | None = None) -> bytes:
        """
        The secret, from what the responder sent.

        Args:
            peer_point: The responder's point, 65 bytes.
            confirmation: The responder's confirmation, 32 bytes; it may be left out after
                ``confirm=False`` only, and is compared whenever it is given.

        Returns:
            *length* bytes.

        Raises:
            InvalidKey: *peer_point* is not a point to agree on.
            InvalidArgument: the confirmation is missing, an identifier is too long, or this was
                called before.
            VerificationError: the confirmation is not the right one.
        """
        if confirmation is None and self._confirm:
            raise InvalidArgument(
                "the peer's confirmation is missing; confirm=False would do without"
            )
        _, expected, _ = self._agree(peer_point)
        return self._secret(expected, confirmation)

    def confirmation(self) -> bytes:
        """
        What shows the responder that this side has the secret: 32 bytes.

        Raises:
            InvalidArgument: ``finish`` has not succeeded.
        """
        if self._agreed is None or not self._finished:
            raise InvalidArgument("there is nothing to confirm before finish has succeeded")
        return self._agreed[2]


class Responder(_Party):
    """The side that answers (user B of the standard)."""

    _initiator = False

    def receive(self, peer_point: Buffer) -> None:
        """
        Take in what the initiator sent.

        Args:
            peer_point: The initiator's point, 65 bytes.

        Raises:
            InvalidKey: *peer_point* is not a point to agree on.
            InvalidArgument: an identifier is too long, or this was called before.
        """
        self._agree(peer_point)

    def confirmation(self) -> bytes:
        """
        What shows the initiator that this side has the secret: 32 bytes.

        Raises:
            InvalidArgument: the initiator's point has not been received.
        """
        if self._agreed is None:
            raise InvalidArgument("there is nothing to confirm: no point received, or refused")
        return self._agreed[1]

    def finish(self, confirmation: Buffer | None = None) -> bytes:
        """
        The secret, once the initiator has confirmed it.

        Args:
            confirmation: The initiator's confirmation, 32 bytes; it may be left out after
                ``confirm=False`` only, and is compared whenever it is given.

        Returns:
            *length* bytes.

        Raises:
            InvalidArgument: the confirmation is missing, or no point has been received.
            VerificationError: the confirmation is not the right one.
        """
        return self._secret(self._agreed[2] if self._agreed else b"", confirmation)
