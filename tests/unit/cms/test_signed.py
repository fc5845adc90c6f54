import io
from datetime import datetime, timezone

import pytest
from asn1crypto import cms as second_opinion

from gmkit import asn1, cms, sm2, sm3
from gmkit.cms import Compat, Family
from gmkit.cms.attributes import attribute
from gmkit.cms.sign import MessageSigner, sign, sign_digest, sign_file
from gmkit.errors import (
    EncodingError,
    InvalidArgument,
    InvalidKey,
    InvalidSignature,
    UnsupportedAlgorithm,
    VerificationError,
)
from gmkit.x509 import load_certificates
from tests.certificates import certificate
from tests.shared import shared

KEY = sm2.SM2PrivateKey.from_hex("11" * 32)
OTHER = sm2.SM2PrivateKey.from_hex("22" * 32)
CERTIFICATE = certificate(KEY, "signer")
SIGNER = MessageSigner(KEY, CERTIFICATE)
TIME = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
CONTENT = b"content" * 100

FORMS = [
    (family, detached, attributes)
    for family in Family
    for detached in (False, True)
    for attributes in (False, True)
]


@pytest.mark.parametrize(("family", "detached", "attributes"), FORMS)
def test_what_is_signed_verifies_and_nothing_else(family, detached, attributes):
    message = sign(
        CONTENT,
        [SIGNER, MessageSigner(OTHER, certificate(OTHER, "second", serial=2))],
        family=family,
        detached=detached,
        attributes=attributes,
        signing_time=TIME if attributes else None,
    )
    parsed = cms.parse(message)
    assert parsed.findings == ()
    assert parsed.family is family
    for content in (CONTENT, io.BytesIO(CONTENT)) if detached else (None, CONTENT):
        verified = cms.verify_signatures(parsed, content=content)
        names = {str(one.certificate.subject) for one in verified}
        assert names == {"CN=signer", "CN=second"}  # a SET: DER sorts it
        assert verified[0].claimed_time == (TIME if attributes else None)
    with pytest.raises(VerificationError):
        cms.verify_signatures(parsed, content=CONTENT + b"!")
    if detached:
        with pytest.raises(VerificationError) as caught:
            cms.verify_signatures(parsed)
        assert caught.value.reason == "no-content"


@pytest.mark.parametrize(("family", "detached", "attributes"), FORMS)
def test_a_file_is_signed_in_pieces_to_the_same_form(family, detached, attributes):
    big = bytes(3_000_000)
    target = io.BytesIO()
    sign_file(
        io.BytesIO(big), target, [SIGNER], family=family, detached=detached, attributes=attributes
    )
    parsed = cms.parse(target.getvalue())
    assert parsed.content == (None if detached else big)
    cms.verify_signatures(parsed, content=io.BytesIO(big) if detached else None)


def test_a_digest_is_signed_as_its_content_would_be():
    message = sign_digest(sm3.digest(CONTENT), [SIGNER])
    cms.verify_signatures(cms.parse(message), content=CONTENT)
    with pytest.raises(InvalidArgument):
        sign_digest(b"short", [SIGNER])


def test_another_implementation_reads_the_structure():
    info = second_opinion.ContentInfo.load(sign(CONTENT, [SIGNER], signing_time=TIME))
    signed = info["content"]
    assert signed["encap_content_info"]["content"].native == CONTENT
    # Not by name: other packages give the peer more names when they are imported.
    types = {entry["type"].dotted for entry in signed["signer_infos"][0]["signed_attrs"]}
    base = "1.2.840.113549.1.9"
    assert types == {f"{base}.3", f"{base}.4", f"{base}.5", f"{base}.16.2.47"}


def test_content_in_both_places_must_agree():
    parsed = cms.parse(sign(CONTENT, [SIGNER]))
    with pytest.raises(VerificationError) as caught:
        cms.verify_signatures(parsed, content=b"other")
    assert caught.value.reason == "content-differs"


