"""Appends of several threads share a commit, and each is told of its own receipt alone."""

import resource
import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from gmkit.errors import StorageError
from gmkit.receipts.ledger import audit
from gmkit.receipts.ledger import together as module
from gmkit.receipts.ledger.together import Together
from tests.receipts.ledger.conftest import NOW, receipts_of, record
from tests.shared import ROOT


def test_many_threads_lose_nothing_and_nobody_is_told_too_early(make, url, many, trusted):
    ledger = make(url)
    early = []

    def append(receipt):
        done = ledger.append(receipt, trusted, now=NOW)
        (place,) = done.places
        if ledger.at(place).receipt != receipt:
            early.append(place)
        return place, done.added, done.known

    with ThreadPoolExecutor(12) as pool:
        done = list(pool.map(append, many[:240]))
    assert early == []
    assert sorted(done) == [(place, 1, 0) for place in range(240)]
    found = audit(ledger, trusted)
    assert (found.ok, ledger.size()) == (True, 240)


def test_what_is_acknowledged_is_seen_by_other_connections(ledger, many, trusted, tmp_path):
    def append(receipt):
        (place,) = ledger.append(receipt, trusted, now=NOW).places
        with sqlite3.connect(tmp_path / "ledger.db") as other:
            return other.execute(
                "SELECT receipt FROM ledger_entries WHERE seq = ?", (place,)
            ).fetchone() == (receipt,)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(append, many[:80]))


def test_the_same_receipt_from_all_sides_has_one_place(ledger, many, trusted):
    barrier = threading.Barrier(8)

    def append(_):
        barrier.wait()
        return ledger.append(many[0], trusted, now=NOW)

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(append, range(8)))
    assert {tuple(each.places) for each in done} == {(0,)}
    assert sum(each.added for each in done) == 1
    assert sum(each.known for each in done) == 7


def test_a_conflict_in_a_group_is_told_to_the_one_it_concerns(ledger, shop, trusted):
    """Half of the receipts claim the place in the order that another one has."""
    rows = [record(n, order=f"o{n // 2}", sequence=0) for n in range(40)]
    barrier = threading.Barrier(10)

    def append(some):
        barrier.wait()
        return [ledger.append(each, trusted, now=NOW) for each in some]

    receipts = receipts_of(shop, rows)
    with ThreadPoolExecutor(10) as pool:
        parts = pool.map(append, [receipts[n::10] for n in range(10)])
        done = [each for part in parts for each in part]
    refused = [each for each in done if each.refused]
    assert len(refused) == 20
    assert {(r.line, r.reason) for each in refused for r in each.refused} == {(1, "order-fork")}
    assert all(each.places == [None] for each in refused)
    assert ledger.size() == 20
    assert audit(ledger, trusted).ok


def test_a_disk_that_is_full_is_told_to_everybody_and_costs_nothing(
    ledger, many, trusted, tmp_path
):
    """No file may grow: the log of the database is at its end, and then so is every transaction."""
    ledger.append(many[0], trusted, now=NOW)
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    end = (tmp_path / "ledger.db-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (end, old[1]))

    def append(receipt):
        try:
            return ledger.append(receipt, trusted, now=NOW).added
        except StorageError as fault:
            return fault

    try:
        alone = append(many[1])
        with ThreadPoolExecutor(8) as pool:
            together = list(pool.map(append, many[1:40]))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, ignored)
    assert {type(each) for each in (alone, *together)} == {StorageError}
    assert ledger.size() == 1
    assert [append(each) for each in many[1:40]] == [1] * 39
    assert audit(ledger, trusted).ok


APPEND = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from gmkit import sm2
from gmkit.receipts import Signers
from gmkit.receipts.ledger import Ledger
from tests.receipts.ledger.conftest import NOW
url, key, path = sys.argv[1:]
trusted = Signers(keys=[sm2.SM2PublicKey.from_bytes(bytes.fromhex(key))])
with Ledger.open(url) as ledger, ThreadPoolExecutor(4) as pool:
    done = pool.map(lambda each: ledger.append(each, trusted, now=NOW), Path(path).read_text().split())
    print(*(each.places[0] for each in done))
