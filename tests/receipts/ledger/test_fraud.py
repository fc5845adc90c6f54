"""Frauds that are committed, on the files of the ledger itself, and what finds each of them out."""

import sqlite3

import pytest

from gmkit import sm2
from gmkit.errors import VerificationError
from gmkit.merkle import Frontier
from gmkit.receipts import Receipt
from gmkit.receipts.ledger import Ledger, Witness, audit, checkpoint, prove_consistency, seal
from gmkit.receipts.ledger.recent import keys_of
from gmkit.receipts.ledger.tree import leaves_of
from tests.receipts.ledger.conftest import NOW, later, note, receipts_of, record


def codes(found):
    return {finding.code for finding in found.findings}


@pytest.fixture
def shopkeeper(ledger, many, trusted, log, tmp_path):
    """
    A merchant with a ledger, a witness and the key of the log, who can do what he likes with both.

    Returns the ledger, a function for SQL behind its back, and the note that a buyer kept.
    """
    ledger.append(many[:500], trusted, now=NOW)
    kept = note(ledger, log)
    seal(ledger, log, now=NOW)

    def behind(statement, *values):
        with sqlite3.connect(tmp_path / "ledger.db") as connection:
            return connection.execute(statement, values).fetchall()

    return ledger, behind, kept


def rebuild(behind):
    """Everything below the entries, made to fit them again: a fraud is committed thoroughly."""
    rows = behind("SELECT kind, e, sig, kid FROM ledger_entries ORDER BY seq")
    frontier = Frontier()
    nodes = [each for each in frontier.grow(leaves_of(rows)) if each[0] % 8 == 0]
    behind("DELETE FROM ledger_nodes")
    for level, place, node in nodes:
        behind("INSERT INTO ledger_nodes VALUES (?, ?, ?)", level, place, node)
    behind("UPDATE ledger SET frontier = ?", frontier.to_bytes())
    behind("DELETE FROM ledger_keys")
    for key in keys_of(behind("SELECT kid, id, ord, sq, seq FROM ledger_entries")):
        behind("INSERT INTO ledger_keys VALUES (?, ?)", *key)


def test_nothing_is_found_where_nothing_is_wrong(shopkeeper, trusted):
    ledger, _, kept = shopkeeper
    found = audit(ledger, trusted, notes=[kept])
    assert (found.findings, found.remarks, found.checkpoints) == ([], [], 2)


def test_a_rollback_is_found_by_whoever_kept_a_checkpoint(shopkeeper, trusted, log):
    ledger, behind, kept = shopkeeper
    behind("DELETE FROM ledger_entries WHERE seq >= 400")
    behind("DELETE FROM ledger_checkpoints")
    rebuild(behind)
    checkpoint(ledger, log, now=later(5))
    assert audit(ledger, trusted).ok  # alone with itself the ledger is in order
    assert codes(audit(ledger, trusted, notes=[kept])) == {"rollback"}


def test_a_rollback_gets_no_cosignature(shopkeeper, log, tmp_path):
    ledger, behind, kept = shopkeeper
    witness = Witness(tmp_path / "memory", sm2.generate_private_key(), name="w")
    witness.cosign(kept.to_bytes(), log.public_key())
    behind("DELETE FROM ledger_entries WHERE seq >= 400")
    rebuild(behind)
    shorter = checkpoint(ledger, log, now=later(5))
    with pytest.raises(VerificationError) as caught:
        witness.cosign(shorter.to_bytes(), log.public_key())
    assert caught.value.reason == "rollback"


def test_a_fork_is_found_by_two_notes_and_by_the_witness(
    shopkeeper, trusted, shop, log, tmp_path, many
):
    """One receipt replaced by another of the merchant's own, and everything signed anew."""
    ledger, behind, kept = shopkeeper
    witness = Witness(tmp_path / "memory", sm2.generate_private_key(), name="w")
    witness.cosign(kept.to_bytes(), log.public_key())
    (other,) = receipts_of(shop, [record(450, amount=1, order="o150", sequence=0)])
    row = _entry(other, shop)
    behind(
        "UPDATE ledger_entries SET e = ?, sig = ?, receipt = ?, amt = 1 WHERE seq = 450",
        *row,
        other,
    )
    behind("DELETE FROM ledger_checkpoints")
    rebuild(behind)
    forged = checkpoint(ledger, log, now=later(5))
    assert audit(ledger, trusted).ok
    assert codes(audit(ledger, trusted, notes=[kept])) == {"fork"}
    assert codes(audit(ledger, trusted, expected=[many[450]])) == {"fork"}
    with pytest.raises(VerificationError) as caught:
        witness.cosign(forged.to_bytes(), log.public_key())
    assert caught.value.reason == "fork"
    # Grown a little, it looks like news; but no proof leads there.
    ledger.append(receipts_of(shop, [record(9000)]), trusted, now=NOW)
    grown = checkpoint(ledger, log, now=later(6))
    for proof in (prove_consistency(ledger, kept), prove_consistency(ledger, forged), None):
        with pytest.raises(VerificationError) as caught:
            witness.cosign(grown.to_bytes(), log.public_key(), proof=proof)
        assert caught.value.reason in {"consistency-proof", "proof"}


