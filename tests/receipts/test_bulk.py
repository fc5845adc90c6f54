import io
import json
import os
import resource
import signal
import subprocess
import sys
import time

import pytest

from gmkit import sm2
from gmkit.errors import EncodingError, StorageError
from gmkit.receipts import Outcome, Reason, Receipt, Signers, sign
from gmkit.receipts.bulk import open_source, sign_file, signing, verify_file
from gmkit.receipts.record import Record

BASE = {"kind": "order", "time": "2017-01-01T11:53:26Z", "amount": 5, "currency": "CNY"}


def records(*numbers):
    return [{**BASE, "id": str(number)} for number in numbers]


def source(tmp_path, rows, name="orders.jsonl"):
    path = tmp_path / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return open_source(path)


def verdicts(data, signers):
    return list(verify_file(io.BytesIO(data), signers))


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


@pytest.fixture
def target(tmp_path):
    (tmp_path / "out").mkdir()
    return tmp_path / "out" / "orders.receipts"


def test_every_record_becomes_a_receipt_in_order(tmp_path, target, key, signers):
    done = sign_file(source(tmp_path, records(*range(5000))), key, target)
    assert (done.signed, done.refused) == (5000, 0)
    lines = target.read_text().splitlines()
    assert lines[0] == "gmkit-receipts 1"
    assert [Receipt.parse(line).record().id for line in lines[1:]] == list(map(str, range(5000)))
    found = verdicts(target.read_bytes(), signers)
    assert {verdict.outcome for verdict in found} == {Outcome.VALID}
    assert [verdict.line for verdict in found] == list(range(2, 5002))
    assert names(target.parent) == [target.name]


def test_refused_records_are_reported_and_the_run_goes_on(tmp_path, target, key):
    rows = records(1, 2, 1, 3)
    rows[1]["amount"] = 67.3
    refused = target.with_name("refused.jsonl")
    reported = []
    done = sign_file(
        source(tmp_path, rows),
        key,
        target,
        refused=refused,
        report=lambda f: reported.append(f.line),
    )
    assert (done.signed, done.refused, done.stopped) == (2, 2, False)
    assert reported == [2, 3]
    assert [json.loads(line) for line in refused.read_text().splitlines()] == [
        {"line": 2, "field": "amount", "code": "GMK-RECORD", "message": "67.3 is not an integer"},
        {"line": 3, "field": "id", "code": "GMK-RECORD", "message": "a record of this identifier came before"},
    ]  # fmt: skip
    assert len(target.read_text().splitlines()) == 3


def test_a_file_of_nothing_but_refused_records_gives_no_receipts_file(tmp_path, target, key):
    refused = target.with_name("refused.jsonl")
    done = sign_file(source(tmp_path, [{}, {}]), key, target, refused=refused)
    assert (done.signed, done.refused) == (0, 2)
    assert names(target.parent) == ["refused.jsonl"]


def test_fail_fast_stops_and_writes_nothing(tmp_path, target, key):
    told = []
    rows = source(tmp_path, [*records(1), {}, {}, *records(2)])
    done = sign_file(
        rows, key, target, fail_fast=True, report=lambda fault: told.append(fault.line)
    )
    assert done.stopped
    assert told == [2]
    assert names(target.parent) == []


@pytest.mark.parametrize("data", [b"", b"\n\n"])
def test_an_input_without_a_record_is_an_error_and_writes_nothing(tmp_path, target, key, data):
    (tmp_path / "empty.jsonl").write_bytes(data)
    with pytest.raises(EncodingError, match="no record"):
        sign_file(open_source(tmp_path / "empty.jsonl"), key, target)
    assert names(target.parent) == []


def test_an_old_file_is_not_replaced_unless_asked(tmp_path, target, key):
    target.write_text("old")
    with pytest.raises(StorageError, match="exists already"):
        sign_file(source(tmp_path, records(1)), key, target)
    assert target.read_text() == "old"
    sign_file(source(tmp_path, records(1)), key, target, replace=True)
    assert target.read_text().startswith("gmkit-receipts 1\n")


def small_steps(monkeypatch):
    monkeypatch.setattr(signing, "CHUNK", 10)
    monkeypatch.setattr(signing, "CHECKPOINT", 2)


