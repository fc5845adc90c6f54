"""Walking over the outer structure of a message in a file, without reading what is large."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from gmkit.asn1 import Tag
from gmkit.errors import EncodingError, InvalidArgument

__all__ = ["Header", "Segments", "Skimmer", "header_octets"]

_WHAT = "CMS"
_MAX_DEPTH = 8  # of strings in segments, in BER
_SMALL = 1 << 20  # bytes of a member that is read whole


def header_octets(tag: int, length: int) -> bytes:
    """Identifier and length octets, in DER, of contents that are written elsewhere."""
    if length < 0x80:
        return bytes([tag, length])
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets


@dataclass(frozen=True, slots=True)
class Header:
    """
    Identifier and length octets of an element.

    Attributes:
        tag: The identifier octet.
        start: Position of the contents.
        end: Position after them; None for the indefinite length of BER.
    """

    tag: int
    start: int
    end: int | None


class Skimmer:
    """Reads headers of a seekable file from a position on."""

    def __init__(self, file: BinaryIO) -> None:
        """
        Raises:
            InvalidArgument: If the file cannot be read in any order.
        """
        if not file.seekable():
            raise InvalidArgument("the message must be in a file, not in a pipe")
        self.file = file
        self.at = file.tell()
        self.size = file.seek(0, io.SEEK_END)

    def header(self, tag: int | None = None) -> Header:
        """
        The header at the present position, which moves behind it.

        Raises:
            EncodingError: If there is none, it has another tag than *tag*, or ends beyond the file.
        """
        self.file.seek(self.at)
        octets = self.file.read(10)
        if len(octets) < 2:
            raise self.error("the message ends too early")
        if tag is not None and octets[0] != tag:
            raise self.error(f"expected tag 0x{tag:02x}, found 0x{octets[0]:02x}")
        if octets[0] & 0x1F == 0x1F:
            raise self.error("a tag of several octets is not expected here")
        if not octets[0]:
            raise self.error("tag 0 is reserved")
        first = octets[1]
        if first == 0x80:
            if not octets[0] & 0x20:
                raise self.error("a primitive element has no length")
            self.at += 2
            return Header(octets[0], self.at, None)
        more = first & 0x7F if first & 0x80 else 0
        if more > 8 or len(octets) < 2 + more:
            raise self.error("the length is malformed")
        length = int.from_bytes(octets[2 : 2 + more], "big") if more else first
        start = self.at + 2 + more
        if start + length > self.size:
            raise self.error("an element ends beyond the file")
        self.at = start
        return Header(octets[0], start, start + length)

    def peek(self) -> int | None:
        """The octet at the present position; None at the end of the file."""
        self.file.seek(self.at)
        octets = self.file.read(1)
        return octets[0] if octets else None

    def small(self) -> bytes:
        """
        The whole next element, with its header, which must be of definite length and not large.

        Raises:
            EncodingError: If it is not.
        """
        begin = self.at
        header = self.header()
        if header.end is None or header.end - begin > _SMALL:
            raise self.error("a member in front of the content is too large")
        self.at = header.end
        self.file.seek(begin)
        return self.file.read(header.end - begin)

    def close(self, header: Header) -> None:
        """
        Leave an element: the position must be its end, or its end marker.

        Raises:
            EncodingError: If it is not.
        """
        if header.end is None:
            self.file.seek(self.at)
            if self.file.read(2) != b"\x00\x00":
                raise self.error("an end marker is missing")
            self.at += 2
        elif self.at != header.end:
            raise self.error("an element does not end where it should")

    def rest(self, outside: list[Header], limit: int) -> bytes:
        """
        What is left up to the end of the elements in *outside*, innermost first, which end with the file.

        Raises:
            EncodingError: If it is longer than *limit* bytes, or they do not end there.
        """
        markers = 2 * sum(1 for header in outside if header.end is None)
        length = self.size - markers - self.at
        if not 0 <= length <= limit:
            raise self.error(f"what follows the content is longer than {limit:,} bytes")
        self.file.seek(self.at)
        octets = self.file.read(length)
        self.at += length
        for header in outside:
            self.close(header)
        if self.at != self.size:
            raise self.error("unexpected octets at the end of the message")
        return octets

    def error(self, message: str) -> EncodingError:
        """An error at the present position, for the caller to raise."""
        return EncodingError(message, what=_WHAT, offset=self.at)


class Segments(io.RawIOBase):
    """
    The contents of a string in a message as a file of their own, whole or in the segments of BER.

    Nothing is kept: each pass walks over the headers again.
    """

    def __init__(self, file: BinaryIO, header: Header, primitive: int = Tag.OCTET_STRING) -> None:
        """
        Args:
            file: The file the message is in.
            header: Of the string.
            primitive: The tag of the segments inside a constructed one.
        """
        super().__init__()
        self._skimmer = Skimmer(file)
        self._header = header
        self._primitive = primitive
        self._position = 0
        self._walk = self._segments()
        self._left = 0
        self._place = 0

    def end(self) -> int:
        """
        Position of the message's octets behind the string.

        Raises:
            EncodingError: If the segments are malformed.
        """
        if self._header.end is not None:
            return self._header.end
        for _ in self._segments():
            pass
        return self._skimmer.at

    @property
    def length(self) -> int:
        """How many bytes there are in all."""
        return sum(length for _, length in self._segments())

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """To the start only."""
        return True

    def tell(self) -> int:
        """Bytes read since the start."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """
        Back to the start.

        Raises:
            InvalidArgument: If another position is wanted.
        """
        if offset or whence != io.SEEK_SET:
            raise InvalidArgument("the content of a message is read from its start")
        self._walk, self._left, self._position = self._segments(), 0, 0
        return 0

    def read(self, size: int = -1) -> bytes:
        """Up to *size* bytes; b"" at the end."""
        parts: list[bytes] = []
        wanted = size if size is not None and size >= 0 else 1 << 62
        while wanted:
            if not self._left:
                found = next(self._walk, None)
                if found is None:
                    break
                self._place, self._left = found
                continue
            self._skimmer.file.seek(self._place)
            piece = self._skimmer.file.read(min(wanted, self._left, 1 << 26))
            if not piece:
                raise self._skimmer.error("the file became shorter while it was read")
            parts.append(piece)
            self._place += len(piece)
            self._left -= len(piece)
            self._position += len(piece)
            wanted -= len(piece)
        return b"".join(parts)

    def _segments(self) -> Iterator[tuple[int, int]]:
        header = self._header
        if not header.tag & 0x20:
            assert header.end is not None
            yield header.start, header.end - header.start
            return
        self._skimmer.at = header.start
        yield from self._inside(header, 0)

    def _inside(self, outer: Header, depth: int) -> Iterator[tuple[int, int]]:
        if depth == _MAX_DEPTH:
            raise self._skimmer.error("segments are nested too deeply")
        skimmer = self._skimmer
        at = outer.start
        while outer.end is None or at < outer.end:
            skimmer.at = at
            if outer.end is None and skimmer.peek() == 0:
                skimmer.close(outer)
                return
            header = skimmer.header()
            if header.tag & ~0x20 != self._primitive:
                raise skimmer.error("a string holds something that is no string")
            if header.tag & 0x20:
                yield from self._inside(header, depth + 1)
                at = skimmer.at
            else:
                assert header.end is not None
                yield header.start, header.end - header.start
                at = header.end
        skimmer.at = at
        skimmer.close(outer)
