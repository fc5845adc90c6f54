"""The drill: a signer's key is stolen, receipts are forged, the ledger is put back from a backup."""

import importlib
import sqlite3
from datetime import timedelta

import pytest

from gmkit import sm2
from gmkit.errors import VerificationError
from gmkit.receipts import key_id
from gmkit.receipts.ledger import Ledger, Standing, add_token, audit, checkpoint, reverify
from gmkit.tsp import Imprint, TimestampAuthority, TimestampToken, obtain_token, verify_token
from tests.receipts.ledger.conftest import NOW, later, note, receipts_of, record

STOLEN = NOW + timedelta(minutes=10)


@pytest.fixture(scope="module")
def clock(tmp_path_factory):
    """A timestamp authority: how it dates something, and how that is verified."""
    from gmkit import ca
    from gmkit.pki import Purpose, Revocation, Verifier
    from gmkit.x509 import build_name

    folder = tmp_path_factory.mktemp("clock") / "ca"
    names = ca.Names(
        root=build_name([("C", "CN"), ("O", "T"), ("CN", "Root")]),
        issuing=build_name([("C", "CN"), ("O", "T"), ("CN", "Issuing")]),
    )
    ca.create(folder, names, password=None, now=NOW)
    key = sm2.generate_private_key()
    with ca.Authority(folder) as authority:
        root, issuing = authority.root, authority.issuing
        certificate = authority.issue(
            "tsa",
            ca.Application(
                subject=build_name([("C", "CN"), ("O", "T"), ("CN", "Clock")]),
                public_key_info=key.public_key().to_der(),
            ),
            now=NOW,
        )
    tsa = TimestampAuthority(key, certificate, "1.2.3.4", (issuing,))

    def stamp(ledger, signed, time):
        token = obtain_token(Imprint.of(signed.body), lambda asked: tsa.respond(asked, time=time))
        add_token(ledger, signed, token.der)

    def dated(signed, token):
        def trust(moment):
            return Verifier(
                [root], time=moment, purpose=Purpose.TIMESTAMPING, revocation=Revocation.NONE
            )

        return verify_token(TimestampToken.parse(token), signed.body, trust=trust).time

    return stamp, dated


@pytest.fixture
def drill(ledger, shop, trusted, log, clock):
    """Ten receipts dated at five past; five more before the theft; five by the thief, backdated."""
    stamp, _ = clock
    ledger.append(receipts_of(shop, [record(n) for n in range(10)]), trusted, now=later(1))
    stamp(ledger, note(ledger, log, 2), later(5))
    ledger.append(receipts_of(shop, [record(n) for n in range(10, 15)]), trusted, now=later(8))
    forged = [record(n, time="2020-01-01T00:00:00Z") for n in range(15, 20)]
    ledger.append(receipts_of(shop, forged), trusted, now=later(20))
    stamp(ledger, note(ledger, log, 25), later(25))
    return ledger, key_id(shop.public_key())


def counts(found):
    return [found.counts[each] for each in (Standing.STANDS, Standing.LATE, Standing.FALLS)]


def test_what_was_dated_before_stands_and_no_forged_time_helps(drill, clock):
    ledger, kid = drill
    found = reverify(ledger, kid, revoked_at=STOLEN, dated=clock[1])
    assert counts(found) == [10, 5, 5]
    assert (found.dated, found.covered) == (later(5), 10)
    assert [kept.id for kept, what in found.doubtful if what is Standing.FALLS] == [
        f"{n:06}" for n in range(15, 20)
    ]


def test_the_time_of_the_revocation_decides(drill, clock):
    ledger, kid = drill
    for minutes, expected in (
        (0, [0, 0, 20]),
        (5, [0, 10, 10]),
        (6, [10, 0, 10]),
        (60, [20, 0, 0]),
    ):
        found = reverify(ledger, kid, revoked_at=later(minutes), dated=clock[1])
        assert counts(found) == expected, minutes
    other = reverify(ledger, b"\0" * 16, revoked_at=STOLEN, dated=clock[1])
    assert counts(other) == [0, 0, 0]


@pytest.mark.parametrize("rows", [1, 7, 10, 15, 20, 100])
def test_entries_are_looked_at_in_pieces(drill, clock, monkeypatch, rows):
    module = importlib.import_module("gmkit.receipts.ledger.reverify")
    monkeypatch.setattr(module, "ROWS", rows)
    ledger, kid = drill
    steps = []
    found = reverify(ledger, kid, revoked_at=STOLEN, dated=clock[1], progress=steps.append)
    assert counts(found) == [10, 5, 5]
    assert [kept.place for kept, _ in found.doubtful] == list(range(10, 20))
    assert steps == [min(20, end) for end in range(rows, 20 + rows, rows)]


def test_a_timestamp_that_does_not_hold_carries_nothing(drill):
    ledger, kid = drill

    def refused(signed, token):
        raise VerificationError("no", reason="imprint")

    found = reverify(ledger, kid, revoked_at=STOLEN, dated=refused)
    assert counts(found) == [0, 15, 5]
    assert len(found.ignored) == 2


def test_a_checkpoint_of_another_tree_carries_nothing(drill, clock, tmp_path):
    ledger, kid = drill
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        connection.execute("UPDATE ledger_entries SET e = zeroblob(32) WHERE seq = 3")
    with pytest.raises(VerificationError) as caught:
        reverify(ledger, kid, revoked_at=STOLEN, dated=clock[1])
    assert caught.value.reason == "fork"


def test_the_drill_with_a_restore_from_backup(drill, clock, tmp_path, shop, trusted, log):
    """Backup, loss, restore, the receipts that buyers hold appended again, and the same verdicts."""
    ledger, kid = drill
    with (
        sqlite3.connect(tmp_path / "ledger.db") as source,
        sqlite3.connect(tmp_path / "b.db") as copy,
    ):
        source.backup(copy)
    late = receipts_of(shop, [record(n) for n in range(20, 25)])
    ledger.append(late, trusted, now=later(30))
    kept = note(ledger, log, 31)
    ledger.close()
    with Ledger.open(f"sqlite:///{tmp_path}/b.db") as restored:
        missing = audit(restored, trusted, notes=[kept], expected=late)
        assert {finding.code for finding in missing.findings} == {"rollback"} | {
            finding.code for finding in missing.findings if finding.code == "omission"
        }
        restored.append(late, trusted, now=later(40))
        checkpoint(restored, log, now=later(41))
        assert audit(restored, trusted, notes=[kept], expected=late).ok
        found = reverify(restored, kid, revoked_at=STOLEN, dated=clock[1])
        assert counts(found) == [10, 5, 10]
