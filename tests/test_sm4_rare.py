"""The rarer modes of SM4, beside the slow reference and at their limits."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmkit import errors
from gmkit.hazmat import sm4 as raw
from tests.reference import sm4_more

KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")
IV = bytes(range(16))


@pytest.mark.usefixtures("cpu_path")
@pytest.mark.parametrize("blocks", [1, 2, 3, 9, 70])
def test_whole_block_modes_agree_with_the_reference(blocks):
    data = os.urandom(16 * blocks)
    bc = raw.bc_encrypt(KEY, data, iv=IV)
    assert bc == sm4_more.bc(KEY, IV, data)
    assert raw.bc_decrypt(KEY, bc, iv=IV) == data
    ofbnlf = raw.ofbnlf_encrypt(KEY, data, iv=IV)
    assert ofbnlf == sm4_more.ofbnlf(KEY, IV, data)
    assert raw.ofbnlf_decrypt(KEY, ofbnlf, iv=IV) == data
    hctr = raw.hctr_encrypt(KEY + IV, data, tweak=IV)
    assert hctr == sm4_more.hctr(KEY, IV, IV, data)
    assert raw.hctr_decrypt(KEY + IV, hctr, tweak=IV) == data


@pytest.mark.usefixtures("cpu_path")
@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 31, 32, 33, 255, 1100, 2049])
def test_gcm_siv_and_cbc_mac_agree_with_the_reference(length):
    data, aad, nonce = os.urandom(length), os.urandom(length % 40), os.urandom(12)
    cipher = raw.SM4GCMSIV(KEY)
    sealed = cipher.encrypt(nonce, data, aad)
    assert sealed == b"".join(sm4_more.gcm_siv(KEY, nonce, aad, data))
    assert cipher.decrypt(nonce, sealed, aad) == data
    for at in {0, length // 2, length, length + 15}:
        spoilt = bytearray(sealed)
        spoilt[at] ^= 4
        with pytest.raises(errors.DecryptionError):
            cipher.decrypt(nonce, spoilt, aad)
    assert raw.cbc_mac(KEY, data) == sm4_more.cbc_mac(KEY, data)


@pytest.mark.parametrize("length", [0, 11, 13, 16])
def test_gcm_siv_has_one_nonce_length(length):
    for use in [raw.SM4GCMSIV(KEY).encrypt, raw.SM4GCMSIV(KEY).decrypt]:
        with pytest.raises(errors.InvalidArgument, match="nonce"):
            use(bytes(length), bytes(20))
    with pytest.raises(errors.DecryptionError):
        raw.SM4GCMSIV(KEY).decrypt(bytes(12), bytes(15))


ALPHABETS = ["01", "0123456789", "abcdefghijklmnopqrstuvwxyz", "".join(map(chr, range(256, 1000)))]


@given(data=st.data(), alphabet=st.sampled_from(ALPHABETS), tweak=st.binary(max_size=40))
def test_ff1_agrees_with_the_reference(data, alphabet, tweak):
    fewest = next(n for n in range(2, 30) if len(alphabet) ** n >= 1_000_000)
    most = next(n for n in range(2, 300) if len(alphabet) ** -(-(n + 1) // 2) > 1 << 96)
    text = data.draw(st.text(alphabet, min_size=fewest, max_size=most))
    sealed = raw.ff1_encrypt(KEY, text, tweak=tweak, alphabet=alphabet)
    digits = [alphabet.index(character) for character in text]
    made = sm4_more.ff1(KEY, len(alphabet), tweak, digits)
    assert sealed == "".join(alphabet[digit] for digit in made)
    assert raw.ff1_decrypt(KEY, sealed, tweak=tweak, alphabet=alphabet) == text


@pytest.mark.parametrize(
    ("text", "alphabet", "why"),
    [
        ("", "0123456789", "shorter"),
        ("12345", "0123456789", "shorter"),
        ("0" * 57, "0123456789", "longer"),
        ("12345a", "0123456789", "not in the alphabet"),
        ("111111", "1", "2 to 65,536"),
        ("123456", "01234567899", "each once"),
    ],
)
def test_what_ff1_refuses(text, alphabet, why):
    with pytest.raises(errors.InvalidArgument, match=why):
        raw.ff1_encrypt(KEY, text, alphabet=alphabet)


def test_ff1_takes_text():
    with pytest.raises(TypeError, match="str"):
        raw.ff1_encrypt(KEY, b"123456")
    longest = "9" * 56
    assert raw.ff1_decrypt(KEY, raw.ff1_encrypt(KEY, longest)) == longest


def test_partial_blocks_and_wrong_keys_are_refused():
    for use in [
        lambda: raw.bc_encrypt(KEY, bytes(17), iv=IV),
        lambda: raw.bc_decrypt(KEY, bytes(15), iv=IV),
        lambda: raw.ofbnlf_encrypt(KEY, bytes(1), iv=IV),
        lambda: raw.hctr_encrypt(KEY * 2, bytes(20), tweak=IV),
        lambda: raw.hctr_encrypt(KEY * 2, b"", tweak=IV),
        lambda: raw.bc_encrypt(KEY, b"", iv=b""),
    ]:
        with pytest.raises(errors.InvalidArgument):
            use()
    for length in [0, 16, 31, 33, 48]:
        with pytest.raises(errors.InvalidKey, match=f"not {length}"):
            raw.hctr_encrypt(bytes(length), IV, tweak=IV)
