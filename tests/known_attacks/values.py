"""Keys, messages and good inputs that the tests of this folder begin with."""

import json

from gmkit import sm2
from gmkit.hazmat import prehashed
from gmkit.sm2 import CiphertextFormat, SignatureFormat, SM2PrivateKey, SM2PublicKey
from tests.reference import sm2 as reference
from tests.reference.sm2 import SM2P256V1
from tests.shared import ROOT

N, P = SM2P256V1.n, SM2P256V1.p
D = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
KEY = SM2PrivateKey.from_bytes(D.to_bytes(32, "big"))
PUBLIC = KEY.public_key()
POINT = reference.decode(PUBLIC.to_bytes())
MESSAGE = b"known attacks"
RAW, DER = SignatureFormat.RAW, SignatureFormat.DER
FORMS = tuple(CiphertextFormat)

__all__ = [
    "DER",
    "FORMS",
    "KEY",
    "MESSAGE",
    "POINT",
    "PUBLIC",
    "RAW",
    "D",
    "N",
    "P",
    "SM2PublicKey",
    "numbers",
    "prehashed",
    "recovered_nonce",
    "sm2",
    "vectors",
]


def vectors(path):
    """(group, test) of a vector file."""
    read = json.loads((ROOT / "vectors" / path).read_text(encoding="utf-8"))
    return [(group, test) for group in read["testGroups"] for test in group["tests"]]


def numbers(raw):
    """The r and s of 64 bytes."""
    return int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")


def recovered_nonce(raw):
    """The nonce of a signature of KEY: k = s (1 + d) + r d."""
    r, s = numbers(raw)
    return (s * (1 + D) + r * D) % N
