"""Revoking, holding, releasing, and the lists that say so."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from gmkit import ca, x509
from gmkit.errors import InvalidArgument, IssuingError, StorageError
from gmkit.x509 import RevocationReason as Reason
from tests.ca.conftest import NOW, application
from tests.openssl import openssl

DAY = timedelta(days=1)


@pytest.fixture
def serials(authority):
    asked = [application(f"Shop {number}") for number in range(6)]
    outcomes = authority.issue_many("merchant-signing", asked, now=NOW)
    return [outcome.certificate.serial for outcome in outcomes]


def entries(made):
    return {entry.serial: entry.reason for entry in made}


def test_revoked_certificates_are_on_the_next_list(authority, serials, folder):
    empty = authority.publish(now=NOW)["issuing.crl"]
    assert (empty.number, len(empty), empty.base_number) == (1, 0, None)
    authority.revoke(serials[:2], reason=Reason.KEY_COMPROMISE, now=NOW + DAY)
    authority.revoke([serials[2]], reason=Reason.UNSPECIFIED, now=NOW + DAY, invalid_since=NOW)
    made = authority.publish(now=NOW + DAY)["issuing.crl"]
    assert made.number == 2
    assert entries(made) == {
        serials[0]: Reason.KEY_COMPROMISE,
        serials[1]: Reason.KEY_COMPROMISE,
        serials[2]: Reason.UNSPECIFIED,
    }
    [entry] = made.find(serials[2])
    assert entry.date == (NOW + DAY).replace(microsecond=0)
    assert entry.invalidity_date == NOW.replace(microsecond=0)
    assert made.next_update - made.this_update == timedelta(days=7)
    assert (folder / "lists" / "issuing.crl").read_bytes() == made.der
    found = authority.get(serials[0])
    assert (found.status, found.reason) == (ca.Status.REVOKED, Reason.KEY_COMPROMISE)
    assert found.standing(NOW) == "revoked"
    assert len(authority.find(status=ca.Status.REVOKED)) == 3


def test_openssl_reads_the_list_and_finds_the_revoked_one(authority, serials, tmp_path):
    authority.revoke([serials[0]], reason=Reason.SUPERSEDED, now=NOW)
    made = authority.publish(now=NOW)["issuing.crl"]
    text = openssl("crl", "-inform", "DER", "-noout", "-text", stdin=made.der).decode()
    assert f"{serials[0]:X}" in text
    assert "Superseded" in text
    assert "SM2-with-SM3" in text
    authority.issuing.public_key().verify(made.signature, made.tbs)


def test_revoking_twice_is_refused(authority, serials):
    authority.revoke([serials[0]], reason=Reason.SUPERSEDED, now=NOW)
    with pytest.raises(InvalidArgument, match="revoked already"):
        authority.revoke([serials[0]], reason=Reason.KEY_COMPROMISE, now=NOW)
    # All or none.
    with pytest.raises(InvalidArgument, match="revoked already"):
        authority.revoke([serials[1], serials[0]], reason=Reason.SUPERSEDED, now=NOW)
    assert authority.get(serials[1]).status is ca.Status.GOOD
    with pytest.raises(InvalidArgument, match="no certificate"):
        authority.revoke([serials[1], 1], reason=Reason.SUPERSEDED, now=NOW)
    with pytest.raises(InvalidArgument, match="twice"):
        authority.revoke([serials[1], serials[1]], reason=Reason.SUPERSEDED, now=NOW)
    assert authority.get(serials[1]).status is ca.Status.GOOD


@pytest.mark.parametrize("reason", [Reason.REMOVE_FROM_CRL, Reason.AA_COMPROMISE])
def test_reasons_that_are_none(authority, serials, reason):
    with pytest.raises(InvalidArgument, match="no reason"):
        authority.revoke(serials[:1], reason=reason, now=NOW)


def test_a_key_is_not_in_doubt_since_tomorrow(authority, serials):
    with pytest.raises(InvalidArgument, match="time to come"):
        authority.revoke(
            serials[:1], reason=Reason.KEY_COMPROMISE, now=NOW, invalid_since=NOW + DAY
        )


def test_hold_and_release(authority, serials):
    authority.revoke([serials[0]], reason=Reason.CERTIFICATE_HOLD, now=NOW)
    assert authority.get(serials[0]).standing(NOW) == "held"
    with pytest.raises(InvalidArgument, match="held already"):
        authority.revoke([serials[0]], reason=Reason.CERTIFICATE_HOLD, now=NOW)
    held = authority.publish(now=NOW)["issuing.crl"]
    assert entries(held) == {serials[0]: Reason.CERTIFICATE_HOLD}
    authority.release([serials[0]], now=NOW + DAY)
    assert authority.get(serials[0]).standing(NOW) == "good"
    assert entries(authority.publish(now=NOW + DAY)["issuing.crl"]) == {}
    with pytest.raises(InvalidArgument, match="not on hold"):
        authority.release([serials[0]], now=NOW + DAY)


def test_what_was_held_and_then_revoked_counts_from_the_hold(authority, serials):
    authority.revoke([serials[0]], reason=Reason.CERTIFICATE_HOLD, now=NOW)
    authority.revoke([serials[0]], reason=Reason.KEY_COMPROMISE, now=NOW + DAY)
    [entry] = authority.publish(now=NOW + DAY)["issuing.crl"]
    assert entry.reason is Reason.KEY_COMPROMISE
    assert entry.date == NOW.replace(microsecond=0)
    with pytest.raises(InvalidArgument, match="not on hold"):
        authority.release([serials[0]], now=NOW + DAY)


def test_deltas(authority, serials, folder):
    with pytest.raises(InvalidArgument, match="no"):
        authority.publish(now=NOW, delta=True)
    authority.revoke([serials[0]], reason=Reason.SUPERSEDED, now=NOW)
    authority.revoke([serials[1]], reason=Reason.CERTIFICATE_HOLD, now=NOW)
    whole = authority.publish(now=NOW)["issuing.crl"]
    assert entries(authority.publish(now=NOW, delta=True)["issuing-delta.crl"]) == {}
    authority.revoke([serials[2]], reason=Reason.KEY_COMPROMISE, now=NOW + DAY)
    authority.release([serials[1]], now=NOW + DAY)
    delta = authority.publish(now=NOW + DAY, delta=True)["issuing-delta.crl"]
    assert delta.base_number == whole.number
    assert delta.number == whole.number + 2
    assert entries(delta) == {serials[2]: Reason.KEY_COMPROMISE, serials[1]: Reason.REMOVE_FROM_CRL}
    assert delta.extension("2.5.29.27").critical
    again = authority.publish(now=NOW + DAY)["issuing.crl"]
    assert set(entries(again)) == {serials[0], serials[2]}
    assert entries(authority.publish(now=NOW + DAY, delta=True)["issuing-delta.crl"]) == {}
    assert (folder / "lists" / "issuing-delta.crl").exists()


def test_partitions(folder):
    path = folder / "ca.toml"
    url = "http://a.example/{shard}.crl"
    text = path.read_text().replace("crl_shards = 1", "crl_shards = 4")
    path.write_text(text.replace("crl_urls = []", f'crl_urls = ["{url}"]'))
    with ca.Authority(folder) as authority:
        asked = [application(str(number)) for number in range(24)]
        made = [o.certificate for o in authority.issue_many("merchant-signing", asked, now=NOW)]
        authority.revoke([each.serial for each in made], reason=Reason.SUPERSEDED, now=NOW)
        published = authority.publish(now=NOW)
        assert sorted(published) == [f"issuing-{shard}.crl" for shard in range(4)]
        assert sorted(each.number for each in published.values()) == [1, 2, 3, 4]
        for certificate in made:
            shard = certificate.serial % 4
            address = url.replace("{shard}", str(shard))
            point = certificate.extension_value("2.5.29.31").points[0]
            assert point.name.full[0].value == address
            whole = published[f"issuing-{shard}.crl"]
            assert whole.find(certificate.serial)
            scope = whole.extension_value("2.5.29.28")
            assert scope.name.full[0].value == address
            assert whole.extension("2.5.29.28").critical
        assert sum(map(len, published.values())) == 24


def test_partitions_need_addresses_of_their_own(folder):
    path = folder / "ca.toml"
    text = path.read_text().replace("crl_shards = 1", "crl_shards = 4")
    path.write_text(text.replace("crl_urls = []", 'crl_urls = ["http://a.example/all.crl"]'))
    with pytest.raises(InvalidArgument, match="shard"):
        ca.Authority(folder)


def test_an_expired_certificate_stands_on_one_more_list(authority, serials):
    authority.revoke([serials[0]], reason=Reason.SUPERSEDED, now=NOW)
    end = authority.get(serials[0]).not_after
    assert len(authority.publish(now=end - DAY)["issuing.crl"]) == 1
    assert len(authority.publish(now=end + DAY)["issuing.crl"]) == 1
    assert len(authority.publish(now=end + 2 * DAY)["issuing.crl"]) == 0


def test_the_root_has_a_list_of_its_own(authority, serials):
    issuing = authority.find(profile="issuing-ca")[0].serial
    authority.revoke([issuing, serials[0]], reason=Reason.CA_COMPROMISE, now=NOW)
    made = authority.publish(now=NOW, authority="root")["root.crl"]
    assert entries(made) == {issuing: Reason.CA_COMPROMISE}
    authority.root.public_key().verify(made.signature, made.tbs)
    assert entries(authority.publish(now=NOW)["issuing.crl"]) == {serials[0]: Reason.CA_COMPROMISE}


def test_numbers_grow_and_are_kept(folder):
    for number in range(1, 4):
        with ca.Authority(folder) as authority:
            assert authority.publish(now=NOW)["issuing.crl"].number == number


def test_the_clock_must_not_run_backwards(authority, serials):
    authority.revoke([serials[0]], reason=Reason.SUPERSEDED, now=NOW + DAY)
    for act in (
        lambda: authority.issue("merchant-signing", application(), now=NOW),
        lambda: authority.revoke([serials[1]], reason=Reason.SUPERSEDED, now=NOW),
        lambda: authority.publish(now=NOW),
    ):
        with pytest.raises(StorageError, match="clock"):
            act()
    # Two clocks may differ by some seconds.
    authority.revoke([serials[1]], reason=Reason.SUPERSEDED, now=NOW + DAY - timedelta(seconds=30))


def test_a_list_with_a_faulty_signature_is_not_issued(authority, monkeypatch):
    from gmkit.x509 import builder

    real = builder.sign

    def sign(*arguments, **named):
        good = bytearray(real(*arguments, **named))
        good[-1] ^= 1
        return bytes(good)

    monkeypatch.setattr(builder, "sign", sign)
    with pytest.raises(IssuingError, match="does not verify"):
        authority.publish(now=NOW)
    monkeypatch.undo()
    assert authority.publish(now=NOW)["issuing.crl"].number == 1


def test_two_operators_revoking_at_once(folder, serials):
    """Each certificate is revoked by exactly one of them; the other is told."""
    results = []

    def operate():
        with ca.Authority(folder) as mine:
            for serial in serials:
                try:
                    mine.revoke([serial], reason=Reason.SUPERSEDED, now=NOW)
                    results.append(serial)
                except InvalidArgument:
                    pass

    threads = [threading.Thread(target=operate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == sorted(serials)
    with ca.Authority(folder) as authority:
        assert len(authority.find(status=ca.Status.REVOKED)) == len(serials)
        assert authority.audit_root()[0] == 2 + 2 * len(serials)


def test_the_list_is_what_the_validator_goes_by(authority, serials):
    """End to end: revoked by the authority, refused by path validation."""
    from gmkit import pki

    leaf = authority.get(serials[0]).certificate
    root_list = authority.publish(now=NOW, authority="root")["root.crl"]

    def judge(lists, at):
        verifier = pki.Verifier(
            [authority.root],
            time=at,
            purpose=pki.Purpose.SIGNING,
            revocation=pki.Revocation.REQUIRE,
            crls=[root_list, *lists],
        )
        return verifier.verify(leaf, [authority.issuing])

    at = NOW + timedelta(hours=1)
    judge([authority.publish(now=NOW)["issuing.crl"]], at)
    authority.revoke([serials[0]], reason=Reason.KEY_COMPROMISE, now=NOW)
    revoked = authority.publish(now=NOW)["issuing.crl"]
    with pytest.raises(Exception, match="revoked"):
        judge([revoked], at)
    assert isinstance(revoked, x509.CertificateList)
