"""Appending, checkpoints, proofs and seals: what an honest ledger does."""

import multiprocessing
import resource
import signal
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmkit import sm2, sm3
from gmkit.errors import (
    InvalidArgument,
    MissingDependency,
    StorageError,
    VerificationError,
)
from gmkit.merkle import Frontier, MemoryTree, leaf_hash
from gmkit.receipts import Record, Signers, conceal, sign
from gmkit.receipts.ledger import (
    Ledger,
    Witness,
    add_cosignature,
    audit,
    checkpoint,
    commitment_of,
    prove_consistency,
    seal,
)
from tests.receipts.ledger.conftest import (
    NOW,
    later,
    note,
    reason,
    receipts_of,
    record,
    signature_of,
)


def test_receipts_get_places_in_order(url, make, many, trusted):
    ledger = make(url)
    assert ledger.append(many[:700], trusted, now=NOW).places == list(range(700))
    assert ledger.append(many[700], trusted, now=later(1)).places == [700]
    assert ledger.size() == ledger.count() == 701
    kept = ledger.at(700)
    assert (kept.receipt, kept.id, kept.logged) == (many[700], "000700", later(1))
    assert ledger.find(kept.key_id, "000005").place == 5
    assert ledger.find(kept.key_id, "none") is None
    assert [each.place for each in ledger.order("o7")] == [21, 22, 23]
    assert [each.receipt for each in ledger.receipts(3, 9)] == many[3:9]
    tree = MemoryTree(
        leaf_hash(bytes([1, 1]) + _e(each) + signature_of(each) + kept.key_id)
        for each in ledger.receipts()
    )
    assert ledger.root() == tree.root()


def _e(kept):
    """By the standard, with SM3 alone: the key is the one of the fixture, found in the audit too."""
    from gmkit._native.sm2 import SM2Digest
    from gmkit.receipts import Receipt

    return bytes(SM2Digest.from_message(_e.key, Receipt.parse(kept.receipt).signed))


@pytest.fixture(autouse=True)
def _key_of_the_shop(shop):
    _e.key = shop.public_key()


def test_one_by_one_and_in_a_batch_give_the_same_tree(make, many, trusted, tmp_path):
    one = make(f"sqlite:///{tmp_path}/one.db")
    two = make(f"sqlite:///{tmp_path}/two.db")
    for each in many[:300]:
        one.append(each, trusted, now=NOW)
    two.append(many[:300], trusted, now=NOW)
    assert one.root() == two.root()
    assert audit(one, trusted).ok
    assert audit(two, trusted).root == one.root()


def test_appending_again_does_no_harm(url, make, many, trusted):
    ledger = make(url)
    ledger.append(many[:10], trusted, now=NOW)
    again = ledger.append(many[5:15], trusted, now=later(1))
    assert (again.added, again.known, again.places) == (5, 5, list(range(5, 15)))
    assert ledger.append(many[3], trusted, now=NOW).places == [3]
    twice = ledger.append([many[20], many[21], many[20]], trusted, now=NOW)
    assert (twice.places, twice.added, twice.known) == ([15, 16, 15], 2, 1)
    assert ledger.size() == 17
    assert audit(ledger, trusted).ok


def test_another_receipt_of_an_identifier_or_a_place_in_an_order_is_refused(
    url, make, many, shop, trusted
):
    ledger = make(url)
    ledger.append(many[:10], trusted, now=NOW)
    other, fork, own = receipts_of(
        shop,
        [
            record(3, amount=99),
            record(7000, order="o1", sequence=2),
            record(7001, order="o1", sequence=9),
        ],
    )
    done = ledger.append([other, fork, own], trusted, now=NOW)
    assert [(r.line, r.reason, r.id) for r in done.refused] == [
        (1, "duplicate-id", "000003"),
        (2, "order-fork", "007000"),
    ]
    assert done.places == [None, None, 10]
    pair = receipts_of(shop, [record(8000), record(8000, amount=1)])
    assert [r.reason for r in ledger.append(pair, trusted, now=NOW).refused] == ["duplicate-id"]
    resigned = receipts_of(shop, [record(8000)])  # the same words under another signature
    assert [r.reason for r in ledger.append(resigned[0], trusted, now=NOW).refused] == [
        "duplicate-id"
    ]
    assert audit(ledger, trusted).ok


def test_what_is_not_valid_is_not_appended(ledger, many, trusted):
    stranger = receipts_of(sm2.generate_private_key(), [record(1)])[0]
    bad = [many[0][:-4] + "AAAA", stranger, "nonsense", many[1]]
    done = ledger.append(bad, trusted, now=NOW)
    assert [r.reason for r in done.refused] == ["signature", "unknown-signer", "malformed"]
    assert done.places == [None, None, None, 0]
    assert [r.reason for r in ledger.append(stranger, trusted, now=NOW).refused] == [
        "unknown-signer"
    ]
    assert ledger.size() == 1


