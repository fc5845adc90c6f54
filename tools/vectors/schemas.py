#!/usr/bin/env python3
"""
Writes `vectors/schema/`: `file.json` for the head of every vector file, and one schema a kind of group.

    tools/vectors/schemas.py            write them
    tools/vectors/schemas.py --check    fail if they differ from what is written
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "vectors/schema"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

TEXT = {"type": "string"}
HEX = {"type": "string", "pattern": "^([0-9a-f]{2})*$"}
SIZE = {"type": "integer", "minimum": 0}
DIGITS = {"type": "string", "pattern": "^[0-9]*$"}


def fixed(octets: int) -> dict[str, Any]:
    """Hex of that many bytes."""
    return {"type": "string", "pattern": f"^[0-9a-f]{{{2 * octets}}}$"}


def table(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    """An object with these members and no others."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def group(types: list[str], constants: dict[str, Any], test: dict[str, Any]) -> dict[str, Any]:
    """A group: its type, constants (all optional), and tests with head, these members and a result."""
    head = {
        "tcId": {"type": "integer", "minimum": 1},
        "comment": TEXT,
        "flags": {"type": "array", "items": TEXT, "minItems": 1, "uniqueItems": True},
        "result": {"enum": ["valid", "invalid"]},
    }
    required = {**head, **{k: v for k, v in test.items() if not k.endswith("?")}}
    optional = {k[:-1]: v for k, v in test.items() if k.endswith("?")}
    tests = {"type": "array", "minItems": 1, "items": table(required, optional)}
    return {
        "$schema": DIALECT,
        **table({"type": {"enum": types}, "tests": tests}, constants),
    }


SIZES = {"ivSize": SIZE, "keySize": SIZE, "tagSize": SIZE}
KEYS = {"privateKey": fixed(32), "publicKey": fixed(65)}
CURVE = {"curve": table({name: fixed(32) for name in ("p", "a", "b", "gx", "gy", "n")})}
ENCODING = {"encoding": {"enum": ["DER", "C1C3C2", "C1C2C3"]}}
# Which error an invalid input must give, and where other implementations answer otherwise.
EXPECTED = {
    "cause?": TEXT,
    "error?": {"enum": ["InvalidSignature", "DecryptionError", "InvalidKey", "VerificationError"]},
    "disagreements?": {"type": "object", "additionalProperties": TEXT},
}
TEXTS = {"msg": HEX, "ct": HEX}

