"""The log of what was done to people's data: signed records in a receipts file."""

from __future__ import annotations

import os
from pathlib import Path

from gmkit.errors import ReceiptRejected, StorageError
from gmkit.keys import Signer
from gmkit.receipts.bulk.container import read_receipts
from gmkit.receipts.receipt import Receipt
from gmkit.receipts.sign import sign
from gmkit.receipts.vault.vault import Vault

__all__ = ["log_pending"]

_PIECE = 1 << 16


def log_pending(vault: Vault, key: Signer, path: Path) -> int:
    """
    Sign the records of changes that were not logged yet, and append them to a receipts file.

    A record is in the file, on the disk, before the vault forgets it; one that is there already after an
    interrupted run is not appended again.

    Args:
        vault: The vault.
        key: The key that signs the log.
        path: The receipts file; made if there is none.

    Returns:
        How many were appended.

    Raises:
        StorageError: The file or the vault failed; what was not logged stays pending.
    """
    pending = vault.pending()
    present = _records_in(path) if pending else set()
    lines = [
        f"{sign(record, key).text}\n" for record in pending if record.to_payload() not in present
    ]
    try:
        with path.open("ab") as file:
            file.truncate(_whole_lines(path))  # an interrupted run may have left half a line
            file.write("".join(lines).encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as fault:
        raise StorageError(
            f"cannot write the log {path}: {(fault.strerror or '').lower()}"
        ) from fault
    for record in pending:
        vault.logged(record)
    return len(lines)


def _records_in(path: Path) -> set[bytes]:
    if not path.exists():
        return set()
    with path.open("rb") as file:
        return {part for _, line in read_receipts(file) if (part := _payload(line)) is not None}


def _payload(line: bytes) -> bytes | None:
    try:
        return Receipt.parse(line).payload
    except ReceiptRejected:
        return None  # half a line; the record is appended again


def _whole_lines(path: Path) -> int:
    """Where the last whole line ends."""
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        while end:
            begin = max(0, end - _PIECE)
            file.seek(begin)
            at = file.read(end - begin).rfind(b"\n")
            if at >= 0:
                return begin + at + 1
            end = begin
    return 0
