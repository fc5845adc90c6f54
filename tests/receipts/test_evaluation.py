"""Evaluations: bound to a delivery, signed at a level, sealed so that none can be left out."""

import json
from datetime import datetime, timedelta, timezone
from fractions import Fraction

import pytest

from gmkit import errors, merkle, receipts, sm3
from gmkit.receipts import Kind, Record, Signers, conceal
from gmkit.receipts.evaluation import (
    Level,
    evaluate,
    prove_item,
    seal,
    verify_evaluation,
    verify_item,
)
from tests.unit.pki import build

NOW = datetime(2026, 6, 1, tzinfo=timezone.utc)
MERCHANT, PLATFORM, EVALUATOR, BUYER, OTHER = (
    build.key(n) for n in ("merchant", "platform", "evaluator", "buyer", "other")
)
ROOT = build.root("root")
CERTIFICATES = [
    build.leaf(name, "root") for name in ("merchant", "platform", "evaluator", "citizen")
]


def signers():
    return Signers(roots=[ROOT], certificates=CERTIFICATES, time=NOW)


def delivery(order="A-1", key=MERCHANT, **fields):
    base = {"order": order, "buyer_key": receipts.key_id(BUYER.public_key()).hex()}
    record = Record(Kind.DELIVERY, f"d-{order}", NOW, fields=base | fields)
    return receipts.sign(record, key).text


def evaluation(
    order="A-1",
    item="tea",
    stars=5,
    *,
    level=Level.PLATFORM,
    key=PLATFORM,
    text=None,
    changes=None,
):
    changes = dict(changes or {})
    record = evaluate(
        receipts.verify(delivery(order), signers()), item, stars, id=f"e-{order}-{item}",
        time=NOW + timedelta(days=1), level=level, text=text, tags=["fast"],
    )  # fmt: skip
    if changes:
        record = Record(
            record.kind,
            record.id,
            changes.pop("time", record.time),
            fields=dict(record.fields) | changes,
        )
    made, disclosures = conceal(record, ["text"])
    return receipts.sign(made, key, disclosures=disclosures).text


def refusal(call):
    with pytest.raises(errors.VerificationError) as caught:
        call()
    return caught.value.reason


def test_each_level_is_signed_by_its_key_and_says_so():
    platform = verify_evaluation(evaluation(text="好茶"), signers(), delivery=delivery())
    assert (platform.item, platform.stars, platform.tags, platform.level) == (
        "tea",
        5,
        ("fast",),
        Level.PLATFORM,
    )
    assert platform.verified.disclosed == {"text": "好茶"}
    device = evaluation(level=Level.DEVICE, key=BUYER)
    found = verify_evaluation(device, signers(), delivery=delivery(), buyer_key=BUYER.public_key())
    assert found.level is Level.DEVICE
    citizen = evaluation(level=Level.CERTIFICATE, key=build.key("citizen"))
    found = verify_evaluation(citizen, signers(), delivery=delivery())
    assert found.verified.signer.subject == "CN=citizen"
    assert "delivery" in verify_evaluation(citizen, signers()).not_checked
    assert "delivery" not in found.not_checked


def test_a_level_that_was_not_signed_at_is_refused():
    bare = Signers(roots=[ROOT], certificates=CERTIFICATES, time=NOW, keys=[OTHER.public_key()])
    claimed = evaluation(level=Level.CERTIFICATE, key=OTHER)
    assert refusal(lambda: verify_evaluation(claimed, bare, delivery=delivery())) == "evaluation"
    device = evaluation(level=Level.DEVICE, key=OTHER)
    call = lambda key: verify_evaluation(device, signers(), delivery=delivery(), buyer_key=key)  # noqa: E731
    assert refusal(lambda: call(OTHER.public_key())) == "evaluation"  # not the key of the delivery
    assert refusal(lambda: call(BUYER.public_key())) == "unknown-signer"
    assert (
        refusal(lambda: verify_evaluation(device, signers(), delivery=delivery()))
        == "unknown-signer"
    )
    forged = delivery(key=OTHER, buyer_key=receipts.key_id(OTHER.public_key()).hex())
    assert (
        refusal(
            lambda: verify_evaluation(
                device, signers(), delivery=forged, buyer_key=OTHER.public_key()
            )
        )
        == "unknown-signer"
    )


