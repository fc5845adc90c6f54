"""Proofs of inclusion, consistency and absence: at every size, forged, damaged."""

import json
import random
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmkit import sm2, sm3
from gmkit.errors import (
    InvalidArgument,
    InvalidSignature,
    VerificationError,
)
from gmkit.receipts import key_id
from gmkit.receipts.ledger import (
    Ledger,
    check_absence,
    check_consistency,
    check_inclusion,
    prove_absence,
    prove_consistency,
    prove_inclusion,
    read_document,
    seal,
)
from tests.receipts.ledger.conftest import (
    NOW,
    later,
    note,
    reason,
    signature_of,
)


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
            assert found.entry.signature == signature_of(ledger.at(place))
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
