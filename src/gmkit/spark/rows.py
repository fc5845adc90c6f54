"""A verdict for every row of a DataFrame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from gmkit.errors import InvalidArgument
from gmkit.receipts.batch import verify_batch
from gmkit.spark.trust import Trust

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

__all__ = ["VERDICT_SCHEMA", "summarize", "verify_receipts"]

VERDICT_SCHEMA = (
    "verdict string, reason string, id string, kind string, time timestamp, amount bigint, "
    "`order` string, sequence bigint, signer string, serial string, key_id binary, not_checked string"
)
"""The columns of a verdict, as in :func:`gmkit.receipts.batch.verify_batch`."""
_NAMES = [part.split()[0].strip("`") for part in VERDICT_SCHEMA.split(", ")]


def verify_receipts(
    frame: DataFrame,
    trust: Trust,
    *,
    column: str = "receipt",
    keep: Sequence[str] = (),
    refused_only: bool = False,
) -> DataFrame:
    """
    Verify the receipts in a column, each by itself.

    The rows go through the native core in Arrow batches, on one thread a task: the engine owns the cores.
    A task that is lost is done again by Spark, and comes to the same verdicts.

    Args:
        frame: A DataFrame with receipts as strings or binaries.
        trust: Whom to trust.
        column: The column with the receipts.
        keep: Columns to carry over to the result, to find rows by.
        refused_only: Leave valid rows out, which is all that an audit of much data wants to see;
            :func:`summarize` counts them without moving them.

    Returns:
        A DataFrame of *keep* and the columns of ``VERDICT_SCHEMA``. Like every DataFrame it is made
        when it is used.

    Raises:
        InvalidArgument: If there is no such column, or one to keep has a verdict's name.
    """
    wanted = [column, *keep]
    missing = [name for name in wanted if name not in frame.columns]
    if missing:
        raise InvalidArgument(
            f"the DataFrame has no column {missing[0]!r}", hint=", ".join(frame.columns)
        )
    taken = [name for name in keep if name in _NAMES]
    if taken:
        raise InvalidArgument(
            f"the column {taken[0]!r} to keep has the name of a verdict's", hint="rename it"
        )

    def judge(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield from _judged(batch, trust, column, list(keep), refused_only=refused_only)

    kept = ", ".join(
        f"`{f.name}` {f.dataType.simpleString()}" for name in keep for f in [frame.schema[name]]
    )
    schema = f"{kept}, {VERDICT_SCHEMA}" if kept else VERDICT_SCHEMA
    return frame.select(*dict.fromkeys(wanted)).mapInArrow(judge, schema)


def summarize(verdicts: DataFrame) -> DataFrame:
    """
    How many receipts came to which verdict: columns ``verdict``, ``reason``, ``signer``, ``receipts``.

    Args:
        verdicts: As :func:`verify_receipts` gives them.
    """
    counted = verdicts.groupBy("verdict", "reason", "signer").count()
    return counted.withColumnRenamed("count", "receipts")


def _judged(
    batch: pa.RecordBatch, trust: Trust, column: str, keep: list[str], *, refused_only: bool
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa  # noqa: PLC0415  on the worker
    from pyarrow import compute  # noqa: PLC0415

    texts = batch.column(column)
    found = verify_batch(texts, trust.signers(), threads=1)
    columns = [batch.column(name) for name in keep]
    for name in _NAMES:
        one = found[name].combine_chunks()
        if pa.types.is_dictionary(one.type):
            one = one.dictionary_decode()
        if name == "time":
            one = one.cast(pa.timestamp("us", tz="UTC"))
        columns.append(one.cast(pa.binary()) if name == "key_id" else one)
    table = pa.Table.from_arrays(columns, names=[*keep, *_NAMES])
    if refused_only:
        table = table.filter(compute.not_equal(table["verdict"], "valid"))
    yield from table.to_batches()