def _entry(receipt, shop):
    from gmkit._native.sm2 import SM2Digest

    parsed = Receipt.parse(receipt)
    return bytes(SM2Digest.from_message(shop.public_key(), parsed.signed)), parsed.signature


def test_an_omission_is_found_by_the_receipt_itself(shopkeeper, trusted, log, shop):
    """A receipt that was handed out and never appended: it is its own proof."""
    ledger, _, _ = shopkeeper
    (missing, fresh) = receipts_of(shop, [record(7777), record(8888, time="2026-01-31T07:59:30Z")])
    note(ledger, log, 1)
    from datetime import timedelta

    found = audit(ledger, trusted, expected=[missing, fresh], merge_delay=timedelta(minutes=5))
    assert [finding.code for finding in found.findings] == ["omission"]
    assert "007777" in found.findings[0].message
    assert codes(audit(ledger, expected=[fresh])) == {"omission"}


def test_an_entry_that_is_taken_out_is_missed(shopkeeper, trusted):
    ledger, behind, _ = shopkeeper
    behind("DELETE FROM ledger_entries WHERE seq = 123")
    assert "entry" in codes(audit(ledger, trusted))
    behind("UPDATE ledger_entries SET seq = seq - 1 WHERE seq > 123")
    assert codes(audit(ledger, trusted)) >= {"tree", "rollback"}


def test_a_duplicate_is_found_even_without_the_index(shopkeeper, trusted, log, shop, many):
    """The same receipt twice: every signature is right, every tree fits."""
    ledger, behind, kept = shopkeeper
    behind(
        "INSERT INTO ledger_entries SELECT 500, kid, id, kind, ord, sq, t, amt, e, sig, logged, receipt, peak "
        "FROM ledger_entries WHERE seq = 7"
    )
    rebuild(behind)
    checkpoint(ledger, log, now=later(5))
    assert codes(audit(ledger, trusted, notes=[kept])) == {"duplicate-id", "order-fork"}


def test_an_order_with_two_receipts_in_one_place_is_found(shopkeeper, trusted, log, shop):
    ledger, behind, _ = shopkeeper
    behind("DELETE FROM ledger_keys")
    ledger.append(receipts_of(shop, [record(9001, order="o1", sequence=2)]), trusted, now=NOW)
    assert codes(audit(ledger, trusted)) == {"order-fork", "index"}
    rebuild(behind)
    assert codes(audit(ledger, trusted)) == {"order-fork"}


