"""ZIP files that no honest program writes: every field can be set to a lie."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field


@dataclass
class Record:
    """One entry; None means the truth."""

    name: bytes
    data: bytes = b""
    method: int = 8
    flags: int = 0
    made_by: int = 20
    mode: int = 0
    extra: bytes = b""
    crc: int | None = None
    length: int | None = None
    packed: bytes | None = None
    packed_length: int | None = None
    offset: int | None = None
    local_name: bytes | None = None
    local_method: int | None = None
    local_length: int | None = None
    listed: bool = True
    after: bytes = b""
    _packed: bytes = field(default=b"", init=False)

    def __post_init__(self) -> None:
        self._packed = self.data if self.packed is None else self.packed
        if self.packed is None and self.method == 8:
            running = zlib.compressobj(9, zlib.DEFLATED, -15)
            self._packed = running.compress(self.data) + running.flush()
        self.crc = zlib.crc32(self.data) if self.crc is None else self.crc
        self.length = len(self.data) if self.length is None else self.length
        if self.packed_length is None:
            self.packed_length = len(self._packed)


def build(
    records: list[Record],
    *,
    prefix: bytes = b"",
    suffix: bytes = b"",
    comment: bytes = b"",
    count: int | None = None,
    disk: int = 0,
    directory_offset: int | None = None,
    before_end: bytes = b"",
) -> bytes:
    """The archive."""
    body, directory, listed = bytearray(prefix), bytearray(), 0
    for one in records:
        at = len(body) if one.offset is None else one.offset
        local = one.name if one.local_name is None else one.local_name
        method = one.method if one.local_method is None else one.local_method
        length = one.length if one.local_length is None else one.local_length
        body += struct.pack(
            "<4s5H3L2H", b"PK\x03\x04", 20, one.flags, method, 0, 33, one.crc, one.packed_length,
            length, len(local), 0,
        )  # fmt: skip
        body += local + one._packed + one.after
        if not one.listed:
            continue
        listed += 1
        directory += struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", one.made_by, 20, one.flags, one.method, 0, 33, one.crc,
            one.packed_length, one.length, len(one.name), len(one.extra), 0, 0, 0, one.mode << 16, at,
        )  # fmt: skip
        directory += one.name + one.extra
    start = len(body) if directory_offset is None else directory_offset
    body += directory + before_end
    number = listed if count is None else count
    body += struct.pack(
        "<4s4H2LH", b"PK\x05\x06", disk, disk, number, number, len(directory), start, len(comment)
    )
    return bytes(body) + comment + suffix
