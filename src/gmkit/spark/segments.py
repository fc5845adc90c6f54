"""The sealed segments of a ledger, audited on a cluster; one task a segment, one root in the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from gmkit.errors import VerificationError
from gmkit.merkle import SignedCheckpoint
from gmkit.receipts import Kind, Record
from gmkit.receipts.ledger import (
    Finding,
    SegmentAudit,
    audit_segment,
    commitment_of,
    read_manifest,
    read_manifests,
    root_of,
)
from gmkit.receipts.ledger.objects import open_objects
from gmkit.receipts.ledger.sealing import chain_of
from gmkit.sm2 import SM2PublicKey
from gmkit.spark.trust import Trust

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

__all__ = ["ClusterAudit", "audit_segments"]

_SCHEMA = (
    "number int, entries bigint, verified bigint, refused bigint, pruned bigint, root binary, "
    "codes array<string>, messages array<string>"
)


@dataclass(frozen=True, slots=True)
class ClusterAudit:
    """
    What the cluster found.

    Attributes:
        entries: Entries in all segments.
        verified: Receipts that are valid and belong to their entries.
        refused: Receipts that are not.
        pruned: Entries whose receipt is gone by retention.
        segments: How many.
        root: The root over them, from their own roots; empty if one could not be computed.
        findings: Whatever is wrong.
    """

    entries: int
    verified: int
    refused: int
    pruned: int
    segments: int
    root: bytes
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def report(self, *, id: str, time: datetime) -> Record:  # noqa: A002  the name of the field
        """The record of the audit, to be signed by who ran it and appended to the ledger."""
        return Record(
            Kind.REPORT, id, time,
            fields={
                "audit": {
                    "entries": self.entries, "verified": self.verified, "refused": self.refused,
                    "pruned": self.pruned, "segments": self.segments, "root": self.root.hex(),
                    "findings": [f"{each.code}: {each.message}" for each in self.findings],
                }
            },
        )  # fmt: skip


def audit_segments(
    spark: SparkSession,
    objects: str,
    key: SM2PublicKey,
    trust: Trust,
    *,
    checkpoint: SignedCheckpoint | None = None,
    origin: str | None = None,
) -> ClusterAudit:
    """
    Audit every sealed segment of a ledger.

    The engine only schedules: each task reads one segment from where segments are, verifies every receipt in it and
    computes its root. What comes back is a root, counts and findings. The driver puts the roots together.

    Args:
        spark: The session.
        objects: Where segments are, a URL that every worker can read.
        key: The public key of the log.
        trust: Whom to trust for the receipts.
        checkpoint: One that names the segments, from whoever kept it; without it nothing vouches for
            there not being more of them.
        origin: The name of the log, with *checkpoint*.

    Raises:
        VerificationError: A manifest or the checkpoint is not signed by the log, or they do not follow each
            other (reasons ``manifest``, ``checkpoint``).
        StorageError: Manifests cannot be read.
    """
    manifests = read_manifests(open_objects(objects), key)
    extra: list[Finding] = []
    if checkpoint is not None:
        checkpoint.verify({origin or checkpoint.checkpoint.origin: key})
        commitment = commitment_of(checkpoint.checkpoint)
        if chain_of([each.octets for each in manifests[: commitment.segments]]) != commitment.chain:
            raise VerificationError("the checkpoint names other segments", reason="checkpoint")
        if len(manifests) < commitment.segments:
            extra.append(Finding("rollback", f"{commitment.segments} segments were sealed"))
    point = key.to_bytes()

    def work(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for octets in batch.column("manifest").to_pylist():
                yield _audited(octets, point, objects, trust)

    rows = []
    if manifests:
        # One a task: a repartitioned DataFrame may put several together and leave tasks without work.
        parts = spark.sparkContext.parallelize(
            [(bytearray(each.octets),) for each in manifests], len(manifests)
        )
        rows = spark.createDataFrame(parts, "manifest binary").mapInArrow(work, _SCHEMA).collect()
    found = [
        SegmentAudit(
            row.number, row.entries, row.verified, row.refused, row.pruned, bytes(row.root),
            tuple(map(Finding, row.codes, row.messages)),
        )
        for row in rows
    ]  # fmt: skip
    found.sort(key=lambda each: each.number)
    if [each.number for each in found] != list(range(len(manifests))):
        extra.append(Finding("segment", "not every segment came back once from the cluster"))
    return ClusterAudit(
        entries=sum(each.entries for each in found),
        verified=sum(each.verified for each in found),
        refused=sum(each.refused for each in found),
        pruned=sum(each.pruned for each in found),
        segments=len(found),
        root=root_of(found) if all(each.root for each in found) else b"",
        findings=(*extra, *(finding for each in found for finding in each.findings)),
    )


def _audited(octets: bytes, point: bytes, objects: str, trust: Trust) -> pa.RecordBatch:
    import pyarrow as pa  # noqa: PLC0415  on the worker

    manifest = read_manifest(octets, SM2PublicKey.from_bytes(point))
    found = audit_segment(manifest, open_objects(objects), trust.signers(), threads=1)
    return pa.record_batch(
        {
            "number": pa.array([found.number], pa.int32()),
            "entries": pa.array([found.entries], pa.int64()),
            "verified": pa.array([found.verified], pa.int64()),
            "refused": pa.array([found.refused], pa.int64()),
            "pruned": pa.array([found.pruned], pa.int64()),
            "root": pa.array([found.root], pa.binary()),
            "codes": pa.array([[each.code for each in found.findings]], pa.list_(pa.string())),
            "messages": pa.array(
                [[each.message for each in found.findings]], pa.list_(pa.string())
            ),
        }
    )
