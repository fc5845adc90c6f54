"""What a batch is made of: lines of a file, a Python sequence, or Arrow data, in pieces and in place."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from gmkit._native import receipts as _native
from gmkit.errors import InvalidArgument
from gmkit.receipts.bulk import container
from gmkit.receipts.receipt import MAX_RECEIPT

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Piece", "pieces_of"]

ROWS = 8192  # in a piece: enough to fill the processor's lanes, little enough to stay near it
BLOCK = 4 << 20  # bytes of a file read at once; more than the longest receipt


@dataclass(frozen=True, slots=True)
class Piece:
    """
    Some of the input, in the form the native core takes.

    Attributes:
        texts: Lines of a file, an Arrow array, or a list.
        first: Number of the first one, from 1; lines of a file know their own.
        end: Position in the file after the piece, for a progress bar; 0 without a file.
    """

    texts: Any
    first: int
    end: int = 0

    def __len__(self) -> int:
        return len(self.texts)

    def line_numbers(self) -> pa.Array:
        """The number of each text in the input, as an Arrow array."""
        import pyarrow as pa  # noqa: PLC0415

        if isinstance(self.texts, _native.Lines):
            return pa.array(self.texts.numbers(), pa.int64())
        return pa.array(range(self.first, self.first + len(self)), pa.int64())

    def items(self) -> list[Any]:
        """All texts, as Python objects."""
        if isinstance(self.texts, _native.Lines):
            return [self.texts.line(number) for number in self.texts.numbers()]
        return self.texts if isinstance(self.texts, list) else self.texts.to_pylist()

    def item(self, place: int) -> Any:
        """The text at a place of the piece, as a Python object."""
        if isinstance(self.texts, _native.Lines):
            return self.texts.line(self.texts.numbers()[place])
        if isinstance(self.texts, list):
            return self.texts[place]
        return self.texts[place].as_py()


def pieces_of(
    data: object,
    *,
    column: str = "receipt",
    offer: Callable[[bytes], bool] | None = None,
    rows: int | None = None,
) -> Iterator[Piece]:
    """
    The input in pieces, in order.

    Args:
        data: A path, an open binary file or bytes (lines); a sequence; or Arrow data.
        column: The column of a table that is meant.
        offer: Called with the certificates in a receipts file, as they come; tells whether they can be read.
        rows: How many of a sequence are a piece.

    Raises:
        InvalidArgument: If it is none of these.
    """
    if isinstance(data, bytes):
        return _lines(BytesIO(data), offer)
    if isinstance(data, PathLike):
        return _file(Path(data), offer)
    if hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
        return _arrays(data, column)
    if isinstance(data, Sequence) and not isinstance(data, str | bytearray | memoryview):
        step = rows or ROWS
        return (
            Piece(list(data[start : start + step]), start + 1)
            for start in range(0, len(data), step)
        )
    if hasattr(data, "read"):
        return _lines(cast("BinaryIO", data), offer)
    raise InvalidArgument(
        f"many receipts or records are lines, a sequence or Arrow data, not {type(data).__name__}",
        hint="give a path, an open binary file, a list of bytes, or an Arrow array or table",
    )


def _file(path: Path, offer: Callable[[bytes], bool] | None) -> Iterator[Piece]:
    with path.open("rb") as file:
        yield from _lines(file, offer)


def _lines(file: BinaryIO, offer: Callable[[bytes], bool] | None) -> Iterator[Piece]:
    before = end = 0
    for block, length in _blocks(file):
        end += length
        lines = _native.Lines(block, before)
        understood = {n for n, text in lines.statements() if _taken(text, offer)}
        if understood:
            lines = lines.without(understood)
        if len(lines):
            yield Piece(lines, before + 1, end)
        before += lines.count


def _blocks(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Whole lines and how much of the file they took; of a line that is too long only the beginning."""
    rest, taken, skipping = b"", 0, False
    while chunk := file.read(BLOCK):
        taken += len(chunk)
        if skipping:
            _, ended, chunk = chunk.partition(b"\n")
            if not ended:
                continue
            rest, skipping = rest + b"\n", False
        data = rest + chunk
        cut = data.rfind(b"\n") + 1
        rest = data[cut:]
        if len(rest) > MAX_RECEIPT + 2:
            rest, skipping = rest[: MAX_RECEIPT + 2], True
        if cut:
            yield data[:cut], taken
            taken = 0
    if rest:
        yield rest, taken


def _taken(text: bytes, offer: Callable[[bytes], bool] | None) -> bool:
    """Whether a statement in a receipts file is a certificate that can be read."""
    if offer is None or not text.startswith(container.STATEMENT):
        return False
    encoded = text[len(container.STATEMENT) :]
    if len(encoded) > 2 * container.MAX_CERTIFICATE:
        return False
    try:
        der = b64decode(encoded, validate=True)
    except ValueError:
        return False
    return b64encode(der) == encoded and offer(der)


def _arrays(data: Any, column: str) -> Iterator[Piece]:
    first = 1
    for array in _arrow_arrays(data, column):
        for start in range(0, len(array), ROWS):
            piece = array.slice(start, ROWS)
            yield Piece(piece, first)
            first += len(piece)


def _arrow_arrays(data: Any, column: str) -> Iterator[pa.Array]:
    """The arrays of strings or binaries in Arrow data of any library; nothing is copied."""
    import pyarrow as pa  # noqa: PLC0415

    if hasattr(data, "__arrow_c_array__"):
        array = pa.array(data) if not isinstance(data, pa.RecordBatch) else data.to_struct_array()
        arrays: Iterator[pa.Array] = iter([array])
    else:
        # A stream is one of arrays of any type; a table is one of structures.
        chunks = (
            pa.chunked_array(data)
            if not isinstance(data, pa.Table | pa.RecordBatchReader)
            else None
        )
        if chunks is not None:
            arrays = iter(chunks.chunks)
        else:
            batches = data.to_batches() if isinstance(data, pa.Table) else data
            arrays = (batch.to_struct_array() for batch in batches)
    for array in arrays:
        found = _column(array, column) if pa.types.is_struct(array.type) else array
        if not _is_text(found.type):
            if not pa.types.is_dictionary(found.type):
                raise InvalidArgument(
                    f"an Arrow column of strings or binaries is needed, not {found.type}"
                )
            found = found.dictionary_decode()
        yield found


def _column(array: pa.StructArray, name: str) -> pa.Array:
    names = [field.name for field in array.type]
    if name not in names:
        texts = [field.name for field in array.type if _is_text(field.type)]
        if len(texts) != 1:
            raise InvalidArgument(
                f"the table has no column {name!r}, and {len(texts)} others of strings or binaries",
                hint=f"select the column, or name it {name!r}",
            )
        name = texts[0]
    # A row that is null as a whole has no receipt either.
    return array.flatten()[names.index(name)] if array.null_count else array.field(name)


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa  # noqa: PLC0415

    return kind in {
        pa.string(), pa.large_string(), pa.string_view(),
        pa.binary(), pa.large_binary(), pa.binary_view(),
    }  # fmt: skip
