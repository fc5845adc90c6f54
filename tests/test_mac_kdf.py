"""HMAC-SM3, PBKDF2 and HKDF against OpenSSL's SM3 and Python's own HMAC."""

import hashlib
import hmac
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmkit import errors, kdf, mac
from gmkit._native import cpu
from tests.bounds import within

openssl = pytest.mark.skipif(
    "sm3" not in hashlib.algorithms_available, reason="this Python's OpenSSL has no SM3"
)


def peer(key, data):
    return hmac.new(key, data, lambda piece=b"": hashlib.new("sm3", piece)).digest()


@pytest.fixture(params=cpu.available())
def path(request):
    before = cpu.active()
    cpu.force(request.param)
    yield request.param
    cpu.force(before)


@openssl
@given(key=st.binary(max_size=200), data=st.binary(max_size=300))
def test_h_06_keys_of_every_length(key, data):
    tag = mac.hmac_sm3(key, data)
    assert tag == peer(key, data)
    mac.verify_hmac_sm3(tag, key, data)
    assert mac.HmacSM3(key).update(data[:50]).update(data[50:]).digest() == tag


def test_h_06_other_tags_and_other_lengths_are_refused():
    tag = mac.hmac_sm3(b"key", b"data")
    wrong = [tag[:length] for length in range(32)] + [tag + b"\0"]
    wrong += [tag[:at] + bytes([tag[at] ^ 1]) + tag[at + 1 :] for at in range(32)]
    for other in wrong:
        with pytest.raises(errors.InvalidSignature):
            mac.verify_hmac_sm3(other, b"key", b"data")
        with pytest.raises(errors.InvalidSignature):
            mac.HmacSM3(b"key").update(b"data").verify(other)
    mac.HmacSM3(b"key").update(b"data").verify(tag)


def test_a_copy_of_a_mac_goes_its_own_way():
    first = mac.HmacSM3(b"key").update(b"a")
    second = first.copy().update(b"b")
    assert first.digest() == first.digest() == mac.hmac_sm3(b"key", b"a")
    assert second.digest() == mac.hmac_sm3(b"key", b"ab")


@openssl
@pytest.mark.parametrize("iterations", [1, 2, 3, 1000])
@pytest.mark.parametrize("length", [1, 31, 32, 33, 64, 100, 32 * 17, 32 * 40 + 1])
@pytest.mark.usefixtures("path")
def test_pbkdf2_as_openssl(iterations, length):
    password, salt = os.urandom(20), os.urandom(16)
    ours = kdf.pbkdf2_sm3(password, salt, iterations=iterations, length=length)
    assert ours == hashlib.pbkdf2_hmac("sm3", password, salt, iterations, length)


@openssl
def test_pbkdf2_with_an_empty_and_a_long_password():
    for password in (b"", b"p" * 64, b"p" * 65, b"p" * 500):
        assert kdf.pbkdf2_sm3(password, b"", iterations=2) == hashlib.pbkdf2_hmac(
            "sm3", password, b"", 2
        )


def test_en_04_the_default_cost_takes_less_than_two_seconds():
    within(2, lambda: kdf.pbkdf2_sm3(b"password", b"salt" * 4))


@openssl
@pytest.mark.parametrize("length", [1, 32, 33, 255 * 32])
def test_hkdf_by_its_definition(length):
    material, salt, info = os.urandom(40), os.urandom(13), b"what for"
    key = peer(salt, material)
    expected, block, counter = b"", b"", 1
    while len(expected) < length:
        block = peer(key, block + info + bytes([counter]))
        expected, counter = expected + block, counter + 1
    assert kdf.hkdf_sm3(material, salt=salt, info=info, length=length) == expected[:length]


@pytest.mark.parametrize(
    "options", [{"iterations": 0}, {"iterations": 2**32}, {"length": 0}, {"length": 2**20 + 1}]
)
def test_pbkdf2_refuses_what_is_out_of_range(options):
    with pytest.raises(errors.InvalidArgument, match="must be from 1 to"):
        kdf.pbkdf2_sm3(b"password", b"salt", **options)


@pytest.mark.parametrize("length", [0, -1, 255 * 32 + 1])
def test_hkdf_refuses_what_is_out_of_range(length):
    with pytest.raises(errors.InvalidArgument, match="must be from 1 to 8160"):
        kdf.hkdf_sm3(b"material", length=length)


def test_text_is_refused():
    for call in (
        lambda: mac.hmac_sm3("key", b""),
        lambda: mac.verify_hmac_sm3(b"", b"", "data"),
        lambda: kdf.pbkdf2_sm3("password", b"salt"),
        lambda: kdf.hkdf_sm3(b"material", info="info"),
    ):
        with pytest.raises(TypeError, match="encode"):
            call()
