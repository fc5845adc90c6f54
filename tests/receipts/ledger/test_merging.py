"""A SQLite ledger writes the keys of its entries later: nobody may notice."""

import gzip
import random
import resource
import signal
import sqlite3
import threading
from itertools import pairwise
from pathlib import Path

import pytest

from gmkit import sm2
from gmkit.errors import StorageError
from gmkit.receipts import Signers
from gmkit.receipts.ledger import (
    Ledger,
    audit,
    checkpoint,
    keys,
    merged,
    prove_absence,
    prune,
    recent,
    seal,
    upgrading,
)
from gmkit.receipts.ledger.recent import keys_of
from tests.receipts.ledger.conftest import NOW, later, note, receipts_of, record

OLD = Path(__file__).parent / "old/version-1.db.gz"
OLD_ROOT = "faaf048e8b7ffb73ead4d58cea8ace02aa9cc6e91753f325a82c927f69b91a42"
OLD_LOG, OLD_SHOP = (sm2.SM2PrivateKey.from_bytes(bytes([number]) * 32) for number in (1, 2))


@pytest.fixture
def few(monkeypatch):
    """Keys are merged after dozens of entries, not thousands, a few at a time."""
    for name, value in (("MANY", 24), ("MOST", 90), ("EVERY", 4), ("SLICE", 16)):
        monkeypatch.setattr(merged, name, value)


@pytest.fixture
def rows(shop):
    """Receipts with an order and a place in it, with an order alone, and with neither; and doubles of them."""
    more = (lambda n: {"order": f"o{n // 4}", "sequence": n % 4}, lambda n: {"order": f"o{n // 4}"})
    good = [record(n, **(more[n % 2](n) if n % 3 else {})) for n in range(400)]
    wrong = [{**row, "amount": 7} for row in good]
    forks = [{**row, "id": "f" + row["id"]} for row in good]
    return [receipts_of(shop, each) for each in (good, wrong, forks)]


def stored_keys(path):
    with sqlite3.connect(path) as connection:
        there = connection.execute("SELECT key, seq FROM ledger_keys").fetchall()
        entries = connection.execute("SELECT kid, id, ord, sq, seq FROM ledger_entries").fetchall()
    return set(there), set(keys_of(entries))