def test_a_gap_in_an_order_is_remarked(ledger, trusted, shop):
    rows = [record(n, order="x", sequence=n) for n in (0, 1, 3)]
    ledger.append(receipts_of(shop, rows), trusted, now=NOW)
    found = audit(ledger, trusted)
    assert found.ok
    assert [remark.code for remark in found.remarks] == ["order-gap"]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE ledger_entries SET receipt = replace(receipt, 'A', 'B') WHERE seq = 9", {"receipt"}),
        ("UPDATE ledger_entries SET receipt = (SELECT receipt FROM ledger_entries WHERE seq = 8) WHERE seq = 9", {"entry"}),
        ("UPDATE ledger_entries SET amt = 1 WHERE seq = 9", {"entry"}),
        ("UPDATE ledger_entries SET ord = 'zz' WHERE seq = 9", {"entry"}),
        ("UPDATE ledger_entries SET t = t + 1 WHERE seq = 9", {"entry"}),
        ("UPDATE ledger_entries SET kind = 2 WHERE seq = 9", {"entry", "tree", "fork"}),
        ("UPDATE ledger_entries SET sig = zeroblob(64) WHERE seq = 9", {"entry", "tree", "fork"}),
        ("UPDATE ledger_nodes SET hash = zeroblob(32)", {"tree"}),
        ("DELETE FROM ledger_nodes", {"tree"}),
        ("UPDATE ledger_checkpoints SET note = CAST(replace(CAST(note AS TEXT), 'time', 'tame') AS BLOB)", {"checkpoint"}),
        ("UPDATE ledger_checkpoints SET note = 'nonsense'", {"table"}),
        ("UPDATE ledger_segments SET manifest = CAST(replace(CAST(manifest AS TEXT), '256', '255') AS BLOB)", {"segment", "manifest"}),
        ("DELETE FROM ledger_segments", {"manifest"}),
        ("UPDATE ledger_checkpoints SET note = x'00'", {"checkpoint"}),
        ("UPDATE ledger_entries SET e = 'text' WHERE seq = 9", {"table"}),
        ("UPDATE ledger_entries SET kind = 999 WHERE seq = 9", {"table"}),
        ("UPDATE ledger SET frontier = x'00'", {"table"}),
        ("UPDATE ledger SET frontier = (SELECT CAST(substr(frontier, 1, 8) || zeroblob(192) AS BLOB) FROM ledger)", {"tree"}),
        ("DELETE FROM ledger_keys WHERE seq = 9 AND key IN (SELECT min(key) FROM ledger_keys WHERE seq = 9)", {"index"}),
        ("INSERT INTO ledger_keys VALUES (77, 9)", {"index"}),
        ("UPDATE ledger_keys SET seq = 8 WHERE seq = 9", {"index"}),
        ("DROP TABLE ledger_keys", {"index"}),
    ],
)  # fmt: skip
def test_whatever_is_changed_in_the_tables_is_found(shopkeeper, trusted, log, statement, expected):
    ledger, behind, _ = shopkeeper
    note(ledger, log, 1)
    behind(statement)
    found = codes(audit(ledger, trusted))
    assert found & expected, found
    assert found


@pytest.mark.parametrize("name", ["00000000.parquet", "00000000.tiles", "00000000.json"])
@pytest.mark.parametrize("change", ["flip", "cut", "remove"])
def test_whatever_is_changed_in_the_segments_is_found(shopkeeper, trusted, tmp_path, name, change):
    ledger, _, _ = shopkeeper
    path = tmp_path / "objects/segments" / name
    data = path.read_bytes()
    if change == "remove":
        path.unlink()
    else:
        path.write_bytes(
            data[:-1] if change == "cut" else data[:50] + bytes([data[50] ^ 1]) + data[51:]
        )
    assert codes(audit(ledger, trusted)) == {"segment"}


def test_a_wrong_checkpoint_is_found(shopkeeper, trusted, log):
    ledger, _, kept = shopkeeper
    from gmkit.merkle import Checkpoint

    lines = kept.checkpoint.extensions
    wrong = Checkpoint(ledger.origin, 300, b"\7" * 32, lines).sign(log, name=ledger.origin)
    stranger = Checkpoint(ledger.origin, 300, b"\7" * 32, lines).sign(
        sm2.generate_private_key(), name=ledger.origin
    )
    other = Checkpoint("else", 300, b"\7" * 32, lines).sign(log, name="else")
    assert codes(audit(ledger, trusted, notes=[wrong])) == {"fork"}
    assert codes(audit(ledger, trusted, notes=[stranger])) == {"checkpoint"}
    assert codes(audit(ledger, trusted, notes=[other])) == {"checkpoint"}


def test_a_backup_put_back_is_a_rollback_until_it_has_caught_up(
    shopkeeper, trusted, log, tmp_path, many, make
):
    """Restoring is told from fraud by doing it in the open: the same receipts again, the same tree."""
    ledger, _, _ = shopkeeper
    backup = tmp_path / "backup.db"
    with sqlite3.connect(tmp_path / "ledger.db") as source, sqlite3.connect(backup) as target:
        source.backup(target)
    ledger.append(many[500:700], trusted, now=later(10))
    kept = note(ledger, log, 11)
    with Ledger.open(f"sqlite:///{backup}") as restored:
        assert codes(audit(restored, trusted, notes=[kept])) == {"rollback"}
        done = restored.append(many[480:700], trusted, now=later(20))
        assert (done.known, done.added) == (20, 200)
        assert audit(restored, trusted, notes=[kept]).ok
        assert restored.root() == kept.checkpoint.root
