"""Many SM2 operations in one call, side by side in the processor and spread over its cores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NoReturn, final, overload

from gmkit._native import sm2 as _native
from gmkit._native.sm2 import SM2PrivateKey, SM2PublicKey
from gmkit.errors import DecryptionError, InvalidSignature
from gmkit.sm2.formats import CiphertextFormat, SignatureFormat

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["DecryptedBatch", "VerifiedBatch", "decrypt_batch", "sign_batch", "verify_batch"]

_DEFAULT_USER_ID = b"1234567812345678"


def sign_batch(
    key: SM2PrivateKey,
    messages: Sequence[Buffer],
    *,
    user_id: Buffer = _DEFAULT_USER_ID,
    format: SignatureFormat = SignatureFormat.DER,  # noqa: A002
    threads: int | None = None,
) -> list[bytes]:
    """
    Sign many messages with one key (GB/T 32918.2-2016).

    Args:
        key: The key.
        messages: The messages themselves, each of any length. They are hashed here.
        user_id: Signer's identifier, 0 to 8191 bytes. b"" is the empty one, not the default.
        format: DER (8 to 72 bytes) or RAW (r || s, 64 bytes).
        threads: At most so many threads; by default as many as the process may use.

    Returns:
        A signature for each message, in their order.

    Raises:
        InvalidArgument: user_id is longer than 8191 bytes, or threads is below 1.
        RandomnessError: the operating system gave no random bytes.
        TypeError: a message is not bytes-like.
    """
    return _native.sign_batch(key, messages, user_id, format, threads)


def verify_batch(
    keys: SM2PublicKey | Sequence[SM2PublicKey],
    messages: Sequence[Buffer],
    signatures: Sequence[Buffer],
    *,
    user_id: Buffer = _DEFAULT_USER_ID,
    format: SignatureFormat = SignatureFormat.DER,  # noqa: A002
    threads: int | None = None,
) -> VerifiedBatch:
    """
    Verify many signatures (GB/T 32918.2-2016), each by itself.

    Keys with a table (``SM2PublicKey.precompute``) are several times as fast; for a key with many
    signatures in the call a table is made on the way and dropped again.

    Args:
        keys: One key for all, or one for each message.
        messages: The messages themselves, each of any length. They are hashed here.
        signatures: The signature of each message, in *format*.
        user_id: The signers' identifier, 0 to 8191 bytes. b"" is the empty one, not the default.
        format: DER or RAW (r || s, 64 bytes); no other is tried.
        threads: At most so many threads; by default as many as the process may use.

    Returns:
        The verdict on each signature. Nothing is raised for an invalid one: look at the result, or
        call its ``raise_for_first``.

    Raises:
        InvalidArgument: the numbers of keys, messages and signatures do not fit, user_id is longer
            than 8191 bytes, or threads is below 1.
        TypeError: a message or signature is not bytes-like, or a key is no SM2PublicKey.
    """
    many = [keys] if isinstance(keys, SM2PublicKey) else keys
    invalid = _native.verify_batch(many, messages, signatures, user_id, format, threads)
    return VerifiedBatch(len(messages), tuple(invalid))


def decrypt_batch(
    key: SM2PrivateKey,
    ciphertexts: Sequence[Buffer],
    *,
    format: CiphertextFormat = CiphertextFormat.DER,  # noqa: A002
    threads: int | None = None,
) -> DecryptedBatch:
    """
    Decrypt many ciphertexts with one key (GB/T 32918.4-2016).

    Args:
        key: The key.
        ciphertexts: What was encrypted for it.
        format: The form they are in; no other is tried.
        threads: At most so many threads; by default as many as the process may use.

    Returns:
        The messages. Nothing is raised for a ciphertext that does not open until its message is
        asked for.

    Raises:
        InvalidArgument: threads is below 1.
        TypeError: a ciphertext is not bytes-like.
    """
    return DecryptedBatch(_native.decrypt_batch(key, ciphertexts, format, threads))


@final
class VerifiedBatch(Sequence["InvalidSignature | None"]):
    """
    The verdicts on a batch of signatures: None for a valid one, an InvalidSignature for any other.

    It has no truth value: whether "the batch" is good is for the caller to say.

    Attributes:
        invalid: Places of the signatures that are not valid, from 0, in rising order.
    """

    __slots__ = ("_bad", "_count", "invalid")

    def __init__(self, count: int, invalid: tuple[int, ...]) -> None:
        self._count = count
        self.invalid = invalid
        self._bad = frozenset(invalid)

    def raise_for_first(self) -> None:
        """
        Return if all signatures are valid.

        Raises:
            InvalidSignature: the first one that is not; the message gives its place.
        """
        for place in self.invalid[:1]:
            raise _refused(place)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> InvalidSignature | None: ...
    @overload
    def __getitem__(self, place: slice) -> list[InvalidSignature | None]: ...
    def __getitem__(
        self, place: int | slice
    ) -> InvalidSignature | list[InvalidSignature | None] | None:
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(self._count))]
        at = range(self._count)[place]
        return _refused(at) if at in self._bad else None

    def __bool__(self) -> NoReturn:
        message = "a batch of verdicts has no truth value: call raise_for_first(), or see .invalid"
        raise TypeError(message)

    def __repr__(self) -> str:
        return f"<VerifiedBatch: {self._count - len(self.invalid)} of {self._count} valid>"


@final
class DecryptedBatch(Sequence[bytes]):
    """
    The messages of a batch of ciphertexts. Asking for one that did not open raises DecryptionError.

    It has no truth value.

    Attributes:
        failed: Places of the ciphertexts that did not open, from 0, in rising order.
    """

    __slots__ = ("_messages", "failed")

    def __init__(self, messages: list[bytes | None]) -> None:
        self._messages = messages
        self.failed = tuple(place for place, message in enumerate(messages) if message is None)

    def opened(self) -> Iterator[tuple[int, bytes]]:
        """Place and message of every ciphertext that opened, in their order."""
        for place, message in enumerate(self._messages):
            if message is not None:
                yield place, message

    def raise_for_first(self) -> None:
        """
        Return if all ciphertexts opened.

        Raises:
            DecryptionError: one did not.
        """
        if self.failed:
            raise DecryptionError

    def __len__(self) -> int:
        return len(self._messages)

    @overload
    def __getitem__(self, place: int) -> bytes: ...
    @overload
    def __getitem__(self, place: slice) -> list[bytes]: ...
    def __getitem__(self, place: int | slice) -> bytes | list[bytes]:
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(len(self)))]
        message = self._messages[place]
        if message is None:
            raise DecryptionError
        return message

    def __bool__(self) -> NoReturn:
        message = "a batch of messages has no truth value: see len() and .failed"
        raise TypeError(message)

    def __repr__(self) -> str:
        return f"<DecryptedBatch: {len(self) - len(self.failed)} of {len(self)} opened>"


def _refused(place: int) -> InvalidSignature:
    return InvalidSignature(f"signature {place} does not fit its key and message")
