"""
Which octets of a file a signature covers: /ByteRange and the hole for /Contents (ISO 32000-2, 12.8.1).

The rule is stricter than the standard's: two ranges, the first from the start of the file, and between them
exactly the hexadecimal string of /Contents with its brackets. Whatever else stood in the hole would be
signed by nobody.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from gmkit.errors import VerificationError

__all__ = ["CoveredOctets", "SignedRange", "check_byte_range"]

_HEXADECIMAL = re.compile(rb"<([0-9A-Fa-f]*)>")
_BEFORE = re.compile(rb"/Contents[\x00\t\n\f\r ]*\Z")


@dataclass(frozen=True, slots=True)
class SignedRange:
    """
    The covered octets of a file.

    Attributes:
        hole: Position of the ``<`` of /Contents.
        resume: Position after its ``>``.
        end: Position after the last covered octet.
    """

    hole: int
    resume: int
    end: int

    def covers(self, other: SignedRange) -> bool:
        """Whether all of another signature, its value included, is covered."""
        return self.end >= other.end and not self.hole <= other.hole < self.resume


def check_byte_range(data: bytes, numbers: Sequence[int], contents: bytes) -> SignedRange:
    """
    The octets covered, after checking that they are all but the signature's own value.

    Args:
        data: The file.
        numbers: The members of /ByteRange.
        contents: The octets of /Contents, as the reader of the structure has them.

    Raises:
        VerificationError: With reason ``byte-range`` if the ranges overlap, leave the file or do not begin
            at its start; ``contents-hole`` if between them stands anything but this /Contents.
    """
    if len(numbers) != 4 or not all(type(one) is int or isinstance(one, int) for one in numbers):
        raise _wrong(f"/ByteRange has {len(numbers)} members, not four numbers")
    start, length, resume, rest = (int(one) for one in numbers)
    if start != 0:
        raise _wrong(f"/ByteRange begins at {start}, not at the start of the file")
    if min(length, resume, rest) <= 0:
        raise _wrong("a range of /ByteRange is empty or negative")
    if resume < length + 2:
        raise _wrong("the ranges of /ByteRange overlap, or leave no room for the signature")
    if resume + rest > len(data):
        raise _wrong("/ByteRange reaches beyond the end of the file")
    hole = _HEXADECIMAL.fullmatch(data, length, resume)
    if hole is None:
        raise _uncovered("between the ranges stands more than a hexadecimal string")
    text = hole[1]
    if bytes.fromhex((text + b"0" * (len(text) % 2)).decode("ascii")) != contents:
        raise _uncovered("between the ranges stands another string than /Contents")
    if _BEFORE.search(data, max(0, length - 64), length) is None:
        raise _uncovered("the string between the ranges is not the value of /Contents")
    return SignedRange(length, resume, resume + rest)


class CoveredOctets(io.RawIOBase):
    """The covered octets as a file to read from, without a copy of them."""

    def __init__(self, data: bytes, signed: SignedRange) -> None:
        super().__init__()
        view = memoryview(data)
        self._parts = (view[: signed.hole], view[signed.resume : signed.end])
        self._at = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Position in the covered octets."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position, counted from the start, from here or from the end."""
        bases = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: sum(map(len, self._parts))}
        self._at = max(0, bases[whence] + offset)
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """Up to *size* octets, fewer at the seam and at the end; all of them for -1."""
        if size is None or size < 0:
            return b"".join(iter(lambda: self.read(1 << 20), b""))
        at = self._at
        for part in self._parts:
            if at < len(part):
                piece = bytes(part[at : at + size])
                self._at += len(piece)
                return piece
            at -= len(part)
        return b""


def _wrong(text: str) -> VerificationError:
    return VerificationError(text, reason="byte-range")


def _uncovered(text: str) -> VerificationError:
    return VerificationError(text, reason="contents-hole")
