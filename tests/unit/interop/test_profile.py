import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmkit import interop, sm2
from gmkit.errors import (
    DecryptionError,
    EncodingError,
    InvalidArgument,
    InvalidKey,
    InvalidSignature,
)

KEY = sm2.SM2PrivateKey.from_hex("11" * 32)
OTHER = sm2.SM2PrivateKey.from_hex("22" * 32)


@pytest.mark.parametrize("name", interop.names())
@pytest.mark.parametrize("text", interop.Text)
def test_each_profile_reads_what_it_writes_and_nothing_else(name, text):
    peer = interop.profile(name).with_text(text)
    signature = peer.sign(KEY, b"data")
    peer.verify(KEY.public_key(), signature, b"data")
    for key, data in ((OTHER, b"data"), (KEY, b"date")):
        with pytest.raises(InvalidSignature):
            peer.verify(key.public_key(), signature, data)
    box = peer.encrypt(KEY.public_key(), b"secret")
    assert peer.decrypt(KEY, box) == b"secret"
    with pytest.raises(DecryptionError):
        peer.decrypt(OTHER, box)
    wrong = b"" if text is not interop.Text.BYTES else ""
    with pytest.raises(TypeError):
        peer.verify(KEY.public_key(), wrong, b"data")
    with pytest.raises(InvalidSignature):
        peer.verify(KEY.public_key(), signature[:-1], b"data")


@pytest.mark.parametrize("name", interop.names())
def test_raw_keys(name):
    peer = interop.profile(name)
    assert peer.read_public_key(peer.write_public_key(KEY.public_key())) == KEY.public_key()
    assert peer.read_private_key("11" * 32).public_key() == KEY.public_key()
    written = peer.write_public_key(KEY.public_key())
    with pytest.raises(EncodingError, match="leading zero"):
        peer.read_public_key(written[1:])
    with pytest.raises(EncodingError, match="bytes, not"):
        peer.read_public_key(written[2:])
    with pytest.raises(EncodingError, match="leading zeros"):
        peer.read_private_key("11" * 31)
    with pytest.raises(InvalidKey):
        peer.read_private_key("00" * 32)


@pytest.mark.parametrize("text", ["0x11", "1", "aB", "zz", " 11"])
def test_hex_has_one_spelling(text):
    with pytest.raises(EncodingError):
        interop.Text.HEX.read(text, what="test")


@pytest.mark.parametrize("text", ["Zg", "Zh==", "Z g=", "Zg==\n", "-_=="])
def test_base64_has_one_spelling(text):
    with pytest.raises(EncodingError):
        interop.Text.BASE64.read(text, what="test")


@given(st.binary(max_size=80), st.sampled_from(list(interop.Text)))
def test_texts_read_back(octets, text):
    assert text.read(text.write(octets), what="test") == octets


def test_limits_and_names_are_said():
    with pytest.raises(InvalidArgument, match="at most 255"):
        interop.profile("gmssl-c").encrypt(KEY.public_key(), bytes(256))
    with pytest.raises(InvalidArgument, match="hutool"):
        interop.profile("nobody")


def test_a_signature_of_openssl_needs_its_empty_identifier():
    signature = interop.profile("openssl").sign(KEY, b"data")
    KEY.public_key().verify(signature, b"data", user_id=b"")
    with pytest.raises(InvalidSignature):
        KEY.public_key().verify(signature, b"data")


def test_gmssl_for_python_agrees():
    theirs_sm2 = pytest.importorskip("gmssl.sm2", reason="the peer gmssl is not installed")
    peer = interop.profile("gmssl-py")
    private = "11" * 32
    theirs = theirs_sm2.CryptSM2(
        private_key=private, public_key=peer.write_public_key(KEY.public_key())
    )
    theirs.public_key = peer.write_public_key(KEY.public_key())
    peer.verify(KEY.public_key(), theirs.sign_with_sm3(b"data"), b"data")
    assert theirs.verify_with_sm3(peer.sign(KEY, b"data"), b"data")
    assert (
        theirs.decrypt(bytes.fromhex(peer.encrypt(KEY.public_key(), b"a longer secret")))
        == b"a longer secret"
    )
    assert peer.decrypt(KEY, theirs.encrypt(b"a longer secret").hex()) == b"a longer secret"
