"""
Proofs about the audit log, each a file that an outsider checks with the authority's certificate alone.

Inclusion: this act is number n of the log that this checkpoint commits to. Consistency: the log of the
newer checkpoint begins with the whole log of the older one; nothing was changed or taken out in between.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gmkit import strict_json
from gmkit.ca import checkpoints
from gmkit.errors import EncodingError, VerificationError
from gmkit.merkle import (
    Checkpoint,
    MemoryTree,
    leaf_hash,
    parse_checkpoint,
    verify_consistency,
    verify_inclusion,
)
from gmkit.x509 import Certificate

__all__ = ["Proved", "consistency", "inclusion", "verify"]

_MAX = 1 << 20  # bytes of a proof
_KIND = "gmkit-audit-proof"


@dataclass(frozen=True, slots=True)
class Proved:
    """
    What a proof shows.

    Attributes:
        checkpoint: What the authority signed.
        number: Place of the act in the log, from 0; None in a proof of consistency.
        act: The act, as it was logged; None in a proof of consistency.
        older: The older checkpoint; None in a proof of inclusion.
    """

    checkpoint: Checkpoint
    number: int | None = None
    act: dict[str, Any] | None = None
    older: Checkpoint | None = None


def inclusion(leaves: Sequence[bytes], number: int, entry: bytes, note: bytes) -> bytes:
    """
    The proof that *entry* is act *number* of the log of the checkpoint *note*.

    Args:
        leaves: Leaf hashes of the log, 32 bytes each, at least as many as the checkpoint has.
        number: Place of the act, from 0.
        entry: The act as it was logged.
        note: A checkpoint of this log.
    """
    size = parse_checkpoint(note).checkpoint.size
    path = MemoryTree(leaves[:size]).inclusion_proof(number)
    return _written(
        "inclusion", path, checkpoint=note.decode(), number=number, entry=entry.decode()
    )


def consistency(leaves: Sequence[bytes], older: bytes, newer: bytes) -> bytes:
    """The proof that the log of the checkpoint *newer* begins with that of *older*."""
    sizes = [parse_checkpoint(note).checkpoint.size for note in (older, newer)]
    path = MemoryTree(leaves[: sizes[1]]).consistency_proof(sizes[0])
    return _written("consistency", path, checkpoint=newer.decode(), older=older.decode())


def verify(data: bytes, issuing: Certificate) -> Proved:
    """
    Check a proof.

    Args:
        data: The file.
        issuing: The certificate of the issuing authority, which whoever asks has verified.

    Raises:
        EncodingError: It is no proof.
        VerificationError: It does not hold; the reason says which part of it.
    """
    proof = _read(data)
    newer = checkpoints.checked(proof["checkpoint"].encode(), issuing)
    path = proof["proof"]
    if proof["kind"] == "inclusion":
        entry = proof["entry"].encode()
        number = proof["number"]
        verify_inclusion(leaf_hash(entry), number, newer.size, path, newer.root)
        return Proved(newer, number=number, act=_act(entry))
    older = checkpoints.checked(proof["older"].encode(), issuing)
    if older.origin != newer.origin:
        raise VerificationError(
            "the two checkpoints are of different logs: acts were lost in a restore in between",
            reason="checkpoint-origin",
        )
    verify_consistency(older.size, older.root, newer.size, newer.root, path)
    return Proved(newer, older=older)


def _written(kind: str, path: Sequence[bytes], **more: object) -> bytes:
    document = {
        "type": _KIND,
        "version": 1,
        "kind": kind,
        **more,
        "proof": [node.hex() for node in path],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


_FIELDS: dict[str, dict[str, type]] = {
    "inclusion": {"checkpoint": str, "number": int, "entry": str, "proof": list},
    "consistency": {"checkpoint": str, "older": str, "proof": list},
}


def _read(data: bytes) -> dict[str, Any]:
    if len(data) > _MAX:
        raise _malformed(f"a proof of {len(data)} bytes is longer than {_MAX}")
    try:
        document = strict_json.loads(data.decode())
    except (ValueError, RecursionError):
        raise _malformed("the proof is not JSON") from None
    if not isinstance(document, dict) or document.get("type") != _KIND:
        raise _malformed("this is no proof of an audit log")
    fields = _FIELDS.get(str(document.get("kind")))
    if document.get("version") != 1 or fields is None:
        raise _malformed("the proof is of a kind or version that is not known here")
    for name, kind in fields.items():
        if type(document.get(name)) is not kind:
            raise _malformed(f"{name!r} is missing, or not what it should be")
    for text in (document[name] for name, kind in fields.items() if kind is str):
        try:
            text.encode()
        except UnicodeEncodeError:
            raise _malformed("a text of the proof is not Unicode") from None
    document["proof"] = [_node(node) for node in document["proof"]]
    return document


def _node(text: object) -> bytes:
    if not isinstance(text, str) or len(text) != 64 or set(text) - set("0123456789abcdef"):
        raise _malformed("a hash of the proof is not 64 hexadecimal digits")
    return bytes.fromhex(text)


def _act(entry: bytes) -> dict[str, Any]:
    try:
        act = json.loads(entry)
    except (ValueError, RecursionError):
        act = None
    if not isinstance(act, dict):
        raise _malformed("the act is not a JSON object")
    return act


def _malformed(message: str) -> EncodingError:
    return EncodingError(message, what="audit proof", offset=None)
