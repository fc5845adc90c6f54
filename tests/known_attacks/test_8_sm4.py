"""Section 8: SM4 and its modes, where no other test of this suite has it."""

import os

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.ciphers import modes as theirs

from gmkit import sm4
from gmkit.errors import DecryptionError
from gmkit.hazmat import sm4 as modes
from tests.known_attacks.values import vectors

KEY = bytes(range(16))


def openssl_gcm(nonce, message, aad):
    cipher = Cipher(algorithms.SM4(KEY), theirs.GCM(nonce)).encryptor()
    cipher.authenticate_additional_data(aad)
    return cipher.update(message) + cipher.finalize() + cipher.tag


def test_c_01_gcm_at_every_length_of_text_and_data(cpu_path):
    ours, nonce = sm4.SM4GCM(KEY), b"twelve bytes"
    source = os.urandom(300)
    for size in range(301):
        for message, aad in ((source[:size], b""), (b"", source[:size]), (source, source[:size])):
            sealed = ours.encrypt(nonce, message, aad)
            assert sealed == openssl_gcm(nonce, message, aad)
            assert ours.decrypt(nonce, sealed, aad) == message


def test_c_02_the_counter_wraps_at_32_bits(cpu_path):
    wrapped = 0
    for file in ("sm4/wycheproof_gcm.json", "sm4/emmansun_gmsm_gcm.json"):
        for _, test in vectors(file):
            wraps = "CounterWrap" in test["flags"] or "wraps" in test["comment"]
            if wraps and test["result"] == "valid":
                wrapped += 1
                key, iv, aad, message, ct, tag = (
                    bytes.fromhex(test[name]) for name in ("key", "iv", "aad", "msg", "ct", "tag")
                )
                made = sm4.SM4GCM(key).encrypt(iv, message, aad)
                assert made == ct + tag
                if len(iv) < 8:
                    continue  # cryptography takes no shorter one
                longer = sm4.SM4GCM(key).encrypt(iv, message + bytes(512), aad)
                cipher = Cipher(algorithms.SM4(key), theirs.GCM(iv)).encryptor()
                cipher.authenticate_additional_data(aad)
                expected = cipher.update(message + bytes(512)) + cipher.finalize() + cipher.tag
                assert longer == expected
    assert wrapped >= 5


def test_c_07_ambiguous_padding_is_not_offered():
    assert {each.name for each in modes.Padding} == {"PKCS7", "NONE"}


@pytest.mark.parametrize("last", range(256))
def test_c_06_every_last_byte(last):
    """All 256 values of the last byte of the padding: accepted exactly where it is PKCS#7."""
    iv = bytes(16)
    for text in (bytes(15) + bytes([last]), bytes([last]) * 16, bytes([1]) * 15 + bytes([last])):
        sealed = modes.cbc_encrypt(KEY, text, iv=iv, padding=modes.Padding.NONE)
        good = 1 <= last <= 16 and text[-last:] == bytes([last]) * last
        if good:
            assert modes.cbc_decrypt(KEY, sealed, iv=iv) == text[:-last]
        else:
            with pytest.raises(DecryptionError):
                modes.cbc_decrypt(KEY, sealed, iv=iv)


def test_c_06_a_full_block_of_padding_and_a_wrong_key():
    iv = bytes(16)
    sealed = modes.cbc_encrypt(KEY, bytes(32), iv=iv)
    assert len(sealed) == 48
    assert modes.cbc_decrypt(KEY, sealed, iv=iv) == bytes(32)
    refused = 0
    for number in range(500):
        try:
            assert modes.cbc_decrypt(number.to_bytes(16, "big"), sealed, iv=iv) != bytes(32)
        except DecryptionError:
            refused += 1
    assert refused > 480  # one wrong key in 256 leaves something that looks like padding
