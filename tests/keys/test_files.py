"""Key files: what is written is read, by us and by OpenSSL; what is off is refused with the right error."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gmkit import keys, sm2
from gmkit.errors import (
    EncodingError,
    GmkitError,
    InvalidArgument,
    InvalidKey,
    StorageError,
    UnsupportedAlgorithm,
    WrongPassword,
)
from gmkit.keys import KeyProfile
from tests.bounds import within
from tests.openssl import openssl, openssl_fails

FEW = 100  # iterations, where the cost is not the point


@pytest.fixture(scope="module")
def key():
    return sm2.generate_private_key()


def same(loaded, key):
    assert loaded.public_key() == key.public_key()
    key.public_key().verify(loaded.sign(b"message"), b"message")


@pytest.mark.parametrize("profile", KeyProfile)
def test_protected_keys_go_round(key, profile):
    pem = key.to_pem(password=b"pw", profile=profile, iterations=FEW)
    assert pem.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    same(keys.load_pem_private_key(pem, b"pw"), key)
    der = key.to_der(password=b"pw", profile=profile, iterations=FEW)
    same(keys.load_der_private_key(der, b"pw"), key)
    assert der != key.to_der(password=b"pw", profile=profile, iterations=FEW)


def test_open_keys_go_round(key):
    same(keys.load_pem_private_key(key.to_pem(password=None), None), key)
    same(keys.load_der_private_key(key.to_der(password=None), None), key)
    same(keys.load_pem_private_key(keys.to_sec1_pem(key), None), key)
    same(keys.load_der_private_key(keys.to_sec1_der(key), None), key)
    public = key.public_key()
    assert keys.load_pem_public_key(public.to_pem()) == public
    assert keys.load_der_public_key(public.to_der()) == public


def test_whether_a_key_is_protected_must_be_written_out(key):
    with pytest.raises(TypeError):
        key.to_pem()
    with pytest.raises(TypeError):
        keys.load_pem_private_key(key.to_pem(password=None))


@settings(max_examples=30, deadline=None)
@given(password=st.binary(max_size=1100), other=st.binary(max_size=80))
def test_en_05_any_bytes_are_a_password(key, password, other):
    der = key.to_der(password=password, iterations=1)
    same(keys.load_der_private_key(der, password), key)
    if other != password:
        with pytest.raises(WrongPassword):
            keys.load_der_private_key(der, other)


def test_en_05_text_is_no_password(key):
    with pytest.raises(TypeError, match="encode"):
        key.to_pem(password="口令")


def test_the_default_cost_is_high_and_bearable(key):
    pem = key.to_pem(password=b"pw")
    assert b"0" in pem
    same(within(2, lambda: keys.load_pem_private_key(pem, b"pw")), key)  # EN-04


@pytest.mark.parametrize("iterations", [0, 10_000_001, 2**31, 2**63])
def test_iterations_out_of_range(key, iterations):
    with pytest.raises(InvalidArgument, match="10000000"):
        key.to_pem(password=b"pw", iterations=iterations)
    with pytest.raises((OverflowError, InvalidArgument)):
        key.to_pem(password=b"pw", iterations=-1)


# --- OpenSSL -----------------------------------------------------------------------------------


def test_openssl_reads_what_we_write(key, tmp_path):
    expected = f"{int.from_bytes(keys.to_sec1_der(key)[7:39], 'big'):064x}"

    def read(pem, *arguments):
        path = tmp_path / "key.pem"
        path.write_bytes(pem)
        text = openssl("pkey", "-in", path, "-noout", "-text", *arguments).decode()
        shown = text.partition("priv:")[2].partition("pub:")[0]
        return f"{int(''.join(shown.split()).replace(':', ''), 16):064x}", text

    for pem in (key.to_pem(password=None), keys.to_sec1_pem(key)):
        assert read(pem)[0] == expected
    number, text = read(
        key.to_pem(password=b"pw", profile=KeyProfile.OPENSSL), "-passin", "pass:pw"
    )
    assert number == expected
    assert "SM2" in text


def test_openssl_reads_our_public_key_and_verifies_with_it(key, tmp_path):
    (tmp_path / "pub.pem").write_bytes(key.public_key().to_pem())
    (tmp_path / "message").write_bytes(b"message")
    (tmp_path / "signature").write_bytes(key.sign(b"message"))
    answer = openssl(
        "pkeyutl", "-verify", "-pubin", "-inkey", tmp_path / "pub.pem", "-in", tmp_path / "message",
        "-rawin", "-digest", "sm3", "-sigfile", tmp_path / "signature",
        "-pkeyopt", "distid:1234567812345678",
    )  # fmt: skip
    assert b"Success" in answer


def test_we_read_what_openssl_writes(tmp_path):
    path = tmp_path / "key.pem"
    openssl("genpkey", "-algorithm", "SM2", "-out", path)
    key = keys.load_pem_private_key(path.read_bytes(), None)
    der = openssl("pkey", "-in", path, "-outform", "DER")
    same(keys.load_der_private_key(der, None), key)
    public = openssl("pkey", "-in", path, "-pubout")
    assert keys.load_pem_public_key(public) == key.public_key()
    sec1 = openssl("ec", "-in", path)
    same(keys.load_pem_private_key(sec1, None), key)
    for options in (
        ["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256"],
        ["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA1"],
        ["-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA512", "-iter", "65536"],
    ):
        pem = openssl("pkcs8", "-topk8", "-in", path, "-passout", "pass:öffne", *options)
        same(keys.load_pem_private_key(pem, "öffne".encode()), key)
        with pytest.raises(WrongPassword):
            keys.load_pem_private_key(pem, b"falsch")


def test_forms_of_openssl_that_are_not_read_say_what_they_are(tmp_path):
    path = tmp_path / "key.pem"
    openssl("genpkey", "-algorithm", "SM2", "-out", path)
    scrypt = openssl("pkcs8", "-topk8", "-in", path, "-passout", "pass:x", "-scrypt")
    with pytest.raises(UnsupportedAlgorithm) as refused:
        keys.load_pem_private_key(scrypt, b"x")
    assert refused.value.oid == "1.3.6.1.4.1.11591.4.11"
    old = openssl("ec", "-in", path, "-aes128", "-passout", "pass:old-form")
    with pytest.raises(EncodingError, match="headers inside"):
        keys.load_pem_private_key(old, b"old-form")


def test_openssl_does_not_read_the_chinese_profile(key, tmp_path):
    """Why there are two profiles; when this fails, the documentation must change."""
    path = tmp_path / "key.pem"
    path.write_bytes(key.to_pem(password=b"pw", profile=KeyProfile.SM4_SM3, iterations=FEW))
    assert openssl_fails("pkey", "-in", path, "-noout", "-passin", "pass:pw")


# --- keys of others ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("P-256", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
        ("P-384", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]),
        ("secp256k1", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"]),
        ("brainpoolP256r1", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1"]),
        ("RSA", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"]),
        ("Ed25519", ["-algorithm", "ED25519"]),
        ("X25519", ["-algorithm", "X25519"]),
        (
            "explicit",
            [
                "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256",
                "-pkeyopt", "ec_param_enc:explicit",
            ],
        ),
    ],
)  # fmt: skip
def test_pt_10_keys_of_another_kind_are_named(tmp_path, name, options):
    path = tmp_path / "key.pem"
    openssl("genpkey", *options, "-out", path)
    with pytest.raises(InvalidKey, match=name):
        keys.load_pem_private_key(path.read_bytes(), None)
    with pytest.raises(InvalidKey, match=name):
        keys.load_pem_public_key(openssl("pkey", "-in", path, "-pubout"))
    protected = openssl("pkcs8", "-topk8", "-in", path, "-passout", "pass:x")
    with pytest.raises(InvalidKey, match=name):
        keys.load_pem_private_key(protected, b"x")


def test_explicit_parameters_of_sm2_are_read(tmp_path):
    path = tmp_path / "key.pem"
    openssl(
        "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2",
        "-pkeyopt", "ec_param_enc:explicit", "-out", path,
    )  # fmt: skip
    key = keys.load_pem_private_key(path.read_bytes(), None)
    assert keys.load_pem_public_key(openssl("pkey", "-in", path, "-pubout")) == key.public_key()


# --- bad input ---------------------------------------------------------------------------------


def test_passwords_missing_wrong_and_unused(key):
    pem = key.to_pem(password=b"right", iterations=FEW)
    with pytest.raises(WrongPassword, match="protected"):
        keys.load_pem_private_key(pem, None)
    with pytest.raises(WrongPassword, match="does not open"):
        keys.load_pem_private_key(pem, b"wrong")
    with pytest.raises(InvalidArgument, match="not protected"):
        keys.load_pem_private_key(key.to_pem(password=None), b"right")


def test_every_truncation_is_one_typed_error(key):
    for whole in (key.to_pem(password=None), key.to_pem(password=b"pw", iterations=1)):
        for end in range(len(whole) - 1):
            with pytest.raises(EncodingError) as refused:
                keys.load_pem_private_key(whole[:end], b"pw")
            assert refused.value.what


def test_every_flipped_bit_is_one_typed_error_or_another_key(key):
    der = key.to_der(password=None)
    for bit in range(len(der) * 8):
        flipped = bytearray(der)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            loaded = keys.load_der_private_key(bytes(flipped), None)
        except (EncodingError, InvalidKey):
            continue
        # The one bit without meaning: PKCS#8 version 1 instead of 0.
        assert bit == 5 * 8
        same(loaded, key)


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=300))
def test_nothing_but_typed_errors_leaves_the_loaders(data):
    for load in (keys.load_pem_private_key, keys.load_der_private_key):
        for password in (None, b"pw"):
            with pytest.raises(GmkitError):
                load(data, password)
    for load in (keys.load_pem_public_key, keys.load_der_public_key):
        with pytest.raises(GmkitError):
            load(data)


@pytest.mark.parametrize("data", [b"", b"\n", b"hello", b"-----BEGIN PRIVATE KEY-----\n"])
def test_no_key_at_all(data):
    for load in (keys.load_pem_private_key, keys.load_der_private_key):
        with pytest.raises(EncodingError):
            load(data, None)


# --- by URI ------------------------------------------------------------------------------------


def test_keys_by_uri(key, tmp_path):
    path = tmp_path / "a key.pem"
    path.write_bytes(key.to_pem(password=b"pw", iterations=FEW))
    uri = path.as_uri()
    assert "%20" in uri
    same(keys.load(uri, password=b"pw"), key)
    same(keys.load(uri, password=lambda: b"pw"), key)
    with pytest.raises(WrongPassword):
        keys.load(uri)
    path.write_bytes(key.to_der(password=None))
    # Who asks for passwords is not bothered for a key without one.
    same(keys.load(uri, password=lambda: pytest.fail("asked")), key)


def test_uris_that_name_no_key(tmp_path):
    with pytest.raises(InvalidArgument, match="no key scheme 'https'"):
        keys.load("https://example.org/key.pem")
    with pytest.raises(InvalidArgument, match="not a key URI"):
        keys.load("key.pem")
    with pytest.raises(InvalidArgument):
        keys.load("file://elsewhere/key.pem")
    with pytest.raises(StorageError, match="no such file"):
        keys.load((tmp_path / "absent").as_uri())
    with pytest.raises(StorageError):
        keys.load(tmp_path.as_uri())
    (tmp_path / "huge").write_bytes(b"0" * (1 << 20 | 1))
    with pytest.raises(EncodingError, match="longer"):
        keys.load((tmp_path / "huge").as_uri())
