"""Key files of other implementations, as they are: every SM2 key loads, every other one is named."""

from __future__ import annotations

import pytest

from gmkit import keys
from gmkit.errors import InvalidKey
from tests.openssl import openssl
from tests.shared import shared

# Passwords as the indexes beside the files give them.
PROTECTED = {
    "TencentKonaSMSuite/pki/kona-pkix/src/test/resources/certs/ca-sm2sm2_enc-sm4.key": b"password",
    "emmansun-gmsm/pki/sm2_encrypted_pkcs8.pem": b"Password1",
}


def private_keys(root):
    for path in sorted(root.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            if b"PRIVATE KEY-----" in data and b"BEGIN" in data:
                yield path, data


@pytest.mark.parametrize("name", PROTECTED)
def test_protected_keys_open(name):
    data = (shared("vectors-raw") / name).read_bytes()
    key = keys.load_pem_private_key(data, PROTECTED[name])
    key.public_key().verify(key.sign(b"m"), b"m")


def test_open_keys_load_if_and_only_if_they_are_of_sm2():
    root = shared("vectors-raw")
    loaded = refused = 0
    for path, data in private_keys(root):
        if b"ENCRYPTED" in data or path.suffix == ".json":
            continue
        if path.name.startswith("sm2_bad_"):  # RNG-08: 0, n - 1 and n, which OpenSSL prints
            with pytest.raises(InvalidKey, match="n - 2"):
                keys.load_pem_private_key(data, None)
            refused += 1
            continue
        is_sm2 = b"SM2" in openssl("pkey", "-in", path, "-noout", "-text")
        if is_sm2:
            key = keys.load_pem_private_key(data, None)
            public = openssl("pkey", "-in", path, "-pubout")
            assert keys.load_pem_public_key(public) == key.public_key(), path
            loaded += 1
        else:
            with pytest.raises(InvalidKey):
                keys.load_pem_private_key(data, None)
            refused += 1
    assert loaded >= 50
    assert refused >= 3
