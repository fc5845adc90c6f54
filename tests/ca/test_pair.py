"""Dual pairs: two certificates, one subject, and a key that only its owner can open."""

from __future__ import annotations

import pytest

from gmkit import ca, delivery, keys, sm2, x509
from gmkit.errors import DecryptionError, InvalidArgument, InvalidSignature
from gmkit.pki.lint import lint_certificate, lint_pair
from tests.ca.conftest import NOW
from tests.shared import shared


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


def request_with(key, *attributes, signature=None):
    """A PKCS#10 request with these attributes as they stand."""
    from gmkit import asn1
    from gmkit.x509.builder import joined
    from gmkit.x509.signing import SM2_WITH_SM3

    info = asn1.sequence(
        asn1.integer(0),
        x509.parse_name("CN=Somebody,C=CN").octets,
        key.public_key().to_der(),
        asn1.implicit(0, asn1.set_of(*attributes)),
    )
    signed = key.sign(info) if signature is None else signature(info)
    return x509.CertificateRequest.from_der(joined(info, SM2_WITH_SM3, signed))


def temporary_key_attribute(key):
    """As CFCA's kits write it: coordinates in halves of 64 octets, no SET around the value."""
    from gmkit import asn1

    point = key.public_key().to_bytes()[1:]
    blob = bytes.fromhex("00b4000000010000") + point[:32] + bytes(32) + point[32:] + bytes(32)
    value = asn1.octet_string(asn1.sequence(asn1.integer(1), asn1.octet_string(blob)))
    return asn1.sequence(asn1.oid("1.2.840.113549.1.9.63"), value)


def test_a_double_request_of_cfca(authority):
    """The encryption key goes to the temporary key; the signing key does not open it."""
    key, temporary = sm2.generate_private_key(), sm2.generate_private_key()
    request = request_with(key, temporary_key_attribute(temporary))
    assert request.temporary_key() == temporary.public_key()
    pair = authority.issue_pair(
        "dual-sign",
        ca.Application.from_request(request),
        now=NOW,
        receiver=request.temporary_key(),
    )
    assert pair.signing.public_key() == key.public_key()
    opened = delivery.open_delivery(pair.delivered, temporary, certificate=pair.encryption)
    assert opened.key.public_key() == pair.encryption.public_key()
    with pytest.raises(DecryptionError):
        delivery.open_delivery(pair.delivered, key)


def test_a_request_in_the_form_of_gmt_0092(authority):
    from gmkit import asn1

    key = sm2.generate_private_key()
    challenge = asn1.sequence(
        asn1.oid("1.2.156.10197.6.1.4.1.10.3"), asn1.set_of(asn1.printable_string("111111"))
    )
    request = request_with(key, challenge)
    assert request.challenge_password() == "111111"
    pair = authority.issue_pair(
        "dual-sign",
        ca.Application.from_request(request),
        now=NOW,
        form=delivery.Form.GMT0092,
    )
    opened = delivery.open_delivery(pair.delivered, key, certificate=pair.encryption)
    assert opened.certificates == (pair.encryption.der, pair.signing.der)


@pytest.mark.parametrize("name", ["sadk_generated", "csr_aliyun"])
def test_requests_of_other_tools_are_taken(authority, name):
    path = shared("vectors-raw/emmansun-gmsm/pki") / f"{name}.csr.pem"
    request = x509.CertificateRequest.from_pem(path.read_bytes())
    application = ca.Application.from_request(request)
    if name == "csr_aliyun":  # it has other extensions beside
        application = wanted(sm2.generate_private_key(), str(application.subject))
    pair = authority.issue_pair("dual-sign", application, now=NOW, receiver=request.temporary_key())
    assert pair.signing.subject == application.subject


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda k, i: k.sign(i, format=sm2.SignatureFormat.RAW), "r || s instead of DER"),
        (lambda k, i: k.sign(i, user_id=b""), "empty user ID"),
        (lambda k, i: k.sign(i + b"x"), None),
    ],
)
def test_a_request_that_does_not_verify_is_explained(make, words):
    key = sm2.generate_private_key()
    request = request_with(key, signature=lambda info: make(key, info))
    with pytest.raises(InvalidSignature, match="request for CN=Somebody") as caught:
        ca.Application.from_request(request)
    assert caught.value.own_hint is None if words is None else words in caught.value.own_hint
