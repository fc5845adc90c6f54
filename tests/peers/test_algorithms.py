"""SM2, SM3, SM4 and keys of every peer beside ours: they read what we write, we read what they write."""

from __future__ import annotations

import random

import pytest

from gmkit import keys, sm2, sm3
from gmkit.errors import GmkitError
from gmkit.sm2 import CiphertextFormat, KeyProfile, SignatureFormat
from tests.peers import PeerError, names, peer

RANDOM = random.Random(20261122)
KEY = sm2.SM2PrivateKey.from_hex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
D = bytes.fromhex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
PUBLIC = KEY.public_key()
Q = PUBLIC.to_bytes()
IDS = (None, b"ALICE123@YAHOO.COM")
MESSAGES = [RANDOM.randbytes(length) for length in (1, 31, 32, 33, 64, 200)]
FORMS = {"der": SignatureFormat.DER, "raw": SignatureFormat.RAW}
BOXES = {
    "der": CiphertextFormat.DER,
    "c1c3c2": CiphertextFormat.C1C3C2,
    "c1c2c3": CiphertextFormat.C1C2C3,
}


def tried(answers):
    """The answers, unless the peer does not have this at all."""
    if all(isinstance(one, PeerError) for one in answers):
        pytest.skip(f"the peer has none: {answers[0]}")
    return answers


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("identifier", IDS)
@pytest.mark.parametrize("name", names())
def test_signatures(name, identifier, form):
    other = peer(name)
    common = {"key": D, "public": Q, "form": form, "id": identifier}
    own = {} if identifier is None else {"user_id": identifier}
    made = tried(other.calls("sign", [{**common, "data": data} for data in MESSAGES]))
    for data, answer in zip(MESSAGES, made, strict=True):
        PUBLIC.verify(answer["signature"], data, format=FORMS[form], **own)
    signed = [KEY.sign(data, format=FORMS[form], **own) for data in MESSAGES]
    cases = [
        {**common, "data": data, "signature": signature}
        for data, signature in zip(MESSAGES, signed, strict=True)
    ]
    assert other.calls("verify", cases) == [{"valid": True}] * len(cases)
    wrong = [{**case, "data": case["data"] + b"!"} for case in cases]
    for answer in other.calls("verify", wrong):
        assert isinstance(answer, PeerError) or answer == {"valid": False}


@pytest.mark.parametrize("form", BOXES)
@pytest.mark.parametrize("name", names())
def test_ciphertexts(name, form):
    other = peer(name)
    if "encrypt" not in other.operations:
        pytest.skip(f"{name} does not encrypt with SM2")
    cases = [{"public": Q, "key": D, "form": form, "data": data} for data in MESSAGES]
    for data, answer in zip(MESSAGES, tried(other.calls("encrypt", cases)), strict=True):
        assert KEY.decrypt(answer["ciphertext"], format=BOXES[form]) == data
    boxes = [
        {**case, "ciphertext": PUBLIC.encrypt(case["data"], format=BOXES[form])} for case in cases
    ]
    assert other.calls("decrypt", boxes) == [{"data": data} for data in MESSAGES]


@pytest.mark.parametrize("name", names())
def test_digests(name):
    other = peer(name)
    answers = other.calls("sm3", [{"data": data} for data in MESSAGES])
    assert answers == [{"digest": sm3.digest(data)} for data in MESSAGES]


WRITTEN = {
    "pkcs8": lambda: KEY.to_der(password=None),
    "sec1": lambda: keys.to_sec1_der(KEY),
    "pkcs8-sm": lambda: KEY.to_der(password=b"secret", profile=KeyProfile.SM4_SM3, iterations=1000),
    "pkcs8-aes": lambda: KEY.to_der(
        password=b"secret", profile=KeyProfile.OPENSSL, iterations=1000
    ),
}


@pytest.mark.parametrize("form", [*WRITTEN, "pkcs8-sm4"])
@pytest.mark.parametrize("name", names())
def test_private_keys_we_read(name, form):
    other = peer(name)
    if "key.write" not in other.operations:
        pytest.skip(f"{name} does not write key files")
    password = b"secret" if form.startswith("pkcs8-") else None
    case = {"key": D, "public": Q, "form": form, "password": password}
    [answer] = tried(other.calls("key.write", [case]))
    read = keys.load_der_private_key(answer["der"], password)
    assert read.public_key() == PUBLIC
    if password:
        with pytest.raises(GmkitError):
            keys.load_der_private_key(answer["der"], b"wrong")


@pytest.mark.parametrize("form", WRITTEN)
@pytest.mark.parametrize("name", names())
def test_private_keys_they_read(name, form):
    other = peer(name)
    if "key.read" not in other.operations:
        pytest.skip(f"{name} does not read key files")
    password = b"secret" if form.startswith("pkcs8-") else None
    case = {"der": WRITTEN[form](), "form": form, "password": password}
    [answer] = tried(other.calls("key.read", [case]))
    assert answer == {"key": D, "public": Q}


@pytest.mark.parametrize("name", names())
def test_public_keys(name):
    other = peer(name)
    if "public.read" not in other.operations:
        pytest.skip(f"{name} does not read public keys")
    assert other.call("public.read", der=PUBLIC.to_der()) == {"public": Q}
    if "public.write" in other.operations:
        assert keys.load_der_public_key(other.call("public.write", public=Q)["der"]) == PUBLIC
