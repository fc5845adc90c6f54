"""
Auditing sealed segments by themselves: files and the log's public key are all that is needed.

Each segment is judged alone, so that many can be looked at on many machines; the roots that come back are
put together to the root of the log, which a checkpoint vouches for.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gmkit import sm3
from gmkit.errors import GmkitError, StorageError, VerificationError
from gmkit.merkle import EMPTY_ROOT, MemoryTree
from gmkit.receipts.base64url import text_of
from gmkit.receipts.batch import REASONS, judged
from gmkit.receipts.ledger.audit import Finding
from gmkit.receipts.ledger.entry import KINDS, id_key
from gmkit.receipts.ledger.ids import IdTree
from gmkit.receipts.ledger.objects import Objects
from gmkit.receipts.ledger.sealing import EMPTY_CHAIN, FILES, Manifest, chained, read_manifest
from gmkit.receipts.ledger.tree import leaves_of
from gmkit.receipts.signers import Signers
from gmkit.sm2 import SM2PublicKey

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["SegmentAudit", "audit_segment", "read_manifests", "root_of"]

MOST_FINDINGS = 100  # of one segment: who broke it all need not fill the report
# What Arrow and our own reading raise for a table of another form: somebody else may have written it. Arrow's
# error for a type or codec that it does not know is a NotImplementedError.
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, NotImplementedError)
_STATED = ("id", "kind", "order", "sequence", "time", "amount", "e", "signature")


@dataclass(frozen=True, slots=True)
class SegmentAudit:
    """
    What came of one segment.

    Attributes:
        number: Which.
        entries: Its entries.
        verified: Receipts that are valid and belong to their entries.
        refused: Receipts that are not.
        pruned: Entries whose receipt is gone by retention.
        root: The root recomputed, 32 bytes; empty if it cannot be.
        findings: Whatever is wrong, at most 100.
    """

    number: int
    entries: int
    verified: int
    refused: int
    pruned: int
    root: bytes
    findings: tuple[Finding, ...]


def read_manifests(objects: Objects, key: SM2PublicKey) -> list[Manifest]:
    """
    The manifests of all sealed segments, each signed by the log and following the one before it.

    Raises:
        VerificationError: One is not, with reason ``manifest``.
        StorageError: One cannot be read.
    """
    found: list[Manifest] = []
    chain, end = EMPTY_CHAIN, 0
    while objects.has(name := f"segments/{len(found):08d}.json"):
        manifest = read_manifest(objects.get(name), key)
        follows = manifest.content.get("previous") == text_of(chain)
        if not follows or manifest.content["number"] != len(found):
            raise VerificationError(
                f"segment {len(found)} does not follow the one before it", reason="manifest"
            )
        if manifest.first != end:
            raise VerificationError(f"segment {len(found)} begins elsewhere", reason="manifest")
        found.append(manifest)
        chain, end = chained(chain, manifest.octets), end + manifest.count
    return found


def audit_segment(
    manifest: Manifest, objects: Objects, signers: Signers | None, *, threads: int | None = None
) -> SegmentAudit:
    """
    Audit one segment: its files against the manifest, every receipt, every entry against its receipt,
    the root and the tree of identifiers.

    Args:
        manifest: Verified, as :func:`read_manifests` gives it.
        objects: Where segments are.
        signers: Verify every receipt with them; None to look at the tree alone.
        threads: Receipts looked at at once; by default as many as the process has cores.

    Returns:
        What was found; a file that cannot be read is a finding as well.
    """
    number = int(manifest.content["number"])
    found = _Found()
    rows = pruned = refused = 0
    root = b""
    try:
        table = _table(_files(manifest, objects, number, found)["parquet"])
        rows, pruned = len(table), table["receipt"].null_count
        if signers is not None:
            refused = _receipts(table, signers, threads, found)
        root = _roots(table, manifest, number, found)
    except (GmkitError, *_UNREADABLE) as fault:
        found.note("segment", f"segment {number} cannot be read: {fault}")
        refused = rows - pruned
    verified = 0 if signers is None else rows - pruned - refused
    return SegmentAudit(number, rows, verified, refused, pruned, root, tuple(found.findings))


def root_of(audits: Iterable[SegmentAudit]) -> bytes:
    """The root over all sealed entries, from the roots of their segments in order; 32 bytes."""
    roots = [each.root for each in sorted(audits, key=lambda each: each.number)]
    # Segments are of one size and perfect: the tree over their roots is the top of the log's tree.
    return MemoryTree(roots).root() if roots else EMPTY_ROOT


class _Found:
    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def note(self, code: str, message: str) -> None:
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(code, message))


def _files(manifest: Manifest, objects: Objects, number: int, found: _Found) -> dict[str, bytes]:
    content = manifest.content
    said = content.get("pruned", content)["files"]
    files = {}
    for ending in FILES:
        name = f"segments/{number:08d}.{ending}"
        data = files[ending] = objects.get(name)
        if {"bytes": len(data), "sm3": text_of(sm3.digest(data))} != said[ending]:
            found.note("segment", f"{name} is not what was sealed")
    return files


def _table(data: bytes) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    try:
        return parquet.read_table(io.BytesIO(data)).combine_chunks()
    except (pa.ArrowException, OSError) as fault:
        raise StorageError(f"it is no Parquet file: {fault}") from fault


def _receipts(table: pa.Table, signers: Signers, threads: int | None, found: _Found) -> int:
    """Every receipt is valid, and its entry says of it what it says itself; how many are not."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import compute  # noqa: PLC0415

    # A copy is worth its memory only where something is pruned.
    whole = table["receipt"].null_count == 0
    there = table if whole else table.filter(compute.is_valid(table["receipt"]))
    refused = at = 0
    for part in judged(there["receipt"], signers, threads=threads):
        columns, rows = part.columns, len(part.columns)
        kept = there.slice(at, rows)
        at += rows
        key_ids = pa.array([each and each.signer.key_id for each in part.trusted], pa.binary(16))
        same = _same(key_ids.take(columns["signer"]), kept["key_id"])
        for name in _STATED:
            same = compute.and_(same, _same(columns[name], kept[name]))
        good = compute.equal(columns["reason"], 0)
        right = compute.and_(good, same)
        wrong = rows - (compute.sum(right).as_py() or 0)
        refused += wrong
        if wrong:
            _name_them(columns["reason"], right, kept["seq"], found)
    return refused


