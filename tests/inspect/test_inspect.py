"""What is this? Files and fragments of others are named, with damage and peers; and nothing crashes it."""

from __future__ import annotations

import time

import pytest

from gmkit import errors, inspect, sm2
from gmkit.sm2 import CiphertextFormat
from tests.inspect.fragments import C1C2C3, FRAGMENTS, KEY, MESSAGE, PUBLIC
from tests.shared import shared

# Files as they are in other people's repositories and archives: kind, layers, a part of details or title.
FILES = {
    "vectors-raw/QinHongZhe-itext5-sm2/sm2.cer": ("certificate", (), "SM2"),
    "vectors-raw/QinHongZhe-itext5-sm2/sm2.key.b64": ("sm2-private-key", ("base64",), "PKCS#8"),
    "vectors-raw/QinHongZhe-itext5-sm2/timestamp_token_sm2.der": ("timestamp", (), "time 20"),
    "vectors-raw/tongsuo-python-sdk/asymciphers/PEM_Serialization/sm2_private_key.pem": (
        "sm2-private-key", ("PEM EC PRIVATE KEY",), "SEC 1",
    ),
    "vectors-raw/tongsuo-python-sdk/asymciphers/PEM_Serialization/sm2_public_key.pem": (
        "sm2-public-key", ("PEM PUBLIC KEY",), "SubjectPublicKeyInfo",
    ),
    "vectors-raw/tongsuo-python-sdk/asymciphers/DER_Serialization/sm2_private_key.der": (
        "sm2-private-key", (), "SEC 1",
    ),
    "vectors-raw/tongsuo-python-sdk/asymciphers/DER_Serialization/sm2_public_key.der": (
        "sm2-public-key", (), "",
    ),
    "vectors-raw/renchangjiu-pdf-sign-sm2/sm2_explicit_curve.p12": ("pkcs12", (), ""),
    "vectors-raw/emmansun-go-pkcs12/gmcert_pkcs12-withoutca.p12": ("pkcs12", (), ""),
    "vectors-raw/ofdrw/seal/USER.p12": ("pkcs12", (), ""),
    "vectors-raw/ofdrw/seal/UserV1.esl": ("seal", (), "GM/T 0031-2014"),
    "vectors-raw/ofdrw/seal/UserV4.esl": ("seal", (), "GB/T 38540-2020"),
    "vectors-raw/ofdrw/seal/UserV5.esl": ("seal", (), ""),
    "vectors-raw/ofdrw/seal/SignedValueV4.dat": ("seal-signature", (), "GB/T 38540-2020"),
    "vectors-raw/ofdrw/ses_only/invoice_js_1/SignedValue.dat": ("seal-signature", (), ""),
    "vectors-raw/ofdrw/ses_only/permit_sd_2/SignedValue.dat": ("cms", (), "GM/T 0010"),
    "vectors-raw/ofdrw/ses_only/permit_sd_1/Signature.xml": ("ofd-part", (), ""),
    "vectors-raw/ofdrw/ofd/SESV4SignDoc.ofd": ("ofd", (), "signature"),
    "vectors-raw/ofdrw/ofd/hello-integrity.ofd": ("ofd", (), ""),
    "vectors-raw/real-chinese-cas/pki/ROOTCA.crl": ("revocation-list", (), "revoked"),
    "vectors-raw/Trisia-gotlcp/pki/tlcp_handshake_test__RootPrv_29.key.pem": (
        "sm2-private-key", ("PEM SM2 PRIVATE KEY",), "SEC 1",
    ),
    "vectors-raw/oscca-worked-examples/gmt0015_annex_d2.crt.der": ("certificate", (), "SM2"),
    "vectors-raw/Tongsuo/pki/test/certs/sm2-leaf.key": ("identifier", ("PEM EC PARAMETERS",), "SM2"),
    "vectors-raw/Tongsuo/pki/test/certs/sm2pub.key": ("sm2-public-key", ("PEM PUBLIC KEY",), ""),
    "vectors-raw/Tongsuo/pki/test/certs/sm2-csr.pem": (
        "request", ("PEM CERTIFICATE REQUEST",), "subject",
    ),
    "vectors-raw/Tongsuo/pki/test/recipes/91-test_pkey_check_data/sm2_bad_0.pem": (
        "sm2-private-key", ("PEM PRIVATE KEY",), "nothing can use",
    ),
    "vectors-raw/emmansun-gmsm/pki/alikms.pub.pem": ("sm2-public-key", ("PEM PUBLIC KEY",), ""),
    "vectors-raw/emmansun-gmsm/pki/huaweikms.pub.pem": ("sm2-public-key", ("PEM PUBLIC KEY",), ""),
    "vectors-raw/emmansun-gmsm/pki/cfca_2.sm2.pem": ("cfca-key", ("PEM CFCA KEY",), ".sm2"),
    "vectors-raw/emmansun-gmsm/pki/enveloped_ski_0.p7.pem": (
        "cms", ("PEM PKCS7",), "CFCA means CBC",
    ),
    "vectors-raw/emmansun-gmsm/pki/gmcert_signed_and_enveloped.p7.pem": (
        "cms", ("PEM PKCS7",), "signedAndEnvelopedData",
    ),
    "vectors-raw/emmansun-gmsm/pki/gmssl_certchain.p7b.pem": (
        "certificates", ("PEM PKCS7",), "a bag of 2 certificates",
    ),
    "vectors-raw/emmansun-gmsm/pki/sadk_generated.csr.pem": (
        "request", ("PEM CERTIFICATE REQUEST",), "temporary key",
    ),
    "vectors-raw/emmansun-gmsm/pki/sadk_signed_attached.p7": ("cms", (), "the content is inside"),
    "vectors-raw/emmansun-gmsm/pki/sm2_encrypted_pkcs8.pem": (
        "encrypted-private-key", ("PEM ENCRYPTED PRIVATE KEY",), "PBES2",
    ),
    "vectors-raw/emmansun-gmsm/pki/sm9_sign_user.enc.pem": (
        "other-private-key", ("PEM ENCRYPTED SM9 SIGN PRIVATE KEY",), "SM9",
    ),
    "vectors-raw/emmansun-gmsm/pki/explicit_curve_cert.der": ("certificate", (), ""),
    "samples/xml/ceb311_sm2.xml": ("xml-signature", (), "customs"),
    "samples/cms/bc-attr.p7": ("cms", (), "RFC 5652"),
    "samples/cms/gmssl.p7": ("cms", (), "GM/T 0010"),
    "samples/ts/q_sm3.tsq": ("timestamp-request", (), "RFC 3161"),
    "samples/ts/tongsuo_sm2.tsr": ("timestamp", (), "response"),
    "samples/pdf/pades_bt.pdf": ("pdf", (), "signed as"),
    "samples/ofd/bank_receipt_test_raw64.ofd": ("ofd", (), "1 signatures"),
}  # fmt: skip


