"""Where records come from: JSON Lines, CSV and Parquet, read in bounded memory and from any position."""

from __future__ import annotations

import csv
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO

from gmkit.errors import InvalidArgument, RecordError
from gmkit.receipts import canonical
from gmkit.receipts.bulk.lines import Line, read_lines
from gmkit.receipts.canonical import Value
from gmkit.receipts.record import Record

__all__ = ["CSVSource", "Format", "Item", "JSONLinesSource", "Source", "open_source"]


class Format(Enum):
    """A form of record files; the value is the ending of its names."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


_ENDINGS = {".jsonl": Format.JSONL, ".ndjson": Format.JSONL, ".json": Format.JSONL}
_ENDINGS |= {".csv": Format.CSV, ".parquet": Format.PARQUET}


@dataclass(frozen=True, slots=True)
class Item:
    """
    One record as it was found, not yet looked at.

    Attributes:
        line: Its line (JSON Lines, CSV) or row (Parquet), from 1.
        position: Where the source goes on after it.
        value: JSON text, a mapping, or the error met while reading it.
    """

    line: int
    position: int
    value: bytes | dict[str, Value] | RecordError

    def record(self) -> Record:
        """
        The record.

        Raises:
            RecordError: If it is none; *line* is set.
        """
        try:
            if isinstance(self.value, RecordError):
                raise self.value
            if isinstance(self.value, bytes):
                return Record.from_json(self.value)
            return Record.from_mapping(self.value)
        except RecordError as fault:
            fault.line = self.line
            raise


class Source(ABC):
    """
    Records from a file.

    Attributes:
        unit: What ``size`` and positions count, for the progress bar.
        size: How many there are, or None if that is not known.
    """

    unit = "bytes"
    size: int | None = None

    @abstractmethod
    def items(self, *, position: int = 0, line: int = 0) -> Iterator[Item]:
        """The records after *position*, where *line* was the last line read."""

    @abstractmethod
    def identity(self) -> dict[str, Value] | None:
        """What tells this input from another one or a changed one; None if it cannot be read twice."""


def open_source(
    path: Path, form: Format | None = None, *, stream: BinaryIO | None = None
) -> Source:
    """
    The source for a file.

    Args:
        path: The file; its ending tells the form unless *form* does.
        form: The form of the file.
        stream: Read this instead of the file; it cannot be taken up again after an interruption.

    Raises:
        InvalidArgument: If the ending tells no form.
        MissingDependency: If Parquet is asked for and pyarrow is not installed.
    """
    found = form or _ENDINGS.get(path.suffix.lower())
    if found is None:
        raise InvalidArgument(
            f"{path} does not say what form its records have",
            hint="end its name in .jsonl, .csv or .parquet, or name the form",
        )
    if found is Format.PARQUET:
        # Imported when used: pyarrow is optional and slow to load.
        from gmkit.receipts.bulk.parquet import ParquetSource  # noqa: PLC0415

        if stream is not None:
            raise InvalidArgument("Parquet is read from a file, not from a pipe")
        return ParquetSource(path)
    return (JSONLinesSource if found is Format.JSONL else CSVSource)(path, stream=stream)


class _TextSource(Source):
    def __init__(self, path: Path, *, stream: BinaryIO | None = None) -> None:
        self.path = path
        self._stream = stream
        if stream is None:
            self.size = path.stat().st_size

    def identity(self) -> dict[str, Value] | None:
        return None if self._stream is not None else identity_of(self.path, type(self).__name__)

    def _open(self) -> BinaryIO:
        return self._stream if self._stream is not None else self.path.open("rb")


class JSONLinesSource(_TextSource):
    """One JSON object a line; blank lines are passed over."""

    def items(self, *, position: int = 0, line: int = 0) -> Iterator[Item]:
        """The lines from offset *position*, which follows line *line*."""
        with self._open() as file:
            if position:
                file.seek(position)
            for each in read_lines(file, limit=canonical.MAX_BYTES, number=line, offset=position):
                if each.too_long:
                    yield Item(each.number, each.end, _too_long())
                elif each.data.strip():
                    yield Item(each.number, each.end, each.data)


class CSVSource(_TextSource):
    """
    Comma-separated values (RFC 4180) in UTF-8, names in the first line.

    An empty cell means that the field is absent. ``amount`` and ``sequence`` are integers; every other
    cell is text, exactly as written.
    """

    INTEGERS = ("amount", "sequence")

    def items(self, *, position: int = 0, line: int = 0) -> Iterator[Item]:
        """The rows from offset *position*, which follows line *line*; the first line is read anyway."""
        with self._open() as file:
            lines = _CSVLines(file)
            rows = csv.reader(lines, strict=True)
            head = self._head(rows)
            if position:
                file.seek(position)
                lines.restart(position, line)
            while True:
                start = lines.number + 1
                try:
                    cells = next(rows)
                except StopIteration:
                    return
                except csv.Error as fault:
                    error = RecordError(f"not CSV: {fault}")
                    yield Item(start, lines.end, error)
                except RecordError as fault:
                    yield Item(start, lines.end, fault)
                else:
                    if cells:
                        yield Item(start, lines.end, self._mapping(head, cells))

    def _head(self, rows: Iterator[list[str]]) -> list[str]:
        try:
            head = next(rows, [])
        except csv.Error as fault:
            raise RecordError(f"not CSV: {fault}", line=1) from None
        except RecordError as fault:
            fault.line = 1
            raise
        for name in head:
            if head.count(name) > 1:
                raise RecordError("the column appears twice", line=1, field=name)
        return head

    def _mapping(self, head: list[str], cells: list[str]) -> dict[str, Value] | RecordError:
        if len(cells) != len(head):
            return RecordError(f"{len(cells)} cells under {len(head)} columns")
        mapping: dict[str, Value] = {
            name: cell for name, cell in zip(head, cells, strict=True) if cell
        }
        for name in self.INTEGERS:
            if name in mapping:
                number = _integer(str(mapping[name]))
                if number is None:
                    return RecordError(
                        f"{str(mapping[name])[:40]!r} is not an integer",
                        field=name,
                        hint="write money in minor units: 12.34 as 1234",
                    )
                mapping[name] = number
        return mapping


class _CSVLines:
    """Lines as text for the csv module, which says nothing about where it stands."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.restart(0, 0)

    def restart(self, position: int, line: int) -> None:
        self.number = line
        self.end = position
        self._lines = read_lines(
            self._file, limit=canonical.MAX_BYTES, number=line, offset=position
        )

    def __iter__(self) -> _CSVLines:
        return self

    def __next__(self) -> str:
        line: Line = next(self._lines)
        self.number, self.end = line.number, line.end
        if line.too_long:
            raise _too_long()
        try:
            text = line.data.decode()
        except UnicodeDecodeError as fault:
            raise RecordError(
                f"not UTF-8: byte 0x{line.data[fault.start]:02x} at {fault.start} of line {line.number}"
            ) from None
        return text.removeprefix("\ufeff") + "\n" if line.number == 1 else text + "\n"


def identity_of(path: Path, form: str) -> dict[str, Value]:
    """Size, time of change and name of a file: a changed input is another input."""
    found = path.stat()
    return {
        "form": form,
        "path": os.fspath(path.resolve()).encode(errors="backslashreplace").decode(),
        "bytes": found.st_size,
        "changed": str(found.st_mtime_ns),
    }


def _integer(text: str) -> int | None:
    digits = text.removeprefix("-")
    plain = digits.isascii() and digits.isdigit() and len(digits) <= canonical.MAX_DIGITS
    if not plain or (digits[0] == "0" and text != "0"):
        return None
    return int(text)


def _too_long() -> RecordError:
    return RecordError(f"the line is longer than {canonical.MAX_BYTES:,} bytes")
