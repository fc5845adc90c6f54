"""
What new users of SM2 get wrong most often: each gives an error that names the mistake.

The twenty are the most frequent needs and the tables of differing defaults in a survey of 238 issue threads.
"""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from gmkit import cms, interop, keys, sm2, sm4, x509
from gmkit.errors import (
    DecryptionError,
    EncodingError,
    InvalidArgument,
    InvalidKey,
    InvalidSignature,
    WrongPassword,
)
from gmkit.sm2 import CiphertextFormat, SignatureFormat
from gmkit_cli.app import root
from tests.certificates import certificate
from tests.openssl import openssl

KEY = sm2.SM2PrivateKey.from_hex("39450f4ae1fd5f2c1d2bd9f6f1c2a0a1b2c3d4e5f60718293a4b5c6d7e8f9012")
PUBLIC = KEY.public_key()
DATA = b"order 1\nof two lines\n"
PEM = KEY.to_pem(password=None)


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key").write_bytes(PEM)
    (tmp_path / "pub").write_bytes(PUBLIC.to_pem())
    (tmp_path / "data").write_bytes(DATA)
    return tmp_path


def said(*arguments, code):
    """What the program says on standard error."""
    ran = CliRunner().invoke(root, arguments)
    assert ran.exit_code == code, ran.output
    return ran.stderr


def not_verified(place, signature, *more):
    (place / "sig").write_bytes(signature)
    return said("sm2", "verify", "data", "--signature", "sig", "--pubkey", "pub", *more, code=3)


def not_decrypted(place, box, *more):
    (place / "box").write_bytes(box)
    return said("sm2", "decrypt", "box", "--key", "key", *more, code=1)


def hint_of(kind, call):
    with pytest.raises(kind) as caught:
        call()
    assert caught.value.in_chinese()[1]
    return f"{caught.value} | {caught.value.hint}"


def test_mistake_01_the_other_order_of_the_ciphertext(place):
    box = PUBLIC.encrypt(DATA, format=CiphertextFormat.C1C2C3)
    assert "it opens as C1C2C3" in not_decrypted(place, box, "--format", "C1C3C2")


def test_mistake_02_a_ciphertext_without_04(place):
    box = PUBLIC.encrypt(DATA, format=CiphertextFormat.C1C3C2)[1:]
    words = not_decrypted(place, box, "--format", "C1C3C2")
    assert "it opens as C1C3C2: the leading 04 of the point is missing" in words


def test_mistake_03_a_plain_ciphertext_taken_for_der_and_the_other_way(place):
    box = PUBLIC.encrypt(DATA, format=CiphertextFormat.C1C3C2)
    assert "it opens as C1C3C2" in not_decrypted(place, box)
    assert "it opens as DER" in not_decrypted(place, PUBLIC.encrypt(DATA), "--format", "C1C3C2")
    assert "C1C3C2, C1C2C3" in hint_of(DecryptionError, lambda: KEY.decrypt(box))


def test_mistake_04_a_ciphertext_as_text(place):
    box = interop.profile("sm-crypto").encrypt(PUBLIC, DATA)
    words = not_decrypted(place, box.encode())
    assert "it opens as C1C3C2: out of hex text" in words
    with pytest.raises(TypeError, match="not str"):
        KEY.decrypt(box)


def test_mistake_05_raw_signature_for_der_and_the_other_way(place):
    raw = KEY.sign(DATA, format=SignatureFormat.RAW)
    assert "r and s as 64 bytes: say --format RAW" in not_verified(place, raw)
    assert "is DER: say --format DER" in not_verified(place, KEY.sign(DATA), "--format", "RAW")
    assert "64 bytes" in hint_of(InvalidSignature, lambda: PUBLIC.verify(raw, DATA))


def test_mistake_06_a_signature_as_text(place):
    text = interop.profile("sm-crypto").sign(KEY, DATA).encode()
    assert "the signature is hex text, not bytes" in not_verified(place, text)
    assert "base64 text" in not_verified(place, interop.profile("cfca").sign(KEY, DATA).encode())


def test_mistake_07_a_leading_zero_lost(place):
    while (raw := KEY.sign(DATA, format=SignatureFormat.RAW))[0]:
        pass
    assert "leading zero of r or s was dropped" in said("inspect", raw[1:].hex(), code=0) + (
        CliRunner().invoke(root, ["inspect", raw[1:].hex()]).stdout
    )
    load = sm2.SM2PrivateKey.from_bytes
    assert "leading zero was dropped" in hint_of(InvalidKey, lambda: load(bytes([1]) * 31))
    from_hex = sm2.SM2PrivateKey.from_hex
    assert "leading zero was dropped" in hint_of(InvalidKey, lambda: from_hex("1" * 63))


def test_mistake_08_the_identifier_of_the_other_side(place):
    words = not_verified(place, interop.profile("openssl").sign(KEY, DATA))
    assert "empty user identifier, as OpenSSL does without distid: --user-id ''" in words
    words = not_verified(place, KEY.sign(DATA), "--user-id", "alice")
    assert "default user identifier 1234567812345678" in words


def test_mistake_09_message_or_digest(place):
    from gmkit import sm3
    from gmkit.hazmat import prehashed

    digest = sm3.digest(DATA)
    assert "signed the SM3 digest of the data as if" in not_verified(place, KEY.sign(digest))
    no_z = prehashed.sign(KEY, prehashed.SM2Digest(digest))
    assert "left Z out" in not_verified(place, no_z)


