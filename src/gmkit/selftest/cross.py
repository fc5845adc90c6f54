"""
Ours beside others, on random input: OpenSSL through ``cryptography``, and ``gmssl`` in plain Python.

Nothing of theirs is used for work. A difference is reported with the seed that gives its input again.
"""

from __future__ import annotations

import hashlib
import importlib
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from gmkit import kdf, mac, sm2, sm3, sm4
from gmkit.errors import GmkitError
from gmkit.hazmat import sm4 as modes
from gmkit.selftest.report import Outcome

__all__ = ["compare"]

Comparison = Callable[["Inputs"], bool]
# SM4 under OpenSSL's names for the modes, ours, and whether the input is whole blocks.
MODES: dict[str, tuple[Callable[..., bytes], str | None, bool]] = {
    "ECB": (modes.ecb_encrypt, None, True),
    "CTR": (modes.ctr_encrypt, "counter", False),
    "CFB": (modes.cfb_encrypt, "iv", False),
    "OFB": (modes.ofb_encrypt, "iv", False),
}


class Inputs:
    """Inputs of one case: SHAKE256 of seed, comparison and number."""

    def __init__(self, seed: bytes, name: str, number: int) -> None:
        label = seed + name.encode() + number.to_bytes(4, "big")
        self._stream = hashlib.shake_256(label).digest(8192)
        self._used = 0

    def octets(self, size: int) -> bytes:
        """That many bytes not given before."""
        self._used += size
        return self._stream[self._used - size : self._used]

    def message(self, *, least: int = 0) -> bytes:
        """Up to about 2 KiB, short ones more often."""
        size = int.from_bytes(self.octets(2), "big")
        return self.octets(least + (size % 200 if size & 0x8000 else size % 2000))


def compare(seed: bytes, cases: int) -> list[Outcome]:
    """One outcome for each algorithm and each other implementation."""
    return [*_each(seed, cases, "OpenSSL", _openssl), *_each(seed, cases, "gmssl", _gmssl)]


def _each(
    seed: bytes, cases: int, against: str, comparisons: Callable[[], dict[str, Comparison]]
) -> Iterator[Outcome]:
    try:
        offered = comparisons()
    except ImportError as error:
        yield Outcome("all", against, "not run", 0, f"{error.name or error} is not installed")
        return
    for name, comparison in offered.items():
        yield _one(seed, cases, against, name, comparison)


def _one(seed: bytes, cases: int, against: str, name: str, comparison: Comparison) -> Outcome:
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415

    for number in range(cases):
        try:
            equal = comparison(Inputs(seed, name, number))
        except UnsupportedAlgorithm:
            return Outcome(name, against, "not run", 0, "this build of OpenSSL does not offer it")
        except GmkitError as error:  # ours refuses what theirs made
            detail = f"case {number}: {type(error).__name__}"
            return Outcome(name, against, "failed", number + 1, detail)
        if not equal:
            return Outcome(name, against, "failed", number + 1, f"case {number} differs")
    return Outcome(name, against, "passed", cases)


def _openssl() -> dict[str, Comparison]:
    """SM3 and what is made of it, SM4 in every mode that ``cryptography`` offers for it."""
    from cryptography.hazmat.primitives import hashes, hmac  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC  # noqa: PLC0415

    def digest(inputs: Inputs) -> bool:
        message = inputs.message()
        theirs = hashes.Hash(hashes.SM3())
        theirs.update(message)
        return theirs.finalize() == sm3.digest(message)

    def tag(inputs: Inputs) -> bool:
        key, message = inputs.octets(inputs.octets(1)[0]), inputs.message()
        theirs = hmac.HMAC(key or b"\0", hashes.SM3())
        theirs.update(message)
        return theirs.finalize() == mac.hmac_sm3(key, message)

    def hkdf(inputs: Inputs) -> bool:
        material, salt, info = inputs.octets(40), inputs.octets(20), inputs.octets(30)
        theirs = HKDF(hashes.SM3(), 75, salt, info).derive(material)
        return theirs == kdf.hkdf_sm3(material, salt=salt, info=info, length=75)

    def pbkdf2(inputs: Inputs) -> bool:
        password, salt = inputs.octets(inputs.octets(1)[0]), inputs.octets(16)
        theirs = PBKDF2HMAC(hashes.SM3(), 40, salt, 50).derive(password)
        return theirs == kdf.pbkdf2_sm3(password, salt, iterations=50, length=40)

    comparisons: dict[str, Comparison] = {
        "SM3": digest,
        "HMAC-SM3": tag,
        "HKDF-SM3": hkdf,
        "PBKDF2-HMAC-SM3": pbkdf2,
    }
    for mode in MODES:
        comparisons[f"SM4-{mode}"] = _openssl_mode(mode)
    return {**comparisons, "SM4-CBC": _openssl_cbc, "SM4-GCM": _openssl_gcm}


