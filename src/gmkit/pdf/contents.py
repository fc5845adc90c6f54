"""The value of a signature: one BER element, and the padding up to the room that was kept for it."""

from __future__ import annotations

from gmkit.errors import EncodingError

__all__ = ["split_contents"]


def split_contents(contents: bytes) -> tuple[bytes, bool]:
    """
    The message in /Contents, and whether nothing but zeros pads it.

    Raises:
        EncodingError: If no BER element stands at the start.
    """
    end = _element_end(contents, 0, 0)
    return contents[:end], not contents[end:].strip(b"\x00")


def _element_end(data: bytes, at: int, depth: int) -> int:
    """Position after the BER element at *at*; indefinite lengths are followed to their end."""
    if depth > 32 or at + 2 > len(data):
        raise EncodingError("/Contents holds no message", what="PDF")
    first, at = data[at + 1], at + 2
    if first < 0x80:
        end = at + first
    elif first == 0x80:
        while data[at : at + 2] != b"\x00\x00":
            at = _element_end(data, at, depth + 1)
        end = at + 2
    else:
        count = first & 0x7F
        end = at + count + int.from_bytes(data[at : at + count], "big")
    if end > len(data):
        raise EncodingError("the message is longer than /Contents", what="PDF")
    return end
