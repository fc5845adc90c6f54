"""guanzhi/GmSSL (the GmSSL fork with test headers in Wycheproof's manner): KDFs and SM4 modes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from form import Group, VectorFile, lower
from raw import Raw

CHECKED = ["independent recomputation"]
PADDING_NOTES = {
    "BadPadding": {
        "bugType": "CAN_OF_WORMS",
        "description": "The block decrypts to a padding that PKCS#7 does not make.",
    },
    "NoPadding": {
        "bugType": "CAN_OF_WORMS",
        "description": "The ciphertext is shorter than any padded message.",
    },
    "Pseudorandom": {"bugType": "FUNCTIONALITY", "description": "Generated input of many lengths."},
}


def _flags(test: dict[str, Any]) -> list[str]:
    return [flag for flag in test.get("flags", "").replace(",", " ").split() if flag] or [
        "EdgeCase" if "output size" in test.get("comment", "") else "Normal"
    ]


def _comment(test: dict[str, Any]) -> str:
    words = test.get("comment") or test.get("name") or ""
    return f"{test['id']}: {words}".rstrip(": ") if "id" in test else words


def files(shared: Path) -> Iterator[VectorFile]:
    """HKDF, PBKDF2, SM3, and CBC, CFB, CTR, OFB, XTS."""
    raw = Raw(shared / "vectors-raw/guanzhi-GmSSL")

    def made(name: str, path: str, schema: str, algorithm: str, group: Group) -> VectorFile:
        origin = raw.origin(name)
        return VectorFile(
            path, schema, algorithm, origin.source, origin.licence, CHECKED, [group], PADDING_NOTES
        )

    group = Group("HkdfTest")
    for test in raw.json("hkdf_sm3.json")["tests"]:
        values = {"ikm": test["ikm"], "salt": test["salt"], "info": test["info"]}
        group.add(
            {**values, "size": test["size"], "okm": test["okm"]},
            comment=_comment(test),
            flags=_flags(test),
            valid=test["result"] == "valid",
        )
    yield made("hkdf_sm3.json", "kdf/guanzhi_gmssl_hkdf.json", "hkdf", "HKDF-SM3", group)

    group = Group("Pbkdf2Test")
    for test in raw.json("pbkdf2_hmac_sm3.json")["tests"]:
        values = {k: test[k] for k in ("password", "salt", "iterations")}
        group.add(
            {**values, "size": test["dk_len"], "dk": test["dk"]},
            comment=_comment(test),
            flags=_flags(test),
            valid=test["result"] == "valid",
        )
    name = "pbkdf2_hmac_sm3.json"
    yield made(name, "kdf/guanzhi_gmssl_pbkdf2.json", "pbkdf2", "PBKDF2-HMAC-SM3", group)

    group = Group("DigestTest")
    for test in raw.json("sm3_za_inputs.json")["tests"]:
        group.add({"msg": lower(test["msg"]), "digest": lower(test["digest"])})
    yield made("sm3_za_inputs.json", "sm3/guanzhi_gmssl.json", "digest", "SM3", group)

    group = Group("CipherTest")
    for test in raw.json("sm4_cbc_pkcs7.json")["tests"]:
        group.add(
            {"key": test["key"], "iv": test["iv"], "msg": test["pt"], "ct": test["ct"]},
            comment=_comment(test),
            flags=_flags(test),
            valid=test["result"] == "valid",
        )
    name = "sm4_cbc_pkcs7.json"
    yield made(name, "sm4/guanzhi_gmssl_cbc_pkcs7.json", "cipher", "SM4-CBC-PKCS7", group)

    for mode in ("cfb", "ctr", "ofb"):
        group = Group("CipherTest")
        for test in raw.json(f"sm4_{mode}.json")["tests"]:
            if test.get("segment_bytes", 16) != 16:
                raise ValueError(f"sm4_{mode}.json: a segment of {test['segment_bytes']} bytes")
            edge = "overflow" in _comment(test) or "wrap" in _comment(test)
            group.add(
                {"key": test["key"], "iv": test["iv"], "msg": test["pt"], "ct": test["ct"]},
                comment=_comment(test),
                flags=["EdgeCase"] if edge else None,
            )
        algorithm = f"SM4-{mode.upper()}"
        name = f"sm4_{mode}.json"
        yield made(name, f"sm4/guanzhi_gmssl_{mode}.json", "cipher", algorithm, group)

    group = Group("XtsTest")
    for test in raw.json("sm4_xts.json")["tests"]:
        if test["variant"] != "GB/T 17964-2021":
            raise ValueError(f"sm4_xts.json: variant {test['variant']!r}")
        values = {k: lower(test[k]) for k in ("key1", "key2", "tweak")}
        group.add({**values, "msg": test["pt"], "ct": test["ct"]})
    yield made("sm4_xts.json", "sm4/guanzhi_gmssl_xts_gb.json", "xts", "SM4-XTS-GB", group)

    group = Group("Ff1Test", {"radix": 10})
    for test in raw.json("sm4_ff1.json")["tests"]:
        width = -(-(10 ** -(-len(test["pt_digits"]) // 2) - 1).bit_length() // 8)
        # Where SP 800-38G pads a tweak with no octet at all, the source pads with sixteen.
        if (len(test["tweak"]) // 2 + width + 1) % 16:
            values = {"key": test["key"], "tweak": test["tweak"]}
            group.add({**values, "msg": test["pt_digits"], "ct": test["ct_digits"]})
    yield made("sm4_ff1.json", "sm4/guanzhi_gmssl_ff1.json", "ff1", "SM4-FF1", group)