def test_there_are_enough_of_them():
    assert len(FILES) + len(FRAGMENTS) >= 60


@pytest.mark.parametrize("name", FILES)
def test_files_of_others(name):
    kind, layers, words = FILES[name]
    report = inspect.examine(shared(name).read_bytes())
    first = report.readings[0]
    assert (first.kind, first.layers) == (kind, layers)
    assert words in " | ".join((first.title, *first.details))


@pytest.mark.parametrize("name", FRAGMENTS)
def test_fragments(name):
    data, kind, layers, damage, peer = FRAGMENTS[name]
    readings = inspect.examine(data).readings
    fitting = [r for r in readings if (r.kind, r.layers) == (kind, layers)]
    assert fitting
    assert readings.index(fitting[0]) <= 1
    assert tuple(each.id for each in fitting[0].damage) == damage
    assert peer is None or any(peer in each.peers for each in fitting)


def test_text_and_bytes_are_the_same():
    data = FRAGMENTS["signature of sm-crypto"][0]
    assert inspect.examine(data.decode()) == inspect.examine(data)


def test_the_order_is_told_with_the_key_and_only_with_it():
    data = C1C2C3[1:].hex()
    without = inspect.examine(data).readings
    assert [r.title.split()[2].strip(",") for r in without[:2]] == ["C1C3C2", "C1C2C3"]
    assert all("only the private key" in r.details[0] for r in without[:2])
    [proved] = [r for r in inspect.examine(data, key=KEY).readings if r.kind == "sm2-ciphertext"]
    assert proved.fit.name == "CERTAIN"
    assert "C1C2C3" in proved.title
    assert KEY.decrypt(proved.octets, format=CiphertextFormat.C1C2C3) == MESSAGE


