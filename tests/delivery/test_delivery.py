"""Delivered encryption keys: each form goes round, real ones open, what deviates is said, bytes never crash it."""

from __future__ import annotations

import base64

import pytest

from gmkit import asn1, delivery, keys, sm2, x509
from gmkit.delivery import Form
from gmkit.errors import (
    DecryptionError,
    EncodingError,
    GmkitError,
    InvalidArgument,
    InvalidKey,
    WrongPassword,
)
from gmkit.sm2 import CiphertextFormat
from tests.certificates import certificate
from tests.shared import shared

OWNER = sm2.SM2PrivateKey.from_hex("11" * 32)
KEY = sm2.SM2PrivateKey.from_hex("22" * 32)
OTHER = sm2.SM2PrivateKey.from_hex("33" * 32)
SIGNING = certificate(OWNER, "owner", serial=5)
ENCRYPTION = certificate(KEY, "owner", serial=6)
WRITTEN = [Form.ENVELOPED_KEY, Form.GMT0092, Form.GBT35275, Form.PKCS12]

# emmansun/gmsm, MIT: the example of cfca.ParseEscrowPrivateKey, with the temporary key and the answer.
ESCROW = (
    b"00000000000000010000000000000001000000000000000000000000000000000000000000000268"
    b"MIHGAgEBBIHArhtKwTVT8dPEkykVRpvQNMxHv/yeqtaKZiSp2MbjcqMZtPfKW8IatiIPPitNhQtU5C7gMbsUxgf5Yo16vDSX"
    b"doWqoOOaes2pEJwmXWZI55lMMWc168WgzQ82fmMi05Vhlw9HNjGI3azE6MS5/ujSNGLZ0qAAmLnBiHlXFAXXAWRiy9MxZKwF"
    b"4xKn6qMaKmkqbYmTbBbEJEhzJBmu0IJ1kNDcTFirAyapghHSw267erSUwsHjkQis9mKYpzGied0E"
)
ESCROW_TO = "cacece36cac24aab94e52bcd5c0f552c95028f2856053135a1e47510b4c307ba"
ESCROW_KEY = "f6e02c941a0dfdac58d8b3b1bc1bd136f179741b7465ebc7b0b25bb381840a3b"


def written(form, **more):
    password = b"pw" if form is Form.PKCS12 else None
    return delivery.write(form, KEY, SIGNING, ENCRYPTION, password=password, iterations=10, **more)


@pytest.mark.parametrize("form", WRITTEN)
@pytest.mark.parametrize("wrapping", ["der", "pem", "base64"])
def test_each_form_goes_round_and_is_recognised(form, wrapping):
    der = written(form)
    data = {
        "der": der,
        "pem": x509.load.pem_text("ANYTHING", der),
        "base64": base64.encodebytes(der),
    }[wrapping]
    opened = delivery.open_delivery(data, OWNER, password=lambda: b"pw", certificate=ENCRYPTION)
    assert opened.form is form
    assert opened.key.public_key() == KEY.public_key()
    assert opened.deviations == ()
    if opened.certificates:
        assert opened.certificates[0] == ENCRYPTION.der


@pytest.mark.parametrize("form", WRITTEN)
def test_for_its_receiver_alone(form):
    data = written(form)
    if form is Form.PKCS12:
        with pytest.raises(WrongPassword):
            delivery.open_delivery(data, password=b"other")
        with pytest.raises(WrongPassword, match="none was given"):
            delivery.open_delivery(data, OWNER)
    else:
        with pytest.raises(DecryptionError):
            delivery.open_delivery(data, OTHER)
        with pytest.raises(InvalidArgument, match="packed for"):
            delivery.open_delivery(data)
    with pytest.raises(InvalidKey, match="given certificate"):
        delivery.open_delivery(data, OWNER, password=b"pw", certificate=SIGNING)


@pytest.mark.parametrize("form", [Form.ENVELOPED_KEY, Form.GMT0092])
def test_for_a_temporary_key(form):
    data = written(form, receiver=OTHER.public_key())
    assert delivery.open_delivery(data, OTHER).key.public_key() == KEY.public_key()
    with pytest.raises(DecryptionError):
        delivery.open_delivery(data, OWNER)


def test_what_cannot_be_written():
    with pytest.raises(InvalidArgument, match="needs a password"):
        delivery.write(Form.PKCS12, KEY, SIGNING, ENCRYPTION)
    with pytest.raises(InvalidArgument, match="takes no password"):
        delivery.write(Form.GMT0092, KEY, SIGNING, ENCRYPTION, password=b"pw")
    with pytest.raises(InvalidArgument, match="not that of its certificate"):
        delivery.write(Form.GMT0092, OTHER, SIGNING, ENCRYPTION)
    with pytest.raises(InvalidArgument, match="not a bare key"):
        written(Form.GBT35275, receiver=OTHER.public_key())
    for form in (Form.CFCA_ESCROW, Form.CFCA_FILE):
        with pytest.raises(InvalidArgument, match="read and not written"):
            delivery.write(form, KEY, SIGNING, ENCRYPTION)


def test_a_response_tagged_in_the_other_way_is_read():
    """[0] IMPLICIT and [1] EXPLICIT: the text of GM/T 0092 does not say which."""
    envelope = keys.seal_enveloped(KEY, OWNER.public_key())
    data = asn1.sequence(
        asn1.set_of(SIGNING.der),
        asn1.implicit(0, envelope),
        asn1.explicit(1, asn1.set_of(ENCRYPTION.der)),
    )
    opened = delivery.open_delivery(data, OWNER)
    assert opened.key.public_key() == KEY.public_key()
    assert opened.certificates == (ENCRYPTION.der, SIGNING.der)


