"""Renewing: the next certificate says what the last one said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gmkit import ca, sm2, x509
from gmkit.errors import InvalidArgument
from gmkit.pki.due import Due
from gmkit.x509 import RevocationReason
from tests.ca.conftest import NOW, application


@pytest.fixture
def old(authority):
    wanted = replace(
        application(),
        alternative_names=(x509.parse_general_name("dns:shop.example"),),
        identities=(("organizationCode", "91110000XX"),),
    )
    return authority.issue("merchant-signing", wanted, now=NOW)


def test_the_same_key(authority, old):
    made = authority.renew(old.serial, now=NOW + timedelta(days=700))
    assert made.serial != old.serial
    assert made.public_key_info == old.public_key_info
    assert (made.subject, made.extensions) == (old.subject, old.extensions)
    assert made.not_after > old.not_after
    assert authority.get(made.serial).profile == "merchant-signing"
    assert authority.get(old.serial).status is ca.Status.GOOD


def test_another_key(authority, old):
    key = sm2.generate_private_key()
    request = ca.Application.from_request(x509.RequestBuilder(subject=old.subject).sign(key))
    made = authority.renew(old.serial, now=NOW, request=request)
    assert made.public_key() == key.public_key()
    assert made.subject_alt_names == old.subject_alt_names
    assert made.extension_value("1.2.156.10260.4.1.4").text == "91110000XX"


def test_identify_codes_are_kept(authority):
    wanted = ca.Application(
        subject=x509.parse_name("CN=Somebody,C=CN"),
        public_key_info=application().public_key_info,
        identities=(("passport", "E123"),),
    )
    old = authority.issue("person", wanted, now=NOW)
    assert authority.renew(old.serial, now=NOW).extensions == old.extensions


def test_what_is_not_renewed(authority, old):
    with pytest.raises(InvalidArgument, match="no certificate"):
        authority.renew(1, now=NOW)
    same = replace(application(), subject=old.subject, public_key_info=old.public_key_info)
    with pytest.raises(InvalidArgument, match="old key"):
        authority.renew(old.serial, now=NOW, request=same)
    with pytest.raises(InvalidArgument, match="Else"):
        authority.renew(old.serial, now=NOW, request=application("Else"))
    authority.revoke([old.serial], reason=RevocationReason.CERTIFICATE_HOLD, now=NOW)
    with pytest.raises(InvalidArgument, match="held"):
        authority.renew(old.serial, now=NOW)


@pytest.mark.parametrize(
    ("text", "days"),
    [("30d", 730 - 30), ("75%", 730 * 0.75), ("24h", 729), ("1%", 7.3), ("99999d", -99269)],
)
def test_when_a_certificate_is_due(authority, old, text, days):
    rule = Due.parse(text)
    life = (old.not_after - old.not_before).total_seconds() / 86400
    ends_in_days = (rule.moment(old) - old.not_before).total_seconds() / 86400
    assert ends_in_days == pytest.approx(days + life - 730, abs=1)
    assert not rule.is_due(old, rule.moment(old) - timedelta(seconds=1))
    assert rule.is_due(old, rule.moment(old))
    for moment in (rule.moment(old) - timedelta(days=1), rule.moment(old) + timedelta(seconds=2)):
        if moment < old.not_after:
            found = authority.find(due=(rule, moment), profile="merchant-signing")
            assert bool(found) == rule.is_due(old, moment)
    assert (
        authority.find(due=(rule, old.not_after + timedelta(1)), profile="merchant-signing") == []
    )


@pytest.mark.parametrize("text", ["", "30", "d", "0d", "100%", "-1d", "1.5d", "999999d", "75 %"])
def test_rules_that_are_none(text):
    with pytest.raises(InvalidArgument):
        Due.parse(text)


def test_search(authority, old):
    digits = f"{old.serial:x}"
    for length in (1, 2, 3, 15, 32):
        assert old.serial in {each.serial for each in authority.find(serial_prefix=digits[:length])}
    assert authority.find(serial_prefix=digits + "0") == []
    assert authority.find(serial_prefix="%") == []
    assert len(authority.find(issued_since=NOW)) == 3
    assert authority.find(issued_since=NOW + timedelta(seconds=2)) == []
