"""
The package as a ZIP file, read so that no other reader can see something else in it.

Python's ``zipfile`` takes the last of two entries of one name, a streaming reader the first; some readers
believe the central directory, others the headers before the data. A signature that holds in one reading
says nothing about the other. So everything that has two readings is refused, with its own reason, before
anything is unpacked; what is merely unusual is listed in :attr:`Archive.remarks`.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from gmkit.errors import EncodingError
from gmkit.ofd.hygiene import Limits, check_path, folded, refuse, unicode_path

__all__ = ["Archive", "Entry"]

_END = struct.Struct("<4s4H2LH")
_DIRECTORY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_END_MARK, _DIRECTORY_MARK, _LOCAL_MARK = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
_ENCRYPTED = 0x0001 | 0x0040 | 0x2000
_DESCRIPTOR, _UTF8 = 0x0008, 0x0800
_STORED, _DEFLATED = 0, 8
_UNIX = 3
_FILE_KINDS = {0, 0o040000, 0o100000}  # not stated, directory, file
_IN_ZIP64 = 0xFFFFFFFF
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One file in the package.

    Attributes:
        name: Its path, without a leading slash.
        method: 0 stored, 8 deflated.
        crc: CRC-32 of the unpacked octets.
        packed: Packed length in bytes.
        length: Unpacked length in bytes.
        start: Where the packed octets begin in the archive.
        data_end: Where they end.
        header: Where the local header begins.
    """

    name: str
    method: int
    crc: int
    packed: int
    length: int
    start: int
    header: int

    @property
    def data_end(self) -> int:
        """Where the packed octets end in the archive."""
        return self.start + self.packed


