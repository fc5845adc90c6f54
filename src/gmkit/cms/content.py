"""What a message signs: octets at hand, or a file that is read as often as needed."""

from __future__ import annotations

from collections.abc import Iterator
from hmac import compare_digest
from typing import BinaryIO

from gmkit import sm3
from gmkit.cms import oids
from gmkit.cms.algorithms import new_hash
from gmkit.cms.signed_data import SignedData
from gmkit.errors import VerificationError

__all__ = ["Content"]

_CHUNK = 1 << 20


class Content:
    """The signed content; a file is read as often as needed and never kept."""

    def __init__(self, message: SignedData | None, given: bytes | BinaryIO | None) -> None:
        """
        Raises:
            VerificationError: With reason ``no-content`` or ``content-differs``.
        """
        inner = None if message is None else message.content
        if given is None and inner is None:
            raise VerificationError(
                "the content is not in the message",
                reason="no-content",
                hint="give the detached content",
            )
        self._digests: dict[str, bytes] = {}
        self._file: BinaryIO | None = None
        self._start = 0
        if given is None or isinstance(given, bytes):
            self._whole = given if given is not None else inner
        else:
            self._whole = None
            self._file = given
            self._start = given.tell()
        if inner is not None and given is not None:
            inside = sm3.digest(inner)
            if not compare_digest(self.digest(oids.SM3), inside):
                raise VerificationError(
                    "the content given is not the content in the message", reason="content-differs"
                )

    def pieces(self) -> Iterator[bytes]:
        """The content in order."""
        if self._whole is not None:
            yield self._whole
            return
        assert self._file is not None
        self._file.seek(self._start)
        while piece := self._file.read(_CHUNK):
            yield piece

    def whole(self) -> bytes:
        """All of it, for algorithms that take a message in one piece."""
        return b"".join(self.pieces())

    def digest(self, oid: str) -> bytes:
        """The content's digest by the algorithm named, computed once."""
        if oid not in self._digests:
            running = new_hash(oid)
            for piece in self.pieces():
                running.update(piece)
            self._digests[oid] = running.digest()
        return self._digests[oid]
