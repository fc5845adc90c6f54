"""Retention: the clock of an order, what goes and what stays."""

from datetime import timedelta

import pytest

from gmkit import sm2
from gmkit.errors import InvalidArgument
from gmkit.receipts.ledger import audit, check_inclusion, prove_inclusion, prune, seal
from tests.receipts.ledger.conftest import NOW, later, note, receipts_of, record

YEARS = timedelta(days=3 * 366)


def filled(ledger, shop, trusted, log, *, complete=True):
    """A segment of one order, complete or not, and 255 receipts without one; then another segment."""
    rows = [record(0, order="A", sequence=0)] + [record(n) for n in range(1, 255)]
    rows += [record(255, kind="delivery" if complete else "shipment", order="A", sequence=1)]
    rows += [record(n) for n in range(256, 512)]
    ledger.append(receipts_of(shop, rows), trusted, now=NOW)
    seal(ledger, log, now=NOW)
    note(ledger, log)


def test_what_has_expired_goes_and_every_proof_stays(url, make, shop, trusted, log, tmp_path):
    ledger = make(url)
    filled(ledger, shop, trusted, log)
    proof = prove_inclusion(ledger, 7)
    assert prune(ledger, log, before=NOW - timedelta(days=1), now=later(1)) == []
    assert prune(ledger, log, before=NOW + YEARS, now=NOW + 2 * YEARS) == [0, 1]
    assert ledger.at(7).receipt is None
    assert ledger.at(7).id == "000007"
    assert prove_inclusion(ledger, 7) == proof
    check_inclusion(proof, log.public_key())
    found = audit(ledger, trusted)
    assert (found.findings, found.pruned, found.verified, found.segments) == ([], 512, 0, 2)
    assert prune(ledger, log, before=NOW + YEARS, now=NOW + 2 * YEARS) == []
    left = b"".join(path.read_bytes() for path in (tmp_path / "objects/segments").iterdir())
    assert b"000007" not in left
    # What was pruned cannot be appended again under its identifier, and nothing else can.
    refused = ledger.append(receipts_of(shop, [record(7)]), trusted, now=NOW).refused
    assert [each.reason for each in refused] == ["duplicate-id"]


def test_an_order_that_is_not_complete_or_held_or_went_on_is_kept(
    make, tmp_path, shop, trusted, log
):
    one = make(f"sqlite:///{tmp_path}/one.db")
    filled(one, shop, trusted, log, complete=False)
    assert prune(one, log, before=NOW + YEARS, now=NOW + 2 * YEARS) == [1]
    two = make(f"sqlite:///{tmp_path}/two.db", objects=f"file://{tmp_path}/two")
    filled(two, shop, trusted, log)
    assert prune(two, log, before=NOW + YEARS, now=NOW + 2 * YEARS, hold=["A"]) == [1]
    three = make(f"sqlite:///{tmp_path}/three.db", objects=f"file://{tmp_path}/three")
    filled(three, shop, trusted, log)
    refund = record(9000, kind="refund", order="A", sequence=2)
    three.append(receipts_of(shop, [refund]), trusted, now=NOW + 2 * YEARS)
    assert prune(three, log, before=NOW + YEARS, now=NOW + 2 * YEARS) == [1]


def test_sealing_and_pruning_tell_how_far_they_are(ledger, shop, trusted, log):
    sealed, looked = [], []
    rows = [record(0, order="A", sequence=0)] + [record(n) for n in range(1, 512)]
    ledger.append(receipts_of(shop, rows), trusted, now=NOW)
    seal(ledger, log, now=NOW, progress=sealed.append)
    done = prune(ledger, log, before=NOW + YEARS, now=NOW + 2 * YEARS, progress=looked.append)
    assert (sealed, looked, done) == ([1, 2], [1, 2], [1])


def test_only_the_log_prunes_and_a_forged_note_of_pruning_is_found(
    ledger, shop, trusted, log, tmp_path
):
    filled(ledger, shop, trusted, log)
    with pytest.raises(InvalidArgument, match="not the key"):
        prune(ledger, sm2.generate_private_key(), before=NOW + YEARS, now=NOW)
    prune(ledger, log, before=NOW + YEARS, now=NOW + 2 * YEARS)
    segments = tmp_path / "objects/segments"
    (segments / "00000000.pruned.json").write_bytes(
        (segments / "00000001.pruned.json").read_bytes()
    )
    assert {finding.code for finding in audit(ledger).findings} == {"segment"}
    (segments / "00000000.pruned.json").write_bytes(b"{}")
    assert {finding.code for finding in audit(ledger).findings} == {"segment"}
