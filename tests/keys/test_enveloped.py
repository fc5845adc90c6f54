"""Enveloped keys: they open for their receiver alone."""

from __future__ import annotations

import json

import pytest

from gmkit import keys, sm2
from gmkit.errors import DecryptionError, EncodingError, GmkitError
from tests.shared import shared


def test_an_enveloped_key_opens_for_its_receiver():
    key, receiver = sm2.generate_private_key(), sm2.generate_private_key()
    sealed = keys.seal_enveloped(key, receiver.public_key())
    assert keys.open_enveloped(sealed, receiver).public_key() == key.public_key()
    assert sealed != keys.seal_enveloped(key, receiver.public_key())
    with pytest.raises(DecryptionError):
        keys.open_enveloped(sealed, key)
    for end in range(len(sealed)):
        with pytest.raises(EncodingError):
            keys.open_enveloped(sealed[:end], receiver)


def test_what_gmsm_refuses_is_refused():
    path = shared("vectors-raw/emmansun-gmsm/sm2_enveloped_key_negative.json")
    cases = json.loads(path.read_text(encoding="utf-8"))["tests"]
    assert cases
    for case in cases:
        receiver = sm2.SM2PrivateKey.from_hex(case["private"])
        with pytest.raises(GmkitError):
            keys.open_enveloped(bytes.fromhex(case["input"]), receiver)
