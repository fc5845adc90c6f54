"""
Checking proofs without the ledger: all that is needed is the public key of the log.

Nothing here trusts the document. It is as good as the log's signature under the checkpoint in it; whether
the log tells others the same is what witnesses and :func:`check_consistency` are for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gmkit import strict_json
from gmkit.errors import EncodingError, VerificationError
from gmkit.merkle import (
    Checkpoint,
    SignedCheckpoint,
    leaf_hash,
    parse_checkpoint,
    verify_consistency,
    verify_inclusion,
)
from gmkit.receipts.base64url import octets_of
from gmkit.receipts.ledger.checkpointing import Commitment, commitment_of
from gmkit.receipts.ledger.entry import Entry, id_key
from gmkit.receipts.ledger.ids import check_absence as check_ids
from gmkit.receipts.ledger.ids import hash_of
from gmkit.receipts.ledger.sealing import chain_of, read_manifest
from gmkit.sm2 import SM2PublicKey

__all__ = [
    "ABSENCE", "CONSISTENCY", "INCLUSION", "Included", "check_absence", "check_consistency",
    "check_inclusion", "read_document", "verified_note",
]  # fmt: skip

INCLUSION = "gmkit ledger inclusion 1"
CONSISTENCY = "gmkit ledger consistency 1"
ABSENCE = "gmkit ledger absence 1"
MAX_DOCUMENT = 64 << 20
MAX_HASHES = 126  # of a consistency proof between trees below 2^63


@dataclass(frozen=True, slots=True)
class Included:
    """
    An entry that is in the ledger.

    Attributes:
        entry: The entry.
        place: Where.
        note: The checkpoint it is proved under, signatures and all.
        commitment: What else that says, its time among it.
        token: The timestamp over the note, not verified here; None if there is none.
    """

    entry: Entry
    place: int
    note: SignedCheckpoint
    commitment: Commitment
    token: bytes | None


def read_document(data: bytes) -> dict[str, Any]:
    """
    Read a proof as JSON; it is checked by the functions here.

    Raises:
        VerificationError: It is none (reason ``proof``).
    """
    try:
        if len(data) > MAX_DOCUMENT:
            raise _malformed(f"longer than {MAX_DOCUMENT:,} bytes")
        document = strict_json.loads(data)
    except (ValueError, RecursionError):
        raise _malformed("no JSON") from None
    if not isinstance(document, dict):
        raise _malformed("no JSON object")
    return document


def check_inclusion(document: Mapping[str, Any], key: SM2PublicKey) -> Included:
    """
    Check that an entry is in the ledger whose log has this key.

    Raises:
        VerificationError: With reason ``proof``, ``checkpoint``, ``checkpoint-signers`` or
            ``inclusion-proof``.
        InvalidSignature: The log's signature is wrong.
    """
    _expect(document, INCLUSION)
    note = verified_note(document.get("checkpoint"), key)
    place, token = document.get("index"), document.get("token")
    try:
        entry = Entry.from_bytes(_octets(document.get("entry")))
    except EncodingError as fault:
        raise _malformed(fault.message) from None
    if type(place) is not int or not 0 <= place < 1 << 62:
        raise _malformed("the place is not a number")
    verify_inclusion(
        leaf_hash(entry.to_bytes()), place, note.checkpoint.size, _hashes(document),
        note.checkpoint.root,
    )  # fmt: skip
    return Included(
        entry,
        place,
        note,
        commitment_of(note.checkpoint),
        None if token is None else _octets(token),
    )


def check_consistency(
    document: Mapping[str, Any], key: SM2PublicKey
) -> tuple[Checkpoint, Checkpoint]:
    """
    Check that a later checkpoint of the log only added to an earlier one.

    Returns:
        The earlier and the later one.

    Raises:
        VerificationError: With reason ``proof``, ``checkpoint-signers`` or ``consistency-proof``.
        InvalidSignature: A signature of the log is wrong.
    """
    _expect(document, CONSISTENCY)
    old = verified_note(document.get("old"), key).checkpoint
    new = verified_note(document.get("new"), key).checkpoint
    if old.origin != new.origin:
        raise VerificationError("the checkpoints are of two logs", reason="checkpoint")
    verify_consistency(old.size, old.root, new.size, new.root, _hashes(document))
    return old, new


def check_absence(
    document: Mapping[str, Any], key: SM2PublicKey, key_id: bytes, identifier: str
) -> Checkpoint:
    """
    Check that a signer's identifier is not in the ledger.

    Returns:
        The checkpoint as of which that is so.

    Raises:
        VerificationError: With reason ``proof``, ``checkpoint``, ``manifest`` or ``absence-proof``.
        InvalidSignature: The log's signature is wrong.
    """
    _expect(document, ABSENCE)
    note = verified_note(document.get("checkpoint"), key).checkpoint
    commitment = commitment_of(note)
    segments = document.get("segments")
    if not isinstance(segments, list) or len(segments) != commitment.segments:
        raise _malformed("not every segment is there")
    octets = [_octets(_member(each, "manifest")) for each in segments]
    if chain_of(octets) != commitment.chain:
        raise VerificationError("the manifests are not those of the checkpoint", reason="manifest")
    text = id_key(key_id, identifier)
    covered = 0
    for number, (each, data) in enumerate(zip(segments, octets, strict=True)):
        manifest = read_manifest(data, key)
        if manifest.content["number"] != number or manifest.first != covered:
            raise VerificationError("a segment is missing between others", reason="manifest")
        covered += manifest.count
        check_ids(text, _member(each, "proof"), count=manifest.count, root=manifest.ids)
    if covered + commitment.ids != note.size:
        raise VerificationError("the checkpoint leaves entries out", reason="checkpoint")
    check_ids(text, document.get("tail"), count=commitment.ids, root=commitment.ids_root)
    return note


def verified_note(text: object, key: SM2PublicKey) -> SignedCheckpoint:
    """
    A checkpoint, signed by the log under its own origin.

    Raises:
        VerificationError: It is none, or not signed by that key.
        InvalidSignature: The signature is wrong.
    """
    if not isinstance(text, str):
        raise _malformed("there is no checkpoint in it")
    try:
        note = parse_checkpoint(text.encode())
    except (EncodingError, UnicodeEncodeError) as fault:
        raise _malformed(f"its checkpoint: {fault}") from None
    note.verify({note.checkpoint.origin: key})
    return note


def _expect(document: Mapping[str, Any], kind: str) -> None:
    if document.get("type") != kind:
        raise _malformed(f"its type is not {kind!r}")


def _hashes(document: Mapping[str, Any]) -> list[bytes]:
    hashes = document.get("hashes")
    if not isinstance(hashes, list) or len(hashes) > MAX_HASHES:
        raise _malformed("its hashes are no list, or too many")
    try:
        return [hash_of(each) for each in hashes]
    except ValueError:
        raise _malformed("a hash is not 32 octets in base64url") from None


def _octets(text: object) -> bytes:
    octets = octets_of(text) if isinstance(text, str) else None
    if octets is None:
        raise _malformed("something in it is not base64url")
    return octets


def _member(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None


def _malformed(words: str) -> VerificationError:
    return VerificationError(f"this is no proof of a ledger: {words}", reason="proof")
