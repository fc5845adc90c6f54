import json

import pytest

from gmkit import cms, keys, sm2
from gmkit.cms import Family
from gmkit.errors import DecryptionError, EncodingError, InvalidArgument, UnsupportedAlgorithm
from gmkit.x509 import Certificate
from gmkit.x509.load import pem_block
from tests.certificates import certificate
from tests.shared import shared

KEY = sm2.SM2PrivateKey.from_hex("11" * 32)
OTHER = sm2.SM2PrivateKey.from_hex("22" * 32)
MINE = certificate(KEY, "reader", serial=5)
THEIRS = certificate(OTHER, "another", serial=6)
FORMS = [(Family.RFC, True), (Family.RFC, False), (Family.GM, False)]


@pytest.mark.parametrize(("family", "authenticated"), FORMS)
@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 100_000])
def test_each_recipient_opens_and_nobody_else(family, authenticated, length):
    content = bytes(range(256)) * 400
    message = cms.encrypt(
        content[:length], [MINE, THEIRS], family=family, authenticated=authenticated
    )
    parsed = cms.parse_enveloped(message)
    assert parsed.family is family
    assert parsed.decrypt(KEY, MINE) == content[:length]
    assert parsed.decrypt(OTHER, THEIRS) == content[:length]
    with pytest.raises(DecryptionError):
        parsed.decrypt(KEY, THEIRS)
    with pytest.raises(DecryptionError) as caught:
        parsed.decrypt(KEY)
    assert "several" in (caught.value.hint or "")


def test_a_single_recipient_needs_no_certificate():
    message = cms.encrypt(b"secret", [MINE])
    assert cms.parse_enveloped(message).decrypt(KEY) == b"secret"
    with pytest.raises(DecryptionError):
        cms.parse_enveloped(message).decrypt(OTHER)


def test_the_authenticated_form_notices_every_flipped_bit_of_content_and_tag():
    message = cms.encrypt(b"pay 100 yuan", [MINE])
    body = message.index(cms.parse_enveloped(message).encrypted)
    for at in range(body, len(message)):
        for bit in range(8):
            changed = bytearray(message)
            changed[at] ^= 1 << bit
            with pytest.raises((DecryptionError, EncodingError)):
                cms.parse_enveloped(bytes(changed)).decrypt(KEY)


def test_truncations_are_refused():
    message = cms.encrypt(b"secret", [MINE], authenticated=False)
    for length in range(len(message)):
        with pytest.raises((EncodingError, DecryptionError)):
            cms.parse_enveloped(message[:length]).decrypt(KEY)


def test_wrong_use_is_refused():
    with pytest.raises(InvalidArgument, match="recipient"):
        cms.encrypt(b"x", [])
    with pytest.raises(InvalidArgument, match="authenticated"):
        cms.encrypt(b"x", [MINE], family=Family.GM)
    with pytest.raises(EncodingError, match="signedData"):
        cms.parse_enveloped(cms.sign(b"x", [cms.MessageSigner(KEY, MINE)]))
    message = cms.encrypt(b"x" * 16, [MINE], authenticated=False)
    sm4_cbc = bytes.fromhex("06082a811ccf55016802")
    assert sm4_cbc in message
    with pytest.raises(UnsupportedAlgorithm):
        cms.parse_enveloped(message.replace(sm4_cbc, sm4_cbc[:-1] + b"\x03")).decrypt(KEY)


@pytest.mark.parametrize("number", [0, 1])
def test_envelopes_of_a_banks_library(number):
    folder = shared("vectors-raw/emmansun-gmsm")
    index = json.loads((folder / "pki_index.json").read_text())
    entry = next(one for one in index if one.get("file") == f"pki/enveloped_ski_{number}.p7.pem")
    message = pem_block((folder / entry["file"]).read_bytes(), "PKCS7", "CMS")
    key = sm2.SM2PrivateKey.from_hex(entry["recipient_private"])
    reader = Certificate.from_pem((folder / entry["recipient_cert"]).read_bytes())
    opened = cms.parse_enveloped(message).decrypt(key, reader)
    assert opened == bytes.fromhex(entry["content"])


def test_a_key_delivered_signed_and_enveloped():
    folder = shared("vectors-raw/emmansun-gmsm/pki")
    message = pem_block(
        (folder / "gmcert_signed_and_enveloped.p7.pem").read_bytes(), "PKCS7", "CMS"
    )
    key = keys.load_pem_private_key((folder / "gmcert_sign.key.pem").read_bytes(), None)
    expected = keys.load_pem_private_key(
        (folder / "gmcert_enc_expected.key.pem").read_bytes(), None
    )
    opened = cms.parse_enveloped(message).decrypt(key)
    assert opened[:32] == bytes(32)
    assert sm2.SM2PrivateKey.from_bytes(opened[32:]).public_key() == expected.public_key()