def test_a_full_disk_is_one_typed_error_and_the_run_can_be_taken_up(
    tmp_path, target, key, signers, monkeypatch
):
    small_steps(monkeypatch)
    orders = source(tmp_path, records(*range(500)))
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, old[1]))
    try:
        with pytest.raises(StorageError, match="cannot write"):
            sign_file(orders, key, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, ignored)
    assert not target.exists()
    done = sign_file(orders, key, target)
    assert done.resumed_after
    assert done.signed == 500
    assert all(
        verdict.outcome is Outcome.VALID for verdict in verdicts(target.read_bytes(), signers)
    )


def test_a_changed_input_is_not_mixed_with_what_was_signed(tmp_path, target, key, monkeypatch):
    small_steps(monkeypatch)
    orders = source(tmp_path, records(*range(100)))
    stop_after(orders, key, target, refusals=0)
    changed = source(tmp_path, records(*range(101)))
    with pytest.raises(StorageError, match="another input"):
        sign_file(changed, key, target)
    with pytest.raises(StorageError, match="another input"):
        sign_file(orders, sm2.generate_private_key(), target)
    assert sign_file(changed, key, target, restart=True).signed == 101


class Stop(Exception):
    pass


def stop_after(orders, key, target, *, refusals):
    calls = []

    def progress(position):
        calls.append(position)
        if len(calls) == 5:
            raise Stop

    with pytest.raises(Stop):
        sign_file(orders, key, target, progress=progress)
    assert not target.exists()
    return refusals


def test_duplicates_and_refusals_are_counted_across_an_interruption(
    tmp_path, target, key, monkeypatch
):
    small_steps(monkeypatch)
    rows = records(*range(30), 7, *range(30, 90), 7, 89)
    rows[3]["amount"] = 0.5
    orders = source(tmp_path, rows)
    stop_after(orders, key, target, refusals=2)
    refused = target.with_name("refused")
    done = sign_file(orders, key, target, refused=refused)
    assert done.resumed_after == 40
    assert (done.signed, done.refused) == (89, 4)
    assert [json.loads(line)["line"] for line in refused.read_text().splitlines()] == [
        4,
        31,
        92,
        93,
    ]
    ids = [Receipt.parse(line).record().id for line in target.read_text().splitlines()[1:]]
    assert ids == [str(number) for number in range(90) if number != 3]


KILLED = """
import sys, time
from pathlib import Path
from gmkit import sm2
from gmkit.receipts.bulk import open_source, sign_file, signing
signing.CHUNK, signing.CHECKPOINT = 20, 1
sign_file(open_source(Path(sys.argv[1])), sm2.SM2PrivateKey.from_hex(sys.argv[2]), Path(sys.argv[3]),
          progress=lambda _: time.sleep(0.02))
"""
KILLS = 12


def test_kill_9_at_any_moment_loses_and_doubles_nothing(tmp_path, target):
    secret = "11" * 32
    key = sm2.SM2PrivateKey.from_hex(secret)
    orders = source(tmp_path, records(*range(3000)))
    command = [sys.executable, "-c", KILLED, tmp_path / "orders.jsonl", secret, target]
    state = target.with_name("orders.receipts.partial") / "state.json"
    for kill in range(KILLS):
        process = subprocess.Popen(command, stderr=subprocess.PIPE)
        # Past the first checkpoint of this run, then a little later each time. All of them together
        # come to a part of the three seconds that the whole would take.
        seen = state.stat().st_mtime_ns if state.exists() else None
        while (
            process.poll() is None
            and (state.stat().st_mtime_ns if state.exists() else None) == seen
        ):
            time.sleep(0.001)
        time.sleep(0.004 * kill)
        process.kill()
        _, words = process.communicate()
        assert (process.returncode, words) == (-signal.SIGKILL, b"")
        assert not target.exists()
    done = sign_file(orders, key, target)
    assert done.resumed_after
    assert done.signed == 3000
    found = verdicts(target.read_bytes(), Signers(keys=[key.public_key()]))
    assert [verdict.id for verdict in found] == list(map(str, range(3000)))
    assert all(verdict.outcome is Outcome.VALID for verdict in found)
    assert names(target.parent) == [target.name]


AT_THE_END = """
import os, signal, sys
from pathlib import Path
from gmkit import sm2
from gmkit.receipts.bulk import open_source, partial, sign_file
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[4] == "published":
    partial.Partial.discard = die
elif sys.argv[4] == "removing":
    unlink = os.unlink
    def first(*names, **more):
        unlink(*names, **more)
        if os.path.exists(sys.argv[3]):
            die()
    os.unlink = first
sign_file(open_source(Path(sys.argv[1])), sm2.SM2PrivateKey.from_hex(sys.argv[2]), Path(sys.argv[3]))
"""


