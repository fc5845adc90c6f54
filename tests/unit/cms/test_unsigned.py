"""Unsigned attributes put beside a finished signature, and the certificate a signature names."""

from datetime import datetime, timezone

import pytest

from gmkit import asn1, cms, sm2, sm3
from gmkit.cms import oids
from gmkit.cms.attributes import attribute
from gmkit.errors import EncodingError, InvalidArgument, VerificationError
from tests.certificates import certificate

KEYS = [sm2.SM2PrivateKey.from_hex(f"{n:02x}" * 32) for n in (0x41, 0x42)]
SIGNERS = [
    cms.MessageSigner(key, certificate(key, f"signer {n}", serial=n + 1))
    for n, key in enumerate(KEYS)
]
WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
NOTES = [attribute("1.2.3.4", asn1.octet_string(text)) for text in (b"first", b"second" * 100)]


@pytest.mark.parametrize("family", cms.Family)
@pytest.mark.parametrize("which", [0, 1])
def test_attributes_come_and_signatures_stay(family, which):
    before = cms.sign(b"content", SIGNERS, family=family, signing_time=WHEN)
    after = before
    for note in NOTES:
        values = {one.signature for one in cms.parse(after).signers}
        after = cms.add_unsigned_attributes(after, note, signer=which)
        assert {one.signature for one in cms.parse(after).signers} == values
    assert len(cms.verify_signatures(cms.parse(after))) == 2
    found = [
        value.octet_string()
        for one in cms.parse(after).signers
        if one.unsigned_attributes is not None
        for value in one.unsigned_attributes.values("1.2.3.4")
    ]
    assert sorted(found) == [b"first", b"second" * 100]


@pytest.mark.parametrize("which", [-1, 2])
def test_a_signature_that_is_not_there(which):
    with pytest.raises(InvalidArgument, match="2 signatures"):
        cms.add_unsigned_attributes(cms.sign(b"", SIGNERS), NOTES[0], signer=which)


def test_what_is_no_signed_message():
    for data in (b"", b"0\x00", cms.encrypt(b"", [SIGNERS[0].certificate])):
        with pytest.raises(EncodingError):
            cms.add_unsigned_attributes(data, NOTES[0])


def _signed(*extra: bytes) -> cms.SignerInfo:
    signer = cms.MessageSigner(KEYS[0], SIGNERS[0].certificate, signed_attributes=extra)
    return cms.parse(cms.sign(b"content", [signer])).signers[0]


def test_the_certificate_named_is_the_one_used():
    assert cms.check_signing_certificate(_signed(), SIGNERS[0].certificate)
    twin = certificate(KEYS[0], "signer 0", serial=99)
    with pytest.raises(VerificationError) as caught:
        cms.check_signing_certificate(_signed(), twin)
    assert caught.value.reason == "signing-certificate"


def test_both_versions_of_the_attribute_count():
    wrong = asn1.sequence(asn1.sequence(asn1.sequence(asn1.octet_string(sm3.digest(b"")[:20]))))
    info = _signed(attribute(oids.ATTRIBUTE_SIGNING_CERTIFICATE, wrong))
    with pytest.raises(VerificationError, match="another certificate"):
        cms.check_signing_certificate(info, SIGNERS[0].certificate)


def test_an_attribute_that_names_no_certificate_is_refused():
    info = _signed(attribute(oids.ATTRIBUTE_SIGNING_CERTIFICATE, asn1.sequence(asn1.sequence())))
    with pytest.raises(EncodingError, match="no certificate is named"):
        cms.check_signing_certificate(info, SIGNERS[0].certificate)


def test_no_attributes_name_nothing():
    message = cms.sign(b"content", SIGNERS[:1], attributes=False)
    assert not cms.check_signing_certificate(cms.parse(message).signers[0], SIGNERS[0].certificate)