@pytest.mark.parametrize("changes", [
    {"stars": 0}, {"stars": 6}, {"stars": True}, {"stars": "5"}, {"item": ""}, {"tags": "x"}, {"tags": [1]},
    {"level": "other"}, {"order": "B-9"}, {"delivery": "00"}, {"time": NOW - timedelta(days=1)},
])  # fmt: skip
def test_evaluations_that_are_none_or_belong_elsewhere(changes):
    made = evaluation(changes=changes)
    assert refusal(lambda: verify_evaluation(made, signers(), delivery=delivery())) == "evaluation"


def test_the_delivery_must_be_that_one_and_be_one():
    made = evaluation()
    assert (
        refusal(lambda: verify_evaluation(made, signers(), delivery=delivery("A-2")))
        == "evaluation"
    )
    order = receipts.sign(Record(Kind.ORDER, "o", NOW, fields={"order": "A-1"}), MERCHANT).text
    bound = evaluation(changes={"delivery": sm3.digest(order.rpartition(".")[0].encode()).hex()})
    assert refusal(lambda: verify_evaluation(bound, signers(), delivery=order)) == "evaluation"
    for bad in ({"stars": 9}, {"item": ""}, {"time": NOW - timedelta(1)}):
        arguments = {
            "item": "tea",
            "stars": 5,
            "id": "e",
            "time": NOW,
            "level": Level.PLATFORM,
        } | bad
        with pytest.raises(errors.RecordError):
            evaluate(receipts.verify(delivery(), signers()), **arguments)
    with pytest.raises(errors.RecordError):
        evaluate(
            receipts.verify(order, signers()), "tea", 5, id="e", time=NOW, level=Level.PLATFORM
        )
    no_key = receipts.verify(delivery(buyer_key=1), signers())
    with pytest.raises(errors.RecordError):
        evaluate(no_key, "tea", 5, id="e", time=NOW, level=Level.DEVICE)


STARS = {"tea": [5, 4, 1, 3], "rice": [2], "silk": [5, 5]}


@pytest.fixture(scope="module")
def sealed():
    verified = [
        verify_evaluation(
            evaluation(f"{item}-{n}", item, stars, text=f"{n}"),
            signers(),
            delivery=delivery(f"{item}-{n}"),
        )
        for item, all_stars in STARS.items()
        for n, stars in enumerate(all_stars)
    ]
    return seal(verified, EVALUATOR, id="s-1", time=NOW + timedelta(days=2))


def deliveries():
    texts = [delivery(f"{item}-{n}") for item, stars in STARS.items() for n in range(len(stars))]
    return {sm3.digest(text.rpartition(".")[0].encode()): text for text in texts}


def listing(sealed, item="tea", **options):
    return prove_item(sealed, item, deliveries=deliveries(), certificates=CERTIFICATES, **options)


def checked(data):
    return verify_item(data, Signers(roots=[ROOT], time=NOW))


def test_a_buyer_checks_count_and_average_from_the_file_and_a_root_alone(sealed):
    for item, stars in STARS.items():
        found = checked(listing(sealed, item))
        assert (found.count, found.average) == (len(stars), Fraction(sum(stars), len(stars)))
        assert [each.stars for each in found.evaluations] == stars
        assert found.evaluator.subject == "CN=evaluator"
        assert found.not_checked == ("time", "revocation")
    nothing = checked(listing(sealed, "absent"))
    assert (nothing.count, nothing.average, nothing.evaluations) == (0, None, ())


def test_a_hidden_one_still_counts(sealed):
    found = checked(listing(sealed, hidden=frozenset({"e-tea-2-tea"})))
    assert (found.count, found.hidden, found.stars) == (4, 1, 13)
    assert [each.stars for each in found.evaluations] == [5, 4, 3]


def forged(sealed, change, item="tea"):
    whole = json.loads(listing(sealed, item))
    change(whole)
    return refusal(lambda: checked(json.dumps(whole).encode()))


def drop(whole, number):
    del whole["entries"][number + 1]
    del whole["evaluations"][number]


@pytest.mark.parametrize("number", range(4))
def test_no_evaluation_can_be_left_out(sealed, number):
    assert forged(sealed, lambda whole: drop(whole, number)) == "range-proof"
    assert forged(sealed, lambda whole: whole["evaluations"].pop(number)) == "evaluation"


def shorten(whole):
    """The bad ones stand at the end: cut the run there, with an honest proof for the rest."""
    whole["entries"] = whole["entries"][:-1]
    whole["evaluations"].pop()