def test_mistake_10_another_text_encoding_of_the_data(place):
    assert "line ends of Windows" in not_verified(place, KEY.sign(DATA.replace(b"\n", b"\r\n")))
    assert "no line end at its end" in not_verified(place, KEY.sign(DATA.rstrip(b"\n")))
    assert "as hexadecimal text" in not_verified(place, KEY.sign(DATA.hex().encode()))


def test_mistake_11_text_for_bytes():
    with pytest.raises(TypeError, match=r"encode the text first \(text.encode\(\)\)"):
        KEY.sign("text")
    with pytest.raises(TypeError, match="from_hex"):
        sm2.SM2PublicKey.from_bytes(PUBLIC.to_bytes().hex())


def test_mistake_12_a_public_key_without_04():
    load = sm2.SM2PublicKey.from_bytes
    assert "04 of the point is missing" in hint_of(InvalidKey, lambda: load(PUBLIC.to_bytes()[1:]))


def test_mistake_13_a_key_as_hexadecimal_text(place):
    load = sm2.SM2PublicKey.from_bytes
    text = PUBLIC.to_bytes().hex().encode()
    assert "bytes.fromhex" in hint_of(InvalidKey, lambda: load(text))
    assert "from_hex" in hint_of(InvalidKey, lambda: sm2.SM2PrivateKey.from_bytes(b"39450f4a" * 8))
    assert "no 0x" in hint_of(InvalidKey, lambda: sm2.SM2PrivateKey.from_hex("0x" + "11" * 32))
    (place / "raw").write_text("39450f4a" * 8)
    assert "gmkit key convert --from NAME" in said("key", "show", "raw", code=1)


def test_mistake_14_a_key_of_another_curve():
    p256 = openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
    with pytest.raises(InvalidKey, match="P-256, not of SM2"):
        keys.load_pem_private_key(p256, None)


def test_mistake_15_a_password_too_many_too_few_or_wrong():
    protected = KEY.to_pem(password=b"pw", iterations=1)
    load = keys.load_pem_private_key
    assert "protected by a password" in hint_of(WrongPassword, lambda: load(protected, None))
    assert "not protected by one | leave the password out" in hint_of(
        InvalidArgument, lambda: load(PEM, b"pw")
    )
    assert "trailing line end" in hint_of(WrongPassword, lambda: load(protected, b"pw\n"))


def test_mistake_16_a_pem_text_that_lost_its_lines():
    load = keys.load_pem_private_key
    assert "backslash and n" in hint_of(
        EncodingError, lambda: load(PEM.replace(b"\n", b"\\n"), None)
    )
    one_line = hint_of(EncodingError, lambda: load(PEM.replace(b"\n", b""), None))
    assert "all in one line" in one_line
    assert PEM.splitlines()[1].decode() not in one_line  # the key itself
    utf16 = PEM.decode().encode("utf-16")
    assert "UTF-16" in hint_of(EncodingError, lambda: load(utf16, None))


def test_mistake_17_another_thing_than_was_asked_for():
    assert "a public key or a certificate" in hint_of(
        EncodingError, lambda: keys.load_pem_private_key(PUBLIC.to_pem(), None)
    )
    assert "--to public" in hint_of(EncodingError, lambda: keys.load_pem_public_key(PEM))
    assert "it holds: PRIVATE KEY" in hint_of(EncodingError, lambda: x509.Certificate.from_pem(PEM))
    der = KEY.to_der(password=None)
    assert "looks like DER" in hint_of(EncodingError, lambda: keys.load_pem_private_key(der, None))
    assert "this is PEM" in hint_of(EncodingError, lambda: keys.load_der_private_key(PEM, None))


def test_mistake_18_an_sm4_key_as_32_digits():
    key = b"0123456789abcdeffedcba9876543210"
    assert "32 hexadecimal digits are a key of 16 bytes" in hint_of(
        InvalidKey, lambda: sm4.seal(key, DATA)
    )
    from gmkit.hazmat import sm4 as modes

    with pytest.raises(InvalidArgument, match="the iv has 16 bytes, not 32"):
        modes.cbc_encrypt(bytes(16), DATA, iv=bytes(32))


def test_mistake_19_nothing_or_too_much_to_encrypt():
    with pytest.raises(InvalidArgument, match="an empty message cannot be encrypted"):
        PUBLIC.encrypt(b"")
    assert "an SM4 key, and the data with it" in hint_of(
        InvalidArgument, lambda: interop.profile("gmssl-c").encrypt(PUBLIC, bytes(256))
    )


def test_mistake_20_the_wrong_half_of_a_dual_pair(monkeypatch):
    signing = certificate(KEY, "signer", serial=5)
    monkeypatch.setattr(type(signing), "key_usage_bits", 0b11)
    assert "take the encryption certificate of the pair" in hint_of(
        InvalidArgument, lambda: cms.encrypt(DATA, [signing])
    )


def test_nothing_is_accepted_by_being_explained(place):
    """A diagnosis never changes the verdict, and an unrelated signature gets none."""
    other = sm2.generate_private_key().sign(DATA)
    words = not_verified(place, other)
    assert "hint" not in words
    assert "the signature does not fit this key and message" in words
