"""Dual pairs: two certificates, one subject, and a key that only its owner can open."""

from __future__ import annotations

import pytest

from gmkit import ca, delivery, keys, sm2, x509
from gmkit.errors import DecryptionError, InvalidArgument
from gmkit.pki.lint import lint_certificate, lint_pair
from tests.ca.conftest import NOW


def wanted(key, subject="CN=Somebody,C=CN", **more):
    return ca.Application(
        subject=x509.parse_name(subject), public_key_info=key.public_key().to_der(), **more
    )


@pytest.mark.parametrize("profile", ["dual-sign", "tlcp-server-sign", "tlcp-client-sign"])
def test_a_pair(authority, profile):
    key = sm2.generate_private_key()
    names = (x509.parse_general_name("dns:host.example"),)
    pair = authority.issue_pair(profile, wanted(key, alternative_names=names), now=NOW)
    assert lint_pair(pair.signing, pair.encryption) == []
    for half in (pair.signing, pair.encryption):
        assert lint_certificate(half, issuer=authority.issuing) == []
        assert half.subject_alt_names == names
        assert authority.get(half.serial).certificate == half
    assert pair.signing.public_key() == key.public_key()
    opened = keys.open_enveloped(pair.delivered, key)
    assert opened.public_key() == pair.encryption.public_key()
    assert opened.decrypt(pair.encryption.public_key().encrypt(b"message")) == b"message"
    with pytest.raises(DecryptionError):
        keys.open_enveloped(pair.delivered, sm2.generate_private_key())
    assert authority.audit_root()[0] == 4


def test_a_profile_without_another_half(authority):
    with pytest.raises(InvalidArgument, match="no other half"):
        authority.issue_pair("merchant-signing", wanted(sm2.generate_private_key()), now=NOW)


def test_both_halves_or_neither(authority, monkeypatch):
    from gmkit.ca import audit

    def fail(*_):
        raise OSError("pulled")

    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(OSError, match="pulled"):
        authority.issue_pair("dual-sign", wanted(sm2.generate_private_key()), now=NOW)
    assert len(authority.find()) == 2


@pytest.mark.parametrize("form", ["enveloped-key", "gmt0092", "gbt35275", "pkcs12"])
def test_every_delivery(authority, form):
    key = sm2.generate_private_key()
    password = b"pw" if form == "pkcs12" else None
    pair = authority.issue_pair(
        "dual-sign", wanted(key), now=NOW, form=delivery.Form(form), delivery_password=password
    )
    opened = delivery.open_delivery(
        pair.delivered, key, password=password, certificate=pair.encryption
    )
    assert opened.form is delivery.Form(form)
    assert not opened.deviations


def test_a_delivery_that_cannot_be_packed_issues_nothing(authority):
    with pytest.raises(InvalidArgument, match="needs a password"):
        authority.issue_pair(
            "dual-sign",
            wanted(sm2.generate_private_key()),
            now=NOW,
            form=delivery.Form.PKCS12,
        )
    assert len(authority.find()) == 2