@pytest.mark.parametrize("seed", range(4))
def test_what_is_there_is_known_wherever_its_keys_are(few, make, rows, trusted, tmp_path, seed):
    """Two that write in turns, one by one and in batches, and a third that only reads."""
    good, wrong, forks = rows
    first = make()
    url, chance = f"sqlite:///{tmp_path}/ledger.db", random.Random(seed)
    with Ledger.open(url) as second, Ledger.open(url) as reader:
        size, merges = 0, set()
        while size < len(good):
            ledger = chance.choice([first, second])
            count = chance.choice([1, 1, 1, 1, 1, 1, 5, 70 * (chance.random() < 0.1)])
            if count == 1:
                assert ledger.append(good[size], trusted, now=NOW).places == [size]
            done = ledger.append(good[size : size + count], trusted, now=NOW)
            assert done.added == len(done.places) - (count == 1)
            size = min(len(good), size + count)
            some = chance.randrange(size)
            assert ledger.append(good[some], trusted, now=NOW).places == [some]
            (refused,) = ledger.append(wrong[some], trusted, now=NOW).refused
            assert refused.reason == "duplicate-id"
            if some % 3 and not some % 2:
                (refused,) = ledger.append(forks[some], trusted, now=NOW).refused
                assert refused.reason == "order-fork"
            kept = reader.at(some)
            assert reader.find(kept.key_id, kept.id) == kept
            order = [n for n in range(some // 4 * 4, min(size, some // 4 * 4 + 4)) if n % 3]
            assert [each.place for each in reader.order(f"o{some // 4}")] == sorted(
                order, key=lambda n: (n % 2, n)
            )
            merges.add(_merged(tmp_path / "ledger.db"))
        assert len(merges) > 3
        assert reader.size() == size
        for ledger in (first, second, reader):
            assert ledger.root() == first.root()
        assert audit(reader, trusted).ok
        first.settle()
    there, wanted = stored_keys(tmp_path / "ledger.db")
    assert there == wanted


def _merged(path):
    with sqlite3.connect(path) as connection:
        return connection.execute("SELECT hex(substr(frontier, 1, 8)) FROM ledger").fetchone()[0]


def test_slices_merge_everything_while_receipts_come_one_by_one(
    few, ledger, many, trusted, tmp_path
):
    seen = []
    for receipt in many[:300]:
        ledger.append(receipt, trusted, now=NOW)
        there, wanted = stored_keys(tmp_path / "ledger.db")
        assert there <= wanted
        seen.append(len(there))
    steps = {after - before for before, after in pairwise(seen)}
    assert 0 < max(steps) <= merged.SLICE
    assert seen[-1] > 2 * 300 - 2 * 90


def test_a_merge_that_was_begun_by_one_is_ended_by_another(few, make, many, trusted, tmp_path):
    """As after a kill: half of the keys are in their table, and nobody remembers that."""
    ledger = make()
    while not stored_keys(tmp_path / "ledger.db")[0]:
        ledger.append(many[ledger.size()], trusted, now=NOW)
    assert int(_merged(tmp_path / "ledger.db"), 16) == 0
    with Ledger.open(f"sqlite:///{tmp_path}/ledger.db") as other:
        done = other.append(many[:300], trusted, now=NOW)
        assert done.places == list(range(300))
        other.settle()
        there, wanted = stored_keys(tmp_path / "ledger.db")
        assert there == wanted
        assert ledger.append(many[7], trusted, now=NOW).known == 1
        assert audit(ledger, trusted).ok


def test_entries_that_share_a_number_are_told_apart(few, ledger, rows, trusted, monkeypatch):
    """Every identifier has the same number, and every order too: it takes longer, that is all."""
    monkeypatch.setattr(keys, "_numbers", lambda texts: [(1 << 40) - 5] * len(texts))
    monkeypatch.setattr(recent, "number_of", lambda _: (1 << 40) - 5)
    good, wrong, forks = rows
    for start in range(0, 150, 50):
        assert ledger.append(good[start : start + 50], trusted, now=NOW).added == 50
        for some in (start + 1, start + 2, start + 4, start + 5):
            assert ledger.append(good[some], trusted, now=NOW).places == [some]
            assert [r.reason for r in ledger.append(wrong[some], trusted, now=NOW).refused] == [
                "duplicate-id"
            ]
        assert ledger.append(forks[start + 4 - start % 6], trusted, now=NOW).refused
    kept = ledger.at(77)
    assert ledger.find(kept.key_id, kept.id) == kept
    assert ledger.find(kept.key_id, "none") is None
    assert {each.place for each in ledger.order("o10")} == {40, 41, 43}
    assert audit(ledger, trusted).ok


def test_a_disk_that_is_full_while_merging_costs_nothing(few, ledger, rows, trusted, tmp_path):
    """Each time a page more can be written: some transactions fail, and what they began is not believed."""
    good, wrong, _ = rows
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    failed = 0
    try:
        for at, receipt in enumerate(good[:200]):
            if at % 5 == 0:
                end = (tmp_path / "ledger.db-wal").stat().st_size
                resource.setrlimit(resource.RLIMIT_FSIZE, (end, old[1]))
                try:
                    ledger.append(receipt, trusted, now=NOW)
                except StorageError:
                    failed += 1
                resource.setrlimit(resource.RLIMIT_FSIZE, old)
            assert ledger.append(receipt, trusted, now=NOW).places == [at]
            assert ledger.append(wrong[at // 2], trusted, now=NOW).refused
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, ignored)
    assert failed > 10
    assert audit(ledger, trusted).ok


def test_proofs_and_retention_see_what_came_last(few, make, shop, trusted, log):
    ledger = make()
    receipts = receipts_of(shop, [record(n, order=f"o{n}", kind="recv") for n in range(256)])
    ledger.append(receipts, trusted, now=NOW)
    seal(ledger, log, now=NOW)
    (late,) = receipts_of(shop, [record(900, order="o3", time="2027-01-31T07:00:00Z")])
    ledger.append(late, trusted, now=later(60 * 24 * 365))
    assert prune(ledger, log, before=later(60), now=later(60)) == []
    assert prune(ledger, log, before=later(60 * 24 * 366), now=later(60 * 24 * 366)) == [0]
    note(ledger, log, 60 * 24 * 366)
    assert prove_absence(ledger, ledger.at(0).key_id, "nothing")["id"] == "nothing"


@pytest.fixture
def old(tmp_path):
    """A ledger of 300 receipts as the first layout had it, and whose receipts it takes."""
    (tmp_path / "old.db").write_bytes(gzip.decompress(OLD.read_bytes()))
    return f"sqlite:///{tmp_path}/old.db", Signers(keys=[OLD_SHOP.public_key()])


def test_a_ledger_of_the_first_layout_is_read_as_it_is(old, tmp_path):
    url, signers = old
    with Ledger.open(url) as ledger:
        assert (ledger.size(), ledger.root().hex()) == (300, OLD_ROOT)
        kept = ledger.at(7)
        assert ledger.find(kept.key_id, "000007") == kept
        assert [each.place for each in ledger.order("o2")] == [6, 7, 8]
        found = audit(ledger, signers)
        assert (found.ok, found.checkpoints, found.verified) == (True, 1, 300)
    with sqlite3.connect(tmp_path / "old.db") as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert "ledger_ids" in names
    assert "ledger_keys" not in names


@pytest.mark.parametrize("piece", [64, 1 << 17])
@pytest.mark.parametrize("how", ["one", "many"])
def test_a_ledger_of_the_first_layout_goes_on(old, tmp_path, monkeypatch, how, piece):
    monkeypatch.setattr(upgrading, "PIECE", piece)
    url, signers = old
    new = receipts_of(OLD_SHOP, [record(900 + n, order=f"n{n}", sequence=0) for n in range(5)])
    with Ledger.open(url) as other, Ledger.open(url) as ledger:
        known, texts = ledger.at(299).receipt, new[0] if how == "one" else new[:1]
        assert ledger.append(texts, signers, now=NOW).places == [300]
        assert ledger.append(known, signers, now=NOW).places == [299]
        wrong = receipts_of(OLD_SHOP, [record(3, amount=9), record(950, order="o2", sequence=0)])
        assert [each.reason for each in ledger.append(wrong, signers, now=NOW).refused] == [
            "duplicate-id", "order-fork",
        ]  # fmt: skip
        # Who had it open all the while goes on too.
        assert other.append(new[1:], signers, now=NOW).places == [301, 302, 303, 304]
        assert other.append(new[0], signers, now=NOW).known == 1
        assert [each.place for each in other.order("o2")] == [6, 7, 8]
        checkpoint(other, OLD_LOG, now=later(1))
        seal(ledger, OLD_LOG, now=later(1))
        found = audit(ledger, signers)
        assert (found.ok, found.checkpoints, found.entries) == (True, 2, 305)
    there, wanted = stored_keys(tmp_path / "old.db")
    assert there == wanted
    with sqlite3.connect(tmp_path / "old.db") as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        assert not names & {"ledger_ids", "ledger_orders"}
        # A process of the former release would look for conflicts in indexes that are gone.
        with pytest.raises(sqlite3.IntegrityError, match="restart what writes"):
            connection.execute(
                "INSERT INTO ledger_entries (seq, kid, id, kind, t, e, sig, logged) "
                "VALUES (305, x'00', 'x', 1, 0, x'00', x'00', 0)"
            )


def test_an_edge_that_is_gone_is_told(ledger, many, trusted, tmp_path):
    for receipt in many[:5]:
        ledger.append(receipt, trusted, now=NOW)
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        connection.execute("UPDATE ledger_entries SET peak = x'' WHERE seq = 3")
    with pytest.raises(StorageError, match="edge of the tree is missing"):
        ledger.root()
    with (
        Ledger.open(f"sqlite:///{tmp_path}/ledger.db") as again,
        pytest.raises(StorageError, match="edge of the tree is missing"),
    ):
        again.append(many[6], trusted, now=NOW)
    assert not audit(ledger, trusted).ok


def test_who_reads_beside_a_writer_finds_everything_at_any_moment(few, ledger, many, trusted):
    """What a writer knows by heart and what is in the table, while keys go from the one to the other."""
    stop, faults = threading.Event(), []

    def read(seed):
        chance = random.Random(seed)
        while not stop.is_set():
            some = chance.randrange(ledger.size())
            kept = ledger.at(some)
            if ledger.find(kept.key_id, f"{some:06}") != kept or kept not in ledger.order(
                f"o{some // 3}"
            ):
                faults.append(some)

    ledger.append(many[0], trusted, now=NOW)
    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(2)]
    for thread in threads:
        thread.start()
    for at, receipt in enumerate(many[1:400], 1):
        ledger.append(receipt, trusted, now=NOW)
        if at % 100 == 0:
            ledger.settle()
    stop.set()
    for thread in threads:
        thread.join()
    assert faults == []
