"""
Many receipts in one call: Arrow tables of verdicts, and of receipts.

Everything that costs time is done in the native core with the interpreter's lock released: splitting,
decoding, the canonical check, SM3 and SM2 side by side in the processor with a table for each signer.
A certificate's chain is judged once. Each receipt has its own verdict, the one that
:func:`gmkit.receipts.verify` comes to; no combined check of several signatures is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from gmkit._native import receipts as _native
from gmkit.errors import InvalidArgument, ReceiptRejected, RecordError
from gmkit.keys import Signer as SigningKey
from gmkit.receipts.bulk.inputs import Piece, pieces_of
from gmkit.receipts.bulk.ordered import in_order
from gmkit.receipts.bulk.parquet import require_pyarrow
from gmkit.receipts.receipt import TYPE_WITHHOLDING, header_for, read_header
from gmkit.receipts.record import Record
from gmkit.receipts.sign import key_id, sign
from gmkit.receipts.signers import Signers, TrustedKey
from gmkit.receipts.verdict import Outcome, Reason
from gmkit.sm2 import SM2PrivateKey

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "REASONS",
    "Judged",
    "Receipts",
    "behind",
    "judge_piece",
    "judged",
    "sign_batch",
    "verify_batch",
    "verify_batches",
]

Receipts: TypeAlias = bytes | PathLike[str] | BinaryIO | Sequence[bytes | str] | object
"""
Receipts in any of the forms that are taken: the lines of a receipts file (a path, an open binary file, or
bytes), a sequence of receipts, or Arrow data of any library (PyCapsule interface), which is read in place.
"""
REASONS = (
    Reason.MALFORMED,
    Reason.TOO_LONG,
    Reason.HEADER,
    Reason.TYPE,
    Reason.ALGORITHM,
    Reason.SIGNATURE,
    Reason.PAYLOAD,
    Reason.DUPLICATE_ID,
    Reason.UNKNOWN_SIGNER,
    Reason.CERTIFICATE,
    Reason.DISCLOSURE,
)
"""Every reason; the native core numbers them from 1 in this order."""


@dataclass(frozen=True, slots=True)
class Judged:
    """
    The verdicts on a piece of the input, as the native core gives them.

    Attributes:
        lines: Line or place of each in the input, from 1: an Arrow array of int64.
        columns: Record batch of ``reason`` (0 for valid, else a place in :data:`REASONS` from 1),
            ``signer`` (a place in *trusted*), what the record states, ``e`` and ``signature``.
        trusted: The keys behind the headers met; None where there is none.
        piece: The input itself.
    """

    lines: pa.Array
    columns: pa.RecordBatch
    trusted: list[TrustedKey | None]
    piece: Piece


def verify_batch(receipts: Receipts, signers: Signers, *, threads: int | None = None) -> pa.Table:
    """
    The verdict on each receipt.

    Args:
        receipts: Lines, a sequence, or Arrow data: see ``Receipts``. Of a table the column
            ``receipt`` is taken, or the only one of strings or binaries.
        signers: Whom to trust. Certificates in a receipts file are added to those at hand, as links
            to the roots, never as roots.
        threads: Pieces worked on at once; by default as many as the process has cores.

    Returns:
        A table with a row for each receipt, in order: ``line`` (from 1), ``verdict`` (``valid``,
        ``invalid``, ``not verifiable``), ``reason`` (null for a valid one), ``id``, ``kind``, ``time``,
        ``amount``, ``order``, ``sequence`` as the record states them (of a receipt that is not valid
        they are only claimed), ``signer``, ``serial`` and ``key_id`` of who signed, and
        ``not_checked``. Each receipt is judged by itself: a record that comes twice is valid twice
        here, and refused by :func:`gmkit.receipts.bulk.verify_file`.

    Raises:
        InvalidArgument: If the input is none of these, or threads is below 1.
        MissingDependency: If pyarrow is not installed.
        OSError: If a file cannot be read.
    """
    return verify_batches(receipts, signers, threads=threads).read_all().unify_dictionaries()


def verify_batches(
    receipts: Receipts, signers: Signers, *, threads: int | None = None
) -> pa.RecordBatchReader:
    """
    As :func:`verify_batch`, a batch at a time: memory does not grow with the input.

    Args:
        receipts: As there.
        signers: As there.
        threads: As there.

    Raises:
        InvalidArgument, MissingDependency, OSError: As there; OSError while the reader is read, too.

    Returns:
        A reader of record batches; it can be read once.
    """
    require_pyarrow()
    import pyarrow as pa  # noqa: PLC0415

    found = judged(receipts, signers, threads=threads)
    return pa.RecordBatchReader.from_batches(_schema(), map(_table, found))


def judged(receipts: Receipts, signers: Signers, *, threads: int | None = None) -> Iterator[Judged]:
    """As :func:`verify_batches`, in the form of the native core: for a ledger and for engines."""
    require_pyarrow()

    def work(piece: Piece) -> Judged:
        return judge_piece(piece, signers)

    return in_order(work, pieces_of(receipts, offer=signers.offer), workers=threads)


def sign_batch(
    records: Sequence[bytes | str | Mapping[str, Any] | Record] | object,
    key: SigningKey,
    *,
    threads: int | None = None,
) -> pa.Table:
    """
    Sign many records with one key (GB/T 32918.2-2016, default user identifier).

    Args:
        records: A sequence of records (:class:`Record`, JSON text in full words, or mappings), or
            Arrow data of JSON texts, read in place.
        key: The merchant's signing key, in memory or in a device.
        threads: Pieces worked on at once; by default as many as the process has cores.

    Returns:
        A table with a row for each record, in order: ``line`` (from 1), ``id`` and ``receipt``, or nulls
        there with ``field`` and ``error`` where the record cannot be represented exactly.

    Raises:
        InvalidArgument: If the input is none of these, or threads is below 1.
        MissingDependency: If pyarrow is not installed.
        RandomnessError: If the operating system gives no random bytes.
    """
    require_pyarrow()
    import pyarrow as pa  # noqa: PLC0415

    identifier = key_id(key.public_key())
    headers = (header_for(identifier).encode(), header_for(identifier, TYPE_WITHHOLDING).encode())

    def work(piece: Piece) -> pa.RecordBatch:
        return _sign(piece, key, headers)

    batches = list(in_order(work, pieces_of(records, column="record"), workers=threads))
    return pa.Table.from_batches(batches, schema=_signed_schema())


def judge_piece(piece: Piece, signers: Signers) -> Judged:
    """As :func:`judged`, for one piece of the input."""
    import pyarrow as pa  # noqa: PLC0415

    met = [(header, *behind(header, signers)) for header in _native.headers(piece.texts)]
    known = [(each, kind, key.key if key else None, why) for each, kind, key, why in met]
    columns = pa.record_batch(_native.verify_batch(known, piece.texts))
    return Judged(piece.line_numbers(), columns, [key for _, _, key, _ in met], piece)


def behind(header: bytes, signers: Signers) -> tuple[bool, TrustedKey | None, int]:
    """
    Whether the receipts with this first part withhold data, and the trusted key behind it, or None and
    the number of the reason.
    """
    withholds = False
    try:
        identifier, kind = read_header(header.decode("ascii"))
        withholds = kind == TYPE_WITHHOLDING
        return withholds, signers.find(identifier), 0
    except UnicodeDecodeError:
        reason = Reason.MALFORMED
    except ReceiptRejected as fault:
        reason = Reason(fault.reason)
    return withholds, None, REASONS.index(reason) + 1


def _schema() -> pa.Schema:
    import pyarrow as pa  # noqa: PLC0415

    few, words = pa.dictionary(pa.int8(), pa.string()), pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [
            pa.field("line", pa.int64(), nullable=False),
            pa.field("verdict", few, nullable=False),
            ("reason", few),
            ("id", pa.string()),
            ("kind", pa.string()),
            ("time", pa.timestamp("ms", tz="UTC")),
            ("amount", pa.int64()),
            ("order", pa.string()),
            ("sequence", pa.int64()),
            ("signer", words),
            ("serial", words),
            ("key_id", pa.dictionary(pa.int32(), pa.binary(16))),
            ("not_checked", words),
        ]
    )


def _table(found: Judged) -> pa.RecordBatch:
    """The verdicts in words."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import compute  # noqa: PLC0415

    numbers, places = found.columns["reason"], found.columns["signer"]
    schema = _schema()

    def words(name: str, values: list[Any], of_rows: pa.Array) -> pa.Array:
        """A dictionary-encoded column; Arrow libraries want no null among the words themselves."""
        kind = schema.field(name).type
        known = list(dict.fromkeys(each for each in values if each is not None))
        of_value = [None if each is None else known.index(each) for each in values]
        indices = pa.array(of_value, kind.index_type).take(of_rows)
        return pa.DictionaryArray.from_arrays(indices, pa.array(known, kind.value_type))

    outcomes = [Outcome.VALID, *(reason.outcome for reason in REASONS)]
    who = [each.signer if each else None for each in found.trusted]
    serials = [None if s is None or s.serial is None else f"{s.serial:x}" for s in who]
    open_questions = [each and ", ".join(each.open_questions) for each in found.trusted]
    if_valid = compute.if_else(compute.equal(numbers, 0), places, pa.scalar(None, pa.int32()))
    columns = [
        found.lines,
        words("verdict", [each.value for each in outcomes], numbers),
        words("reason", [None, *(each.value for each in REASONS)], numbers),
        *(found.columns[name] for name in ("id", "kind", "time", "amount", "order", "sequence")),
        words("signer", [each and each.subject for each in who], places),
        words("serial", serials, places),
        words("key_id", [each and each.key_id for each in who], places),
        words("not_checked", open_questions, if_valid),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _signed_schema() -> pa.Schema:
    import pyarrow as pa  # noqa: PLC0415

    return pa.schema(
        [
            pa.field("line", pa.int64(), nullable=False),
            ("id", pa.string()),
            ("receipt", pa.string()),
            ("field", pa.string()),
            ("error", pa.string()),
        ]
    )


def _sign(piece: Piece, key: SigningKey, headers: tuple[bytes, bytes]) -> pa.RecordBatch:
    import pyarrow as pa  # noqa: PLC0415

    texts, rows, canonical = piece.texts, len(piece), False
    kinds = set(map(type, texts)) if isinstance(texts, list) else set()
    if kinds == {Record}:
        texts, canonical = [each.to_payload() for each in texts], True
    if isinstance(key, SM2PrivateKey) and (canonical or kinds <= {bytes, str}):
        made = pa.record_batch(_native.sign_batch(key, headers, texts, canonical))
        ids, receipts = made["id"], made["receipt"]
    else:
        ids = receipts = pa.nulls(rows, pa.string())
    fields = errors = pa.nulls(rows, pa.string())
    if receipts.null_count:
        # What the native core leaves alone is signed here, or refused with its reason.
        wanting = [
            place for place, there in enumerate(receipts.is_valid().to_pylist()) if not there
        ]
        ids, receipts, fields, errors = _sign_singly(piece, wanting, key, (ids, receipts))
    return pa.RecordBatch.from_arrays(
        [piece.line_numbers(), ids, receipts, fields, errors], schema=_signed_schema()
    )


def _sign_singly(
    piece: Piece, places: list[int], key: SigningKey, made: tuple[pa.Array, pa.Array]
) -> list[pa.Array]:
    import pyarrow as pa  # noqa: PLC0415

    columns: list[list[str | None]] = [each.to_pylist() for each in made]
    columns += [[None] * len(piece), [None] * len(piece)]
    for place in places:
        try:
            record = _record(piece.item(place))
        except RecordError as fault:
            columns[2][place], columns[3][place] = fault.field, fault.message
        else:
            columns[0][place], columns[1][place] = record.id, sign(record, key).text
    return [pa.array(column, pa.string()) for column in columns]


def _record(item: object) -> Record:
    if isinstance(item, Record):
        return item
    if isinstance(item, Mapping):
        return Record.from_mapping(item)
    if isinstance(item, str):
        try:
            item = item.encode()
        except UnicodeEncodeError:
            raise RecordError("the text holds half of a surrogate pair") from None
    if item is None:
        raise RecordError("there is no record")
    if not isinstance(item, bytes):
        raise InvalidArgument(f"a record is text, a mapping or a Record, not {type(item).__name__}")
    return Record.from_json(item)