def restate(sealed, whole, start, end):
    tree = merkle.MemoryTree(each.leaf() for each in sealed.entries)
    entries = sealed.entries[start:end]
    whole["start"] = start
    whole["entries"] = [[e.item.hex(), e.number, e.stars, e.digest.hex()] for e in entries]
    whole["proof"] = [each.hex() for each in merkle.range_proof(tree, start, end, tree.size)]


@pytest.mark.parametrize(
    ("left", "right"), [(0, -1), (0, -2), (1, 0), (2, 0), (1, -1), (0, 1), (-1, 0)]
)
def test_an_honest_proof_of_another_run_is_not_the_list(sealed, left, right):
    at = next(i for i, e in enumerate(sealed.entries) if e.item == sm3.digest(b"tea"))
    start, end = at - 1 + left, at + 5 + right
    if start < 0 or end > len(sealed.entries):
        start, end = max(start, 0), min(end, len(sealed.entries))
        if (start, end) == (at - 1, at + 5):
            return

    def change(whole):
        restate(sealed, whole, start, end)
        count = max(0, end - start - 2)
        whole["evaluations"] = (whole["evaluations"] + [None] * 9)[:count]

    assert forged(sealed, change) == "evaluation"


@pytest.mark.parametrize(("change", "reason"), [
    (lambda w: w.update(item="rice"), "evaluation"),
    (lambda w: w["entries"][1].__setitem__(2, 4), "range-proof"),
    (lambda w: w["evaluations"].reverse(), "evaluation"),
    (lambda w: w["evaluations"][0].update(delivery=delivery("rice-0")), "evaluation"),
    (lambda w: w["evaluations"].__setitem__(0, w["evaluations"][1]), "evaluation"),
    (lambda w: w.update(statement=delivery()), "evaluation"),
    (lambda w: w.update(certificates=[]), "unknown-signer"),
    (lambda w: w.update(start=w["start"] + 1), "range-proof"),
])  # fmt: skip
def test_other_forgeries(sealed, change, reason):
    assert forged(sealed, change) == reason


def test_a_statement_of_somebody_who_is_not_trusted_is_refused(sealed):
    own = seal(
        [verify_evaluation(evaluation(), signers(), delivery=delivery())], OTHER, id="x", time=NOW
    )
    with pytest.raises(errors.ReceiptRejected):
        checked(listing(own))


def test_evaluator_who_counts_wrong_is_caught(sealed):
    """The tree is honest about its entries, and the entries are not: running sums that do not add up."""
    entries = list(sealed.entries)
    at = next(i for i, e in enumerate(entries) if e.item == sm3.digest(b"tea"))
    for number, stars in ((1, 6), (2, 5), (1, 0)):
        wrong = [
            *entries[:at],
            type(entries[at])(entries[at].item, number, stars, entries[at].digest),
            *entries[at + 1 :],
        ]
        tree = merkle.MemoryTree(each.leaf() for each in wrong)
        record = Record(
            Kind.REPORT,
            "s",
            NOW,
            fields={"evaluations": {"root": tree.root().hex(), "size": tree.size}},
        )
        lie = type(sealed)(receipts.sign(record, EVALUATOR), tuple(wrong), sealed.receipts)
        assert refusal(lambda lie=lie: checked(listing(lie))) == "evaluation"


def test_nothing_is_sealed_twice_or_unbound():
    one = verify_evaluation(evaluation(), signers(), delivery=delivery())
    with pytest.raises(errors.InvalidArgument):
        seal([one, one], EVALUATOR, id="s", time=NOW)
    with pytest.raises(errors.InvalidArgument):
        seal([verify_evaluation(evaluation(), signers())], EVALUATOR, id="s", time=NOW)


def test_files_that_are_none_are_refused_as_such(sealed):
    good = listing(sealed)
    for bad in (
        b"",
        b"[]",
        b"{}",
        b"null",
        b"\xff",
        good[:-2],
        b"[" * 100_000,
        good.replace(b"gmkit-evaluations 1", b"gmkit-evaluations 2"),
    ):
        with pytest.raises(errors.EncodingError):
            checked(bad)
    whole = json.loads(good)
    for name in whole:
        for value in (None, 1, "x", [], {}, [1], ["x"], [[]], -1):
            if whole[name] == value or (
                name in {"certificates", "buyer_keys"} and value in ([], {})
            ):
                continue
            with pytest.raises(errors.GmkitError):
                checked(json.dumps(whole | {name: value}).encode())
