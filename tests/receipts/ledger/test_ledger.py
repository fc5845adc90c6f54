"""Appending, checkpoints, proofs and seals: what an honest ledger does."""

import json
import multiprocessing
import random
import resource
import signal
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmkit import sm2, sm3
from gmkit.errors import (
    InvalidArgument,
    InvalidSignature,
    MissingDependency,
    StorageError,
    VerificationError,
)
from gmkit.merkle import Frontier, MemoryTree, leaf_hash
from gmkit.receipts import Record, Signers, conceal, key_id, sign
from gmkit.receipts.ledger import (
    Ledger,
    Witness,
    add_cosignature,
    audit,
    check_absence,
    check_consistency,
    check_inclusion,
    checkpoint,
    commitment_of,
    prove_absence,
    prove_consistency,
    prove_inclusion,
    read_document,
    seal,
)
from tests.receipts.ledger.conftest import NOW, later, note, receipts_of, record


def reason(call, *arguments, error=VerificationError, **options):
    with pytest.raises(error) as caught:
        call(*arguments, **options)
    return getattr(caught.value, "reason", None)


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
        leaf_hash(bytes([1, 1]) + _e(each) + _sig(each) + kept.key_id) for each in ledger.receipts()
    )
    assert ledger.root() == tree.root()


def _sig(kept):
    from gmkit.receipts import Receipt

    return Receipt.parse(kept.receipt).signature


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
    with pytest.raises(StorageError, match="no ledger"):
        Ledger.open(f"sqlite:///{tmp_path}/nothing.db")


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


@pytest.mark.parametrize("sizes", [(1,), (5,), (255, 256, 257), (300, 700, 1500)])
def test_inclusion_and_consistency_hold_at_every_size(make, tmp_path, many, trusted, log, sizes):
    ledger = make()
    notes, start = [], 0
    for at, size in enumerate(sizes):
        ledger.append(many[start:size], trusted, now=later(at))
        start = size
        notes.append(note(ledger, log, at))
        seal(ledger, log, now=later(at))
    places = {
        0,
        sizes[0] - 1,
        sizes[-1] - 1,
        *random.Random(1).sample(range(sizes[-1]), min(20, sizes[-1])),
    }
    for place in places:
        for latest in (False, True):
            document = read_document(
                json.dumps(prove_inclusion(ledger, place, latest=latest)).encode()
            )
            found = check_inclusion(document, log.public_key())
            assert found.place == place
            assert found.entry.signature == _sig(ledger.at(place))
            expected = sizes[-1] if latest else next(size for size in sizes if size > place)
            assert found.note.checkpoint.size == expected
    for old in notes:
        one, other = check_consistency(prove_consistency(ledger, old), log.public_key())
        assert (one.size, other.size) == (old.checkpoint.size, sizes[-1])


def test_nothing_is_proved_before_a_checkpoint(ledger, many, trusted, log):
    ledger.append(many[:3], trusted, now=NOW)
    with pytest.raises(InvalidArgument, match="no checkpoint"):
        prove_inclusion(ledger, 0)
    note(ledger, log)
    ledger.append(many[3:5], trusted, now=NOW)
    for place, latest in ((4, False), (4, True), (9, False), (-1, False)):
        with pytest.raises(InvalidArgument):
            prove_inclusion(ledger, place, latest=latest)
    with pytest.raises(InvalidArgument):
        ledger.at(99)


@pytest.mark.parametrize("count", [0, 1, 2, 300, 600, 1025])
def test_absence_is_proved_across_segments(ledger, many, trusted, log, shop, count):
    if count:
        ledger.append(many[:count], trusted, now=NOW)
    seal(ledger, log, now=NOW)
    note(ledger, log)
    kid = key_id(shop.public_key())
    for name in ("nothing", "", "000000x", "凭"):
        document = read_document(json.dumps(prove_absence(ledger, kid, name)).encode())
        assert check_absence(document, log.public_key(), kid, name).size == count
        if count >= 300:  # with few, two absent ones have the same neighbours
            with pytest.raises(VerificationError):
                check_absence(document, log.public_key(), kid, "another")
        with pytest.raises(VerificationError):
            check_absence(document, sm2.generate_private_key().public_key(), kid, name)
    for number in range(0, count, 97):
        with pytest.raises(InvalidArgument, match="is in the ledger"):
            prove_absence(ledger, kid, f"{number:06}")


