"""
SM4, the block cipher with keys of 16 bytes (GB/T 32907-2016), in the forms that notice changes.

``seal`` and ``open`` for data at hand, ``Sealer`` for many boxes under one key, ``seal_file`` and
``open_file`` for files of any size: they choose the nonce themselves. ``SM4GCM`` and ``SM4CCM`` are
for protocols that prescribe one. Modes without protection are in ``gmkit.hazmat.sm4``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from gmkit import atomic
from gmkit._native import sm4 as _native
from gmkit._native.sm4 import SM4CCM, SM4GCM, Sealer, generate_key, open, seal  # noqa: A004
from gmkit.errors import InvalidArgument, StorageError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from typing_extensions import Buffer

__all__ = [
    "SM4CCM",
    "SM4GCM",
    "Sealer",
    "generate_key",
    "open",
    "open_file",
    "open_stream",
    "seal",
    "seal_file",
    "seal_stream",
]

_CHUNKS_AT_A_TIME = 16


def seal_file(
    key: Buffer,
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    aad: Buffer = b"",
    replace: bool = False,
) -> None:
    """
    Encrypt a file of any size, in constant memory, so that any change to it is noticed.

    The result is *target* whole, or nothing. Its form: 16 bytes ``gmkit/sm4-file/1``, 16 random bytes,
    then SM4-GCM of each 65,536 bytes with a tag of 16 bytes behind; key and nonces are derived so that
    chunks cannot be moved, dropped or exchanged between files.

    Args:
        key: 16 bytes.
        source: The file to encrypt.
        target: The file to make: 32 bytes longer, and 16 for every chunk begun.
        aad: Further data, not stored, that the file must be opened with.
        replace: Whether an existing *target* may be replaced.

    Raises:
        InvalidKey: the key does not have 16 bytes.
        StorageError: *source* cannot be read, or *target* exists or cannot be written whole.
        RandomnessError: the operating system gave no random bytes.
    """
    with _reading(source) as reader, atomic.writing(target, replace=replace) as writer:
        seal_stream(key, reader, writer, aad=aad)


def open_file(
    key: Buffer,
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    aad: Buffer = b"",
    replace: bool = False,
) -> None:
    """
    Decrypt a file that ``seal_file`` made, in constant memory.

    *target* appears only after all of *source* has been checked.

    Args:
        key: 16 bytes.
        source: The sealed file.
        target: The file to make.
        aad: What was given to ``seal_file``.
        replace: Whether an existing *target* may be replaced.

    Raises:
        DecryptionError: the key, aad or any byte of the file is another one; which, is not told.
        EncodingError: *source* does not begin as a sealed file does.
        InvalidKey: the key does not have 16 bytes.
        StorageError: *source* cannot be read, or *target* exists or cannot be written whole.
    """
    with _reading(source) as reader, atomic.writing(target, replace=replace, secret=True) as writer:
        open_stream(key, reader, writer, aad=aad)


def seal_stream(key: Buffer, reader: BinaryIO, writer: BinaryIO, *, aad: Buffer = b"") -> None:
    """
    As ``seal_file``, from one open binary file or pipe to another.

    Args:
        key: 16 bytes.
        reader: What to encrypt, from its position to its end.
        writer: Where the sealed file goes.
        aad: Further data, not stored, that the file must be opened with.

    Raises:
        InvalidKey: the key does not have 16 bytes.
        InvalidArgument: *reader* does not block and has nothing to read yet.
        TypeError: *reader* is open in text mode.
        OSError: reading or writing failed.
    """
    sealer = _native.FileSealer(key, aad)
    writer.write(sealer.head())
    pieces = _pieces(reader, sealer.CHUNK * _CHUNKS_AT_A_TIME)
    writer.writelines(sealer.seal(piece, last) for piece, last in pieces)


def open_stream(key: Buffer, reader: BinaryIO, writer: BinaryIO, *, aad: Buffer = b"") -> None:
    """
    As ``open_file``, from one open binary file or pipe to another.

    Only checked bytes are written. If this raises, *writer* has got the beginning of the right text
    and nothing else; whoever reads on must not take it for the whole.

    Args:
        key: 16 bytes.
        reader: The sealed file, from its position to its end.
        writer: Where the text goes.
        aad: What it was sealed with.

    Raises:
        DecryptionError: the key, aad or any byte of the file is another one; which, is not told.
        EncodingError: the file does not begin as a sealed file does.
        InvalidKey: the key does not have 16 bytes.
        InvalidArgument: *reader* does not block and has nothing to read yet.
        TypeError: *reader* is open in text mode.
        OSError: reading or writing failed.
    """
    head = _exactly(reader, _native.FileOpener.HEAD)
    opener = _native.FileOpener(key, head, aad)
    pieces = _pieces(reader, opener.SEALED_CHUNK * _CHUNKS_AT_A_TIME)
    writer.writelines(opener.open(piece, last) for piece, last in pieces)


def _reading(source: str | os.PathLike[str]) -> BinaryIO:
    try:
        return Path(source).open("rb")
    except OSError as fault:
        words = (fault.strerror or str(fault)).lower()
        raise StorageError(f"cannot read {source}: {words}") from fault


def _pieces(reader: BinaryIO, size: int) -> Iterator[tuple[bytes, bool]]:
    """Pieces of *size* bytes, the last shorter or, if there is nothing at all, empty; and whether it is the last."""
    piece = _exactly(reader, size)
    while following := _exactly(reader, size):
        yield piece, False
        piece = following
    yield piece, True


def _exactly(reader: BinaryIO, size: int) -> bytes:
    """*size* bytes, fewer only at the end."""
    parts = []
    left = size
    while left:
        part = reader.read(left)
        if part is None:
            raise InvalidArgument(
                "the file does not block and had nothing to read; open it blocking"
            )
        if not isinstance(part, bytes | bytearray | memoryview):
            raise TypeError("the file is open in text mode; open it with mode 'rb'")
        if not part:
            break
        parts.append(part)
        left -= len(part)
    return parts[0] if len(parts) == 1 and isinstance(parts[0], bytes) else b"".join(parts)
