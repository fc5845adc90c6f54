"""Records from Parquet, through pyarrow, which is an optional dependency."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmkit.errors import EncodingError, MissingDependency, RecordError
from gmkit.receipts.bulk.sources import Item, Source, identity_of
from gmkit.receipts.canonical import Value

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["ParquetSource", "require_pyarrow"]

BATCH = 4096  # rows
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def require_pyarrow() -> None:
    """Raise MissingDependency if pyarrow is not there."""
    try:
        import pyarrow.parquet  # noqa: F401, PLC0415
    except ImportError as fault:
        raise MissingDependency(
            "Parquet needs the package pyarrow", hint="pip install 'gmkit[arrow]'"
        ) from fault


class ParquetSource(Source):
    """
    One record a row; a column is a field, and a null means that the field is absent.

    ``time`` is text as in JSON, or a timestamp in UTC. Floating-point and decimal columns are refused
    row by row where they hold a value: money is an integer in minor units.
    """

    unit = "rows"

    def __init__(self, path: Path) -> None:
        require_pyarrow()
        self.path = path
        with self._open() as file:
            self.size = file.metadata.num_rows

    def identity(self) -> dict[str, Value] | None:
        """As every source."""
        return identity_of(self.path, type(self).__name__)

    def items(self, *, position: int = 0, line: int = 0) -> Iterator[Item]:
        """The rows after row *position*."""
        del line  # rows are counted by position
        row = 0
        with self._open() as file:
            for batch in _batches(file, self.path):
                if row + batch.num_rows <= position:
                    row += batch.num_rows
                    continue
                for value in _mappings(batch):
                    row += 1
                    if row > position:
                        yield Item(row, row, value)

    @contextmanager
    def _open(self) -> Iterator[Any]:  # a pyarrow.parquet.ParquetFile; pyarrow is not typed
        from pyarrow import parquet  # noqa: PLC0415

        with self.path.open("rb") as file:  # so that a missing file is told from a damaged one
            try:
                opened = parquet.ParquetFile(file)
            except _damage() as fault:
                raise _damaged(f"{self.path} is not Parquet", fault) from None
            yield opened


def _batches(file: Any, path: Path) -> Iterator[pa.RecordBatch]:
    try:
        yield from file.iter_batches(batch_size=BATCH)
    except _damage() as fault:
        raise _damaged(f"{path} is damaged", fault) from None


def _mappings(batch: pa.RecordBatch) -> Iterator[dict[str, Value] | RecordError]:
    from pyarrow import types  # noqa: PLC0415

    columns = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if name == "time" and types.is_timestamp(column.type):
            columns[name] = _times(column)
        else:
            columns[name] = column.to_pylist()
    for values in zip(*columns.values(), strict=True):
        mapping = {n: v for n, v in zip(columns, values, strict=True) if v is not None}
        fault = mapping.get("time")
        yield fault if isinstance(fault, RecordError) else mapping


def _times(column: pa.Array) -> list[datetime | RecordError | None]:
    """Timestamps as datetimes, exactly: pyarrow itself would round or give up on the whole column."""
    if column.type.tz is None:
        fault = RecordError("the time has no time zone", field="time", hint="store it as UTC")
        return [None if not value.is_valid else fault for value in column]
    per_second = PER_SECOND[column.type.unit]
    return [
        None if ticks is None else _time(ticks, per_second)
        for ticks in column.cast("int64").to_pylist()
    ]


def _time(ticks: int, per_second: int) -> datetime | RecordError:
    milliseconds, rest = divmod(ticks * 1000, per_second)
    if rest:
        return RecordError("the time is finer than a millisecond", field="time")
    try:
        return EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return RecordError("no such date or time", field="time")


def _damage() -> tuple[type[Exception], ...]:
    from pyarrow import ArrowException  # noqa: PLC0415

    return (ArrowException, OSError)


def _damaged(what: str, fault: Exception) -> EncodingError:
    """What pyarrow says about bytes it cannot read: an OSError as well, but without a number."""
    if isinstance(fault, OSError) and fault.errno is not None:
        raise fault
    return EncodingError(f"{what}: {str(fault).partition(chr(10))[0][:200]}", what="Parquet")