def test_a_forged_absence_does_not_hold(ledger, many, trusted, log, shop):
    """The proof for one identifier, bent to be one for another that is there."""
    ledger.append(many[:600], trusted, now=NOW)
    seal(ledger, log, now=NOW)
    note(ledger, log)
    kid = key_id(shop.public_key())
    good = prove_absence(ledger, kid, "nothing")
    for there in ("000000", "000300", "000599"):
        assert reason(check_absence, good, log.public_key(), kid, there) == "absence-proof"
    for spoil in (
        lambda d: d["segments"].pop(),
        lambda d: d["segments"].reverse(),
        lambda d: d["segments"].append(d["segments"][0]),
        lambda d: d["tail"].update(count=0, left=None, right=None),
        lambda d: d["tail"].update(left=None, right=None),
        lambda d: d["tail"].update(count=7),
        lambda d: d["segments"][0]["proof"].update(left=d["segments"][0]["proof"]["right"]),
        lambda d: d["segments"][0].update(proof=d["segments"][1]["proof"]),
        lambda d: d["segments"][0].update(proof=None),
        lambda d: d["segments"][0].update(manifest="AAAA"),
        lambda d: d.update(tail=7),
        lambda d: d.update(segments={}),
        lambda d: d.update(type="another"),
    ):
        bent = json.loads(json.dumps(good))
        spoil(bent)
        with pytest.raises(VerificationError):
            check_absence(bent, log.public_key(), kid, "nothing")


def test_forged_proofs_of_every_length_are_refused(ledger, many, trusted, log):  # noqa: C901
    ledger.append(many[:700], trusted, now=NOW)
    old = note(ledger, log)
    ledger.append(many[700:1300], trusted, now=NOW)
    note(ledger, log, 1)
    inclusion = prove_inclusion(ledger, 333, latest=True)
    consistency = prove_consistency(ledger, old)
    some = sm3.digest(b"x")
    from gmkit.receipts.base64url import text_of

    for document, check in ((inclusion, check_inclusion), (consistency, check_consistency)):
        check(document, log.public_key())
        right = document["hashes"]
        for length in range(130):
            for filler in (right[-1], text_of(some)):
                hashes = (right + [filler] * 130)[:length]
                if hashes != right:
                    with pytest.raises(VerificationError):
                        check({**document, "hashes": hashes}, log.public_key())
        for place in range(len(right)):
            for other in (
                text_of(some),
                right[place - 1],
                right[place][:-1],
                right[place] + "A",
                7,
                None,
            ):
                if other != right[place]:
                    hashes = [*right[:place], other, *right[place + 1 :]]
                    with pytest.raises(VerificationError):
                        check({**document, "hashes": hashes}, log.public_key())
    for index in [*range(330, 340), -1, 699, 700, 1300, 1 << 70, "333", 333.0, True, None]:
        if index != 333 or type(index) is not int:
            with pytest.raises(VerificationError):
                check_inclusion({**inclusion, "index": index}, log.public_key())
    later_note = note(ledger, log, 2).to_bytes().decode()
    check_inclusion({**inclusion, "checkpoint": later_note}, log.public_key())  # the same tree
    for other in (
        old.to_bytes().decode(),
        "",
        7,
        None,
        later_note + "x",
        later_note.replace("1300", "1301"),
    ):
        with pytest.raises((VerificationError, InvalidSignature)):
            check_inclusion({**inclusion, "checkpoint": other}, log.public_key())
    with pytest.raises(VerificationError):
        check_inclusion(inclusion, sm2.generate_private_key().public_key())


@pytest.fixture(scope="module")
def documents(tmp_path_factory, log, many, trusted, shop):
    folder = tmp_path_factory.mktemp("documents")
    with Ledger.create(
        f"sqlite:///{folder}/l.db", origin="o", public_key=log.public_key(), objects=f"file://{folder}/o",
        segment=256,
    ) as ledger:  # fmt: skip
        ledger.append(many[:400], trusted, now=NOW)
        old = note(ledger, log)
        ledger.append(many[400:500], trusted, now=NOW)
        seal(ledger, log, now=NOW)
        note(ledger, log, 1)
        kid = key_id(shop.public_key())
        return kid, [
            json.dumps(each).encode()
            for each in (
                prove_inclusion(ledger, 17),
                prove_consistency(ledger, old),
                prove_absence(ledger, kid, "none"),
            )
        ]


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_damaged_proofs_are_refused_by_a_typed_error_alone(documents, log, data):
    kid, known = documents
    octets = bytearray(data.draw(st.sampled_from(known)))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(octets) - 1))
        octets[place : place + data.draw(st.integers(0, 3))] = data.draw(
            st.binary(max_size=3) | st.sampled_from([b"null", b"{}", b"[]", b"-1", b'"', b"9" * 30])
        )
    checks = (
        lambda d: check_inclusion(d, log.public_key()),
        lambda d: check_consistency(d, log.public_key()),
        lambda d: check_absence(d, log.public_key(), kid, "none"),
    )
    for check in checks:
        with suppress(VerificationError):
            check(read_document(bytes(octets)))


@pytest.mark.parametrize("data", [b"", b"[]", b"[" * 100_000, b"\xff", b"7", b'{"type": "x"}'])
def test_what_is_no_proof_is_said_to_be_none(data, log):
    with pytest.raises(VerificationError):
        check_inclusion(read_document(data), log.public_key())


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