def test_every_flipped_bit_is_refused():
    message = sign(b"abc", [SIGNER])
    good = cms.parse(message)
    untouched = {CERTIFICATE.der, good.signers[0].signature}
    refused = 0
    for at in range(len(message)):
        for bit in range(8):
            changed = bytearray(message)
            changed[at] ^= 1 << bit
            try:
                parsed = cms.parse(bytes(changed))
                verified = cms.verify_signatures(parsed)
            except (EncodingError, InvalidKey, VerificationError, UnsupportedAlgorithm):
                refused += 1
                continue
            # What may change unseen is what no signature covers: the copy of the certificate (its
            # own signature is the chain's business), and the version and digest list of the message.
            assert parsed.content == b"abc"
            assert verified[0].signer_info.signature in untouched
    assert refused > 0.6 * 8 * len(message)


def test_attributes_must_speak_of_the_content():
    wrong_type = MessageSigner(KEY, CERTIFICATE)
    message = sign(CONTENT, [wrong_type], content_type="1.2.3.4")
    assert cms.verify_signatures(cms.parse(message))
    swapped = message.replace(asn1.oid("1.2.3.4"), asn1.oid("1.2.3.5"), 1)
    with pytest.raises(InvalidSignature, match="contentType"):
        cms.verify_signatures(cms.parse(swapped))
    doubled = MessageSigner(
        KEY,
        CERTIFICATE,
        signed_attributes=(
            attribute("1.2.840.113549.1.9.4", asn1.octet_string(sm3.digest(b"another"))),
        ),
    )
    with pytest.raises(EncodingError, match="once"):
        cms.verify_signatures(cms.parse(sign(CONTENT, [doubled])))


def test_wrong_use_is_refused():
    stranger = MessageSigner(OTHER, CERTIFICATE)
    with pytest.raises(InvalidArgument, match="does not belong"):
        sign(CONTENT, [stranger])
    with pytest.raises(InvalidArgument, match="signer"):
        sign(CONTENT, [])
    with pytest.raises(InvalidArgument, match="attributes"):
        sign(CONTENT, [SIGNER], attributes=False, content_type="1.2.3")
    with pytest.raises(VerificationError) as caught:
        cms.verify_signatures(cms.SignedData.parse(_without_signers()))
    assert caught.value.reason == "no-signature"


def _without_signers() -> bytes:
    body = asn1.sequence(
        asn1.integer(1),
        asn1.set_of(),
        asn1.sequence(asn1.oid("1.2.840.113549.1.7.1"), asn1.explicit(0, asn1.octet_string(b"x"))),
        asn1.set_of(),
    )
    return asn1.sequence(asn1.oid("1.2.840.113549.1.7.2"), asn1.explicit(0, body))


@pytest.mark.parametrize(
    ("file", "compat"),
    [
        ("bc-attr.p7", None),
        ("cfca_sadk_attached.p7", None),
        ("gmsm-gm-noattr.p7", None),
        ("py-gm-301.1-attr-null.p7", None),
        ("py-rfc-301.1-attr-absent.p7", None),
        ("py-rfc-501-attr-null.p7", None),
        ("tongsuo-mdsm3.p7", None),
        ("gmssl.p7", Compat.GMSSL_CONTENT_HEADER),
    ],
)
def test_messages_of_other_makers(file, compat):
    parsed = cms.parse(shared(f"samples/cms/{file}").read_bytes())
    known = [
        one
        for name in ("signer2.crt", "gmssl_user.crt")
        for one in load_certificates(shared(f"samples/cms/{name}").read_bytes())
    ]
    verified = cms.verify_signatures(parsed, certificates=known, compat=compat)
    assert verified[0].compat is compat
    for other in (None, *Compat):
        if other is not compat:
            with pytest.raises(VerificationError):
                cms.verify_signatures(parsed, certificates=known, compat=other)
