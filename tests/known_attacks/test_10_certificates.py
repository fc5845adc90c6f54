"""Section 10: what spans certificates and messages. The rest is tested beside the path, the lists and the authority."""

from __future__ import annotations

import pytest

from gmkit import asn1, cms, documents, x509
from gmkit.errors import EncodingError, GmkitError, InvalidArgument, VerificationError
from gmkit.verdict import Outcome
from tests.documents.people import (
    NOW,
    ROOT,
    SECOND_KEY,
    SIGNER_CERTIFICATE,
    SIGNER_KEY,
    key,
    trust,
    usage,
)

ENCRYPTING_KEY = key(70)
KEY_ENCIPHERMENT, DATA_ENCIPHERMENT = 2, 3
ENCRYPTING = ROOT.issue(
    ENCRYPTING_KEY, "Signer", 70, extensions=(usage(KEY_ENCIPHERMENT, DATA_ENCIPHERMENT),)
)


def test_pki_09_a_message_signed_with_the_encryption_key_of_a_pair():
    signer = cms.MessageSigner(ENCRYPTING_KEY, ENCRYPTING)
    for message in (
        documents.sign(b"content", signer, time=NOW, detached=False),
        cms.sign(b"content", [signer], family=cms.Family.GM, attributes=False),
    ):
        verdict = documents.verify(message, trust=trust())
        assert (verdict.outcome, verdict.reasons[0]) == (Outcome.INVALID, "key-usage")


def test_pki_09_a_message_is_not_encrypted_for_the_signing_key_of_a_pair():
    with pytest.raises(InvalidArgument, match="not for encryption"):
        cms.encrypt(b"content", [SIGNER_CERTIFICATE])
    opened = cms.parse_enveloped(cms.encrypt(b"content", [ENCRYPTING]))
    assert opened.decrypt(ENCRYPTING_KEY) == b"content"


def test_pki_10_a_key_and_the_certificate_of_another():
    with pytest.raises(InvalidArgument):
        cms.sign(b"content", [cms.MessageSigner(SECOND_KEY, SIGNER_CERTIFICATE)])
    with pytest.raises(InvalidArgument):
        documents.sign(b"content", cms.MessageSigner(SECOND_KEY, SIGNER_CERTIFICATE), time=NOW)


def signed_data(*members: bytes) -> bytes:
    body = asn1.explicit(0, asn1.sequence(*members))
    return asn1.sequence(asn1.oid("1.2.840.113549.1.7.2"), body)


PLAIN = asn1.sequence(asn1.oid("1.2.840.113549.1.7.1"))
EMPTY_SET = asn1.set_of()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30\x00",
        asn1.sequence(asn1.oid("1.2.840.113549.1.7.2")),
        asn1.sequence(asn1.oid("1.2.840.113549.1.7.2"), asn1.explicit(0, asn1.null())),
        signed_data(),
        signed_data(asn1.integer(1)),
        signed_data(asn1.integer(1), EMPTY_SET, PLAIN),
        signed_data(asn1.integer(1), EMPTY_SET, asn1.sequence(), EMPTY_SET),
    ],
)
def test_pki_10_a_message_without_its_parts_is_malformed(data):
    with pytest.raises(EncodingError):
        cms.parse(data)
    with pytest.raises(EncodingError):
        x509.load_certificates(data)


def test_pki_10_empty_messages_hold_nothing_and_sign_nothing():
    """Bags of certificates are such messages; as signatures they are none."""
    bare = signed_data(asn1.integer(1), EMPTY_SET, PLAIN, EMPTY_SET)
    message = cms.parse(bare)
    assert (message.signers, message.certificates) == ((), ())
    with pytest.raises(VerificationError):
        cms.verify_signatures(message, content=b"content")
    assert documents.verify(bare, trust=trust()).outcome is not Outcome.VALID
    with pytest.raises(GmkitError):
        x509.Certificate.from_pem(x509.load.pem_text("PKCS7", bare))


def test_pki_10_a_signature_without_its_certificate_is_said():
    message = cms.sign(b"content", [cms.MessageSigner(SIGNER_KEY, SIGNER_CERTIFICATE)], with_certificates=False)  # fmt: skip
    verdict = documents.verify(message, trust=trust())
    assert verdict.outcome is Outcome.NOT_VERIFIABLE
