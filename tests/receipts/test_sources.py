import io
import json
import tracemalloc
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from gmkit.errors import EncodingError, InvalidArgument, RecordError
from gmkit.receipts import canonical
from gmkit.receipts.bulk.lines import read_lines
from gmkit.receipts.bulk.sources import Format, open_source

BASE = {"kind": "order", "id": "1", "time": "2017-01-01T11:53:26Z", "amount": 5, "currency": "CNY"}


def outcomes(source, **start):
    """(line, id) of each record, (line, field, message) of each refusal."""
    result = []
    for item in source.items(**start):
        try:
            result.append((item.line, item.record().id))
        except RecordError as fault:
            assert fault.line == item.line
            result.append((fault.line, fault.field, fault.message))
    return result


def jsonl(tmp_path, *lines):
    path = tmp_path / "orders.jsonl"
    path.write_bytes(
        b"".join(
            line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines
        )
    )
    return path


def test_lines_end_with_lf_or_crlf_and_the_last_with_nothing():
    lines = list(read_lines(io.BytesIO(b"a\r\nb\n\nc"), limit=5))
    assert [(line.number, line.end, line.data) for line in lines] == [
        (1, 3, b"a"), (2, 5, b"b"), (3, 6, b""), (4, 7, b"c"),
    ]  # fmt: skip


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_a_line_of_exactly_the_limit_is_read_and_one_octet_more_is_not(end):
    lines = list(read_lines(io.BytesIO(b"x" * 8 + end), limit=8))
    assert [(line.too_long, len(line.data)) for line in lines] == [(False, 8)]
    (long, *rest) = read_lines(io.BytesIO(b"x" * 9 + b"yz" + end + b"\nb"), limit=8)
    assert long.too_long
    assert rest[-1].data == b"b"


class Endless(io.RawIOBase):
    """A file with one line of *length* octets in it, made while it is read."""

    def __init__(self, length, after):
        self.length, self.after, self.at = length, after, 0

    def readable(self):
        return True

    def readinto(self, buffer):
        left = self.length - self.at
        data = b"x" * min(len(buffer), left) if left > 0 else self.after[: len(buffer)]
        if left <= 0:
            self.after = self.after[len(data) :]
        buffer[: len(data)] = data
        self.at += len(data)
        return len(data)


def test_a_line_of_2_gigabytes_is_one_refusal_in_bounded_memory():
    good = json.dumps(BASE).encode()
    file = io.BufferedReader(Endless(2 << 30, b"\n" + good + b"\n"), 1 << 20)
    source = open_source(Path("orders.jsonl"), stream=file)
    tracemalloc.start()
    found = outcomes(source)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == [(1, None, "the line is longer than 1,048,576 bytes"), (2, "1")]
    assert peak < 16 << 20


def test_json_lines_go_on_after_each_refused_record(tmp_path):
    path = jsonl(
        tmp_path, BASE, b"\n", {**BASE, "amount": 1.5}, b"{\n", {**BASE, "id": "2"},
        b'{"a":"\xff"}\n', b'{"a":NaN}\n', b'{"a":' + b"[" * 10_000 + b"\n", b'{"kind":"order"',
    )  # fmt: skip
    assert outcomes(open_source(path)) == [
        (1, "1"),
        (3, "amount", "1.5 is not an integer"),
        (4, None, "not JSON: expecting property name enclosed in double quotes at character 1"),
        (5, "2"),
        (6, None, "not UTF-8: byte 0xff at 6"),
        (7, "a", "NaN is not an integer"),
        (8, None, "nested deeper than 32 levels"),
        (9, None, "not JSON: expecting ',' delimiter at character 15"),
    ]


@pytest.mark.parametrize("form", list(Format))
def test_reading_goes_on_from_any_position(tmp_path, form):
    path = write(tmp_path, form, [{**BASE, "id": str(n)} for n in range(9)])
    items = list(open_source(path).items())
    whole = outcomes(open_source(path))
    assert len(whole) == 9
    for number, item in enumerate(items):
        rest = outcomes(open_source(path), position=item.position, line=item.line)
        assert rest == whole[number + 1 :]


def write(tmp_path, form, records):
    path = tmp_path / f"orders.{form.value}"
    if form is Format.JSONL:
        return jsonl(tmp_path, *records)
    if form is Format.CSV:
        lines = [",".join(records[0]), *(",".join(str(v) for v in r.values()) for r in records)]
        path.write_text("\n".join(lines) + "\n")
        return path
    parquet.write_table(pa.Table.from_pylist(records), path)
    return path


def csv_source(tmp_path, data):
    path = tmp_path / "orders.csv"
    path.write_bytes(data)
    return open_source(path)


HEAD = b"kind,id,time,amount,currency,note\n"


def test_csv_cells_are_text_except_amount_and_sequence_and_empty_is_absent(tmp_path):
    data = (
        HEAD
        + b'order,1,2017-01-01T11:53:26Z,5,CNY,"two\r\nlines, ""quoted"""\r\neval,2,2017-01-01T11:53:26Z,,,007\n'
    )
    first, second = (item.record() for item in csv_source(tmp_path, data).items())
    assert (first.amount, dict(first.fields)) == (5, {"note": 'two\nlines, "quoted"'})
    assert (second.amount, second.currency, dict(second.fields)) == (None, None, {"note": "007"})


