"""What an evidence file protects: the document, the material, the detached signature."""

from __future__ import annotations

from pathlib import Path

from gmkit.cms.algorithms import new_hash
from gmkit.documents.evidence.record import digest
from gmkit.errors import StorageError

__all__ = ["document_length", "object_digests"]

_CHUNK = 1 << 20


def document_length(document: bytes | Path) -> int:
    """
    In bytes.

    Raises:
        StorageError: If the file cannot be read.
    """
    if isinstance(document, bytes):
        return len(document)
    try:
        return document.stat().st_size
    except OSError as why:
        raise StorageError(f"cannot read {document}: {(why.strerror or '').lower()}") from why


def object_digests(
    algorithm: str, document: bytes | Path, material: bytes, signature: bytes | None
) -> list[bytes]:
    """
    The digests of all objects; a file is read in pieces.

    Raises:
        StorageError: If the file cannot be read.
        UnsupportedAlgorithm: If the hash is not done here.
    """
    found = [_document_digest(algorithm, document), digest(algorithm, material)]
    if signature is not None:
        found.append(digest(algorithm, signature))
    return found


def _document_digest(algorithm: str, document: bytes | Path) -> bytes:
    if isinstance(document, bytes):
        return digest(algorithm, document)
    running = new_hash(algorithm)
    try:
        with document.open("rb") as file:
            while piece := file.read(_CHUNK):
                running.update(piece)
    except OSError as why:
        raise StorageError(f"cannot read {document}: {(why.strerror or '').lower()}") from why
    return running.digest()
