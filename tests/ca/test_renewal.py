"""Renewing: the next certificate says what the last one said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gmkit import ca, sm2, x509
from gmkit.errors import InvalidArgument
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