"""


def test_two_processes_of_several_threads_lose_and_double_nothing(
    make, url, many, trusted, shop, tmp_path
):
    ledger = make(url)
    key = shop.public_key().to_bytes().hex()
    running = []
    for number, part in enumerate((many[:120], many[60:180])):
        path = tmp_path / f"{number}.receipts"
        path.write_text("\n".join(part))
        command = [sys.executable, "-c", APPEND, url, key, path]
        running.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE))
    places = [
        [int(each) for each in process.communicate(timeout=120)[0].split()] for process in running
    ]
    assert [process.returncode for process in running] == [0, 0]
    assert places[0][60:] == places[1][:60]
    assert sorted({*places[0], *places[1]}) == list(range(180))
    assert audit(ledger, trusted).ok


class Slow:
    """Writes whole numbers; the first group waits until it is let go."""

    def __init__(self, *faults):
        self.faults = list(faults)
        self.groups = []
        self.begun, self.go = threading.Event(), threading.Event()

    def __call__(self, items):
        first = not self.groups
        self.groups.append(list(items))
        if first:
            self.begun.set()
            assert self.go.wait(10)
        if self.faults and (fault := self.faults.pop(0)):
            raise fault
        return [item * 10 for item in items]


def several(slow, count):
    """Outcome or fault of each of so many threads; all but the first come while it is writing."""
    together = Together(slow)
    outcomes = {}

    def append(item):
        try:
            outcomes[item] = together.append(item)
        except BaseException as fault:  # noqa: BLE001  it is what is looked at
            outcomes[item] = fault

    threads = [threading.Thread(target=append, args=(item,)) for item in range(count)]
    threads[0].start()
    assert slow.begun.wait(10)
    for at, thread in enumerate(threads[1:], 1):
        thread.start()
        while len(together._queue) < at:
            pass
    slow.go.set()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
    return outcomes


def test_who_comes_while_another_writes_is_written_in_one_group():
    slow = Slow()
    assert several(slow, 9) == {item: item * 10 for item in range(9)}
    assert slow.groups == [[0], list(range(1, 9))]


def test_a_transaction_that_fails_is_told_to_all_that_were_in_it_and_to_nobody_else():
    slow = Slow(None, StorageError("the disk is full"))
    outcomes = several(slow, 5)
    assert outcomes.pop(0) == 0
    assert {type(each) for each in outcomes.values()} == {StorageError}
    assert len({id(each) for each in outcomes.values()}) == 4
    assert all("the disk is full" in str(each) for each in outcomes.values())
    slow = Slow(StorageError("the disk is full"))
    outcomes = several(slow, 5)
    assert isinstance(outcomes.pop(0), StorageError)
    assert outcomes == {item: item * 10 for item in range(1, 5)}


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), MemoryError()])
def test_a_writer_that_is_interrupted_leaves_the_others_to_be_written(fault):
    slow = Slow(None, fault)
    outcomes = several(slow, 5)
    interrupted = [item for item, each in outcomes.items() if each is fault]
    assert len(interrupted) == 1
    assert {item: each for item, each in outcomes.items() if item not in interrupted} == {
        item: item * 10 for item in range(5) if item not in interrupted
    }


class Signal:
    """In place of a lock that a thread waits on: a signal comes, before anybody gave the turn or after."""

    def __init__(self, before):
        self.before = before

    def acquire(self):
        self.before()
        raise KeyboardInterrupt

    def release(self):
        pass


@pytest.mark.parametrize("its_turn", [False, True])
def test_one_that_is_interrupted_while_it_waits_holds_nobody_up(monkeypatch, its_turn):
    slow = Slow()
    together = Together(slow)
    outcomes = []
    first = threading.Thread(target=lambda: outcomes.append(together.append(1)))
    first.start()
    assert slow.begun.wait(10)

    def let_go():
        slow.go.set()
        first.join(10)

    with monkeypatch.context() as patch:
        turn = Signal(let_go if its_turn else lambda: None)
        patch.setattr(module, "_Waiting", partial(module._Waiting, turn=turn))
        with pytest.raises(KeyboardInterrupt):
            together.append(2)
    let_go()
    assert outcomes == [10]
    other = threading.Thread(target=lambda: outcomes.append(together.append(3)))
    other.start()
    other.join(10)
    assert outcomes == [10, 30]
    assert slow.groups == [[1], [3]]