def test_a_response_whose_parts_do_not_belong_together():
    envelope = asn1.explicit(0, keys.seal_enveloped(KEY, OWNER.public_key()))
    signing = asn1.set_of(SIGNING.der)
    wrong = asn1.sequence(signing, envelope, asn1.implicit(1, asn1.set_of(SIGNING.der)))
    with pytest.raises(InvalidKey, match="no certificate"):
        delivery.open_delivery(wrong, OWNER)
    with pytest.raises(EncodingError, match="no encryption key"):
        delivery.open_delivery(asn1.sequence(signing), OWNER)
    bare = asn1.sequence(asn1.set_of(ENCRYPTION.der), envelope)
    assert delivery.open_delivery(bare, OWNER).deviations == (
        "no signing certificate of the key that opens it",
        "no encryption certificate",
    )


def test_an_envelope_of_gmcert_org():
    folder = shared("vectors-raw/emmansun-gmsm/pki")
    receiver = keys.load_pem_private_key((folder / "gmcert_sign.key.pem").read_bytes(), None)
    expected = keys.load_pem_private_key(
        (folder / "gmcert_enc_expected.key.pem").read_bytes(), None
    )
    data = (folder / "gmcert_signed_and_enveloped.p7.pem").read_bytes()
    own = x509.Certificate.from_pem((folder / "gmcert_enc.crt.pem").read_bytes())
    opened = delivery.open_delivery(data, receiver, certificate=own)
    assert opened.form is Form.GBT35275
    assert opened.key.public_key() == expected.public_key()
    assert any("ECB without padding" in each for each in opened.deviations)
    assert any("signature is not verified" in each for each in opened.deviations)


@pytest.mark.parametrize("head", [True, False])
def test_a_reply_of_cfca(head):
    data = ESCROW if head else ESCROW[80:]
    opened = delivery.open_delivery(data, sm2.SM2PrivateKey.from_hex(ESCROW_TO))
    assert opened.form is Form.CFCA_ESCROW
    assert opened.key.public_key() == sm2.SM2PrivateKey.from_hex(ESCROW_KEY).public_key()
    assert opened.deviations == ("the SM2 ciphertext is C1C3C2 without the leading 04",)
    with pytest.raises(DecryptionError):
        delivery.open_delivery(data, OTHER)


def test_a_reply_of_cfca_with_a_wrong_length():
    with pytest.raises(EncodingError, match="gives the length"):
        delivery.open_delivery(ESCROW + b"AAAA", OWNER)


@pytest.mark.parametrize(
    ("order", "prefix", "words"),
    [
        (CiphertextFormat.C1C2C3, False, "as SADK before 3.2"),
        (CiphertextFormat.C1C3C2, False, "C1C3C2 without the leading 04"),
        (CiphertextFormat.C1C2C3, True, "C1C2C3 with the leading 04"),
    ],
)
def test_a_content_key_that_is_not_in_der(order, prefix, words):
    """The envelopes of older CFCA kits."""
    from gmkit import cms

    data = written(Form.GBT35275)
    [recipient] = cms.parse_enveloped(data).recipients
    plain = sm2.convert_ciphertext(
        recipient.encrypted_key, given=CiphertextFormat.DER, wanted=order
    )
    data = replaced(data, recipient.encrypted_key, plain if prefix else plain[1:])
    opened = delivery.open_delivery(data, OWNER)
    assert opened.key.public_key() == KEY.public_key()
    assert words in opened.deviations[0]


def replaced(data, old, new):
    """*data* with one OCTET STRING exchanged and all lengths around it right."""

    def walk(element):
        if element.tag == asn1.Tag.OCTET_STRING:
            return asn1.octet_string(new if element.content == old else element.content)
        if not element.tag & 0x20:
            return element.raw
        body = b"".join(walk(child) for child in element.children())
        return bytes([element.tag]) + asn1.octet_string(body)[1:]

    return walk(asn1.decode(data))


@pytest.mark.parametrize("form", WRITTEN)
def test_every_changed_or_cut_file_raises_what_is_typed_or_opens_the_key(form):
    data = written(form)
    for position in range(0, 8 * len(data), 11):
        changed = bytearray(data)
        changed[position // 8] ^= 1 << position % 8
        try:
            opened = delivery.open_delivery(
                bytes(changed), OWNER, password=b"pw", certificate=ENCRYPTION
            )
        except GmkitError:
            continue
        assert opened.key.public_key() == KEY.public_key()
    for end in range(0, len(data), 5):
        with pytest.raises(GmkitError):
            delivery.open_delivery(data[:end], OWNER, password=b"pw")


@pytest.mark.parametrize(
    "data", [b"", b"0", b"text", b"\x30\x00", b"\x30\x80", KEY.to_der(password=None), b"0" * 90]
)
def test_what_is_none_of_them(data):
    with pytest.raises(GmkitError):
        delivery.open_delivery(data, OWNER)


@pytest.mark.parametrize("name", ["sadk_generated", "trustasia"])
def test_requests_with_a_second_key(name):
    path = shared("vectors-raw/emmansun-gmsm/pki") / f"{name}.csr.pem"
    request = x509.CertificateRequest.from_pem(path.read_bytes())
    second = request.temporary_key()
    assert second is not None
    assert second != request.public_key()
    assert request.challenge_password() == ("111111" if name == "sadk_generated" else "")


def test_requests_without_one():
    request = x509.RequestBuilder(
        subject=x509.parse_name("CN=a"), challenge_password="secret"
    ).sign(OWNER)
    assert request.temporary_key() is None
    assert request.challenge_password() == "secret"
    assert (
        x509.RequestBuilder(subject=x509.parse_name("CN=a")).sign(OWNER).challenge_password()
        is None
    )
