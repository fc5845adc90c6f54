"""Tongsuo-Project/Tongsuo: the SM parts of the test files it shares with OpenSSL."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

from form import Group, VectorFile
from raw import Raw, octets

CHECKED = ["Tongsuo", "independent recomputation"]
# OpenSSL's names of the modes, ours, and the schema.
MODES = {
    "SM4-ECB": ("SM4-ECB", "cipher"),
    "SM4-CBC": ("SM4-CBC", "cipher"),
    "SM4-CFB": ("SM4-CFB", "cipher"),
    "SM4-OFB": ("SM4-OFB", "cipher"),
    "SM4-CTR": ("SM4-CTR", "cipher"),
    "SM4-GCM": ("SM4-GCM", "aead"),
    "SM4-CCM": ("SM4-CCM", "aead"),
    # Without XTSStandard the GB/T 17964 doubling is meant: the first example of the standard says so.
    "SM4-XTS": ("SM4-XTS-GB", "xts"),
    "SM4-XTS/GB": ("SM4-XTS-GB", "xts"),
    "SM4-XTS/IEEE": ("SM4-XTS-IEEE", "xts"),
}


def files(shared: Path) -> Iterator[VectorFile]:
    """SM3, HMAC-SM3, SM4 by mode, SM2 verification and decryption."""
    raw = Raw(shared / "vectors-raw/Tongsuo")

    def made(name: str, path: str, schema: str, algorithm: str, *groups: Group) -> VectorFile:
        origin = raw.origin(name)
        return VectorFile(
            path, schema, algorithm, origin.source, origin.licence, CHECKED, list(groups)
        )

    group = Group("DigestTest")
    for block in raw.blocks("evpmd_sm3.txt"):
        if block.get("digest", "").upper() == "SM3":
            group.add({"msg": octets(block["input"]), "digest": octets(block["output"])})
    yield made("evpmd_sm3.txt", "sm3/tongsuo.json", "digest", "SM3", group)

    group = Group("MacTest", {"tagSize": 256})
    for block in raw.blocks("evpmac_sm3.txt"):
        if block.get("mac") == "HMAC":
            values = {k: octets(block[v]) for k, v in (("key", "key"), ("msg", "input"))}
            group.add({**values, "tag": octets(block["output"])})
    yield made("evpmac_sm3.txt", "hmac/tongsuo.json", "mac", "HMAC-SM3", group)

    name = "evpciph_sm4.txt"
    groups: dict[str, Group] = {}
    for block in raw.blocks(name):
        if "cipher" not in block:
            continue
        mode = block["cipher"] + ("/" + block["xtsstandard"] if "xtsstandard" in block else "")
        algorithm, schema = MODES[mode]
        group = groups.setdefault(algorithm, _group(schema, block))
        group.add(_cipher_test(schema, block))
    for algorithm, group in groups.items():
        schema = next(schema for ours, schema in MODES.values() if ours == algorithm)
        path = f"sm4/tongsuo_{algorithm[4:].lower().replace('-', '_')}.json"
        yield made(name, path, schema, algorithm, group)

    yield from _sm2(raw, made)


def _group(schema: str, block: dict[str, str]) -> Group:
    if schema == "aead":
        sizes = {"ivSize": len(block["iv"]) * 4, "keySize": 128, "tagSize": len(block["tag"]) * 4}
        return Group("AeadTest", sizes)
    return Group({"cipher": "CipherTest", "xts": "XtsTest"}[schema])


def _cipher_test(schema: str, block: dict[str, str]) -> dict[str, str]:
    texts = {"msg": octets(block["plaintext"]), "ct": octets(block["ciphertext"])}
    key = octets(block["key"])
    if schema == "aead":
        values = {"key": key, "iv": octets(block["iv"]), "aad": octets(block["aad"])}
        return {**values, **texts, "tag": octets(block["tag"])}
    if schema == "xts":
        return {"key1": key[:32], "key2": key[32:], "tweak": octets(block["iv"]), **texts}
    return {"key": key, **({"iv": octets(block["iv"])} if "iv" in block else {}), **texts}


def _sm2(raw: Raw, made: object) -> Iterator[VectorFile]:
    name = "evppkey_sm2.txt"
    assert callable(made)
    keys: dict[str, tuple[str, str]] = {}
    verify: dict[str, Group] = {}
    decrypt: dict[str, Group] = {}
    for block in raw.blocks(name):
        if "privatekey" in block:
            keys[block["privatekey"]] = _key(base64.b64decode(block["pem"]))
        elif "verify" in block and block.get("ctrl") == "digest:SM3":
            private, public = keys[block["verify"]]
            group = verify.setdefault(public, Group("Sm2VerifyPrehashed", {"publicKey": public}))
            group.add({"e": octets(block["input"]), "sig": octets(block["output"])})
        elif "decrypt" in block and "result" not in block:
            private, public = keys[block["decrypt"]]
            constants = {"privateKey": private, "publicKey": public, "encoding": "DER"}
            group = decrypt.setdefault(public, Group("Sm2Decrypt", constants))
            group.add({"ct": octets(block["input"]), "msg": octets(block["output"])})
    path = "sm2/tongsuo_verify.json"
    yield made(name, path, "sm2_signature", "SM2-signature", *verify.values())
    path = "sm2/tongsuo_decrypt.json"
    yield made(name, path, "sm2_encryption", "SM2-encryption", *decrypt.values())


def _key(der: bytes) -> tuple[str, str]:
    """Private and public half, from the one shape of PKCS#8 these files have (version 1, point inside)."""
    private = der.index(b"\x02\x01\x01\x04\x20") + 5
    public = der.index(b"\x03\x42\x00\x04") + 3
    return der[private : private + 32].hex(), der[public : public + 65].hex()