class Archive:
    """
    A ZIP file whose directory has been read and found to have one reading.

    Attributes:
        data: The archive.
        entries: Its files by path, in the order of the directory; folders are left out.
        remarks: What is unusual about it: code and text.
    """

    def __init__(self, data: bytes, *, limits: Limits | None = None) -> None:
        """
        Read the directory of an archive.

        Raises:
            EncodingError: If it is not a ZIP file, or is cut short.
            VerificationError: If it is one that must not be read, with reason ``package-…``.
        """
        self.data = data
        self.limits = limits or Limits()
        self.remarks: list[tuple[str, str]] = []
        self.entries: dict[str, Entry] = {}
        self._shift = 0
        self._folders: set[str] = set()
        self._all: list[Entry] = []
        end, size, start, count = self._find_end()
        if count > self.limits.entries:
            raise refuse("package-limits", f"the package has {count:,} entries")
        self._read_directory(start, size, count, end)
        self._check_names()
        self._check_places(start + self._shift)

    def pieces(self, entry: Entry) -> Iterator[bytes]:
        """
        The unpacked octets of a part, in pieces of bounded length.

        Raises:
            EncodingError: If they cannot be unpacked, or are not what the directory says.
        """
        length, crc = 0, 0
        for piece in self._unpacked(entry):
            length += len(piece)
            if length > entry.length:
                raise _broken(f"{entry.name} unpacks to more than the {entry.length} bytes stated")
            crc = zlib.crc32(piece, crc)
            yield piece
        if length != entry.length:
            raise _broken(f"{entry.name} unpacks to {length} bytes, not to {entry.length}")
        if crc != entry.crc:
            raise _broken(f"{entry.name} does not have the check sum stated for it")

    def read(self, entry: Entry) -> bytes:
        """The unpacked octets of a part, whole; errors are those of :meth:`pieces`."""
        return b"".join(self.pieces(entry))

    def stored(self) -> Iterator[tuple[Entry, bytes]]:
        """Each file and its packed octets as they stand."""
        for entry in self.entries.values():
            yield entry, self.data[entry.start : entry.data_end]

    def _unpacked(self, entry: Entry) -> Iterator[bytes]:
        view = memoryview(self.data)[entry.start : entry.data_end]
        if entry.method == _STORED:
            for at in range(0, len(view), _CHUNK):
                yield bytes(view[at : at + _CHUNK])
            return
        running = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            piece = running.decompress(view, _CHUNK)
            while piece or running.unconsumed_tail:
                yield piece
                piece = running.decompress(running.unconsumed_tail, _CHUNK)
        except zlib.error:
            raise _broken(f"{entry.name} cannot be unpacked") from None
        if not running.eof or running.unused_data:
            raise _broken(f"{entry.name} does not end where the directory says")

    def _find_end(self) -> tuple[int, int, int, int]:
        """Where the end record is; length, place and count of the directory."""
        data = self.data
        marks = _places(data, _END_MARK, max(0, len(data) - _END.size - 0xFFFF))
        if not marks:
            raise EncodingError("no end of a ZIP directory: not an OFD, or cut short", what="OFD")
        # The comment at the end may hold another end record: then two readers see two packages.
        ends = [at for at in marks if at + _END.size + _comment(data, at) == len(data)]
        if not ends:
            raise refuse("package-trailing-data", "octets follow the end of the package")
        if len(ends) > 1:
            raise refuse("package-two-directories", "the package has two ends of a directory")
        at = ends[0]
        _, disk, first, here, count, size, start, _ = _END.unpack_from(data, at)
        if disk or first or here != count:
            raise refuse("package-split", "the package is one of several volumes")
        if (
            _IN_ZIP64 in (size, start)
            or count == 0xFFFF
            or data[at - 20 : at - 16] == b"PK\x06\x07"
        ):
            raise refuse(
                "package-zip64", "the package is in the ZIP64 form, which is not read here"
            )
        return at, size, start, count

    def _read_directory(self, start: int, size: int, count: int, end: int) -> None:
        data = self.data
        # Octets before the package shift every place in it alike.
        self._shift = end - size - start
        if self._shift < 0:
            raise EncodingError("the ZIP directory lies outside the file", what="OFD", offset=end)
        if self._shift:
            self.remarks.append(
                ("package-prefix", f"{self._shift} octets stand before the package")
            )
        at = start + self._shift
        for _ in range(count):
            if at + _DIRECTORY.size > end:
                raise EncodingError("the ZIP directory is cut short", what="OFD", offset=at)
            fields = _DIRECTORY.unpack_from(data, at)
            lengths = fields[10], fields[11], fields[12]
            after = at + _DIRECTORY.size + sum(lengths)
            if fields[0] != _DIRECTORY_MARK or after > end:
                raise EncodingError("the ZIP directory is damaged", what="OFD", offset=at)
            self._take(fields, data[at + _DIRECTORY.size : after])
            at = after
        if at != end:
            raise refuse("package-directory-length", "the directory holds more than its entries")

    def _take(self, fields: tuple[int, ...], variable: bytes) -> None:
        """One record of the directory, and the header before its data."""
        made_by, flags, method = fields[1], fields[3], fields[4]
        raw = variable[: fields[10]]
        extra = variable[fields[10] : fields[10] + fields[11]]
        name = self._name(raw, flags, extra)
        if flags & _ENCRYPTED:
            raise refuse("package-encrypted", f"{name!r} is encrypted")
        if method not in (_STORED, _DEFLATED):
            raise refuse("package-method", f"{name!r} is packed by method {method}")
        kind = fields[15] >> 16 & 0o170000
        if made_by >> 8 == _UNIX and kind not in _FILE_KINDS:
            raise refuse("package-link", f"{name!r} is a link or a device, not a file")
        packed, length = fields[8], fields[9]
        if _IN_ZIP64 in (packed, length, fields[16]):
            raise refuse(
                "package-zip64", "the package is in the ZIP64 form, which is not read here"
            )
        header = fields[16] + self._shift
        folder = name.endswith("/")
        path = name[:-1] if folder else name
        check_path(path)
        start = self._check_header(header, raw, fields, name)
        if start + packed > len(self.data):
            raise EncodingError(f"{name!r} is cut short", what="OFD", offset=start)
        entry = Entry(path, method, fields[7], packed, length, start, header)
        self._check_size(entry)
        self._all.append(entry)
        if folder:
            if length:
                raise refuse("package-name", f"the folder {name!r} has contents of its own")
            self._folders.add(path)
            return
        if path in self.entries:
            raise refuse("package-duplicate-name", f"two parts are called {path!r}")
        self.entries[path] = entry

    def _name(self, raw: bytes, flags: int, extra: bytes) -> str:
        try:
            name = raw.decode("utf-8" if flags & _UTF8 else "ascii")
        except UnicodeDecodeError:
            name = self._foreign_name(raw, stated=bool(flags & _UTF8))
        other = unicode_path(extra)
        if other is not None and other != name.encode():
            raise refuse("package-two-names", f"{name!r} has another name beside it")
        return name

    def _foreign_name(self, raw: bytes, *, stated: bool) -> str:
        if not stated:
            for encoding in ("utf-8", "gb18030"):
                try:
                    name = raw.decode(encoding)
                except UnicodeDecodeError:
                    continue
                self.remarks.append(
                    (
                        "package-name-encoding",
                        f"the name {name!r} is in {encoding} and does not say so",
                    )
                )
                return name
        raise refuse("package-name", f"the name {raw[:60]!r} is not text")

    def _check_header(self, header: int, raw: bytes, stated: tuple[int, ...], name: str) -> int:
        """The header before the data must say what the directory says; where the data starts."""
        data = self.data
        if header + _LOCAL.size > len(data):
            raise EncodingError(f"the header of {name!r} is cut short", what="OFD", offset=header)
        fields = _LOCAL.unpack_from(data, header)
        if fields[0] != _LOCAL_MARK:
            raise EncodingError(
                f"no header of {name!r} where it should be", what="OFD", offset=header
            )
        at = header + _LOCAL.size
        if data[at : at + fields[9]] != raw:
            raise refuse("package-two-names", f"{name!r} has another name before its data")
        # Check sum and lengths stand here too, unless they follow the data or need 64 bits.
        same = fields[3] == stated[4] and not (fields[2] ^ stated[3]) & _ENCRYPTED
        if not fields[2] & _DESCRIPTOR and _IN_ZIP64 not in fields[7:9]:
            same = same and fields[6:9] == stated[7:10]
        if not same:
            raise refuse("package-two-headers", f"the two headers of {name!r} differ")
        return int(at + fields[9] + fields[10])

    def _check_size(self, entry: Entry) -> None:
        limits = self.limits
        if entry.method == _STORED and entry.packed != entry.length:
            raise EncodingError(f"{entry.name!r} is stored with two lengths", what="OFD")
        if entry.length > limits.part:
            raise refuse("package-limits", f"{entry.name!r} unpacks to {entry.length:,} bytes")
        if entry.length > limits.ratio_from and entry.length > limits.ratio * entry.packed:
            raise refuse("package-bomb", f"{entry.name!r} unpacks to {entry.length:,} bytes")

    def _check_names(self) -> None:
        """No two names that a file system or a careless reader takes for one."""
        if sum(each.length for each in self._all) > self.limits.total:
            raise refuse("package-limits", "the package unpacks to more than is read here")
        seen: dict[str, str] = {}
        for name in self.entries:
            key = folded(name)
            if key in seen:
                raise refuse(
                    "package-duplicate-name", f"{seen[key]!r} and {name!r} differ by case only"
                )
            seen[key] = name
        files = set(seen)
        for name in (*self.entries, *self._folders):
            above = folded(name)
            while "/" in above:
                above = above.rpartition("/")[0]
                if above in files:
                    raise refuse("package-name", f"{seen[above]!r} is a file and a folder")

    def _check_places(self, directory: int) -> None:
        """The data of two entries must not overlap, and nothing else may hide between them."""
        at = 0
        for entry in sorted(self._all, key=lambda one: one.header):
            if entry.header < at or entry.data_end > directory:
                raise refuse("package-overlap", f"the data of {entry.name!r} overlap with others")
            self._check_gap(at, entry.header)
            at = entry.data_end
        self._check_gap(at, directory)

    def _check_gap(self, start: int, end: int) -> None:
        if start == end:
            return
        gap = self.data[start:end]
        if _LOCAL_MARK in gap or _DIRECTORY_MARK in gap:
            raise refuse(
                "package-hidden-entry", "an entry stands in the package and not in its directory"
            )
        if len(gap) > 24:  # longer than the descriptor that may follow the data
            self.remarks.append(("package-gap", f"{len(gap)} octets belong to no part"))


def _places(data: bytes, mark: bytes, start: int) -> list[int]:
    """Where *mark* stands, with room for an end record behind it."""
    found = []
    at = data.find(mark, start)
    while 0 <= at <= len(data) - _END.size:
        found.append(at)
        at = data.find(mark, at + 1)
    return found


def _comment(data: bytes, at: int) -> int:
    """Length of the comment that the end record at *at* states."""
    return int.from_bytes(data[at + _END.size - 2 : at + _END.size], "little")


def _broken(message: str) -> EncodingError:
    return EncodingError(message, what="OFD")
