"""What other programs make on this machine, as they make it."""

from __future__ import annotations

import json

import pytest

from gmkit import inspect, interop
from tests.inspect.fragments import DATA, KEY, MESSAGE, PUBLIC
from tests.openssl import openssl
from tests.shared import shared


def first(data, key=None):
    return inspect.examine(data, key=key).readings[0]


def test_a_signature_and_a_ciphertext_of_gmssl_for_python():
    theirs_sm2 = pytest.importorskip("gmssl.sm2", reason="the peer gmssl is not installed")
    peer = interop.profile("gmssl-py")
    theirs = theirs_sm2.CryptSM2(
        private_key=peer.write_private_key(KEY), public_key=peer.write_public_key(PUBLIC)
    )
    theirs.public_key = peer.write_public_key(PUBLIC)
    reading = first(theirs.sign_with_sm3(DATA))
    assert (reading.kind, reading.layers) == ("sm2-signature", ("hex",))
    assert "gmssl-py" in reading.peers
    box = theirs.encrypt(MESSAGE)
    while box is None:  # it gives up now and then
        box = theirs.encrypt(MESSAGE)
    reading = first(box, key=KEY)
    assert "C1C2C3" in reading.title
    assert reading.peers[0] == "gmssl-py"
    assert KEY.decrypt(reading.octets, format=reading_form(reading)) == MESSAGE


def reading_form(reading):
    from gmkit.sm2 import CiphertextFormat

    return next(form for form in CiphertextFormat if form.name in reading.title)


@pytest.fixture
def files(tmp_path):
    (tmp_path / "key.pem").write_bytes(KEY.to_pem(password=None))
    (tmp_path / "data").write_bytes(DATA)
    openssl(
        "req", "-new", "-x509", "-key", tmp_path / "key.pem", "-subj", "/CN=OpenSSL", "-sm3",
        "-sigopt", "distid:1234567812345678", "-days", "9", "-out", tmp_path / "cert.pem",
    )  # fmt: skip
    return tmp_path


def test_what_openssl_signs_and_says(files):
    signature = openssl(
        "pkeyutl",
        "-sign",
        "-inkey",
        files / "key.pem",
        "-rawin",
        "-digest",
        "sm3",
        "-in",
        files / "data",
    )
    reading = first(signature)
    assert reading.kind == "sm2-signature"
    assert "openssl" in reading.peers
    [words] = inspect.why_not_verified(PUBLIC, signature, DATA)
    assert "empty user identifier" in words
    assert first((files / "cert.pem").read_bytes()).kind == "certificate"


def test_keys_of_openssl(files):
    made = openssl("pkcs8", "-topk8", "-nocrypt", "-in", files / "key.pem")
    assert first(made).kind == "sm2-private-key"
    protected = openssl("pkcs8", "-topk8", "-in", files / "key.pem", "-passout", "pass:pw")
    assert first(protected).kind == "encrypted-private-key"
    store = openssl(
        "pkcs12",
        "-export",
        "-inkey",
        files / "key.pem",
        "-in",
        files / "cert.pem",
        "-passout",
        "pass:pw",
    )
    assert first(store).kind == "pkcs12"
    parameters = openssl("ecparam", "-name", "SM2", "-genkey")
    kinds = [reading.kind for reading in inspect.examine(parameters).readings]
    assert kinds == ["identifier", "sm2-private-key"]
    p256 = openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
    assert first(p256).kind == "other-private-key"
    assert "P-256" in first(p256).title
    assert first(openssl("genpkey", "-algorithm", "ED25519")).kind == "other-private-key"


def test_requests_and_answers_of_openssl(files):
    openssl(
        "ocsp", "-issuer", files / "cert.pem", "-cert", files / "cert.pem", "-reqout", files / "request.der",
        "-no_nonce",
    )  # fmt: skip
    assert first((files / "request.der").read_bytes()).kind == "ocsp-request"
    query = openssl("ts", "-query", "-data", files / "data", "-sm3")
    assert first(query).kind == "timestamp-request"
    request = openssl("req", "-new", "-key", files / "key.pem", "-subj", "/CN=a", "-sm3")
    assert first(request).kind == "request"
    digest = openssl("dgst", "-sm3", "-binary", files / "data")
    assert {reading.kind for reading in inspect.examine(digest).readings} >= {"digest"}
    sealed = openssl("enc", "-sm4-cbc", "-pass", "pass:pw", "-pbkdf2", "-in", files / "data")
    assert first(sealed).kind == "openssl-enc"


def test_ciphertexts_of_kona_in_three_forms():
    path = shared("vectors-raw/TencentKonaSMSuite/sm2_ciphertext_conversion.json")
    cases = json.loads(path.read_text(encoding="utf-8"))["tests"]
    assert cases
    for case in cases:
        assert "in DER" in first(case["ct_der"]).title
        for name in ("ct_c1c3c2", "ct_c1c2c3"):
            readings = inspect.examine(case[name]).readings
            order = name[3:].upper()
            assert any(order in reading.title for reading in readings[:2])


def test_an_ocsp_response():
    from gmkit.asn1 import enumerated, explicit, octet_string, oid, sequence

    basic = sequence(oid("1.3.6.1.5.5.7.48.1.1"), octet_string(sequence()))
    assert first(sequence(enumerated(0), explicit(0, basic))).kind == "ocsp-response"
    assert first(sequence(enumerated(6))).kind == "ocsp-response"