@pytest.mark.parametrize("moment", ["published", "removing"])
@pytest.mark.parametrize("replace", [False, True])
def test_a_kill_after_the_output_has_its_name_leaves_nothing_that_a_rerun_does_not_clear(
    tmp_path, target, moment, replace
):
    secret = "11" * 32
    key = sm2.SM2PrivateKey.from_hex(secret)
    orders = source(tmp_path, records(*range(50)))
    command = [sys.executable, "-c", AT_THE_END, tmp_path / "orders.jsonl", secret, target, moment]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    whole = target.read_bytes()
    assert names(target.parent) == [target.name, f"{target.name}.partial"]
    if replace:
        assert sign_file(orders, key, target, replace=True).signed == 50
    else:
        with pytest.raises(StorageError, match="exists already"):
            sign_file(orders, key, target)
        assert target.read_bytes() == whole
    assert names(target.parent) == [target.name]
    found = verdicts(target.read_bytes(), Signers(keys=[key.public_key()]))
    assert [verdict.id for verdict in found] == list(map(str, range(50)))


def test_an_unfinished_run_is_not_taken_for_a_finished_one(tmp_path, target, key, monkeypatch):
    """Somebody else put a file where the output was to go: what was signed so far stays."""
    small_steps(monkeypatch)
    orders = source(tmp_path, records(*range(100)))
    stop_after(orders, key, target, refusals=0)
    target.write_text("another")
    with pytest.raises(StorageError, match="exists already"):
        sign_file(orders, key, target)
    target.unlink()
    assert sign_file(orders, key, target).resumed_after


def test_a_pipe_is_signed_whole(target, key):
    stream = io.BytesIO("".join(json.dumps(row) + "\n" for row in records(1, 2)).encode())
    from pathlib import Path

    done = sign_file(open_source(Path("orders.jsonl"), stream=stream), key, target)
    assert done.signed == 2


def receipts(key, *numbers):
    return [sign(Record.from_mapping(row), key).text.encode() for row in records(*numbers)]


def test_each_line_of_a_receipts_file_gets_its_verdict(key, signers):
    good, second = receipts(key, 1, 2)
    stranger = receipts(sm2.generate_private_key(), 3)[0]
    data = b"\n".join(
        [b"gmkit-receipts 1", good, b"", good[:-5] + b"AAAAA", second, good, stranger, b"\xff\xfe",
         b"certificate AAAB=", b"certificate !", b"hello world", b"x" * (2 << 20), second[:40]]
    )  # fmt: skip
    assert [
        (v.line, v.outcome.value, v.reason and v.reason.value) for v in verdicts(data, signers)
    ] == [
        (2, "valid", None),
        (4, "invalid", "signature"),
        (5, "valid", None),
        (6, "invalid", "duplicate-id"),
        (7, "not verifiable", "unknown-signer"),
        (8, "invalid", "malformed"),
        (9, "invalid", "malformed"),
        (10, "invalid", "malformed"),
        (11, "invalid", "malformed"),
        (12, "invalid", "too-long"),
        (13, "invalid", "malformed"),
    ]


def test_the_same_identifier_of_two_signers_is_no_duplicate(key):
    other = sm2.generate_private_key()
    both = Signers(keys=[key.public_key(), other.public_key()])
    data = b"\n".join(receipts(key, 1) + receipts(other, 1))
    assert [v.outcome for v in verdicts(data, both)] == [Outcome.VALID] * 2


def test_an_invalid_receipt_does_not_take_the_identifier_of_a_good_one(key, signers):
    (good,) = receipts(key, 1)
    found = verdicts(good[:-5] + b"AAAAA\n" + good, signers)
    assert [v.reason for v in found] == [Reason.SIGNATURE, None]


@pytest.mark.parametrize("data", [b"", b"\n", b"gmkit-receipts 1\n"])
def test_a_file_without_a_receipt_is_an_error_not_a_success(signers, data):
    with pytest.raises(EncodingError, match="no receipt"):
        verdicts(data, signers)


def test_the_lock_of_a_dead_run_does_not_hold(tmp_path, target, key):
    folder = target.with_name(target.name + ".partial")
    folder.mkdir()
    (folder / "lock").write_bytes(b"")
    os.utime(folder, (0, 0))
    assert sign_file(source(tmp_path, records(1)), key, target).signed == 1
