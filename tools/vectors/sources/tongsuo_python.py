"""Tongsuo-Project/tongsuo-python-sdk: the vectors of the SM4 and SM3 drafts, RFC 8998, and SM2 keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from form import Group, VectorFile, lower
from raw import Raw

CHECKED = ["tongsuo-python-sdk", "independent recomputation"]
USER_ID = b"1234567812345678".hex()


def files(shared: Path) -> Iterator[VectorFile]:
    """SM3, SM4 by mode, SM2."""
    raw = Raw(shared / "vectors-raw/tongsuo-python-sdk")

    def made(name: str, path: str, schema: str, algorithm: str, *groups: Group) -> VectorFile:
        origin = raw.origin(name)
        return VectorFile(
            path, schema, algorithm, origin.source, origin.licence, CHECKED, list(groups)
        )

    for source, path in (
        ("draft-shen-sm2-ecdsa-02", "draft_shen_sm2_ecdsa_02"),
        ("oscca", "tongsuo_python_oscca"),
    ):
        name = f"hashes/SM3/{source}.txt"
        group = Group("DigestTest")
        for block in raw.blocks(name):
            size = int(block["len"]) // 8 if source == "oscca" else int(block["len"])
            msg = lower(block["msg"])[: 2 * size]
            group.add({"msg": msg, "digest": lower(block["md"])})
        yield made(name, f"sm3/{path}.json", "digest", "SM3", group)

    for mode in ("cbc", "cfb", "ctr", "ecb", "ofb"):
        name = f"ciphers/SM4/draft-ribose-cfrg-sm4-10-{mode}.txt"
        group = Group("CipherTest")
        for block in raw.blocks(name):
            values = {"key": lower(block["key"])}
            if "iv" in block:
                values["iv"] = lower(block["iv"])
            texts = {"msg": lower(block["plaintext"]), "ct": lower(block["ciphertext"])}
            group.add({**values, **texts}, flags=["Standard"])
        path = f"sm4/draft_ribose_cfrg_sm4_10_{mode}.json"
        yield made(name, path, "cipher", f"SM4-{mode.upper()}", group)

    for mode in ("gcm", "ccm"):
        name = f"ciphers/SM4/rfc8998-sm4-{mode}.txt"
        groups: dict[int, Group] = {}
        key = ""
        for block in raw.blocks(name):
            key = lower(block.get("key", key))  # the CCM text gives it once, in a block of its own
            if "ct" in block:
                _aead(groups, mode, key, block)
        path = f"sm4/rfc8998_{mode}.json"
        yield made(name, path, "aead", f"SM4-{mode.upper()}", *groups.values())

    yield from _sm2(raw, made)


def _aead(groups: dict[int, Group], mode: str, key: str, block: dict[str, str]) -> None:
    ct = lower(block["ct"])
    if mode == "ccm":
        valid = block["result"].startswith("Pass")
        iv, aad, msg = block["nonce"], block["adata"], block.get("payload", "")
        ct, tag = ct[:-32], ct[-32:]
    else:
        valid = "fail" not in block
        iv, aad, msg, tag = block["iv"], block["aad"], block.get("pt", ""), block["tag"]
    values = {"key": key, "iv": lower(iv), "aad": lower(aad), "msg": lower(msg)}
    sizes = {"ivSize": 4 * len(values["iv"]), "keySize": 128, "tagSize": 128}
    group = groups.setdefault(sizes["ivSize"], Group("AeadTest", sizes))
    flags = ["Standard"] if valid else ["Invalid"]
    group.add({**values, "ct": ct, "tag": lower(tag)}, flags=flags, valid=valid)


def _sm2(raw: Raw, made: object) -> Iterator[VectorFile]:
    assert callable(made)
    folder = "asymciphers/SM2"
    name = f"{folder}/GB_32918.5-2017/KeyPair.rsp"
    group = Group("Sm2PublicKey")
    for block in raw.blocks(name):
        if "d" in block:
            public = "04" + lower(block["qx"]) + lower(block["qy"])
            group.add({"privateKey": lower(block["d"]), "publicKey": public}, flags=["Standard"])
    yield made(name, "sm2/tongsuo_python_key_pairs.json", "sm2_key", "SM2-key", group)

    name = f"{folder}/compressed_points.txt"
    group = Group("Sm2PublicKey")
    for block in raw.blocks(name):
        if block.get("curve") == "SM2":
            values = {"publicKey": "04" + lower(block["x"]) + lower(block["y"])}
            group.add({**values, "compressed": lower(block["point"])})
    yield made(name, "sm2/tongsuo_python_compressed.json", "sm2_key", "SM2-key", group)

    for source in ("SigGen", "SigFail"):
        name = f"{folder}/GB_32918.5-2017/{source}.txt"
        groups = []
        for block in raw.blocks(name):
            if "msg" not in block:
                continue
            group = Group("Sm2VerifyRaw", {"publicKey": "04" + lower(block["qx"] + block["qy"])})
            values = {"userId": USER_ID, "msg": lower(block["msg"])}
            valid = not block.get("result", "P").startswith("F")
            sig = lower(block["r"]) + lower(block["s"])
            flags = None if valid else ["Invalid"]
            group.add({**values, "sig": sig}, flags=flags, valid=valid)
            groups.append(group)
        path = f"sm2/tongsuo_python_{source.lower()}.json"
        yield made(name, path, "sm2_signature", "SM2-signature", *groups)
