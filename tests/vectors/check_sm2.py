"""SM2 as users have it: keys, signatures, ciphertexts; every refusal is the one documented exception."""

import pytest

from gmkit import errors, sm2
from gmkit.hazmat import prehashed
from gmkit.sm2 import CiphertextFormat, SignatureFormat, SM2PrivateKey, SM2PublicKey
from tests.vectors.loader import unhex


def key(group, test):
    """Private keys and points; a refused one is InvalidKey."""
    valid = test["result"] == "valid"
    if "privateKey" in test:
        octets = bytes.fromhex(test["privateKey"])
        if not valid:
            with pytest.raises(errors.InvalidKey):
                SM2PrivateKey.from_bytes(octets)
            return
        public = SM2PrivateKey.from_bytes(octets).public_key()
        if "publicKey" in test:
            assert public.to_bytes().hex() == test["publicKey"]
        return
    octets = bytes.fromhex(test["publicKey"])
    if not valid:
        with pytest.raises(errors.InvalidKey):
            SM2PublicKey.from_bytes(octets)
        return
    public = SM2PublicKey.from_bytes(octets)
    assert public.to_bytes() == octets
    compressed = public.to_bytes(compressed=True)
    assert SM2PublicKey.from_bytes(compressed) == public
    assert test.get("compressed", compressed.hex()) == compressed.hex()


def signature(group, test):
    """Verification, whole and in pieces, with and without a table."""
    public = SM2PublicKey.from_bytes(*unhex(group, "publicKey"))
    if group["type"] == "Sm2SignKnownNonce":
        # The nonce is out of reach here, on purpose: the Rust tests sign with it.
        signed = bytes.fromhex(test["r"] + test["s"])
        message, user_id = unhex(test, "msg", "userId")
        public.verify(signed, message, user_id=user_id, format=SignatureFormat.RAW)
        digest = prehashed.SM2Digest.from_message(public, message, user_id)
        assert bytes(digest).hex() == test["e"]
        return
    raw = group["type"].endswith("Raw")
    form = SignatureFormat.RAW if raw else SignatureFormat.DER
    sig = bytes.fromhex(test["sig"])
    if "e" in test:
        digest = prehashed.SM2Digest(bytes.fromhex(test["e"]))

        def verify(public):
            prehashed.verify(public, sig, digest, format=form)

    else:
        message, user_id = unhex(test, "msg", "userId")

        def verify(public):
            public.verify(sig, message, user_id=user_id, format=form)

        in_pieces = public.verifier(user_id=user_id)
        for at in range(0, len(message), 9):
            in_pieces.update(message[at : at + 9])
        verdict(test, lambda: in_pieces.finish(sig, format=form), errors.InvalidSignature)
    verdict(test, lambda: verify(public), errors.InvalidSignature)
    verdict(test, lambda: verify(public.precompute()), errors.InvalidSignature)


def encryption(group, test):
    """Decryption, and for what opens, that ours opens too."""
    private = SM2PrivateKey.from_bytes(*unhex(group, "privateKey"))
    form = CiphertextFormat[group["encoding"]]
    ciphertext = bytes.fromhex(test["ct"])
    opened = verdict(test, lambda: private.decrypt(ciphertext, format=form), errors.DecryptionError)
    if test["result"] == "valid":
        message = bytes.fromhex(test["msg"])
        assert opened == message
        again = private.public_key().encrypt(message, format=form)
        assert private.decrypt(again, format=form) == message


def ciphertext_encoding(group, test):
    """No key goes with these: a stranger's key must refuse both, in the same words."""
    with pytest.raises(errors.DecryptionError, match=r"^decryption failed$"):
        STRANGER.decrypt(bytes.fromhex(test["ct"]))


STRANGER = sm2.generate_private_key()
MESSAGES = {
    errors.InvalidSignature: {"the signature does not fit this key and message"},
    errors.DecryptionError: {"decryption failed"},
}


def verdict(test, operation, refusal):
    """Runs *operation*: valid tests pass; the others raise *refusal* itself, always in the same words."""
    if test["result"] == "valid":
        return operation()
    assert test.get("error", refusal.__name__) == refusal.__name__
    with pytest.raises(refusal) as caught:
        operation()
    assert type(caught.value) is refusal
    assert caught.value.__cause__ is None
    assert {str(caught.value)} <= MESSAGES[refusal]
    return None


CHECKS = {
    "SM2-key": key,
    "SM2-signature": signature,
    "SM2-encryption": encryption,
    "SM2-ciphertext-encoding": ciphertext_encoding,
}
