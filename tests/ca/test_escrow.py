"""Escrow: enough approvers give a key back, fewer do not, and signing keys are never kept."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from gmkit import ca, keys, sm2, x509
from gmkit.ca import schema
from gmkit.ca.escrow import sealing, sharing
from gmkit.errors import (
    DecryptionError,
    EncodingError,
    InvalidArgument,
    StorageError,
    VerificationError,
)
from gmkit.x509 import RevocationReason as Reason
from tests.ca.conftest import NOW

DAY = timedelta(days=1)


@given(st.binary(min_size=1, max_size=40), st.data())
@settings(max_examples=60, deadline=None)
def test_any_threshold_of_the_shares_give_the_secret(secret, data):
    count = data.draw(st.integers(1, 8))
    threshold = data.draw(st.integers(1, count))
    shares = sharing.split(secret, threshold, count)
    for chosen in combinations(shares, threshold):
        assert sharing.combine({number: shares[number] for number in chosen}) == secret
    assert sharing.combine(shares) == secret


def test_shares_from_elsewhere():
    """Worked by hand over GF(2^8) with the polynomial of AES: f(x) = 53 + ca x, f(1) = 99, f(2) = dc."""
    # 02 * ca = 194 reduced by 11b = 8f; 53 ^ 8f = dc.
    assert sharing.combine({1: b"\x99", 2: b"\xdc"}) == b"\x53"
    # FIPS 197, clause 4.2: 57 * 83 = c1; 4.2.1: 57 * 13 = fe.
    assert (sharing._multiply(0x57, 0x83), sharing._multiply(0x57, 0x13)) == (0xC1, 0xFE)
    assert all(sharing._multiply(n, sharing._inverse(n)) == 1 for n in range(1, 256))


def test_fewer_shares_say_nothing():
    """Each value of a share is as likely whatever the secret is."""
    for secret in (b"\0", b"\xff"):
        seen = Counter(sharing.split(secret, 2, 3)[2][0] for _ in range(25_600))
        assert len(seen) == 256
        assert max(seen.values()) < 180  # 100 on average; eight deviations


@pytest.mark.parametrize(("threshold", "count"), [(0, 3), (4, 3), (2, 33), (-1, 1)])
def test_thresholds_that_are_none(threshold, count):
    with pytest.raises(InvalidArgument):
        sharing.split(b"secret", threshold, count)


def test_shares_that_are_none():
    for shares in ({}, {0: b"x"}, {256: b"x"}, {1: b"x", 2: b"xy"}):
        with pytest.raises(InvalidArgument):
            sharing.combine(shares)


@dataclass
class Person:
    signing: sm2.SM2PrivateKey
    encryption: sm2.SM2PrivateKey
    pair: ca.Pair

    @property
    def certificates(self):
        return [self.pair.signing, self.pair.encryption]


def person(authority, name, now=NOW):
    key = sm2.generate_private_key()
    wanted = ca.Application(
        subject=x509.parse_name(f"CN={name},C=CN"), public_key_info=key.public_key().to_der()
    )
    pair = authority.issue_pair("dual-sign", wanted, now=now)
    opened = keys.open_enveloped(pair.delivered, key)
    return Person(key, opened, pair)


@pytest.fixture
def approvers(authority):
    return [person(authority, name) for name in ("Alice", "Bob", "Carol")]


@pytest.fixture
def escrow(authority, approvers):
    authority.escrow.establish([each.certificates for each in approvers], threshold=2, now=NOW)
    return authority.escrow


def asked(escrow, owner, receiver, **more):
    return escrow.request(
        owner.pair.encryption.serial, receiver=receiver.pair.signing, reason="card lost",
        by="Helpdesk", now=NOW, **more,
    )  # fmt: skip


def approve(escrow, number, who, now=NOW):
    return escrow.approve(number, signing=who.signing, encryption=who.encryption, now=now)


def test_two_of_three_give_the_key_back(authority, escrow, approvers):
    owner, officer = person(authority, "Owner"), person(authority, "Officer")
    assert owner.pair.escrowed
    for chosen in combinations(approvers, 2):
        request = asked(escrow, owner, officer)
        assert (request.state, request.approved) == ("open", ())
        assert approve(escrow, request.number, chosen[0]).state == "open"
        with pytest.raises(VerificationError, match="1 have approved, 2 must"):
            escrow.recover(request.number, receiver=officer.signing, now=NOW)
        assert approve(escrow, request.number, chosen[1]).state == "approved"
        found = escrow.recover(request.number, receiver=officer.signing, now=NOW)
        assert found.public_key() == owner.pair.encryption.public_key()
        assert found.decrypt(owner.pair.encryption.public_key().encrypt(b"m")) == b"m"
        assert escrow.requests(NOW)[-1].state == "recovered"
        with pytest.raises(InvalidArgument, match="recovered"):
            escrow.recover(request.number, receiver=officer.signing, now=NOW)
    assert escrow.count() == 2
    # All of it is in the log, and the log is sound.
    done = Counter(act.act["act"] for act in authority.log.acts())
    assert done["escrow-init"] == 1
    assert done["escrow"] == 2
    assert done["escrow-request"] == done["escrow-recover"] == 3
    assert done["escrow-approve"] == 6
    assert authority.log.verify()[1] == []


def test_all_three_may_approve(authority, escrow, approvers):
    owner = person(authority, "Owner")
    request = asked(escrow, owner, owner)
    for each in approvers:
        approve(escrow, request.number, each)
    found = escrow.recover(request.number, receiver=owner.signing, now=NOW)
    assert found.public_key() == owner.pair.encryption.public_key()


def test_without_a_board_nothing_is_kept(authority):
    owner = person(authority, "Owner")
    assert not owner.pair.escrowed
    assert authority.escrow.board() is None
    with pytest.raises(InvalidArgument, match="not in escrow"):
        asked(authority.escrow, owner, owner)


def test_signing_keys_are_never_kept(authority, escrow):
    members = escrow.board().members
    owner = person(authority, "Owner")
    with pytest.raises(InvalidArgument, match="this one signs"):
        sealing.seal(owner.signing, owner.pair.signing, members, 2)
    with pytest.raises(InvalidArgument, match="not the one of the certificate"):
        sealing.seal(owner.signing, owner.pair.encryption, members, 2)
    authority.issue(
        "merchant-signing",
        ca.Application(
            subject=x509.parse_name("CN=Shop,O=Company,C=CN"),
            public_key_info=owner.signing.public_key().to_der(),
        ),
        now=NOW,
    )
    assert escrow.count() == 1
    with pytest.raises(InvalidArgument, match="not in escrow"):
        escrow.request(
            owner.pair.signing.serial, receiver=owner.pair.signing, reason="r", by="b", now=NOW
        )


def test_what_is_stored_does_not_hold_the_key(authority, escrow):
    owner = person(authority, "Owner")
    with authority._store.reading() as connection:
        [record] = connection.execute(select(schema.escrow_keys.c.sealed)).scalars()
    assert owner.encryption.to_der(password=None) not in bytes(record)
    sealed = sealing.Sealed(bytes(record))
    with pytest.raises(DecryptionError):
        sealed.share(1, owner.signing)
    with pytest.raises(VerificationError):
        sealed.open({}, owner.pair.encryption)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda a: a[:1], "at least 2"),
        (lambda a: [a[0], a[0], a[1]], "twice"),
        (lambda a: [a[0][:1], a[1]], "needs a certificate"),
        (lambda a: [a[0], [a[0][0], a[1][1]]], "two subjects|twice"),
    ],
)
def test_boards_that_are_none(authority, approvers, change, words):
    given_ones = change([each.certificates for each in approvers])
    with pytest.raises(InvalidArgument, match=words):
        authority.escrow.establish(given_ones, threshold=2, now=NOW)
    assert authority.escrow.board() is None


def test_approvers_must_be_good(authority, approvers):
    authority.revoke([approvers[2].pair.signing.serial], reason=Reason.SUPERSEDED, now=NOW)
    with pytest.raises(InvalidArgument, match="Carol is revoked"):
        authority.escrow.establish([each.certificates for each in approvers], threshold=2, now=NOW)


def test_who_cannot_approve(authority, escrow, approvers):
    owner = person(authority, "Owner")
    request = asked(escrow, owner, owner)
    stranger = person(authority, "Stranger")
    with pytest.raises(InvalidArgument, match="not the two keys"):
        approve(escrow, request.number, stranger)
    mixed = Person(approvers[0].signing, approvers[1].encryption, approvers[0].pair)
    with pytest.raises(InvalidArgument, match="not the two keys"):
        approve(escrow, request.number, mixed)
    approve(escrow, request.number, approvers[0])
    with pytest.raises(InvalidArgument, match="already"):
        approve(escrow, request.number, approvers[0])
    authority.revoke([approvers[1].pair.encryption.serial], reason=Reason.SUPERSEDED, now=NOW)
    with pytest.raises(InvalidArgument, match="Bob is revoked"):
        approve(escrow, request.number, approvers[1])
    with pytest.raises(InvalidArgument, match="there is no request"):
        approve(escrow, 99, approvers[2])
    with pytest.raises(InvalidArgument, match="expired"):
        approve(escrow, request.number, approvers[2], NOW + 31 * DAY)
    escrow.withdraw(request.number, now=NOW)
    with pytest.raises(InvalidArgument, match="withdrawn"):
        approve(escrow, request.number, approvers[2])


def test_only_the_receiver_recovers(authority, escrow, approvers):
    owner, officer = person(authority, "Owner"), person(authority, "Officer")
    request = asked(escrow, owner, officer)
    for each in approvers[:2]:
        approve(escrow, request.number, each)
    for key in (owner.signing, approvers[0].signing):
        with pytest.raises(InvalidArgument, match="not that of"):
            escrow.recover(request.number, receiver=key, now=NOW)
    authority.revoke([officer.pair.signing.serial], reason=Reason.KEY_COMPROMISE, now=NOW)
    with pytest.raises(InvalidArgument, match="revoked"):
        asked(escrow, owner, officer)
    with pytest.raises(InvalidArgument, match="revoked"):
        approve(escrow, request.number, approvers[2])


def test_approvals_are_for_one_request_and_signed(authority, escrow, approvers):
    """Somebody with the store puts an approval of one request under another, or writes one."""
    owner, other, officer = (person(authority, name) for name in ("Owner", "Other", "Officer"))
    first, second = asked(escrow, owner, officer), asked(escrow, other, officer)
    for each in approvers[:2]:
        approve(escrow, first.number, each)
    table = schema.escrow_approvals
    with authority._store.writing() as connection:
        connection.execute(update(table).values(request=second.number))
    with pytest.raises(VerificationError, match="another request"):
        escrow.recover(second.number, receiver=officer.signing, now=NOW)
    third = asked(escrow, owner, officer)
    for each in approvers[:2]:
        approve(escrow, third.number, each)
    with authority._store.writing() as connection:
        row = connection.execute(select(table).where(table.c.request == third.number)).first()
        document = json.loads(row.approval)
        document["signature"] = sealing.encode(approvers[2].signing.sign(b"x"))
        forged = json.dumps(document).encode()
        connection.execute(update(table).where(table.c.id == row.id).values(approval=forged))
    with pytest.raises(VerificationError, match="not signed by Alice"):
        escrow.recover(third.number, receiver=officer.signing, now=NOW)


def test_a_new_board(authority, escrow, approvers):
    """Older keys stay under the older board."""
    older = person(authority, "Older")
    fresh = [person(authority, name) for name in ("Dora", "Emil")]
    board = escrow.establish([each.certificates for each in fresh], threshold=2, now=NOW)
    assert (escrow.board().number, board.threshold) == (board.number, 2)
    newer = person(authority, "Newer")
    for owner, those, others in ((older, approvers, fresh), (newer, fresh, approvers)):
        request = asked(escrow, owner, owner)
        with pytest.raises(InvalidArgument, match="not the two keys"):
            approve(escrow, request.number, others[0])
        for each in those[:2]:
            approve(escrow, request.number, each)
        found = escrow.recover(request.number, receiver=owner.signing, now=NOW)
        assert found.public_key() == owner.pair.encryption.public_key()


def test_an_escrowed_key_that_was_changed_is_found(authority, escrow):
    person(authority, "Owner")
    with authority._store.writing() as connection:
        connection.execute(text("UPDATE escrow_keys SET sealed = :o"), {"o": b"{}"})
    assert [fault.code for fault in authority.log.verify()[1]] == ["store-escrow"]
    with pytest.raises(EncodingError):
        sealing.Sealed(b"{}")


def test_both_certificates_and_the_escrow_or_nothing(authority, escrow, monkeypatch):
    from gmkit.ca import audit

    before = authority.audit_root()

    def fail(*_):
        raise StorageError("pulled")

    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(StorageError, match="pulled"):
        person(authority, "Owner")
    assert authority.audit_root() == before
    assert escrow.count() == 0


def test_the_doctor_looks_after_the_board(authority, escrow, approvers):
    def codes(now=NOW):
        found = {each.code for each in authority.examine(now=now)}
        return found & {"escrow-member", "escrow-broken"}

    assert codes() == set()
    authority.revoke([approvers[0].pair.signing.serial], reason=Reason.SUPERSEDED, now=NOW)
    assert codes() == {"escrow-member"}
    authority.revoke([approvers[1].pair.encryption.serial], reason=Reason.SUPERSEDED, now=NOW)
    assert codes() == {"escrow-broken"}