def _openssl_mode(name: str) -> Comparison:
    ours, option, whole_blocks = MODES[name]

    def check(inputs: Inputs) -> bool:
        key, start, message = inputs.octets(16), inputs.octets(16), inputs.message()
        if whole_blocks:
            message = message[: len(message) // 16 * 16]
        theirs = _openssl_cipher(name, key, start if option else None).encryptor()
        options = {option: start} if option else {}
        return bool(theirs.update(message) + theirs.finalize() == ours(key, message, **options))

    return check


def _openssl_cbc(inputs: Inputs) -> bool:
    from cryptography.hazmat.primitives.padding import PKCS7  # noqa: PLC0415

    key, iv, message = inputs.octets(16), inputs.octets(16), inputs.message()
    padder, theirs = PKCS7(128).padder(), _openssl_cipher("CBC", key, iv).encryptor()
    padded = padder.update(message) + padder.finalize()
    ciphertext = theirs.update(padded) + theirs.finalize()
    opened = modes.cbc_decrypt(key, ciphertext, iv=iv)
    return bool(ciphertext == modes.cbc_encrypt(key, message, iv=iv)) and opened == message


def _openssl_gcm(inputs: Inputs) -> bool:
    key, nonce = inputs.octets(16), inputs.octets(12)
    aad, message = inputs.octets(inputs.octets(1)[0]), inputs.message()
    theirs = _openssl_cipher("GCM", key, nonce).encryptor()
    theirs.authenticate_additional_data(aad)
    sealed = theirs.update(message) + theirs.finalize() + theirs.tag
    ours = sm4.SM4GCM(key)
    same = bool(sealed == ours.encrypt(nonce, message, aad))
    return same and ours.decrypt(nonce, sealed, aad) == message


def _openssl_cipher(mode: str, key: bytes, start: bytes | None) -> Any:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms  # noqa: PLC0415
    from cryptography.hazmat.primitives.ciphers import modes as theirs  # noqa: PLC0415

    with warnings.catch_warnings():
        # CFB and OFB are moving to another module of cryptography; both places work for now.
        warnings.simplefilter("ignore")
        try:
            kind: Any = getattr(theirs, mode)
        except AttributeError:
            decrepit = "cryptography.hazmat.decrepit.ciphers.modes"
            kind = getattr(importlib.import_module(decrepit), mode)
        return Cipher(algorithms.SM4(key), kind() if start is None else kind(start))


def _gmssl() -> dict[str, Comparison]:
    """SM2, SM3 and SM4 of the package ``gmssl``; slow, and not checked by us for anything else."""
    their_sm2: Any = importlib.import_module("gmssl.sm2")
    their_sm3: Any = importlib.import_module("gmssl.sm3")
    their_sm4: Any = importlib.import_module("gmssl.sm4")

    def digest(inputs: Inputs) -> bool:
        message = inputs.message()[:300]
        return bool(their_sm3.sm3_hash(list(message)) == sm3.digest(message).hex())

    def cipher(inputs: Inputs) -> bool:
        key, iv, message = inputs.octets(16), inputs.octets(16), inputs.message(least=1)[:300]
        theirs = their_sm4.CryptSM4()
        theirs.set_key(key, their_sm4.SM4_ENCRYPT)
        return bool(theirs.crypt_cbc(iv, message) == modes.cbc_encrypt(key, message, iv=iv))

    def keys(inputs: Inputs) -> tuple[sm2.SM2PrivateKey, Any]:
        octets = b"\0" + inputs.octets(31)  # below n, whatever they are
        ours = sm2.SM2PrivateKey.from_bytes(octets)
        point = ours.public_key().to_bytes()[1:].hex()
        theirs = their_sm2.CryptSM2(private_key=octets.hex(), public_key=point, mode=1)
        theirs.public_key = point  # the constructor damages keys that begin with 0 or 4
        return ours, theirs

    def signature(inputs: Inputs) -> bool:
        ours, theirs = keys(inputs)
        message = inputs.message(least=1)[:300]
        raw = sm2.SignatureFormat.RAW
        signed = bytes.fromhex(theirs.sign_with_sm3(message))
        ours.public_key().verify(signed, message, format=raw)
        return bool(theirs.verify_with_sm3(ours.sign(message, format=raw).hex(), message))

    def encryption(inputs: Inputs) -> bool:
        ours, theirs = keys(inputs)
        message = inputs.message(least=8)[:300]
        form = sm2.CiphertextFormat.C1C3C2
        opened = ours.decrypt(b"\4" + theirs.encrypt(message), format=form)
        sealed = ours.public_key().encrypt(message, format=form)
        return opened == message and bool(theirs.decrypt(sealed[1:]) == message)

    return {
        "SM3": digest,
        "SM4-CBC": cipher,
        "SM2 signature": signature,
        "SM2 encryption": encryption,
    }