def _same(one: pa.Array, other: pa.ChunkedArray) -> pa.Array:
    """Equal, or both absent; row by row, never null."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import compute  # noqa: PLC0415

    other = pa.concat_arrays(other.chunks) if other.num_chunks else pa.nulls(0, other.type)
    equal = compute.fill_null(compute.equal(one, other.cast(one.type)), False)
    return compute.or_(equal, compute.and_(compute.is_null(one), compute.is_null(other)))


def _name_them(reasons: pa.Array, right: pa.Array, places: pa.ChunkedArray, found: _Found) -> None:
    for reason, fine, place in zip(
        reasons.to_pylist(), right.to_pylist(), places.to_pylist(), strict=True
    ):
        if reason:
            words = REASONS[reason - 1].value
            found.note("receipt", f"entry {place}: the receipt is refused: {words}")
        elif not fine:
            found.note("entry", f"entry {place} says something else than its receipt")


def _roots(table: pa.Table, manifest: Manifest, number: int, found: _Found) -> bytes:
    """The root of the entries; places, count, root and identifiers are those of the manifest."""
    places = range(manifest.first, manifest.first + manifest.count)
    if table["seq"].to_pylist() != list(places):
        found.note("segment", f"segment {number} has other entries than it was sealed with")
        return b""
    columns: Sequence[list[Any]] = [
        table[name].to_pylist() for name in ("kind", "e", "signature", "key_id", "id")
    ]
    kinds, digests, signatures, key_ids, identifiers = columns
    try:
        numbers = [KINDS.index(kind) + 1 for kind in kinds]
        leaves = leaves_of(zip(numbers, digests, signatures, key_ids, strict=True))
        ids = IdTree.of(
            (id_key(kid, text), place)
            for kid, text, place in zip(key_ids, identifiers, places, strict=True)
        )
    except (TypeError, ValueError) as fault:
        found.note("entry", f"segment {number} holds what is no entry: {fault}")
        return b""
    root = MemoryTree(leaves).root()
    if root != manifest.root:
        found.note("segment", f"segment {number} has another root than its manifest")
    if ids.root() != manifest.ids:
        found.note("duplicate-id", f"segment {number} has other identifiers than its manifest")
    keys = [leaf[0] for leaf in ids.leaves]
    if any(one == other for one, other in itertools.pairwise(keys)):
        found.note("duplicate-id", f"segment {number} has an identifier twice")
    return root
