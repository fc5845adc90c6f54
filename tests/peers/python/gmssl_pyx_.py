"""The package gmssl_pyx (GmSSL's C code) as a peer."""

from __future__ import annotations

from typing import Any

import gmssl_pyx as gmssl
from harness import serve

Fields = dict[str, Any]


def plain(fields: Fields) -> bytes:
    """A public key without its 04."""
    return fields["public"][1:]


def der(fields: Fields) -> None:
    if fields["form"] != "der":
        raise ValueError("DER only")


def sign(fields: Fields) -> Fields:
    der(fields)
    identifier = fields.get("id", b"1234567812345678")
    return {"signature": gmssl.sm2_sign(fields["key"], plain(fields), fields["data"], identifier)}


def verify(fields: Fields) -> Fields:
    der(fields)
    identifier = fields.get("id", b"1234567812345678")
    public, data = plain(fields), fields["data"]
    return {"valid": bool(gmssl.sm2_verify(public, data, fields["signature"], identifier))}


def encrypt(fields: Fields) -> Fields:
    der(fields)
    return {"ciphertext": gmssl.sm2_encrypt(plain(fields), fields["data"])}


def decrypt(fields: Fields) -> Fields:
    der(fields)
    return {"data": gmssl.sm2_decrypt(fields["key"], fields["ciphertext"])}


def sm4_encrypt(fields: Fields) -> Fields:
    key, iv, data = fields["key"], fields["iv"], fields["data"]
    if fields["form"] == "cbc":
        return {"ciphertext": gmssl.sm4_cbc_padding_encrypt(key, iv, data)}
    if fields["form"] == "ctr":
        return {"ciphertext": gmssl.sm4_ctr_encrypt(key, iv, data)}
    box, tag = gmssl.sm4_gcm_encrypt(key, iv, fields["aad"], plaintext=data)
    return {"ciphertext": box + tag}


def sm4_decrypt(fields: Fields) -> Fields:
    key, iv, box = fields["key"], fields["iv"], fields["ciphertext"]
    if fields["form"] == "cbc":
        return {"data": gmssl.sm4_cbc_padding_decrypt(key, iv, box)}
    if fields["form"] == "ctr":
        return {"data": gmssl.sm4_ctr_decrypt(key, iv, box)}
    return {"data": gmssl.sm4_gcm_decrypt(key, iv, fields["aad"], box[:-16], box[-16:])}


serve(
    "gmssl_pyx 2.1.0 (GmSSL 3)",
    {
        "sign": sign,
        "verify": verify,
        "encrypt": encrypt,
        "decrypt": decrypt,
        "default.sign": lambda f: {"signature": gmssl.sm2_sign(f["key"], plain(f), f["data"])},
        "default.verify": lambda f: {
            "valid": bool(gmssl.sm2_verify(plain(f), f["data"], f["signature"]))
        },
        "default.encrypt": lambda f: {"ciphertext": gmssl.sm2_encrypt(plain(f), f["data"])},
        "default.decrypt": lambda f: {"data": gmssl.sm2_decrypt(f["key"], f["ciphertext"])},
        "sm3": lambda f: {"digest": gmssl.sm3_hash(f["data"])},
        "hmac": lambda f: {"mac": gmssl.sm3_hmac(f["key"], f["data"])},
        "sm4.encrypt": sm4_encrypt,
        "sm4.decrypt": sm4_decrypt,
    },
)
