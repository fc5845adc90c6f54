"""The vectors of the world, on every path this processor has."""

from __future__ import annotations

import json

import pytest

from gmkit import errors, sm4
from gmkit._native import cpu
from gmkit.hazmat import sm4 as raw
from tests.shared import shared

h = bytes.fromhex


@pytest.fixture(params=cpu.available(), autouse=True)
def path(request):
    cpu.force(request.param)
    yield request.param
    cpu.force(cpu.available()[-1])


def load(name):
    return json.loads((shared("vectors-raw") / name).read_text())


def test_blocks():
    for test in load("emmansun-gmsm/sm4_block.json")["tests"]:
        cipher = raw.BlockCipher(h(test["key"]))
        block = h(test["pt"])
        for _ in range(test.get("rounds", 1)):
            block = cipher.encrypt_block(block)
        assert block == h(test["ct"])


@pytest.mark.parametrize("file", ["emmansun-gmsm/sm4_cbc.json", "guanzhi-GmSSL/sm4_cbc_pkcs7.json"])
def test_cbc(file):
    for test in load(file)["tests"]:
        key, iv, pt, ct = (h(test[name]) for name in ("key", "iv", "pt", "ct"))
        if test.get("result", "valid") == "valid":
            assert raw.cbc_encrypt(key, pt, iv=iv) == ct
            assert raw.cbc_decrypt(key, ct, iv=iv) == pt
        else:
            with pytest.raises(errors.DecryptionError):
                raw.cbc_decrypt(key, ct, iv=iv)


@pytest.mark.parametrize("file", ["emmansun-gmsm/sm4_ctr.json", "guanzhi-GmSSL/sm4_ctr.json"])
def test_ctr(file):
    for test in load(file)["tests"]:
        key, iv, pt, ct = (h(test[name]) for name in ("key", "iv", "pt", "ct"))
        assert raw.ctr_encrypt(key, pt, counter=iv) == ct
        assert raw.ctr_decrypt(key, ct, counter=iv) == pt


@pytest.mark.parametrize("file", ["emmansun-gmsm/sm4_cfb128.json", "guanzhi-GmSSL/sm4_cfb.json"])
def test_cfb(file):
    for test in load(file)["tests"]:
        key, iv, pt, ct = (h(test[name]) for name in ("key", "iv", "pt", "ct"))
        assert raw.cfb_encrypt(key, pt, iv=iv) == ct
        assert raw.cfb_decrypt(key, ct, iv=iv) == pt


@pytest.mark.parametrize("file", ["emmansun-gmsm/sm4_ofb.json", "guanzhi-GmSSL/sm4_ofb.json"])
def test_ofb(file):
    for test in load(file)["tests"]:
        key, iv, pt, ct = (h(test[name]) for name in ("key", "iv", "pt", "ct"))
        assert raw.ofb_encrypt(key, pt, iv=iv) == ct
        assert raw.ofb_decrypt(key, ct, iv=iv) == pt


@pytest.mark.parametrize(
    "file",
    [
        "emmansun-gmsm/sm4_xts_gb.json",
        "emmansun-gmsm/sm4_xts_ieee.json",
        "guanzhi-GmSSL/sm4_xts.json",
    ],
)
def test_xts(file):
    for test in load(file)["tests"]:
        standard = raw.XTSStandard.IEEE if "IEEE" in test["variant"] else raw.XTSStandard.GB
        key, pt, ct = h(test["key1"] + test["key2"]), h(test["pt"]), h(test["ct"])
        named = {"tweak": h(test["tweak"]), "standard": standard}
        assert raw.xts_encrypt(key, pt, **named) == ct
        assert raw.xts_decrypt(key, ct, **named) == pt


@pytest.mark.parametrize(
    ("file", "aead"),
    [("emmansun-gmsm/sm4_gcm.json", sm4.SM4GCM), ("emmansun-gmsm/sm4_ccm.json", sm4.SM4CCM)],
)
def test_aead(file, aead):
    for test in load(file)["tests"]:
        key, iv, pt, aad = (h(test[name]) for name in ("key", "iv", "pt", "aad"))
        sealed = h(test["ct"] + test["tag"])
        cipher = aead(key, tag_length=test["tag_len"])
        assert cipher.encrypt(iv, pt, aad) == sealed
        assert cipher.decrypt(iv, sealed, aad) == pt


@pytest.mark.parametrize(
    ("file", "aead"), [("sm4_gcm_test.json", sm4.SM4GCM), ("sm4_ccm_test.json", sm4.SM4CCM)]
)
def test_wycheproof(file, aead):
    suite = load(f"wycheproof/{file}")
    done = 0
    for group in suite["testGroups"]:
        for test in group["tests"]:
            key, iv, aad, msg, ct, tag = (
                h(test[name]) for name in ("key", "iv", "aad", "msg", "ct", "tag")
            )
            length = group["tagSize"] // 8
            done += 1
            if test["result"] == "valid":
                cipher = aead(key, tag_length=length)
                assert cipher.encrypt(iv, msg, aad) == ct + tag, test["tcId"]
                assert cipher.decrypt(iv, ct + tag, aad) == msg, test["tcId"]
            elif "ModifiedTag" in test["flags"]:
                with pytest.raises(errors.DecryptionError):
                    aead(key, tag_length=length).decrypt(iv, ct + tag, aad)
            else:  # a nonce or a tag of a length that must not be
                with pytest.raises(errors.InvalidArgument):
                    aead(key, tag_length=length).decrypt(iv, ct + tag, aad)
    assert done == suite["numberOfTests"]


def test_cmac():
    for test in load("emmansun-gmsm/sm4_macs.json")["tests"]:
        if test["mac"] == "CMAC":
            key, msg, tag = (h(test[name]) for name in ("key", "msg", "tag"))
            assert raw.cmac(key, msg) == tag
            raw.verify_cmac(tag, key, msg)


def test_tongsuo_file():
    stanzas = []
    for paragraph in (shared("vectors-raw") / "Tongsuo/evpciph_sm4.txt").read_text().split("\n\n"):
        fields = dict(
            (part.strip() for part in line.split("=", 1))
            for line in paragraph.splitlines()
            if "=" in line and not line.startswith("#")
        )
        if "Cipher" in fields:
            stanzas.append(fields)
    assert len(stanzas) == 13
    for fields in stanzas:
        assert encrypted(fields) == h(fields["Ciphertext"] + fields.get("Tag", ""))


def encrypted(fields):
    key, pt = h(fields["Key"]), h(fields["Plaintext"])
    iv, aad = (h(fields.get(name, "")) for name in ("IV", "AAD"))
    # Without the name of a standard, Tongsuo means GB/T 17964.
    standard = raw.XTSStandard[fields.get("XTSStandard", "GB")]
    none = raw.Padding.NONE
    return {
        "SM4-ECB": lambda: raw.ecb_encrypt(key, pt),
        "SM4-CBC": lambda: raw.cbc_encrypt(key, pt, iv=iv, padding=none),
        "SM4-CFB": lambda: raw.cfb_encrypt(key, pt, iv=iv),
        "SM4-OFB": lambda: raw.ofb_encrypt(key, pt, iv=iv),
        "SM4-CTR": lambda: raw.ctr_encrypt(key, pt, counter=iv),
        "SM4-GCM": lambda: sm4.SM4GCM(key).encrypt(iv, pt, aad),
        "SM4-CCM": lambda: sm4.SM4CCM(key).encrypt(iv, pt, aad),
        "SM4-XTS": lambda: raw.xts_encrypt(key, pt, tweak=iv, standard=standard),
    }[fields["Cipher"]]()
