"""
Sealing: entries that will not change any more, in files that are easy to copy and hard to dispute.

::

    segments/00000007.parquet     seq, id, kind, order, time, amount, key_id, signature, e, receipt
    segments/00000007.tiles       the leaves, then every 256th level: ranges of 8 KiB are tiles
    segments/00000007.json        the manifest, signed by the log

A segment has a power of two of entries and begins at a multiple of it, so that it is a perfect subtree and
its root a node of the log. Each manifest names the one before it; a checkpoint names the last.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from gmkit import sm3
from gmkit.errors import (
    EncodingError,
    InvalidArgument,
    InvalidSignature,
    RecordError,
    StorageError,
    VerificationError,
)
from gmkit.keys import Signer
from gmkit.merkle.hashing import node_hashes
from gmkit.receipts import canonical
from gmkit.receipts.base64url import octets_of, text_of
from gmkit.receipts.bulk.parquet import require_pyarrow
from gmkit.receipts.ledger import schema
from gmkit.receipts.ledger.entry import KINDS, id_key
from gmkit.receipts.ledger.ids import IdTree
from gmkit.receipts.ledger.ledger import Ledger, frontier_of
from gmkit.receipts.ledger.tree import STEP, TILE, TableTree, leaves_of
from gmkit.receipts.record import EPOCH, MILLISECOND
from gmkit.sm2 import SignatureFormat, SM2PublicKey

__all__ = [
    "EMPTY_CHAIN",
    "Manifest",
    "chain_of",
    "chained",
    "manifests_in",
    "parquet_of",
    "read_manifest",
    "read_signed",
    "seal",
]

EMPTY_CHAIN = bytes(32)
FILES = ("parquet", "tiles")


@dataclass(frozen=True, slots=True)
class Manifest:
    """
    What the log says of one sealed segment, verified.

    Attributes:
        octets: As it is stored.
        content: Its members.
    """

    octets: bytes
    content: dict[str, Any]

    @property
    def first(self) -> int:
        """Place of its first entry."""
        return int(self.content["first"])

    @property
    def count(self) -> int:
        """Its entries."""
        return int(self.content["count"])

    @property
    def root(self) -> bytes:
        """Root of its subtree, 32 bytes."""
        return octets_of(self.content["root"]) or b""

    @property
    def ids(self) -> bytes:
        """Root of its sorted tree of identifiers, 32 bytes."""
        return octets_of(self.content["ids"]) or b""


def seal(
    ledger: Ledger, key: Signer, *, now: datetime, most: int | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> list[Manifest]:  # fmt: skip
    """
    Seal every segment that is full.

    Files are whole before the ledger speaks of them: an interruption, or a full disk, costs no more
    than doing it again.

    Args:
        ledger: The ledger.
        key: The key of the log.
        now: The present.
        most: At most so many segments.
        progress: Called with the number of segments sealed so far.

    Returns:
        The manifests of the segments sealed now.

    Raises:
        InvalidArgument: It is not the key of the log.
        StorageError: The store or the place of the segments failed; what was sealed before stays.
        MissingDependency: pyarrow is not installed.
    """
    require_pyarrow()
    _check_key(ledger, key)
    made: list[Manifest] = []
    while most is None or len(made) < most:
        with ledger.store.reading() as connection:
            first = int(connection.execute(select(schema.ledger.c.sealed)).scalar_one())
            if frontier_of(connection).size < first + ledger.segment:
                return made
            number = first // ledger.segment
            files, content = _segment(ledger, connection, first)
            content["previous"] = text_of(chain_of(manifests_in(connection)))
        content |= {"origin": ledger.origin, "number": number, "v": 1}
        content["sealed"] = (now - EPOCH) // MILLISECOND
        signed = canonical.encode(content)
        signature = key.sign(signed, format=SignatureFormat.RAW)
        octets = canonical.encode({"manifest": content, "signature": text_of(signature)})
        for ending, data in files.items():
            ledger.objects.put(_name(number, ending), data)
        ledger.objects.put(_name(number, "json"), octets)
        with ledger.store.writing() as connection:
            now_sealed = int(connection.execute(select(schema.ledger.c.sealed)).scalar_one())
            if now_sealed == first:  # or another sealer was faster, with the same entries
                connection.execute(insert(schema.segments).values(number=number, manifest=octets))
                connection.execute(update(schema.ledger).values(sealed=first + ledger.segment))
        made.append(Manifest(octets, content))
        progress(len(made))
    return made


def manifests_in(connection: Connection) -> list[bytes]:
    """The manifests, within a transaction."""
    table = schema.segments
    rows = connection.execute(select(table.c.manifest).order_by(table.c.number)).scalars()
    return [bytes(each) for each in rows]


def chain_of(manifests: Iterable[bytes]) -> bytes:
    """What stands for all of them: each hashed with what stands for those before it; 32 bytes."""
    chain = EMPTY_CHAIN
    for octets in manifests:
        chain = chained(chain, octets)
    return chain


def chained(chain: bytes, octets: bytes) -> bytes:
    """What stands for a manifest and those before it, from what stands for those; 32 bytes."""
    return sm3.digest(chain + sm3.digest(octets))


def read_manifest(octets: bytes, key: SM2PublicKey) -> Manifest:
    """
    Read a manifest and verify it.

    Raises:
        VerificationError: It is malformed, or not signed by the log (reason ``manifest``).
    """
    manifest = Manifest(octets, read_signed(octets, key))
    try:
        content = manifest.content
        numbers = all(type(content[name]) is int for name in ("first", "count", "number"))
        if not numbers or len(manifest.root) != 32 or len(manifest.ids) != 32:
            raise _malformed("members of another kind")
    except (KeyError, TypeError, AttributeError) as fault:
        raise _malformed(f"members of another kind: {fault}") from None
    return manifest


def read_signed(octets: bytes, key: SM2PublicKey) -> dict[str, Any]:
    """
    What the log signed in a document about a segment.

    Raises:
        VerificationError: It is malformed, or not signed by the log (reason ``manifest``).
    """
    try:
        outer = canonical.parse(octets)
        content, signature = outer["manifest"], octets_of(str(outer["signature"]))
        if (
            not isinstance(content, dict)
            or signature is None
            or set(outer) != {"manifest", "signature"}
        ):
            raise _malformed("unknown members")
        key.verify(signature, canonical.encode(content), format=SignatureFormat.RAW)
    except InvalidSignature:
        raise _malformed("it is not signed by the log") from None
    except (EncodingError, RecordError, KeyError) as fault:
        raise _malformed(str(fault)) from None
    return content


def _check_key(ledger: Ledger, key: Signer) -> None:
    if key.public_key() != ledger.public_key:
        raise InvalidArgument(
            "this is not the key of the log", hint="give the one it was made with"
        )


def _segment(
    ledger: Ledger, connection: Connection, first: int
) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The files of a segment, and what its manifest says of them and of the entries."""
    table = schema.entries
    query = select(table).where(table.c.seq.between(first, first + ledger.segment - 1))
    rows = connection.execute(query.order_by(table.c.seq)).all()
    leaves = leaves_of((row.kind, row.e, row.sig, row.kid) for row in rows)
    tiles, root = _tiles(leaves)
    if root != TableTree(connection).node(ledger.segment.bit_length() - 1, first // ledger.segment):
        raise StorageError(
            f"the entries from {first} on are not those of the tree: they are not sealed",
            hint="run the audit",
        )
    ids = IdTree.of((id_key(bytes(row.kid), row.id), row.seq) for row in rows)
    kinds = Counter(KINDS[row.kind - 1] for row in rows)
    sums: Counter[str] = Counter()
    for row in rows:
        sums[KINDS[row.kind - 1]] += row.amt or 0
    files = {"parquet": parquet_of(rows), "tiles": tiles}
    content: dict[str, Any] = {
        "first": first,
        "count": len(rows),
        "root": text_of(root),
        "ids": text_of(ids.root()),
        "kinds": dict(kinds),
        "amounts": {kind: str(total) for kind, total in sums.items() if total},
        "signers": sorted({bytes(row.kid).hex() for row in rows}),
        "logged": [rows[0].logged, rows[-1].logged],
        "files": {
            ending: {"bytes": len(data), "sm3": text_of(sm3.digest(data))}
            for ending, data in files.items()
        },
    }
    return files, content


def _tiles(leaves: list[bytes]) -> tuple[bytes, bytes]:
    """Every stored level of a perfect subtree, lowest first, and its root."""
    pack, nodes, level = [b"".join(leaves)], leaves, 0
    while len(nodes) > 1:
        nodes, level = node_hashes(nodes), level + 1
        if level % STEP == 0:
            pack.append(b"".join(nodes))
    return b"".join(pack), nodes[0]


def parquet_of(rows: Any, *, receipts: bool = True) -> bytes:
    """The rows of a segment as Parquet, with or without the receipts themselves."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    def column(name: str, kind: pa.DataType) -> pa.Array:
        place = schema.COLUMNS.index(name)
        return pa.array([row[place] for row in rows], kind)

    milliseconds = pa.timestamp("ms", tz="UTC")
    table = pa.table(
        {
            "seq": column("seq", pa.int64()),
            "id": column("id", pa.string()),
            "kind": pa.array([KINDS[row.kind - 1] for row in rows], pa.string()),
            "order": column("ord", pa.string()),
            "sequence": column("sq", pa.int64()),
            "time": column("t", milliseconds),
            "amount": column("amt", pa.int64()),
            "key_id": column("kid", pa.binary(16)),
            "signature": column("sig", pa.binary(64)),
            "e": column("e", pa.binary(32)),
            "logged": column("logged", milliseconds),
            "receipt": column("receipt", pa.string()),
        }
    )
    if not receipts:
        table = table.select(["seq", "kind", "key_id", "signature", "e", "logged"])
    file = io.BytesIO()
    parquet.write_table(table, file, compression="zstd", row_group_size=16 * TILE)
    return file.getvalue()


def _name(number: int, ending: str) -> str:
    return f"segments/{number:08d}.{ending}"


def _malformed(words: str) -> VerificationError:
    return VerificationError(f"the manifest of a segment does not hold: {words}", reason="manifest")