def test_csv_goes_on_after_each_refused_record(tmp_path):
    row = b"order,%s,2017-01-01T11:53:26Z,%s,CNY,%s\n"
    data = HEAD + b"".join(
        row % cells
        for cells in [
            (b"1", b"5", b""), (b"2", b"5.0", b""), (b"3", b"05", b""), (b"4", b"5", b"a,b"),
            (b"5", b"5", b"\xff"), (b"6", b"5", b'x"y'), (b"7", b"5", b'"x"y'), (b"8", b"5", b"ok"),
            (b"9", b"5", b"x" * 200_000), (b"10", b"5", b"x" * (1 << 20)), (b"11", b"5", b""),
        ]
    )  # fmt: skip
    found = outcomes(csv_source(tmp_path, data))
    assert [entry[0] for entry in found] == list(range(2, 13))
    assert [entry[1] for entry in found if len(entry) == 2] == ["1", "6", "8", "11"]
    refusals = [entry[1:] for entry in found if len(entry) == 3]
    assert refusals[0] == ("amount", "'5.0' is not an integer")
    assert refusals[1] == ("amount", "'05' is not an integer")
    assert refusals[2] == (None, "7 cells under 6 columns")
    assert "not UTF-8: byte 0xff" in refusals[3][1]
    assert "not CSV" in refusals[4][1]
    assert "field limit" in refusals[5][1]
    assert "longer than" in refusals[6][1]


@pytest.mark.parametrize("data", [b"a,b,a\n", b"\xff\n", b'"a', b"x" * (2 << 20)])
def test_a_csv_without_a_usable_head_is_one_error(tmp_path, data):
    with pytest.raises(RecordError) as caught:
        outcomes(csv_source(tmp_path, data))
    assert caught.value.line == 1


def test_a_byte_order_mark_before_a_csv_is_passed_over(tmp_path):
    assert outcomes(
        csv_source(tmp_path, b"\xef\xbb\xbfkind,id,time\norder,1,2017-01-01T00:00:00Z\n")
    ) == [(2, "1")]


def parquet_source(tmp_path, **columns):
    path = tmp_path / "orders.parquet"
    count = len(next(iter(columns.values())))
    base = {name: [value] * count for name, value in BASE.items()}
    parquet.write_table(pa.table({**base, "id": [str(n) for n in range(count)], **columns}), path)
    return open_source(path)


def test_a_null_in_parquet_is_an_absent_field(tmp_path):
    source = parquet_source(tmp_path, note=["a", None], items=[[{"q": 1}], None])
    first, second = (item.record() for item in source.items())
    assert dict(first.fields) == {"note": "a", "items": [{"q": 1}]}
    assert dict(second.fields) == {}


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_timestamps_in_parquet_are_exact_to_the_millisecond(tmp_path, unit):
    per_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    times = pa.array([1483271606 * per_second, None], pa.timestamp(unit, tz="UTC"))
    items = list(parquet_source(tmp_path, time=times).items())
    assert items[0].record().time == datetime(2017, 1, 1, 11, 53, 26, tzinfo=timezone.utc)
    with pytest.raises(RecordError, match="missing"):
        items[1].record()


def test_parquet_columns_that_are_not_exact_are_refused_row_by_row(tmp_path):
    def refusal(**column):
        (entry,) = outcomes(parquet_source(tmp_path, **column))
        return entry[1:]

    assert refusal(amount=[12.0]) == ("amount", "an amount is an integer in minor units")
    assert refusal(amount=[Decimal("12.34")]) == (
        "amount",
        "an amount is an integer in minor units",
    )
    assert refusal(price=[float("nan")]) == ("price", "nan is not an integer")
    assert refusal(data=[b"x"]) == ("data", "a string of bytes has no place in a record")
    naive = pa.array([1483271606], pa.timestamp("s"))
    assert refusal(time=naive) == ("time", "the time has no time zone")
    fine = pa.array([1483271606_000_000_001], pa.timestamp("ns", tz="UTC"))
    assert refusal(time=fine) == ("time", "the time is finer than a millisecond")
    far = pa.array([2**52 * 1000], pa.timestamp("us", tz="UTC"))
    assert refusal(time=far) == ("time", "no such date or time")


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" + bytes(100) + b"PAR1"])
def test_a_file_that_is_not_parquet_is_one_error(tmp_path, data):
    path = tmp_path / "orders.parquet"
    path.write_bytes(data)
    with pytest.raises(EncodingError, match="not Parquet"):
        open_source(path)


def test_a_damaged_parquet_file_is_one_error(tmp_path):
    path = tmp_path / "orders.parquet"
    rows = [{**BASE, "id": str(n), "note": f"note {n * 7919 % 1000}"} for n in range(5000)]
    parquet.write_table(pa.Table.from_pylist(rows), path, compression="zstd")
    data = bytearray(path.read_bytes())
    data[100:400] = bytes(300)
    path.write_bytes(data)
    with pytest.raises(EncodingError, match="damaged"):
        outcomes(open_source(path))


def test_the_form_of_a_file_must_be_known(tmp_path):
    with pytest.raises(InvalidArgument, match="what form"):
        open_source(tmp_path / "orders.txt")
    (tmp_path / "orders.txt").write_text("")
    assert outcomes(open_source(tmp_path / "orders.txt", Format.JSONL)) == []


def test_the_longest_line_is_the_longest_record():
    assert canonical.MAX_BYTES == 1 << 20