def test_two_signers_have_identifiers_of_their_own(ledger, many, trusted, shop):
    other = sm2.generate_private_key()
    both = Signers(keys=[shop.public_key(), other.public_key()])
    done = ledger.append([many[0], receipts_of(other, [record(0)])[0]], both, now=NOW)
    assert done.places == [0, 1]


def test_personal_data_stays_out(ledger, shop, trusted):
    concealed, shown = conceal(Record.from_mapping(record(1, buyer="王小明")), ["buyer"])
    full = sign(concealed, shop).with_disclosures([each.text for each in shown]).text
    ledger.append(full, trusted, now=NOW)
    ledger.append([full], trusted, now=NOW)
    kept = ledger.at(0).receipt
    assert kept == full.partition("~")[0] + "~"
    assert audit(ledger, trusted).ok
    assert ledger.size() == 1


def test_there_is_one_ledger_in_one_place(url, make):
    make(url)
    with pytest.raises(StorageError, match="already"):
        make(url)


def test_what_is_no_ledger_is_not_opened(tmp_path):
    with pytest.raises(StorageError, match="is not there"):
        Ledger.open(f"sqlite:///{tmp_path}/nothing.db")
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE mine (n INTEGER)")
    with pytest.raises(StorageError, match="no ledger"):
        Ledger.open(f"sqlite:///{tmp_path}/other.db")


@pytest.mark.parametrize(
    "change",
    [{"origin": "a b"}, {"origin": ""}, {"origin": "a\nb"}, {"segment": 300}, {"segment": 128},
     {"segment": 1 << 21}, {"objects": "nowhere"}, {"objects": "file://relative"}, {"objects": "nobody://x"}],
)  # fmt: skip
def test_a_ledger_that_could_not_work_is_not_made(make, change):
    with pytest.raises((InvalidArgument, MissingDependency)):
        make(**change)


def test_a_checkpoint_says_what_is_there(url, make, many, trusted, log):
    ledger = make(url)
    ledger.append(many[:300], trusted, now=NOW)
    signed = note(ledger, log)
    assert signed.checkpoint.size == 300
    assert signed.checkpoint.root == ledger.root()
    said = commitment_of(signed.verify({ledger.origin: log.public_key()}))
    assert (said.time, said.segments, said.ids) == (NOW, 0, 300)
    seal(ledger, log, now=later(1))
    said = commitment_of(note(ledger, log, 2).checkpoint)
    assert (said.segments, said.ids) == (1, 44)


def test_another_key_is_not_the_log(ledger):
    with pytest.raises(InvalidArgument, match="not the key"):
        checkpoint(ledger, sm2.generate_private_key(), now=NOW)
    with pytest.raises(InvalidArgument, match="not the key"):
        seal(ledger, sm2.generate_private_key(), now=NOW)


def test_a_clock_that_goes_back_signs_nothing_unless_told(ledger, log, many, trusted):
    ledger.append(many[:3], trusted, now=later(60 * 24 * 365))
    note(ledger, log, 60 * 24 * 365)
    ledger.append(many[3:5], trusted, now=NOW)  # what is appended is appended
    assert reason(note, ledger, log, 5) == "clock"
    assert checkpoint(ledger, log, now=later(5), clock_went_back=True).checkpoint.size == 5
    found = audit(ledger, trusted)
    assert found.ok
    assert {remark.code for remark in found.remarks} == {"clock"}


def test_a_witness_cosigns_what_grows(ledger, many, trusted, log, tmp_path):
    witness_key = sm2.generate_private_key()
    witness = Witness(tmp_path / "memory", witness_key, name="notary.example")
    keys = {"notary.example": witness_key.public_key()}
    ledger.append(many[:100], trusted, now=NOW)
    first = note(ledger, log)
    cosigned = witness.cosign(first.to_bytes(), log.public_key())
    assert witness.cosign(first.to_bytes(), log.public_key()).body == cosigned.body
    joined = add_cosignature(ledger, cosigned.to_bytes(), keys)
    joined.verify({**keys, ledger.origin: log.public_key()}, threshold=2)
    assert add_cosignature(ledger, cosigned.to_bytes(), keys) == joined
    assert ledger.checkpoints()[0] == joined
    ledger.append(many[100:400], trusted, now=NOW)
    second = note(ledger, log, 1)
    assert reason(witness.cosign, second.to_bytes(), log.public_key()) == "proof"
    proof = prove_consistency(ledger, witness.last(ledger.origin))
    assert witness.cosign(second.to_bytes(), log.public_key(), proof=proof).checkpoint.size == 400
    # A restarted witness remembers, and an older note is no news to it.
    again = Witness(tmp_path / "memory", witness_key, name="notary.example")
    assert reason(again.cosign, first.to_bytes(), log.public_key()) == "rollback"
    other = make_other_note(ledger, log, 400)
    assert reason(again.cosign, other.to_bytes(), log.public_key()) == "fork"
    with pytest.raises(VerificationError):
        again.cosign(second.to_bytes(), witness_key.public_key())
    with pytest.raises(VerificationError, match="no such checkpoint"):
        add_cosignature(ledger, other.cosign(witness_key, name="notary.example").to_bytes(), keys)


