"""The picture of a seal: what kind it is, told by its octets, and how large it is to be."""

from __future__ import annotations

import re
import struct

from gmkit.errors import EncodingError, InvalidArgument
from gmkit.seal.model import Picture

__all__ = ["kind_of_picture", "picture_of"]

_PNG = b"\x89PNG\r\n\x1a\n"
_ZIP = b"PK\x03\x04"
_SVG = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:\w+:)?svg[\s>]", re.DOTALL
)
_UNSAFE_SVG = re.compile(
    rb"<!DOCTYPE|<!ENTITY|<script|\son\w+\s*=|javascript:|<foreignObject", re.IGNORECASE
)
MAX_PICTURE = 8 << 20  # bytes
_MAX_SIDE = 300  # millimetres


def picture_of(
    data: bytes,
    *,
    width: int = 40,
    height: int | None = None,
    type: str | None = None,  # noqa: A002
) -> Picture:
    """
    The picture for a seal.

    Args:
        data: A PNG, an SVG or an OFD, at most 8 MiB.
        width: Width on paper in millimetres, 1 to 300.
        height: Height on paper; None: as the picture's own shape has it, and square for an OFD.
        type: "png", "svg" or "ofd" if it is to be insisted on.

    Raises:
        InvalidArgument: If it is too large on paper, too long, or not of the type stated.
        EncodingError: If it is none of these kinds, or broken.
    """
    if len(data) > MAX_PICTURE:
        raise InvalidArgument(f"the picture has {len(data):,} bytes; at most 8 MiB go into a seal")
    kind = kind_of_picture(data)
    if type is not None and type.lower() != kind:
        raise InvalidArgument(f"the picture is a {kind}, not a {type}")
    if height is None:
        across, down = _shape(data, kind)
        height = max(1, round(width * down / across))
    for side in (width, height):
        if not 1 <= side <= _MAX_SIDE:
            raise InvalidArgument(
                f"a seal of {width} by {height} mm: sides are 1 to {_MAX_SIDE} mm"
            )
    return Picture(kind, data, width, height)


def kind_of_picture(data: bytes) -> str:
    """
    "png", "svg" or "ofd".

    Raises:
        EncodingError: If it is none of them, or an SVG with active contents.
    """
    if data.startswith(_PNG):
        return "png"
    if data.startswith(_ZIP) and b"OFD.xml" in data:
        return "ofd"
    if _SVG.match(data[:4096]):
        if _UNSAFE_SVG.search(data):
            raise EncodingError(
                "the SVG has a document type, scripts or event handlers", what="picture"
            )
        return "svg"
    raise EncodingError("not a PNG, an SVG or an OFD", what="picture")


def _shape(data: bytes, kind: str) -> tuple[float, float]:
    if kind == "png":
        return _png_shape(data)
    if kind == "svg":
        return _svg_shape(data)
    return 1, 1


def _png_shape(data: bytes) -> tuple[int, int]:
    if len(data) < 33 or data[12:16] != b"IHDR":
        raise EncodingError("the PNG is cut short", what="picture")
    across, down = struct.unpack(">II", data[16:24])
    if not across or not down:
        raise EncodingError("the PNG has no size", what="picture")
    return across, down


def _svg_shape(data: bytes) -> tuple[float, float]:
    found = re.search(rb"""viewBox\s*=\s*["']([^"']{1,80})["']""", data[:4096])
    numbers = [] if found is None else re.split(r"[\s,]+", found[1].decode("latin-1").strip())
    try:
        _, _, across, down = map(float, numbers)
    except ValueError:
        return 1, 1
    return (across, down) if across > 0 and down > 0 else (1, 1)
