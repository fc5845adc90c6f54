"""The slow reference of `tests/reference/` gives every answer of the files, so that it can judge the native core."""

import importlib.util
from functools import cache

import pytest

from tests.receipts import corpus
from tests.reference import sm2, sm3, sm4, sm4_more, strict_der
from tests.shared import ROOT
from tests.vectors import loader
from tests.vectors.loader import unhex


def digest(group, test):
    message = bytes.fromhex(test["msg"]) * test.get("repeat", 1)
    if len(message) <= 100_000:
        assert sm3.digest(message).hex() == test["digest"]


def hmac(group, test):
    key, message, tag = unhex(test, "key", "msg", "tag")
    fits = sm3.hmac(key, message)[: group["tagSize"] // 8] == tag
    assert fits == (test["result"] == "valid")


def cmac(group, test):
    key, message, tag = unhex(test, "key", "msg", "tag")
    assert sm4.cmac(key, message) == tag


def cbc_mac(group, test):
    key, message, tag = unhex(test, "key", "msg", "tag")
    assert sm4_more.cbc_mac(key, message) == tag


def hctr(group, test):
    given = unhex(test, "key", "hashKey", "tweak", "msg")
    assert sm4_more.hctr(*given).hex() == test["ct"]


def gcm_siv(group, test):
    made, tag = sm4_more.gcm_siv(*unhex(test, "key", "iv", "aad", "msg"))
    assert (made.hex(), tag.hex()) == (test["ct"], test["tag"])


def ff1(group, test):
    key, tweak = unhex(test, "key", "tweak")
    digits = [int(digit) for digit in test["msg"]]
    made = sm4_more.ff1(key, group["radix"], tweak, digits)
    assert "".join(map(str, made)) == test["ct"]


def sm2_kdf(group, test):
    assert sm3.sm2_kdf(bytes.fromhex(test["z"]), test["size"]).hex() == test["out"]


def hkdf(group, test):
    if test["result"] == "valid":
        out = sm3.hkdf(*unhex(test, "ikm", "salt", "info"), test["size"])
        assert out.hex() == test["okm"]


def pbkdf2(group, test):
    """4096 rounds take seconds here; the first RFC example has one."""
    password, salt, dk = unhex(test, "password", "salt", "dk")
    if test["iterations"] == 1:
        blocks = (sm3.hmac(password, salt + i.to_bytes(4, "big")) for i in (1, 2, 3))
        assert b"".join(blocks)[: test["size"]] == dk


def block(group, test):
    key, message, ciphertext = unhex(test, "key", "msg", "ct")
    if test["rounds"] == 1:
        assert sm4.SM4(key).encrypt(message) == ciphertext
        assert sm4.SM4(key).decrypt(ciphertext) == message


def cipher(mode):
    def check(group, test):
        key, message, ciphertext = unhex(test, "key", "msg", "ct")
        values = unhex(test, "iv") if "iv" in test else ()
        assert mode(key, *values, message) == ciphertext

    return check


def cbc_pkcs7(group, test):
    key, iv, message, ciphertext = unhex(test, "key", "iv", "msg", "ct")
    if test["result"] == "valid":
        assert sm4.cbc(key, iv, sm4.pad(message)) == ciphertext
    if len(ciphertext) % 16 == 0:
        opened = sm4.cbc_decrypt(key, iv, ciphertext)
        if test["result"] == "valid":
            assert sm4.unpad(opened) == message
        else:
            with pytest.raises(sm4.Refused):
                sm4.unpad(opened)


def xts(*, gb):
    def check(group, test):
        *given, ciphertext = unhex(test, "key1", "key2", "tweak", "msg", "ct")
        assert sm4.xts(*given, gb=gb) == ciphertext

    return check


def gcm(group, test):
    key, iv, aad, message, ciphertext, tag = unhex(test, "key", "iv", "aad", "msg", "ct", "tag")
    if test["result"] == "valid":
        made, full = sm4.gcm(key, iv, aad, message)
        assert (made, full[: len(tag)]) == (ciphertext, tag)
    elif iv:
        message = xor_gcm(key, iv, ciphertext)
        assert sm4.gcm(key, iv, aad, message)[1] != tag


def xor_gcm(key, iv, ciphertext):
    """GCM's key stream over a ciphertext: the message, unverified."""
    return sm4.gcm(key, iv, b"", ciphertext)[0]


def ccm(group, test):
    key, iv, aad, message, ciphertext, tag = unhex(test, "key", "iv", "aad", "msg", "ct", "tag")
    if test["result"] == "valid":
        assert sm4.ccm(key, iv, aad, message, len(tag)) == (ciphertext, tag)
    elif 7 <= len(iv) <= 13 and len(tag) in range(4, 17, 2):
        message = sm4.ccm(key, iv, b"", ciphertext, 16)[0]
        assert sm4.ccm(key, iv, aad, message, len(tag))[1] != tag


def curve_of(group):
    if "curve" not in group:
        return sm2.SM2P256V1
    return sm2.Curve(**{name: int(value, 16) for name, value in group["curve"].items()})


def point_of(octets):
    return int.from_bytes(octets[1:33], "big"), int.from_bytes(octets[33:65], "big")


def signature(group, test):
    curve, public = curve_of(group), point_of(*unhex(group, "publicKey"))
    if group["type"] == "Sm2SignKnownNonce":
        user_id, message = unhex(test, "userId", "msg")
        e, k, r, s = (int(test[name], 16) for name in "ekrs")
        assert sm2.public_key(int(group["privateKey"], 16), curve) == public
        assert sm2.z_value(user_id, public, curve).hex() == test["z"]
        assert sm2.message_digest(message, public, user_id, curve) == e
        assert sm2.sign(int(group["privateKey"], 16), e, k, curve) == (r, s)
        assert sm2.verify(public, e, r, s, curve)
        return
    if "e" in test:
        e = int(test["e"], 16)
    else:
        e = sm2.message_digest(*unhex(test, "msg"), public, *unhex(test, "userId"), curve)
    valid = signature_is_valid(group, test, public, e)
    assert valid == (test["result"] == "valid")


def signature_is_valid(group, test, public, e):
    if len(test.get("e", "00" * 32)) != 64:
        return False
    sig = bytes.fromhex(test["sig"])
    try:
        r, s = raw(sig) if group["type"].endswith("Raw") else strict_der.signature(sig)
    except strict_der.Malformed:
        return False
    return sm2.verify(public, e, r, s)


def raw(sig):
    if len(sig) != 64:
        raise strict_der.Malformed
    return int.from_bytes(sig[:32], "big"), int.from_bytes(sig[32:], "big")


def encryption(group, test):
    curve = curve_of(group)
    private, ciphertext = int(group["privateKey"], 16), bytes.fromhex(test["ct"])
    if group["type"] == "Sm2EncryptKnownNonce":
        public, message = point_of(*unhex(group, "publicKey")), bytes.fromhex(test["msg"])
        c1, c3, c2 = sm2.encrypt(public, message, int(test["k"], 16), curve)
        assert strict_der.join(group["encoding"], c1, c3, c2) == ciphertext
    try:
        parts = strict_der.split(group["encoding"], ciphertext, curve)
        opened = sm2.decrypt(private, *parts, curve)
    except (strict_der.Malformed, sm2.Refused):
        assert test["result"] == "invalid"
    else:
        assert test["result"] == "valid"
        assert opened.hex() == test["msg"]


def parsing(group, test):
    try:
        strict_der.split("DER", bytes.fromhex(test["ct"]))
    except strict_der.Malformed:
        assert test["result"] == "invalid"
    else:
        assert test["result"] == "valid"


@cache
def court():
    """The verifier for courts, which shares nothing with gmkit, and whom it trusts in these cases."""
    path = ROOT / "tools/court/verify_receipt.py"
    spec = importlib.util.spec_from_file_location("verify_receipt", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    known = corpus.corpus()
    certificates, roots = (
        [module.Certificate(each.der) for each in some]
        for some in (known.certificates, known.roots)
    )
    keys = [module.point(each.to_bytes()) for each in known.keys]
    return module, module.finder(certificates, roots, known.time, keys)


def receipt(_group, test):
    module, find = court()
    reason = None
    try:
        module.check_receipt(corpus.octets_of(test["receipt"]).decode(), find)
    except UnicodeDecodeError:
        reason = "malformed"
    except module.Refused as fault:
        reason = fault.args[0]
    assert reason == test.get("reason")


def key(group, test):
    valid = test["result"] == "valid"
    if "privateKey" in test:
        private = bytes.fromhex(test["privateKey"])
        in_range = len(private) == 32 and 0 < int.from_bytes(private, "big") < sm2.SM2P256V1.n - 1
        if "publicKey" not in test:
            assert in_range == valid
            return
        point = sm2.public_key(int.from_bytes(private, "big"))
        assert (sm2.encode(point).hex() == test["publicKey"]) == valid
        return
    try:
        point = sm2.decode(bytes.fromhex(test["publicKey"]))
        if "compressed" in test:
            assert sm2.decode(bytes.fromhex(test["compressed"])) == point
    except sm2.Refused:
        assert not valid
    else:
        assert valid


def exchange(group, test):
    curve = curve_of(group)
    (d_a, d_b), (r_a, r_b) = (
        [int(test[name + side], 16) for side in "AB"] for name in ("privateKey", "ephemeral")
    )
    points = {name + side: test[name + side] for name in ("publicKey", "point") for side in "AB"}
    for side, d, r in (("A", d_a, r_a), ("B", d_b, r_b)):
        if test["result"] == "valid":
            assert sm2.encode(sm2.public_key(d, curve)).hex() == points[f"publicKey{side}"]
            assert sm2.encode(sm2.public_key(r, curve)).hex() == points[f"point{side}"]
    if test["result"] == "invalid":
        return  # what goes wrong, and where, is for the tests of the native core
    decoded = {name: point_of(bytes.fromhex(value)) for name, value in points.items()}
    z_a, z_b = (
        sm2.z_value(*unhex(test, f"userId{side}"), decoded[f"publicKey{side}"], curve)
        for side in "AB"
    )
    made_a = sm2.exchange(
        (d_a, r_a), (decoded["publicKeyB"], decoded["pointB"]), z_a, z_b,
        initiator=True, size=test["size"], curve=curve,
    )  # fmt: skip
    made_b = sm2.exchange(
        (d_b, r_b), (decoded["publicKeyA"], decoded["pointA"]), z_a, z_b,
        initiator=False, size=test["size"], curve=curve,
    )  # fmt: skip
    assert made_a == made_b
    assert made_a == unhex(test, "shared", "confirmB", "confirmA")


CHECKS = {
    "SM3": digest,
    "HMAC-SM3": hmac,
    "SM2-KDF": sm2_kdf,
    "HKDF-SM3": hkdf,
    "PBKDF2-HMAC-SM3": pbkdf2,
    "SM4": block,
    "SM4-ECB": cipher(sm4.ecb),
    "SM4-CBC": cipher(sm4.cbc),
    "SM4-CBC-PKCS7": cbc_pkcs7,
    "SM4-CFB": cipher(sm4.cfb),
    "SM4-OFB": cipher(sm4.ofb),
    "SM4-CTR": cipher(sm4.ctr),
    "SM4-XTS-GB": xts(gb=True),
    "SM4-XTS-IEEE": xts(gb=False),
    "SM4-GCM": gcm,
    "SM4-CCM": ccm,
    "SM4-CMAC": cmac,
    "SM4-CBC-MAC": cbc_mac,
    "SM4-BC": cipher(sm4_more.bc),
    "SM4-OFBNLF": cipher(sm4_more.ofbnlf),
    "SM4-HCTR": hctr,
    "SM4-GCM-SIV": gcm_siv,
    "SM4-FF1": ff1,
    "SM2-key": key,
    "SM2-receipt": receipt,
    "SM2-signature": signature,
    "SM2-signature-on-example-curve": signature,
    "SM2-encryption": encryption,
    "SM2-encryption-on-example-curve": encryption,
    "SM2-ciphertext-encoding": parsing,
    "SM2-key-exchange": exchange,
    "SM2-key-exchange-on-example-curve": exchange,
}


@pytest.mark.parametrize("path", loader.every_file(), ids=lambda path: path.stem)
def test_reference(path):
    assert loader.run(path, CHECKS) > 0
