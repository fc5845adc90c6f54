"""Parts of messages by themselves: what stands among certificates, what names a signature's kind, what follows content."""

import io
from dataclasses import replace

import pytest

from gmkit import asn1, cms, sm2
from gmkit.cms import oids
from gmkit.cms.signed_data import Algorithm
from gmkit.cms.skim import Skimmer
from gmkit.cms.verify import check_sm2_algorithms
from gmkit.errors import EncodingError, InvalidSignature
from tests.certificates import certificate

KEY = sm2.SM2PrivateKey.from_hex("44" * 32)
CERTIFICATE = certificate(KEY, "signer")


def test_other_forms_among_the_certificates_are_passed_over():
    """RFC 5652, clause 10.2.2: attribute certificates, those of PKCS #6, and others have tags of their own."""
    others = [asn1.implicit(number, asn1.sequence(asn1.null())) for number in range(4)]
    held = asn1.implicit(0, asn1.sequence(others[0], CERTIFICATE.der, *others[1:]))
    kind = asn1.sequence(asn1.oid(oids.content_type(cms.Family.RFC, oids.DATA)))
    body = asn1.sequence(asn1.integer(5), asn1.set_of(), kind, held, asn1.set_of())
    signed = asn1.oid(oids.content_type(cms.Family.RFC, oids.SIGNED_DATA))
    message = cms.parse(asn1.sequence(signed, asn1.explicit(0, body)))
    assert message.certificates == (CERTIFICATE,)


def test_an_sm2_signature_is_named_as_one():
    (info,) = cms.parse(cms.sign(b"m", [cms.MessageSigner(KEY, CERTIFICATE)])).signers
    check_sm2_algorithms(info)
    for oid in ("1.2.840.10045.4.3.2", "1.2.840.113549.1.1.11", "1.2.3"):
        with pytest.raises(InvalidSignature, match=oid):
            check_sm2_algorithms(replace(info, signature_algorithm=Algorithm(oid, None)))


def test_what_follows_the_content_is_bounded():
    assert Skimmer(io.BytesIO(bytes(100))).rest([], 100) == bytes(100)
    with pytest.raises(EncodingError, match="longer than 99 bytes"):
        Skimmer(io.BytesIO(bytes(100))).rest([], 99)
