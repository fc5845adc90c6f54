"""
A witness: somebody else who remembers what a log has said.

It cosigns a checkpoint only if the log proves that it added to the last one cosigned. A log that goes
back, or tells two people two stories, gets no second cosignature; and the two notes it signed are the proof.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gmkit import atomic
from gmkit.errors import InvalidArgument, StorageError, VerificationError
from gmkit.keys import Signer
from gmkit.merkle import SignedCheckpoint, parse_checkpoint
from gmkit.merkle.checkpoint import key_id as note_key_id
from gmkit.receipts.ledger.checks import check_consistency, verified_note
from gmkit.sm2 import SignatureFormat, SM2PublicKey

__all__ = ["Witness"]


class Witness:
    """
    Remembers, in one file, the last checkpoint of each log it was shown.

    Args:
        path: The file; made with the first checkpoint.
        key: The witness's key, in memory or in a device.
        name: Its name in notes: no blanks, no "+".
    """

    def __init__(self, path: Path, key: Signer, *, name: str) -> None:
        if not name or len(name) > 200 or not name.isprintable() or set(name) & set(" +"):
            raise InvalidArgument(f"{name!r} cannot be the name of a witness: no blanks, no '+'")
        self._path, self._key, self._name = path, key, name

    def cosign(
        self, note: bytes, log: SM2PublicKey, *, proof: Mapping[str, Any] | None = None
    ) -> SignedCheckpoint:
        """
        Cosign a checkpoint.

        Args:
            note: The checkpoint, signed by the log.
            log: The log's public key.
            proof: The proof of consistency from the last checkpoint cosigned; not needed for the first
                one of a log, nor for the same one again.

        Returns:
            The checkpoint with the witness's signature; the witness remembers it before it signs.

        Raises:
            VerificationError: The log went back (reason ``rollback``), shows two trees of one size
                (``fork``), or does not prove what it must (``consistency-proof``).
            InvalidSignature: The log's signature is wrong.
            StorageError: The witness's memory cannot be read or written.
        """
        try:
            text = note.decode()
        except UnicodeDecodeError:
            raise VerificationError("the checkpoint is not text", reason="proof") from None
        signed = verified_note(text, log)
        new = signed.checkpoint
        with self._locked():
            known = self._read()
            before = known.get(new.origin)
            if before is not None:
                old = parse_checkpoint(before.encode()).checkpoint
                _compare(old.size, old.root, new.size, new.root)
                if 0 < old.size < new.size:
                    shown = check_consistency({**(proof or {}), "old": before, "new": text}, log)
                    assert shown[0] == old
            if before is None or new.size > old.size:
                known[new.origin] = text
                atomic.write_bytes(self._path, json.dumps(known).encode(), replace=True)
        line = (
            self._name,
            note_key_id(self._name, self._key.public_key()),
            self._key.sign(signed.body, format=SignatureFormat.RAW),
        )
        return SignedCheckpoint(new, signed.body, (*signed.signatures, line))

    def last(self, origin: str) -> SignedCheckpoint | None:
        """The last checkpoint of a log that was cosigned: what its next proof must begin with."""
        text = self._read().get(origin)
        return None if text is None else parse_checkpoint(text.encode())

    def _read(self) -> dict[str, str]:
        try:
            known = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as fault:
            raise StorageError(
                f"the witness's memory {self._path} cannot be read: {fault}"
            ) from fault
        if not isinstance(known, dict) or not all(isinstance(each, str) for each in known.values()):
            raise StorageError(f"{self._path} is not the memory of a witness")
        return known

    def _locked(self) -> _Lock:
        return _Lock(self._path.with_name(self._path.name + ".lock"))


class _Lock:
    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        try:
            self._file = self._path.open("wb")
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except OSError as fault:
            raise StorageError(f"the witness's memory cannot be locked: {fault}") from fault

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _compare(old_size: int, old_root: bytes, size: int, root: bytes) -> None:
    if size < old_size:
        raise VerificationError(
            f"the log went back from {old_size} to {size} entries", reason="rollback"
        )
    if size == old_size and root != old_root:
        raise VerificationError(f"the log shows two trees of {size} entries", reason="fork")
