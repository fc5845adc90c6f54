"""emmansun/gmsm: SM3, KDF, SM4 modes, SM2. The file with the widest choice of lengths and counters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from form import Group, VectorFile, lower
from raw import Raw

CHECKED = ["independent recomputation"]
NOTES = {
    "DigestAsGiven": {
        "bugType": "MISUSE",
        "description": "A key service signed the 32 bytes it was given as e: no Z, no hash.",
        "effect": "Verifies through the prehashed interface only.",
    },
    "TrailingData": {
        "bugType": "BER_ENCODING",
        "description": "Bytes follow the outer SEQUENCE.",
        "effect": "A second encoding of the same ciphertext.",
    },
}


def files(shared: Path) -> Iterator[VectorFile]:
    """SM3, SM2-KDF, then the modes of SM4, then SM2."""
    raw = Raw(shared / "vectors-raw/emmansun-gmsm")

    def made(name: str, path: str, schema: str, algorithm: str, *groups: Group) -> VectorFile:
        origin = raw.origin(name)
        source = origin.source
        if standard := raw.json(name).get("standard"):
            source = {**source, "standard": standard}
        return VectorFile(
            path, schema, algorithm, source, origin.licence, CHECKED, list(groups), NOTES
        )

    group = Group("DigestTest")
    for test in raw.json("sm3.json")["tests"]:
        if "msg_repeat" in test:
            unit, count = test["msg_repeat"]
            values = {"msg": unit, "repeat": count}
        else:
            values = {"msg": test["msg"]}
        group.add({**values, "digest": test["digest"]})
    yield made("sm3.json", "sm3/emmansun_gmsm.json", "digest", "SM3", group)

    group = Group("Sm2KdfTest")
    for test in raw.json("sm3_kdf.json")["tests"]:
        group.add({"z": test["z"], "size": test["out_len"], "out": test["out"]})
    yield made("sm3_kdf.json", "kdf/emmansun_gmsm_sm2_kdf.json", "sm2_kdf", "SM2-KDF", group)

    yield from _sm4(raw, made)
    yield from _sm2(raw, made)


def _sm4(raw: Raw, made: Any) -> Iterator[VectorFile]:
    group = Group("BlockTest")
    for test in raw.json("sm4_block.json")["tests"]:
        rounds = test.get("rounds", 1)
        group.add(
            {"key": test["key"], "msg": test["pt"], "ct": test["ct"], "rounds": rounds},
            comment="encrypted again and again with one key" if rounds > 1 else "",
            flags=["Standard"],
        )
    yield made("sm4_block.json", "sm4/emmansun_gmsm_block.json", "block", "SM4", group)

    for name, mode, algorithm in (
        ("sm4_cbc.json", "cbc_pkcs7", "SM4-CBC-PKCS7"),
        ("sm4_cfb128.json", "cfb", "SM4-CFB"),
        ("sm4_ctr.json", "ctr", "SM4-CTR"),
        ("sm4_ofb.json", "ofb", "SM4-OFB"),
    ):
        group = Group("CipherTest")
        for test in raw.json(name)["tests"]:
            if test.get("segment_bits", 128) != 128 or test.get("padding", "PKCS7") != "PKCS7":
                raise ValueError(f"{name}: a segment or padding that {algorithm} does not mean")
            group.add(
                {"key": test["key"], "iv": test["iv"], "msg": test["pt"], "ct": test["ct"]},
                comment=test.get("name", ""),
            )
        yield made(name, f"sm4/emmansun_gmsm_{mode}.json", "cipher", algorithm, group)

    for name, mode in (("sm4_gcm.json", "gcm"), ("sm4_ccm.json", "ccm")):
        groups: dict[tuple[int, int], Group] = {}
        for test in raw.json(name)["tests"]:
            iv_bits, tag_bits = len(test["iv"]) * 4, len(test["tag"]) * 4
            sizes = {"ivSize": iv_bits, "keySize": 128, "tagSize": tag_bits}
            group = groups.setdefault((iv_bits, tag_bits), Group("AeadTest", sizes))
            values = {k: test[k] for k in ("key", "iv", "aad")}
            note = test.get("note", "")
            group.add(
                {**values, "msg": test["pt"], "ct": test["ct"], "tag": test["tag"]},
                comment=note,
                flags=["EdgeCase"] if note else None,
            )
        path = f"sm4/emmansun_gmsm_{mode}.json"
        yield made(name, path, "aead", f"SM4-{mode.upper()}", *groups.values())

    for name, variant, algorithm in (
        ("sm4_xts_gb.json", "GB/T 17964-2021", "SM4-XTS-GB"),
        ("sm4_xts_ieee.json", "IEEE 1619", "SM4-XTS-IEEE"),
    ):
        group = Group("XtsTest")
        for test in raw.json(name)["tests"]:
            if test["variant"] != variant:
                raise ValueError(f"{name}: variant {test['variant']!r}")
            values = {k: lower(test[k]) for k in ("key1", "key2", "tweak")}
            group.add({**values, "msg": test["pt"], "ct": test["ct"]})
        yield made(name, f"sm4/emmansun_gmsm{name[3:-5]}.json", "xts", algorithm, group)

    # Of CBC-MAC only padding method 2, which the source also calls its default.
    for mac, name in (("CMAC", "cmac"), ("CBC-MAC", "cbc_mac")):
        group = Group("MacTest", {"keySize": 128, "tagSize": 128})
        for test in raw.json("sm4_macs.json")["tests"]:
            if test["mac"] == mac and test["padding"] == "default":
                values = {"key": test["key"], "msg": test["msg"], "tag": test["tag"]}
                group.add(values, flags=["Standard"])
        path = f"sm4/emmansun_gmsm_{name}.json"
        yield made("sm4_macs.json", path, "mac", f"SM4-{mac}", group)

    yield from _rare_modes(raw, made)


def _rare_modes(raw: Raw, made: Any) -> Iterator[VectorFile]:
    for mode in ("bc", "ofbnlf"):
        group = Group("CipherTest")
        for test in raw.json(f"sm4_{mode}.json")["tests"]:
            group.add({"key": test["key"], "iv": test["iv"], "msg": test["pt"], "ct": test["ct"]})
        path = f"sm4/emmansun_gmsm_{mode}.json"
        yield made(f"sm4_{mode}.json", path, "cipher", f"SM4-{mode.upper()}", group)

    group = Group("HctrTest")
    for test in raw.json("sm4_hctr.json")["tests"]:
        if not test.get("disputed"):  # a partial block, on whose meaning sources disagree
            values = {k: test[k] for k in ("key", "tweak")}
            group.add(
                {**values, "hashKey": test["hash_key"], "msg": test["pt"], "ct": test["ct"]},
                flags=["Standard"],
            )
    yield made("sm4_hctr.json", "sm4/emmansun_gmsm_hctr.json", "hctr", "SM4-HCTR", group)

    group = Group("AeadTest", {"ivSize": 96, "keySize": 128, "tagSize": 128})
    for test in raw.json("sm4_gcm_siv.json")["tests"]:
        values = {"key": test["key"], "iv": test["nonce"], "aad": test["aad"], "msg": test["pt"]}
        group.add({**values, "ct": test["out"][:-32], "tag": test["out"][-32:]})
    yield made("sm4_gcm_siv.json", "sm4/emmansun_gmsm_gcm_siv.json", "aead", "SM4-GCM-SIV", group)


def _sm2(raw: Raw, made: Any) -> Iterator[VectorFile]:
    groups = []
    for test in raw.json("sm2_sign.json")["tests"]:
        constants = {"publicKey": lower(test["public"])}
        if "digest_e" in test:
            group = Group("Sm2VerifyPrehashed", constants)
            values, flags = {"e": test["digest_e"]}, ["DigestAsGiven"]
        else:
            group = Group("Sm2Verify", constants)
            values, flags = {"userId": test["id"], "msg": test["msg"]}, None
        group.add({**values, "sig": test["sig_der"]}, flags=flags, valid=test["valid"])
        groups.append(group)
    name = "sm2_sign.json"
    yield made(name, "sm2/emmansun_gmsm_verify.json", "sm2_signature", "SM2-signature", *groups)

    groups = []
    for test in raw.json("sm2_decrypt.json")["tests"]:
        constants = {"privateKey": test["private"], "publicKey": test["public"]}
        for form, key in (("DER", "ct_der"), ("C1C3C2", "ct_c1c3c2"), ("C1C2C3", "ct_c1c2c3")):
            group = Group("Sm2Decrypt", {**constants, "encoding": form})
            group.add({"ct": test[key], "msg": test["pt"]})
            groups.append(group)
    name = "sm2_decrypt.json"
    yield made(name, "sm2/emmansun_gmsm_decrypt.json", "sm2_encryption", "SM2-encryption", *groups)

    group = Group("Sm2CiphertextParse", {"encoding": "DER"})
    for test in raw.json("sm2_ciphertext_der.json")["tests"]:
        trailing = test["trailing_bytes"]
        group.add(
            {"ct": test["ct_der"]},
            comment=f"{trailing} bytes follow" if trailing else "well formed",
            flags=["TrailingData"] if trailing else None,
            valid=not trailing,
        )
    name = "sm2_ciphertext_der.json"
    path = "sm2/emmansun_gmsm_ciphertext_der.json"
    yield made(name, path, "sm2_ciphertext", "SM2-ciphertext-encoding", group)

    group = Group("Sm2KeyExchange")
    for test in raw.json("sm2_key_exchange.json")["tests"]:
        group.add(exchange(test))
    name = "sm2_key_exchange.json"
    path = "sm2/emmansun_gmsm_key_exchange.json"
    yield made(name, path, "sm2_exchange", "SM2-key-exchange", group)


def exchange(test: dict[str, Any]) -> dict[str, Any]:
    """One run of the key exchange: A begins, B answers; S1 = SB is B's confirmation, S2 = SA is A's."""
    return {
        "userIdA": test["idA"],
        "userIdB": test["idB"],
        "privateKeyA": lower(test["dA"]),
        "privateKeyB": lower(test["dB"]),
        "publicKeyA": lower(test["PA"]),
        "publicKeyB": lower(test["PB"]),
        "ephemeralA": lower(test["rA"]),
        "ephemeralB": lower(test["rB"]),
        "pointA": lower(test["RA"]),
        "pointB": lower(test["RB"]),
        "size": test["klen"],
        "shared": lower(test["K"]),
        "confirmB": lower(test["S1_SB"]),
        "confirmA": lower(test["S2_SA"]),
    }