FILE = {
    "$schema": DIALECT,
    **table(
        {
            "algorithm": TEXT,
            "schema": TEXT,
            "source": {"type": "object", "additionalProperties": TEXT, "minProperties": 2},
            "licence": TEXT,
            "verified_with": {"type": "array", "items": TEXT, "minItems": 1},
            "numberOfTests": {"type": "integer", "minimum": 1},
            "notes": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": table(
                    {"bugType": TEXT, "description": TEXT},
                    {
                        "effect": TEXT,
                        "links": {"type": "array", "items": TEXT},
                        "cves": {"type": "array", "items": TEXT},
                    },
                ),
            },
            "testGroups": {"type": "array", "minItems": 1, "items": {"type": "object"}},
        }
    ),
}
SCHEMAS = {
    "file": FILE,
    "digest": group(["DigestTest"], {}, {"msg": HEX, "digest": fixed(32), "repeat?": SIZE}),
    "mac": group(["MacTest"], SIZES, {"key": HEX, "msg": HEX, "tag": HEX}),
    "sm2_kdf": group(["Sm2KdfTest"], {}, {"z": HEX, "size": SIZE, "out": HEX}),
    "hkdf": group(
        ["HkdfTest"], {}, {"ikm": HEX, "salt": HEX, "info": HEX, "size": SIZE, "okm": HEX}
    ),
    "pbkdf2": group(
        ["Pbkdf2Test"],
        {},
        {"password": HEX, "salt": HEX, "iterations": SIZE, "size": SIZE, "dk": HEX},
    ),
    "block": group(
        ["BlockTest"],
        {},
        {"key": fixed(16), "msg": fixed(16), "ct": fixed(16), "rounds": {"type": "integer"}},
    ),
    "cipher": group(["CipherTest"], {}, {"key": fixed(16), "iv?": fixed(16), **TEXTS}),
    "xts": group(
        ["XtsTest"], {}, {"key1": fixed(16), "key2": fixed(16), "tweak": fixed(16), **TEXTS}
    ),
    "hctr": group(
        ["HctrTest"], {}, {"key": fixed(16), "hashKey": fixed(16), "tweak": fixed(16), **TEXTS}
    ),
    "ff1": group(
        ["Ff1Test"],
        {"radix": SIZE},
        {"key": fixed(16), "tweak": HEX, "msg": DIGITS, "ct": DIGITS},
    ),
    "aead": group(["AeadTest"], SIZES, {"key": HEX, "iv": HEX, "aad": HEX, **TEXTS, "tag": HEX}),
    "sm2_key": group(
        ["Sm2PublicKey", "Sm2PrivateKey"],
        {},
        {"privateKey?": HEX, "publicKey?": HEX, "compressed?": fixed(33), **EXPECTED},
    ),
    "sm2_signature": group(
        [
            "Sm2SignKnownNonce",
            "Sm2Verify",
            "Sm2VerifyRaw",
            "Sm2VerifyPrehashed",
            "Sm2VerifyPrehashedRaw",
        ],
        {**KEYS, **CURVE},
        {
            "userId?": HEX,
            "msg?": HEX,
            "z?": fixed(32),
            "e?": HEX,
            "k?": fixed(32),
            "r?": fixed(32),
            "s?": fixed(32),
            "sig?": HEX,
            **EXPECTED,
        },
    ),
    "receipt": group(
        ["Receipt"],
        {
            "time": TEXT,
            "publicKeys": {"type": "array", "items": fixed(65)},
            "roots": {"type": "array", "items": HEX},
            "certificates": {"type": "array", "items": HEX},
        },
        {
            # Text; or some characters and how many times.
            "receipt": {
                "anyOf": [TEXT, table({"repeat": {"type": "array", "minItems": 2, "maxItems": 2}})]
            },
            "reason?": TEXT,
        },
    ),
    "sm2_encryption": group(
        ["Sm2EncryptKnownNonce", "Sm2Decrypt"],
        {**KEYS, **CURVE, **ENCODING},
        {"ct": HEX, "msg?": HEX, "k?": fixed(32), **EXPECTED},
    ),
    "sm2_ciphertext": group(["Sm2CiphertextParse"], ENCODING, {"ct": HEX}),
    "sm2_exchange": group(
        ["Sm2KeyExchange"],
        CURVE,
        {
            **{f"userId{side}": HEX for side in "AB"},
            **{f"privateKey{side}": fixed(32) for side in "AB"},
            **{f"publicKey{side}": HEX for side in "AB"},
            **{f"ephemeral{side}": fixed(32) for side in "AB"},
            **{f"point{side}": HEX for side in "AB"},
            "size": SIZE,
            **{f"{name}?": HEX for name in ("shared", "confirmA", "confirmB")},
            **{
                f"received{name}{side}?": HEX
                for name in ("Point", "Confirm", "PublicKey", "UserId")
                for side in "AB"
            },
            "failsAt?": {"enum": ["responder", "initiator", "confirmation"]},
            **EXPECTED,
        },
    ),
}


def main(arguments: list[str]) -> int:
    """The command; returns the exit code."""
    changed = 0
    for name, schema in SCHEMAS.items():
        path, text = FOLDER / f"{name}.json", json.dumps(schema, indent=1) + "\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            changed += 1
            print(f"schemas: {path.name}", file=sys.stderr)
            if arguments != ["--check"]:
                FOLDER.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    return 1 if changed and arguments == ["--check"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
