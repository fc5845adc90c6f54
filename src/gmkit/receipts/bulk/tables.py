"""Verdicts as a table: CSV, JSON Lines or Parquet, one row a receipt."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from gmkit import atomic
from gmkit.errors import InvalidArgument
from gmkit.receipts.bulk.ordered import chunks
from gmkit.receipts.verdict import Verdict

__all__ = ["COLUMNS", "row", "write_verdicts"]

COLUMNS = ("line", "id", "verdict", "reason", "message", "signer", "serial", "key_id")
CHUNK = 16384  # rows written together

Write = Callable[[Iterable[Verdict], BinaryIO], None]


def write_verdicts(verdicts: Iterable[Verdict], target: Path, *, replace: bool = False) -> None:
    """
    Write a row for each verdict; the file appears when all are there.

    Args:
        verdicts: In any number: they are not kept.
        target: The file to make; its ending (.csv, .jsonl, .parquet) tells the form.
        replace: Whether an existing file may be replaced.

    Raises:
        InvalidArgument: If the ending tells no form.
        StorageError: If the file exists, or could not be written whole.
        MissingDependency: If Parquet is asked for and pyarrow is not installed.
    """
    forms: dict[str, Write] = {".csv": _csv, ".jsonl": _jsonl, ".parquet": _parquet}
    write = forms.get(target.suffix.lower())
    if write is None:
        raise InvalidArgument(f"{target}: verdicts are written as {', '.join(forms)}")
    with atomic.writing(target, replace=replace) as file:
        write(verdicts, file)


def row(verdict: Verdict) -> dict[str, int | str | None]:
    """A verdict in plain types, under ``COLUMNS``."""
    signer = verdict.signer
    serial = None if signer is None or signer.serial is None else f"{signer.serial:x}"
    return {
        "line": verdict.line,
        "id": verdict.id,
        "verdict": verdict.outcome.value,
        "reason": None if verdict.reason is None else verdict.reason.value,
        "message": verdict.message,
        "signer": None if signer is None else signer.subject,
        "serial": serial,
        "key_id": None if signer is None else signer.key_id.hex(),
    }


def _csv(verdicts: Iterable[Verdict], file: BinaryIO) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(map(row, verdicts))
    text.detach()


def _jsonl(verdicts: Iterable[Verdict], file: BinaryIO) -> None:
    file.writelines(
        json.dumps(row(verdict), ensure_ascii=False).encode() + b"\n" for verdict in verdicts
    )


def _parquet(verdicts: Iterable[Verdict], file: BinaryIO) -> None:
    from gmkit.receipts.bulk.parquet import require_pyarrow  # noqa: PLC0415

    require_pyarrow()
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    types = {"line": pa.int64()}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in COLUMNS])
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for chunk in chunks(verdicts, CHUNK):
            writer.write_table(pa.Table.from_pylist([row(each) for each in chunk], schema))
