"""The package gmssl (pure Python) as a peer."""

from __future__ import annotations

from typing import Any

from gmssl import sm2, sm3, sm4
from harness import serve

Fields = dict[str, Any]
_ORDERS = {"c1c2c3": 0, "c1c3c2": 1}


def key(fields: Fields, **options: Any) -> sm2.CryptSM2:
    """Raw hex; a public key without 04, of which it would strip more than that."""
    private = fields["key"].hex() if "key" in fields else ""
    public = fields["public"].hex()[2:] if "public" in fields else ""
    if private and not public:
        public = sm2.CryptSM2(private, "")._kg(int(private, 16), sm2.default_ecc_table["g"])
    return sm2.CryptSM2(private, public, **options)


def form(fields: Fields) -> bool:
    if "id" in fields:
        raise ValueError("it has the default identifier and no other")
    return fields["form"] == "der"


def opened(box: sm2.CryptSM2, ciphertext: bytes) -> Fields:
    return {"data": box.decrypt(ciphertext)}


def cipher(fields: Fields, direction: int) -> sm4.CryptSM4:
    if fields["form"] != "cbc":
        raise ValueError("no such mode")
    made = sm4.CryptSM4()
    made.set_key(fields["key"], direction)
    return made


serve(
    "gmssl 3.2.2",
    {
        "sign": lambda f: {
            "signature": bytes.fromhex(key(f, asn1=form(f)).sign_with_sm3(f["data"]))
        },
        "verify": lambda f: {
            "valid": bool(key(f, asn1=form(f)).verify_with_sm3(f["signature"].hex(), f["data"]))
        },
        "encrypt": lambda f: {
            "ciphertext": b"\x04" + key(f, mode=_ORDERS[f["form"]]).encrypt(f["data"])
        },
        "decrypt": lambda f: opened(key(f, mode=_ORDERS[f["form"]]), f["ciphertext"][1:]),
        "default.sign": lambda f: {"signature": bytes.fromhex(key(f).sign_with_sm3(f["data"]))},
        "default.verify": lambda f: {
            "valid": bool(key(f).verify_with_sm3(f["signature"].hex(), f["data"]))
        },
        "default.encrypt": lambda f: {"ciphertext": key(f).encrypt(f["data"])},
        "default.decrypt": lambda f: opened(key(f), f["ciphertext"]),
        "sm3": lambda f: {"digest": bytes.fromhex(sm3.sm3_hash(list(f["data"])))},
        "sm4.encrypt": lambda f: {
            "ciphertext": cipher(f, sm4.SM4_ENCRYPT).crypt_cbc(f["iv"], f["data"])
        },
        "sm4.decrypt": lambda f: {
            "data": cipher(f, sm4.SM4_DECRYPT).crypt_cbc(f["iv"], f["ciphertext"])
        },
    },
)