def test_nothing_of_a_secret_is_said():
    """Private numbers and decrypted messages are in no words of a report."""
    for data in (FRAGMENTS["private number"][0], FRAGMENTS["private with CRLF"][0], C1C2C3):
        for reading in inspect.examine(data, key=KEY).readings:
            words = repr(reading)
            assert "39450f4a" not in words
            assert "a message that" not in words


def test_what_was_undone_is_right():
    """The octets of a reading are what they would have been."""
    for name in ("point of gmssl", "point with 04 twice", "point of hutool", "point base64"):
        reading = inspect.examine(FRAGMENTS[name][0]).readings[0]
        assert reading.octets == PUBLIC.to_pem()
    for name in FRAGMENTS:
        data, kind, *_ = FRAGMENTS[name]
        if kind != "sm2-ciphertext":
            continue
        texts = []
        for reading in inspect.examine(data, key=KEY).readings:
            if reading.kind != kind:
                continue  # random octets look like something else now and then
            form = CiphertextFormat.DER
            for order in (CiphertextFormat.C1C3C2, CiphertextFormat.C1C2C3):
                form = order if order.name in reading.title else form
            texts.append(KEY.decrypt(reading.octets, format=form))
        assert texts
        assert set(texts) == {MESSAGE}, name


def test_nothing_and_too_much_are_refused(monkeypatch):
    with pytest.raises(errors.InvalidArgument, match="empty"):
        inspect.examine(b"")
    monkeypatch.setattr("gmkit.inspect.examination.MAX_LENGTH", 10)
    with pytest.raises(errors.InvalidArgument, match="more than"):
        inspect.examine(bytes(11))


@pytest.mark.parametrize(
    "data", [b"hello, world", b"\x00", b"\xff" * 47, b"30", b"=" * 80, b"0" * 7]
)
def test_what_is_nothing(data):
    assert all(r.kind in {"damaged", "asn1"} for r in inspect.examine(data).readings)


def test_changed_and_cut_fragments_never_crash_it():
    """Bounded and typed whatever the bytes: every fragment, one bit in seven, and every length in five."""
    slowest = 0.0
    for data, *_ in FRAGMENTS.values():
        variants = [data[:end] for end in range(1, len(data), 5)]
        for position in range(0, 8 * len(data), 37):
            changed = bytearray(data)
            changed[position // 8] ^= 1 << position % 8
            variants.append(bytes(changed))
        for variant in variants:
            started = time.process_time()
            inspect.examine(variant)
            slowest = max(slowest, time.process_time() - started)
    assert slowest < 0.5


def test_hostile_input_is_bounded():
    nested = b"hello"
    for _ in range(40):
        nested = nested.hex().encode()
        if len(nested) > 1 << 20:
            break
    deep = b"\x30\x80" * 5000
    lines = b"-----BEGIN A-----\n" * 2000
    for data in (
        nested,
        deep,
        lines,
        b"-" * 100_000,
        b"{" * 100_000,
        b"(" * 50_000,
        b"30" * 50_000,
    ):
        started = time.process_time()
        inspect.examine(data)
        assert time.process_time() - started < 2


def test_a_key_elsewhere_proves_nothing():
    other = sm2.generate_private_key()
    readings = inspect.examine(C1C2C3, key=other).readings
    assert not [r for r in readings if r.kind == "sm2-ciphertext"]


def test_hex_text_that_begins_like_a_set_is_no_certificate_response():
    """Of random ciphertexts in hexadecimal one in 256 begins with 0412, which as octets is a SEQUENCE of a SET."""
    readings = inspect.examine(
        b"0412" + PUBLIC.encrypt(MESSAGE, format=CiphertextFormat.C1C3C2).hex()[4:].encode()
    ).readings
    assert "delivered-key" not in {each.kind for each in readings}
