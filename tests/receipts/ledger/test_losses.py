"""What a written promise survives: lost files, bits that turn over, disks that fail, power that is cut."""

from __future__ import annotations

import random
import sqlite3

import pytest
from pyarrow import parquet

from gmkit.errors import StorageError
from gmkit.receipts.ledger import (
    Ledger,
    audit,
    checkpoint,
    prove_inclusion,
    seal,
)
from gmkit.receipts.ledger.checks import check_inclusion
from tests.receipts.ledger.conftest import NOW, later, note


def test_dur_03_a_lost_store_is_built_again_from_its_segments(make, many, trusted, log, tmp_path):
    """The database gone; the files of the segments, the last receipts and a note that somebody kept are there."""
    ledger = make()
    ledger.append(many[:600], trusted, now=NOW)
    kept = note(ledger, log)
    seal(ledger, log, now=NOW)
    ledger.close()
    (tmp_path / "ledger.db").unlink()
    files = sorted((tmp_path / "objects/segments").glob("*.parquet"))
    receipts = [each for file in files for each in parquet.read_table(file)["receipt"].to_pylist()]
    assert len(receipts) == 512
    again = make(f"sqlite:///{tmp_path}/again.db", objects=f"file://{tmp_path}/others")
    again.append(receipts + many[512:600], trusted, now=later(1))
    assert again.root() == kept.checkpoint.root
    assert audit(again, trusted, notes=[kept]).ok
    note(again, log, 2)
    found = check_inclusion(prove_inclusion(again, 300), log.public_key())
    assert found.place == 300


def test_dur_03_a_lost_index_loses_nothing(make, many, trusted, log, tmp_path):
    """What entries are found by is told by the audit when it is damaged, and made anew when it is gone."""
    ledger = make()
    ledger.append(many[:300], trusted, now=NOW)
    kept = note(ledger, log)
    ledger.append(many[300:310], trusted, now=NOW)
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        connection.execute("DELETE FROM ledger_keys WHERE key % 7 = 0")
    assert {each.code for each in audit(ledger, trusted, notes=[kept]).findings} == {"index"}
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        connection.execute("DROP TABLE ledger_keys")
    assert {each.code for each in audit(ledger, trusted, notes=[kept]).findings} == {"index"}
    ledger.close()
    with Ledger.open(f"sqlite:///{tmp_path}/ledger.db") as again:
        done = again.append(many[290:320], trusted, now=later(1))
        assert (done.known, done.added) == (20, 10)
        assert audit(again, trusted, notes=[kept]).ok


def test_dur_04_the_audit_names_every_entry_that_lost_a_bit(make, many, trusted, log, tmp_path):
    """One bit in each of a thousand entries, anywhere in what is stored of it."""
    ledger = make()
    ledger.append(many[:1000], trusted, now=NOW)
    note(ledger, log)
    choose = random.Random(4)
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        for seq, receipt in connection.execute(
            "SELECT seq, receipt FROM ledger_entries"
        ).fetchall():
            data = bytearray(receipt.encode())
            data[choose.randrange(len(data))] ^= 1 << choose.randrange(7)
            connection.execute(
                "UPDATE ledger_entries SET receipt = ? WHERE seq = ?", (data.decode("latin-1"), seq)
            )
    found = audit(ledger, trusted)
    named = {finding.message.partition(":")[0] for finding in found.findings}
    assert {f"entry {seq}" for seq in range(1000)} <= named


@pytest.mark.parametrize("column", ["e", "sig", "kid", "kind"])
def test_dur_04_nothing_is_signed_over_entries_that_lost_a_bit(
    make, many, trusted, log, tmp_path, column
):
    """What is stored is read again before a root goes out over it, and before it is sealed."""
    ledger = make()
    ledger.append(many[:300], trusted, now=NOW)
    note(ledger, log)
    ledger.append(many[300:600], trusted, now=NOW)
    assert checkpoint(ledger, log, now=later(1)).checkpoint.size == 600
    ledger.append(many[600:700], trusted, now=NOW)
    change = {"kind": "kind + 1", "kid": "zeroblob(16)", "e": "zeroblob(32)", "sig": "zeroblob(64)"}
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        connection.execute(
            f"UPDATE ledger_entries SET {column} = {change[column]} WHERE seq IN (9, 650)"
        )
    with pytest.raises(StorageError, match="nothing is signed"):
        checkpoint(ledger, log, now=later(2))
    with pytest.raises(StorageError, match="not sealed"):
        seal(ledger, log, now=later(2))
    assert (len(ledger.checkpoints()), ledger.sealed()) == (2, 0)
