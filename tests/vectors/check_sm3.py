"""SM3, HMAC and the key derivations."""

import pytest

from gmkit import kdf, mac, sm3
from gmkit.errors import InvalidArgument, InvalidSignature
from tests.vectors.loader import unhex


def digest(group, test):
    message = bytes.fromhex(test["msg"]) * test.get("repeat", 1)
    assert sm3.digest(message).hex() == test["digest"]
    half = len(message) // 2
    assert sm3.SM3().update(message[:half]).update(message[half:]).hexdigest() == test["digest"]
    assert sm3.digest_batch([message] * 17) == [bytes.fromhex(test["digest"])] * 17


def hmac(group, test):
    """Truncated tags are compared here: gmkit itself accepts the whole tag only."""
    key, message, tag = unhex(test, "key", "msg", "tag")
    valid = test["result"] == "valid"
    assert (mac.hmac_sm3(key, message)[: group["tagSize"] // 8] == tag) == valid
    if valid and group["tagSize"] == 256:
        mac.verify_hmac_sm3(tag, key, message)
    else:
        with pytest.raises(InvalidSignature):
            mac.verify_hmac_sm3(tag, key, message)


def hkdf(group, test):
    ikm, salt, info, okm = unhex(test, "ikm", "salt", "info", "okm")
    if test["result"] == "valid":
        assert kdf.hkdf_sm3(ikm, salt=salt, info=info, length=test["size"]) == okm
    else:
        with pytest.raises(InvalidArgument):
            kdf.hkdf_sm3(ikm, salt=salt, info=info, length=test["size"])


def pbkdf2(group, test):
    password, salt, dk = unhex(test, "password", "salt", "dk")
    rounds = test["iterations"]
    assert kdf.pbkdf2_sm3(password, salt, iterations=rounds, length=test["size"]) == dk


CHECKS = {"SM3": digest, "HMAC-SM3": hmac, "HKDF-SM3": hkdf, "PBKDF2-HMAC-SM3": pbkdf2}