def make_other_note(ledger, log, size):
    from gmkit.merkle import Checkpoint

    lines = ledger.checkpoints()[-1].checkpoint.extensions
    return Checkpoint(ledger.origin, size, sm3.digest(b"another"), lines).sign(
        log, name=ledger.origin
    )


def test_segments_are_whole_subtrees_in_files(url, make, many, trusted, log, tmp_path):
    ledger = make(url)
    ledger.append(many[:900], trusted, now=NOW)
    assert [(m.first, m.count) for m in seal(ledger, log, now=NOW)] == [
        (0, 256),
        (256, 256),
        (512, 256),
    ]
    assert seal(ledger, log, now=NOW) == []
    assert ledger.sealed() == 768
    from pyarrow import parquet

    table = parquet.read_table(tmp_path / "objects/segments/00000001.parquet")
    assert table["receipt"].to_pylist() == many[256:512]
    assert table["seq"].to_pylist() == list(range(256, 512))
    tiles = (tmp_path / "objects/segments/00000001.tiles").read_bytes()
    leaves = [tiles[at : at + 32] for at in range(0, 256 * 32, 32)]
    tree = MemoryTree(leaves)
    assert tiles[256 * 32 :] == tree.root()
    found = audit(ledger, trusted)
    assert (found.ok, found.segments, found.entries, found.verified) == (True, 3, 900, 900)


def test_segments_go_to_a_bucket_by_url(make, many, trusted, log):
    ledger = make(objects="memory://bucket/shop")
    ledger.append(many[:300], trusted, now=NOW)
    seal(ledger, log, now=NOW)
    assert ledger.objects.has("segments/00000000.parquet")
    assert len(ledger.objects.get("segments/00000000.tiles", start=32, length=64)) == 64
    with pytest.raises(StorageError):
        ledger.objects.get("segments/none")
    assert audit(ledger, trusted).ok


def test_a_disk_that_is_full_while_sealing_costs_nothing(make, many, trusted, log, tmp_path):
    ledger = make()
    ledger.append(many[:600], trusted, now=NOW)
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    for limit in (0, 100, 9000, 20_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, old[1]))
        try:
            with pytest.raises(StorageError):
                seal(ledger, log, now=NOW)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, old)
        assert ledger.sealed() == 0
    signal.signal(signal.SIGXFSZ, ignored)
    ledger.append(many[600:700], trusted, now=NOW)
    assert len(seal(ledger, log, now=NOW)) == 2
    assert audit(ledger, trusted).ok
    assert not [
        path for path in (tmp_path / "objects/segments").iterdir() if path.name.startswith(".")
    ]


def _append_some(url, texts, public_key, pipe):
    with Ledger.open(url) as ledger:
        signers = Signers(keys=[sm2.SM2PublicKey.from_bytes(public_key)])
        places = []
        for start in range(0, len(texts), 7):
            places += ledger.append(texts[start : start + 7], signers, now=NOW).places
        pipe.send(places)


def test_two_writers_at_once_lose_and_double_nothing(url, make, many, trusted, shop, log):
    ledger = make(url)
    spawn = multiprocessing.get_context("spawn")
    running = []
    # They overlap: 300 receipts are offered by both.
    for part in (many[:600], many[300:900]):
        here, there = spawn.Pipe()
        process = spawn.Process(
            target=_append_some, args=(url, part, shop.public_key().to_bytes(), there)
        )
        process.start()
        running.append((process, here))
    places = [here.recv() for _, here in running]
    for process, _ in running:
        process.join()
        assert process.exitcode == 0
    assert places[0][300:] == places[1][:300]
    assert sorted({*places[0], *places[1]}) == list(range(900))
    note(ledger, log)
    assert audit(ledger, trusted).ok


@given(st.lists(st.integers(0, 40), max_size=12))
@settings(max_examples=60, deadline=None)
def test_an_edge_grows_as_the_tree_does(steps):
    frontier, tree, made = Frontier(), MemoryTree(), {}
    for step in steps:
        leaves = [sm3.digest(bytes([step, at])) for at in range(step)]
        tree.extend(leaves)
        made |= {(level, place): node for level, place, node in frontier.grow(leaves)}
        assert frontier.root() == tree.root()
        assert Frontier.from_bytes(frontier.to_bytes()).root() == tree.root()
    for (level, place), node in made.items():
        assert tree.node(level, place) == node
    assert len(made) == sum(tree.size >> level for level in range(1, 20))
