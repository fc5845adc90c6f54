"""Signing and verifying many receipts: every form of input, refusals in their place, bounded memory."""

import io
import json
import os
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pyarrow as pa
import pytest

from gmkit import sm2
from gmkit.errors import InvalidArgument
from gmkit.receipts import Record, sign, sign_batch, verify, verify_batch, verify_batches
from gmkit.receipts.bulk import inputs, verify_file

BASE = {"kind": "order", "time": "2017-01-01T11:53:26Z", "amount": 5, "currency": "CNY"}


def records(count):
    return [
        {**BASE, "id": str(n), "buyer": "王\n小明", "items": [{"b": 1, "a": [n]}]}
        for n in range(count)
    ]


def texts(count):
    return [json.dumps(row).encode() for row in records(count)]


class Device:
    """A key that is elsewhere: it signs one message at a time."""

    def __init__(self, key):
        self._key = key

    def public_key(self):
        return self._key.public_key()

    def sign(self, data, **options):
        return self._key.sign(data, **options)


FORMS = {
    "json": texts,
    "text": lambda n: [each.decode() for each in texts(n)],
    "mappings": records,
    "records": lambda n: [Record.from_mapping(row) for row in records(n)],
    "mixed": lambda n: [[*texts(n)], [*records(n)]][0][: n // 2] + records(n)[n // 2 :],
    "arrow": lambda n: pa.array([each.decode() for each in texts(n)]),
    "table": lambda n: pa.table({"record": texts(n)}),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("make", [lambda key: key, Device], ids=["memory", "device"])
def test_every_form_of_records_becomes_the_same_receipts(key, signers, form, make, monkeypatch):
    monkeypatch.setattr(inputs, "ROWS", 40)
    signed = sign_batch(FORMS[form](100), make(key))
    assert signed["line"].to_pylist() == list(range(1, 101))
    assert signed["id"].to_pylist() == [str(n) for n in range(100)]
    assert signed["error"].null_count == 100
    for row, record in zip(signed["receipt"].to_pylist(), records(100), strict=True):
        assert verify(row, signers).record == Record.from_mapping(record)


def test_refused_records_stand_in_their_place(key, signers):
    rows = texts(6)
    rows[1] = b'{"kind": "order"'
    rows[2] = json.dumps({**records(3)[2], "amount": 1.5}).encode()
    rows[4] = json.dumps({**records(5)[4], "amount": None, "currency": None}).encode()
    signed = sign_batch(rows, key).to_pylist()
    assert [row["receipt"] is None for row in signed] == [False, True, True, False, False, False]
    assert [row["field"] for row in signed] == [None, None, "amount", None, None, None]
    assert "not JSON" in signed[1]["error"]
    assert signed[2]["error"] == "1.5 is not an integer"
    # Absent money in words is what the native core leaves to Python.
    assert verify(signed[4]["receipt"], signers).record.amount is None


def test_text_that_no_octets_stand_for_is_refused_in_its_place(key):
    half = json.dumps(records(1)[0], ensure_ascii=False).replace("王", "\ud800")
    good = texts(1)[0].decode()
    signed = sign_batch([good, half, good], key).to_pylist()
    assert [row["receipt"] is None for row in signed] == [False, True, False]
    assert signed[1]["error"] == "the text holds half of a surrogate pair"
    with pytest.raises(InvalidArgument, match="not int"):
        sign_batch([good, 7], key)


def test_nothing_gives_an_empty_table(key, signers):
    assert sign_batch([], key).num_rows == 0
    assert verify_batch([], signers).num_rows == 0
    assert verify_batch(b"", signers).num_rows == 0
    assert verify_batch(pa.array([], pa.string()), signers).num_rows == 0


def test_a_null_is_no_receipt(key, signers):
    receipt = sign(Record.from_mapping(records(1)[0]), key).text
    rows = verify_batch(pa.array([None, receipt, None]), signers).to_pylist()
    assert [row["reason"] for row in rows] == ["malformed", None, "malformed"]
    assert sign_batch(pa.array([None, texts(1)[0].decode()]), key)["error"].to_pylist() == [
        "there is no record",
        None,
    ]


def test_the_table_says_what_the_record_states(key, signers):
    record = {
        **BASE,
        "id": "7",
        "order": "A-7",
        "sequence": 3,
        "time": "2017-01-01T19:53:26.5+08:00",
    }
    receipt = sign(Record.from_mapping(record), key).text
    (row,) = verify_batch([receipt], signers).to_pylist()
    assert row == {
        "line": 1, "verdict": "valid", "reason": None, "id": "7", "kind": "order",
        "time": datetime(2017, 1, 1, 11, 53, 26, 500_000, tzinfo=timezone.utc), "amount": 5,
        "order": "A-7", "sequence": 3, "signer": None, "serial": None,
        "key_id": key.public_key().fingerprint()[:16], "not_checked": "time, certificate",
    }  # fmt: skip


class Foreign:
    """Arrow data of a library that is not pyarrow: it speaks the PyCapsule interface alone."""

    def __init__(self, data):
        self._data = data

    def __arrow_c_stream__(self, requested_schema=None):
        return self._data.__arrow_c_stream__(requested_schema)


class ForeignArray:
    def __init__(self, data):
        self._data = data

    def __arrow_c_array__(self, requested_schema=None):
        return self._data.__arrow_c_array__(requested_schema)


def test_arrow_data_of_any_library_is_taken(key, signers):
    signed = sign_batch(texts(50), key)
    receipts = signed["receipt"].combine_chunks()
    for data in (
        Foreign(signed),
        Foreign(pa.chunked_array([receipts, receipts.slice(0, 0)])),
        ForeignArray(receipts),
        ForeignArray(pa.record_batch({"receipt": receipts})),
        Foreign(signed.select(["receipt"]).to_reader()),
    ):
        assert verify_batch(data, signers)["verdict"].to_pylist() == ["valid"] * 50
    # Slices look into the middle of the buffers.
    part = verify_batch(signed.slice(10, 5), signers)
    assert part["id"].to_pylist() == [str(n) for n in range(10, 15)]


def test_arrow_data_is_read_in_place(key, signers, monkeypatch):
    """What pyarrow hands over and what the core reads are the same buffers."""
    receipts = sign_batch(texts(10), key)["receipt"].combine_chunks()
    before = pa.total_allocated_bytes()
    (piece,) = inputs.pieces_of(pa.table({"receipt": receipts}))
    assert [b and b.address for b in piece.texts.buffers()] == [
        b and b.address for b in receipts.buffers()
    ]
    assert pa.total_allocated_bytes() == before


@pytest.mark.parametrize(
    "data",
    [
        7,
        "a receipt as text",
        bytearray(b"x"),
        {"receipt": "x"},
        pa.array([1, 2]),
        pa.table({"a": ["x"], "b": ["y"]}),
        pa.table({"a": [1]}),
        pa.table({"receipt": [1]}),
    ],
)
def test_what_is_neither_is_refused(signers, data):
    with pytest.raises(InvalidArgument):
        verify_batch(data, signers)


@pytest.mark.parametrize("data", [[7], [b"x", None], [["x"]]])
def test_what_is_no_text_is_a_type_error(signers, data):
    with pytest.raises(TypeError):
        verify_batch(data, signers)


@pytest.mark.parametrize("threads", [0, -1])
def test_threads_are_at_least_one(key, signers, threads):
    with pytest.raises(InvalidArgument, match="at least 1"):
        verify_batch([b""], signers, threads=threads)
    with pytest.raises(InvalidArgument, match="at least 1"):
        sign_batch(texts(1), key, threads=threads)


def test_a_gigabyte_line_is_one_row_and_takes_no_gigabyte(signers, tmp_path):
    path = tmp_path / "long"
    with path.open("wb") as file:
        file.write(b"first\n")
        file.truncate(1 << 30)  # a hole: octets of zero, and no line end
        file.seek(0, os.SEEK_END)
        file.write(b"\nlast\n")
    rows = verify_batch(path, signers).to_pylist()
    assert [(row["line"], row["reason"]) for row in rows] == [
        (1, "malformed"),
        (2, "too-long"),
        (3, "malformed"),
    ]


MEASURED = """
import resource, sys
from pathlib import Path
from gmkit import sm2
from gmkit.receipts import Signers, verify_batches
key = sm2.SM2PrivateKey.from_hex("11" * 32)
rows = sum(b.num_rows for b in verify_batches(Path(sys.argv[1]), Signers(keys=[key.public_key()]), threads=2))
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_does_not_grow_with_the_file(tmp_path):
    key = sm2.SM2PrivateKey.from_hex("11" * 32)
    lines = "\n".join(sign_batch(texts(20_000), key)["receipt"].to_pylist()) + "\n"
    found = []
    for times in (3, 9):
        path = tmp_path / str(times)
        with path.open("w") as file:
            for _ in range(times):
                file.write(lines)
        command = [sys.executable, "-c", MEASURED, path]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        rows, kilobytes = map(int, done.stdout.split())
        assert rows == 20_000 * times
        found.append(kilobytes)
    small, large = found
    assert large < small * 1.15, found


def test_batches_come_one_at_a_time(key, signers, monkeypatch):
    monkeypatch.setattr(inputs, "ROWS", 10)
    receipts = sign_batch(texts(95), key)["receipt"].to_pylist()
    taken = []

    class Watched(list):
        def __getitem__(self, place):
            taken.append(place)
            return super().__getitem__(place)

    reader = verify_batches(Watched(receipts), signers, threads=1)
    next(reader)
    assert len(taken) < 5
    assert sum(batch.num_rows for batch in reader) == 85


def test_the_lock_is_released(key, signers):
    """Another thread of Python runs on while the core works."""
    import threading

    receipts = pa.array(sign_batch(texts(8000), key)["receipt"].to_pylist())
    ticks, stop = [], threading.Event()

    def count():
        while not stop.is_set():
            ticks.append(1)

    thread = threading.Thread(target=count)
    thread.start()
    before = len(ticks)
    verify_batch(receipts, signers, threads=1)
    during = len(ticks) - before
    stop.set()
    thread.join()
    assert during > 100


def test_paths_are_read_and_missing_ones_are_the_systems_error(signers):
    with pytest.raises(FileNotFoundError):
        verify_batch(Path("nothing here"), signers)


def test_line_ends_may_differ_within_a_file_and_the_last_line_may_be_cut(signers, key, tmp_path):
    """LF, CRLF and none at the end; a lone CR ends no line, and a receipt that was cut is no receipt."""
    good = sign_batch(texts(6), key)["receipt"].to_pylist()
    data = (
        f"gmkit-receipts 1\r\n{good[0]}\n{good[1]}\r\n\r\n\n{good[2]}\r{good[3]}\n"
        f"{good[4]}\r\r\n{good[5][:-1]}"
    ).encode()
    path = tmp_path / "mixed.receipts"
    path.write_bytes(data)
    expected = [
        (2, None), (3, None), (6, "malformed"), (7, "malformed"), (8, "malformed"),
    ]  # fmt: skip
    for form in (path, data):
        rows = verify_batch(form, signers).to_pylist()
        assert [(row["line"], row["reason"]) for row in rows] == expected
    found = verify_file(io.BytesIO(data), signers)
    assert [(each.line, each.reason and each.reason.value) for each in found] == expected
