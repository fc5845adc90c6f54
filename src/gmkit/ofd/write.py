"""Writing a package: parts that stay are copied as they are packed, parts that change or come are packed anew."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from datetime import datetime
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from gmkit.errors import InvalidArgument
from gmkit.ofd.archive import Archive

__all__ = ["NAMESPACE", "element", "insert_after", "write_package"]

NAMESPACE = "http://www.ofdspec.org/2016"
_HEADER = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_LOCAL = struct.Struct("<4s5H3L2H")
_DIRECTORY = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _UTF8, _STORED, _DEFLATED = 20, 0x0800, 0, 8
_FILE = 0o100644 << 16
_MADE_BY_UNIX = 3 << 8 | _VERSION


def write_package(archive: Archive, changed: Mapping[str, bytes], *, time: datetime) -> bytes:
    """
    An archive with some parts changed or added, in the order of *archive*, new parts at the end.

    Args:
        archive: The archive as it is.
        changed: Path and contents of every part that changes or comes.
        time: What the new parts' time is to be; the others get it too, as times are no part of a document.
    """
    stamp = _dos_time(time)
    parts: dict[str, tuple[int, int, int, bytes]] = {}
    for entry, packed in archive.stored():
        parts[entry.name] = (entry.method, entry.crc, entry.length, packed)
    for name, data in changed.items():
        parts[name] = _packed(data)
    body, directory = bytearray(), bytearray()
    for name, (method, crc, length, packed) in parts.items():
        raw = name.encode()
        common = (_UTF8, method, *stamp, crc, len(packed), length, len(raw), 0)
        at = len(body)
        body += _LOCAL.pack(b"PK\x03\x04", _VERSION, *common) + raw + packed
        directory += _DIRECTORY.pack(
            b"PK\x01\x02", _MADE_BY_UNIX, _VERSION, *common, 0, 0, 0, _FILE, at
        )
        directory += raw
    count = len(parts)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)


def element(
    name: str, *children: str, attributes: Mapping[str, str] | None = None, text: str = ""
) -> str:
    """An element in the prefix ``ofd``, from its parts, which are escaped elements already."""
    given = "".join(f" {key}={quoteattr(value)}" for key, value in (attributes or {}).items())
    inside = escape(text) + "".join(children)
    return f"<ofd:{name}{given}>{inside}</ofd:{name}>" if inside else f"<ofd:{name}{given}/>"


def document(root: str, *children: str) -> bytes:
    """A part with *root* as its outermost element."""
    text = element(root, *children, attributes={"xmlns:ofd": NAMESPACE})
    return _HEADER + text.encode()


def insert_after(data: bytes, parent: str, name: str, number: int, new: tuple[str, str]) -> bytes:
    """
    An XML document with one element more, and no other octet changed.

    Args:
        data: The document.
        parent: Local name of the elements that are counted.
        name: Local name of the child of the *number*-th parent (from 0) behind which it goes.
        number: Which parent.
        new: Local name and text of the new element; it gets the prefix of its neighbour.

    Raises:
        InvalidArgument: If there is no such place, or the encoding is none that can be written into.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InvalidArgument("OFD.xml is in UTF-16; only UTF-8 is written into")
    place = _Place(parent, name, number)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = place.start
    parser.EndElementHandler = lambda tag: place.end(tag, parser.CurrentByteIndex)
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise InvalidArgument("OFD.xml is in an encoding that is not written into") from None
    if place.found is None:
        raise InvalidArgument(f"OFD.xml has no {name}")
    tag_end = data.index(b">", place.found) + 1
    tag = data[place.found : tag_end].lstrip(b"</").rstrip(b"/>").split()[0]
    prefix = tag.rpartition(b":")[0].decode()
    label = f"{prefix}:{new[0]}" if prefix else new[0]
    return data[:tag_end] + f"<{label}>{escape(new[1])}</{label}>".encode() + data[tag_end:]


class _Place:
    """Finds the end of a child of the n-th parent."""

    def __init__(self, parent: str, name: str, number: int) -> None:
        self.found: int | None = None
        self._parent, self._name, self._left = parent, name, number + 1
        self._path: list[str] = []

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        local = tag.rpartition(" ")[2]
        self._path.append(local)
        if local == self._parent:
            self._left -= 1

    def end(self, tag: str, at: int) -> None:
        self._path.pop()
        local = tag.rpartition(" ")[2]
        above = self._path[-1] if self._path else ""
        if local == self._name and above == self._parent and not self._left and self.found is None:
            self.found = at


def _packed(data: bytes) -> tuple[int, int, int, bytes]:
    running = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = running.compress(data) + running.flush()
    if len(packed) >= len(data):
        return _STORED, zlib.crc32(data), len(data), data
    return _DEFLATED, zlib.crc32(data), len(data), packed


def _dos_time(time: datetime) -> tuple[int, int]:
    year = min(max(time.year, 1980), 2107) - 1980
    clock = time.hour << 11 | time.minute << 5 | time.second // 2
    return clock, year << 9 | time.month << 5 | time.day
