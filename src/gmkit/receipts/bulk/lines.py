"""Lines of a file of any length, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

__all__ = ["Line", "read_lines"]

PIECE = 1 << 20  # bytes read at once of a line that is too long


@dataclass(frozen=True, slots=True)
class Line:
    """
    One line.

    Attributes:
        number: From 1.
        end: Offset in bytes of the next line.
        data: Its octets without the line end; only the first ones of a line that is too long.
        too_long: Whether it was longer than the limit.
    """

    number: int
    end: int
    data: bytes
    too_long: bool = False


def read_lines(file: BinaryIO, *, limit: int, number: int = 0, offset: int = 0) -> Iterator[Line]:
    """
    The lines from the present position of *file*, ended by LF or CR LF.

    Args:
        file: Open for reading.
        limit: Bytes of the longest line; the rest of a longer one is read past and dropped.
        number: Number of the line before the first.
        offset: Position of the first line in the file.
    """
    while data := file.readline(limit + 2):
        number += 1
        offset += len(data)
        ended = data.endswith(b"\n")
        if not ended and len(data) > limit:
            while piece := file.readline(PIECE):
                offset += len(piece)
                if piece.endswith(b"\n"):
                    break
            yield Line(number, offset, data[:80], too_long=True)
            continue
        yield Line(number, offset, data.removesuffix(b"\n").removesuffix(b"\r"))
