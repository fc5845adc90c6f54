"""SM4 and its modes as users have them."""

import pytest

from gmkit import errors, sm4
from gmkit.hazmat import sm4 as modes
from tests.vectors.loader import unhex


def block(group, test):
    key, message, ciphertext = unhex(test, "key", "msg", "ct")
    cipher = modes.BlockCipher(key)
    if test["rounds"] == 1:
        assert cipher.encrypt_block(message) == ciphertext
        assert cipher.decrypt_block(ciphertext) == message
        return
    for _ in range(test["rounds"]):
        message = cipher.encrypt_block(message)
    assert message == ciphertext


def mode(encrypt, decrypt, name=None):
    """A mode that refuses nothing; *name* is what its IV is called."""

    def check(group, test):
        key, message, ciphertext = unhex(test, "key", "msg", "ct")
        options = {name: bytes.fromhex(test["iv"])} if name else {}
        assert encrypt(key, message, **options) == ciphertext
        assert decrypt(key, ciphertext, **options) == message

    return check


def cbc(group, test):
    key, iv, message, ciphertext = unhex(test, "key", "iv", "msg", "ct")
    none = modes.Padding.NONE
    assert modes.cbc_encrypt(key, message, iv=iv, padding=none) == ciphertext
    assert modes.cbc_decrypt(key, ciphertext, iv=iv, padding=none) == message


def cbc_pkcs7(group, test):
    key, iv, message, ciphertext = unhex(test, "key", "iv", "msg", "ct")
    if test["result"] == "valid":
        assert modes.cbc_encrypt(key, message, iv=iv) == ciphertext
        assert modes.cbc_decrypt(key, ciphertext, iv=iv) == message
    else:
        with pytest.raises(errors.DecryptionError, match=r"^decryption failed$"):
            modes.cbc_decrypt(key, ciphertext, iv=iv)


def xts(standard):
    def check(group, test):
        key1, key2, tweak, message, ciphertext = unhex(test, "key1", "key2", "tweak", "msg", "ct")
        options = {"tweak": tweak, "standard": standard}
        assert modes.xts_encrypt(key1 + key2, message, **options) == ciphertext
        assert modes.xts_decrypt(key1 + key2, ciphertext, **options) == message

    return check


def cmac(group, test):
    key, message, tag = unhex(test, "key", "msg", "tag")
    assert modes.cmac(key, message) == tag
    modes.verify_cmac(tag, key, message)
    with pytest.raises(errors.InvalidSignature):
        modes.verify_cmac(tag, key, message + b"\0")


def cbc_mac(group, test):
    key, message, tag = unhex(test, "key", "msg", "tag")
    assert modes.cbc_mac(key, message) == tag


def hctr(group, test):
    key, hash_key, tweak, message, ciphertext = unhex(test, "key", "hashKey", "tweak", "msg", "ct")
    assert modes.hctr_encrypt(key + hash_key, message, tweak=tweak) == ciphertext
    assert modes.hctr_decrypt(key + hash_key, ciphertext, tweak=tweak) == message


def gcm_siv(group, test):
    key, iv, aad, message, ciphertext, tag = unhex(test, "key", "iv", "aad", "msg", "ct", "tag")
    cipher = modes.SM4GCMSIV(key)
    assert cipher.encrypt(iv, message, aad) == ciphertext + tag
    assert cipher.decrypt(iv, ciphertext + tag, aad) == message
    with pytest.raises(errors.DecryptionError):
        cipher.decrypt(iv, ciphertext + tag, aad + b"x")


def ff1(group, test):
    key, tweak = unhex(test, "key", "tweak")
    assert group["radix"] == 10
    assert modes.ff1_encrypt(key, test["msg"], tweak=tweak) == test["ct"]
    assert modes.ff1_decrypt(key, test["ct"], tweak=tweak) == test["msg"]


def aead(kind, tag_lengths, nonce_lengths):
    """GCM or CCM; lengths that are not offered are InvalidArgument, wrong tags DecryptionError."""

    def check(group, test):
        key, iv, aad, message, ciphertext, tag = unhex(test, "key", "iv", "aad", "msg", "ct", "tag")
        if len(tag) not in tag_lengths:
            with pytest.raises(errors.InvalidArgument):
                kind(key, tag_length=len(tag))
            return
        cipher = kind(key, tag_length=len(tag))
        if len(iv) not in nonce_lengths:
            assert test["result"] == "invalid"
            for operation in cipher.encrypt, cipher.decrypt:
                with pytest.raises(errors.InvalidArgument):
                    operation(iv, ciphertext + tag, aad)
            return
        if test["result"] == "valid":
            assert cipher.encrypt(iv, message, aad) == ciphertext + tag
            assert cipher.decrypt(iv, ciphertext + tag, aad) == message
        else:
            with pytest.raises(errors.DecryptionError, match=r"^decryption failed$"):
                cipher.decrypt(iv, ciphertext + tag, aad)

    return check


CHECKS = {
    "SM4": block,
    "SM4-ECB": mode(modes.ecb_encrypt, modes.ecb_decrypt),
    "SM4-CBC": cbc,
    "SM4-CBC-PKCS7": cbc_pkcs7,
    "SM4-CFB": mode(modes.cfb_encrypt, modes.cfb_decrypt, "iv"),
    "SM4-OFB": mode(modes.ofb_encrypt, modes.ofb_decrypt, "iv"),
    "SM4-CTR": mode(modes.ctr_encrypt, modes.ctr_decrypt, "counter"),
    "SM4-XTS-GB": xts(modes.XTSStandard.GB),
    "SM4-XTS-IEEE": xts(modes.XTSStandard.IEEE),
    "SM4-CMAC": cmac,
    "SM4-CBC-MAC": cbc_mac,
    "SM4-BC": mode(modes.bc_encrypt, modes.bc_decrypt, "iv"),
    "SM4-OFBNLF": mode(modes.ofbnlf_encrypt, modes.ofbnlf_decrypt, "iv"),
    "SM4-HCTR": hctr,
    "SM4-GCM-SIV": gcm_siv,
    "SM4-FF1": ff1,
    "SM4-GCM": aead(sm4.SM4GCM, range(12, 17), range(1, 1 << 16)),
    "SM4-CCM": aead(sm4.SM4CCM, range(4, 17, 2), range(7, 14)),
}
