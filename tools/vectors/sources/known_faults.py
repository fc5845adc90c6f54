"""
Values that made released implementations fail, from the collection of known attacks (its section 13).

They were computed from the definition for that collection, and checked with OpenSSL and GmSSL.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from form import Group, VectorFile

NOTES = {
    "ShortInteger": {
        "bugType": "EDGE_CASE",
        "description": "A coordinate, r or s begins with zero bytes, so that its INTEGER is short.",
        "effect": "Encoders and decoders with variable width fail once in 128 or 256 times.",
    },
    "PointDoubling": {
        "bugType": "EDGE_CASE",
        "description": "sG = tP: the last addition of verification is a doubling.",
        "effect": "Valid signatures rejected.",
    },
    "PointAtInfinity": {
        "bugType": "AUTH_BYPASS",
        "description": "sG + tP is the point at infinity.",
        "effect": "Crash, or a forgery if infinity counts as x = 0.",
    },
    "DigestChosen": {
        "bugType": "MISUSE",
        "description": "Made from the public key alone, with e as it came out.",
        "effect": "A forgery wherever the caller may pass a hash in place of the message.",
    },
    "LostCarry": {
        "bugType": "EDGE_CASE",
        "description": "A carry that an assembly kernel lost.",
        "effect": "A valid signature rejected on one kind of processor.",
    },
    "AllZeroKeyStream": {
        "bugType": "CONFIDENTIALITY",
        "description": "The KDF gave zeros only: the message stands in clear.",
        "effect": "The standard asks to draw again, and to refuse when decrypting.",
    },
    "InvalidCurve": {
        "bugType": "MISSING_STEP",
        "description": "C1 has a small order on another curve; C3 fits.",
        "effect": "Some ten answers give the private key.",
    },
}
SOURCE = {
    "document": "collection of known attacks and bugs in SM2 implementations, section 13",
    "recipe": "computed from the definition of SM2",
}
CHECKED = ["OpenSSL 3", "GmSSL 3 (ciphertexts)", "pure Python", "tests/reference"]


def files(shared: Path) -> Iterator[VectorFile]:
    """Signatures, public keys, ciphertexts."""
    text = (shared / "known-attacks.md").read_text(encoding="utf-8")
    read = json.loads(text.split("```json\n")[1].split("```")[0])
    private, public = read["d"], "04" + "".join(read["P"])

    def made(path: str, schema: str, algorithm: str, *groups: Group) -> VectorFile:
        licence = "Apache-2.0"
        return VectorFile(path, schema, algorithm, SOURCE, licence, CHECKED, list(groups), NOTES)

    groups = [_signature(test, public, read["user_id"]) for test in read["signatures"]]
    yield made("sm2/known_faults_verify.json", "sm2_signature", "SM2-signature", *groups)

    group = Group("Sm2PublicKey")
    for key in read["public_keys"]:
        values = {"privateKey": f"{key['d']:064x}", "publicKey": "04" + key["x"] + key["y"]}
        group.add(values, comment=key["id"], flags=["ShortInteger"])
    for point in read["invalid_curve"]:
        group.add(
            {"publicKey": "04" + point["x"] + point["y"]},
            comment=f"order {point['order']} on another curve",
            flags=["InvalidCurve"],
            valid=False,
        )
    yield made("sm2/known_faults_keys.json", "sm2_key", "SM2-key", group)

    groups = []
    for form, field in (("DER", "der"), ("C1C3C2", "raw_c1c3c2")):
        group = Group("Sm2Decrypt", {"privateKey": private, "publicKey": public, "encoding": form})
        for test in read["ciphertexts"]:
            flag = {"kdf": "AllZeroKeyStream", "inv": "InvalidCurve"}.get(
                test["id"][:3], "ShortInteger"
            )
            values = {"ct": test[field], "msg": test["msg"]}
            if "k" in test:
                values["k"] = f"{test['k']:064x}"
            group.add(values, comment=test["id"], flags=[flag], valid=test["valid"])
        groups.append(group)
    yield made("sm2/known_faults_decrypt.json", "sm2_encryption", "SM2-encryption", *groups)


def _signature(test: dict[str, Any], public: str, user_id: str) -> Group:
    flag = {
        "r_short": "ShortInteger",
        "s_short": "ShortInteger",
        "doubling": "PointDoubling",
        "infinity": "PointAtInfinity",
        "raw_forgery": "DigestChosen",
        "carry": "LostCarry",
    }[test["id"]]
    key = "04" + "".join(test["P"]) if "P" in test else public
    sig = test["r"] + test["s"]
    if test["input"] == "message":
        group = Group("Sm2VerifyRaw", {"publicKey": key})
        values = {"userId": user_id.encode().hex(), "msg": test["message"].encode().hex()}
    else:
        group = Group("Sm2VerifyPrehashedRaw", {"publicKey": key})
        values = {"e": test["e"]}
    group.add({**values, "sig": sig}, comment=test["id"], flags=[flag], valid=test["valid"])
    return group
