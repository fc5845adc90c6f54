"""Faults that logs of others died of: DUR-02, DUR-04, DUR-05 and DUR-07 of the collection of known attacks."""

import random
import sqlite3
import threading

from gmkit.receipts.ledger import (
    audit,
    check_inclusion,
    checkpoint,
    prove_inclusion,
)
from tests.receipts.ledger.conftest import NOW, later, note


def test_dur_02_every_commit_waits_for_the_disk(ledger):
    with ledger.store.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2  # FULL
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"


def test_dur_04_a_flipped_bit_is_found_and_its_entry_is_named(ledger, many, trusted, log, tmp_path):
    """The fault that retired two public logs: one bit of one leaf, after it was stored."""
    ledger.append(many[:300], trusted, now=NOW)
    note(ledger, log)
    chance = random.Random(1)
    columns = {"e": 32, "sig": 64, "kid": 16}
    with sqlite3.connect(tmp_path / "ledger.db", isolation_level=None) as connection:
        for _ in range(40):
            column, entry = chance.choice(list(columns)), chance.randrange(300)
            query = f"SELECT {column} FROM ledger_entries WHERE seq = ?"
            (before,) = connection.execute(query, (entry,)).fetchone()
            bit = chance.randrange(8 * columns[column])
            after = bytearray(before)
            after[bit // 8] ^= 1 << bit % 8
            change = f"UPDATE ledger_entries SET {column} = ? WHERE seq = ?"
            connection.execute(change, (bytes(after), entry))
            found = audit(ledger, trusted)
            words = [each.message for each in found.findings]
            assert f"entry {entry} says something else than its receipt" in words, (column, entry)
            assert {"tree", "fork"} <= {each.code for each in found.findings}
            connection.execute(change, (before, entry))
    assert audit(ledger, trusted).ok


def test_dur_05_no_proof_is_for_a_tree_that_nobody_signed(ledger, many, trusted, log):  # noqa: C901
    """Writers, a signer and readers at once: whatever a reader is given holds."""
    ledger.append(many[:50], trusted, now=NOW)
    note(ledger, log)
    faults, stop = [], threading.Event()

    def write(first):
        for start in range(first, first + 200, 5):
            ledger.append(many[start : start + 5], trusted, now=NOW)

    def sign():
        for minute in range(1, 12):
            checkpoint(ledger, log, now=later(minute))

    def read(seed):
        chance = random.Random(seed)
        while not stop.is_set():
            place = chance.randrange(50)
            found = check_inclusion(
                prove_inclusion(ledger, place, latest=chance.random() < 0.7), log.public_key()
            )
            if found.place != place or found.note.checkpoint.size < 50:
                faults.append(place)

    def guarded(work, *arguments):
        try:
            work(*arguments)
        except Exception as fault:  # noqa: BLE001  whatever it is, it is told below
            faults.append(fault)

    readers = [threading.Thread(target=guarded, args=(read, seed)) for seed in range(3)]
    others = [threading.Thread(target=guarded, args=(write, first)) for first in (100, 300, 500)]
    others.append(threading.Thread(target=guarded, args=(sign,)))
    for thread in (*readers, *others):
        thread.start()
    for thread in others:
        thread.join()
    stop.set()
    for thread in readers:
        thread.join()
    assert faults == []
    assert ledger.size() == 650
    assert audit(ledger, trusted).ok


def test_dur_07_a_clock_that_jumps_is_told_and_changes_nothing(ledger, many, trusted, log):
    for at, minutes in enumerate((0, 60 * 24 * 400, -60, 5, 4)):
        ledger.append(many[at * 10 : at * 10 + 10], trusted, now=later(minutes))
    checkpoint(ledger, log, now=later(6))
    found = audit(ledger, trusted)
    assert found.ok
    assert [each.message for each in found.remarks] == [
        "the clock went back before entry 20",
        "the clock went back before entry 40",
    ]
