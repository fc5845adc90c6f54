"""
SM3, the hash of 32 bytes (GB/T 32905-2016).

``digest`` for data at hand, ``SM3`` for data in pieces, ``file_digest`` for files of any size,
``digest_batch`` for many messages at several times the speed.
"""

from typing import BinaryIO

from gmkit._native.sm3 import SM3, digest, digest_batch
from gmkit.errors import InvalidArgument

__all__ = ["SM3", "digest", "digest_batch", "file_digest"]

_PIECE = 1 << 18


def file_digest(file: BinaryIO, /) -> bytes:
    """
    The SM3 digest of a file from its current position to its end, in constant memory.

    Args:
        file: A file opened for reading in binary mode (``open(path, "rb")``).

    Returns:
        32 bytes.

    Raises:
        InvalidArgument: the file does not block and has nothing to read yet.
        TypeError: the file was opened in text mode.
        OSError: reading failed.
    """
    hashed = SM3()
    while piece := file.read(_PIECE):
        hashed.update(piece)
    if piece is None:
        raise InvalidArgument("the file does not block and had nothing to read; open it blocking")
    if not isinstance(piece, bytes | bytearray | memoryview):
        raise TypeError("the file is open in text mode; open it with mode 'rb'")
    return hashed.digest()
