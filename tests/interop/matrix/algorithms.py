"""Rows: SM2, SM3 and SM4, and each library's own defaults."""

from __future__ import annotations

from random import Random
from typing import Any

from gmkit import interop, mac, sm3
from gmkit.errors import InvalidSignature
from gmkit.hazmat import sm4 as modes
from gmkit.sm2 import CiphertextFormat, SignatureFormat
from gmkit.sm4 import SM4GCM
from tests.interop.matrix.artefact import Artefact, Case, Maker
from tests.interop.matrix.material import expect, message, pair, text
from tests.peers import Peer

__all__ = ["PROFILES", "ROWS"]

PROFILES = {
    "openssl": "openssl",
    "gmsm": "gmsm",
    "tjfoc": "tjfoc",
    "bouncycastle": "bouncycastle",
    "hutool": "hutool",
    "sm-crypto": "sm-crypto",
    "gmssl-py": "gmssl-py",
    "gmssl-pyx": "gmssl-c",
}
"""The profile that stands for each peer's defaults."""


def _digest(random: Random, _peer: Peer) -> Case:
    data = message(random, 1000)
    return Case({"data": data}, lambda a: expect(a["digest"], sm3.digest(data)))


def _hmac(random: Random, _peer: Peer) -> Case:
    key, data = message(random, 100), message(random, 1000)
    return Case({"key": key, "data": data}, lambda a: expect(a["mac"], mac.hmac_sm3(key, data)))


def _identifier(random: Random, peer: Peer) -> bytes:
    # sm-crypto takes it as text.
    return text(random).encode() if peer.name == "sm-crypto" else message(random, 60)


def _sign(form: SignatureFormat, *, other_id: bool = False) -> Maker:
    def make(random: Random, peer: Peer) -> Case:
        """One in eight must be refused."""
        own, data = pair(random, peer), message(random)
        identifier = _identifier(random, peer) if other_id else b"1234567812345678"
        signature = own.key.sign(data, user_id=identifier, format=form)
        good = random.random() > 0.125
        fields: dict[str, Any] = {
            "public": own.public.to_bytes(),
            "data": data if good else data + b"!",
            "signature": signature,
            "form": form.value,
        }
        if other_id:
            fields["id"] = identifier
        return Case(fields, lambda a: expect(a["valid"], good))

    return make


def _verify(form: SignatureFormat, *, other_id: bool = False) -> Maker:
    def make(random: Random, peer: Peer) -> Case:
        own, data = pair(random, peer), message(random)
        identifier = _identifier(random, peer) if other_id else b"1234567812345678"
        fields: dict[str, Any] = {**own.fields, "data": data, "form": form.value}
        if other_id:
            fields["id"] = identifier

        def check(answer: dict[str, Any]) -> None:
            own.public.verify(answer["signature"], data, user_id=identifier, format=form)

        return Case(fields, check)

    return make


def _plaintext(random: Random, peer: Peer) -> bytes:
    """gmsm has two faults that very short messages meet by chance: tests show them."""
    return random.randbytes(8 if peer.name == "gmsm" else 0) + message(random, 190)


def _encrypt(form: CiphertextFormat) -> Maker:
    def make(random: Random, peer: Peer) -> Case:
        own, data = pair(random, peer), _plaintext(random, peer)
        box = own.public.encrypt(data, format=form)
        fields = {"key": own.octets, "public": own.public.to_bytes(), "form": form.value}
        return Case({**fields, "ciphertext": box}, lambda a: expect(a["data"], data))

    return make


def _decrypt(form: CiphertextFormat) -> Maker:
    def make(random: Random, peer: Peer) -> Case:
        own, data = pair(random, peer), _plaintext(random, peer)
        fields = {"public": own.public.to_bytes(), "data": data, "form": form.value}
        return Case(fields, lambda a: expect(own.key.decrypt(a["ciphertext"], format=form), data))

    return make


def _sm4(form: str, *, encrypt: bool) -> Maker:
    def make(random: Random, _peer: Peer) -> Case:
        key, data, aad = random.randbytes(16), message(random), random.randbytes(12)
        iv = random.randbytes(12 if form == "gcm" else 16)
        if form == "gcm":
            box = SM4GCM(key).encrypt(iv, data, aad)
        elif form == "cbc":
            box = modes.cbc_encrypt(key, data, iv=iv)
        else:
            box = modes.ctr_encrypt(key, data, counter=iv)
        fields: dict[str, Any] = {"key": key, "iv": iv, "form": form}
        if form == "gcm":
            fields["aad"] = aad
        if encrypt:
            return Case({**fields, "ciphertext": box}, lambda a: expect(a["data"], data))
        return Case({**fields, "data": data}, lambda a: expect(a["ciphertext"], box))

    return make


def _octets(value: bytes | str) -> bytes:
    """Spelled in hex or base64 by the profile; the programs around the peers pass octets."""
    return bytes.fromhex(value) if isinstance(value, str) else value


def _spelled(profile: interop.Profile, octets: bytes) -> bytes | str:
    return octets if profile.text is interop.Text.BYTES else octets.hex()


def _default_verify(random: Random, peer: Peer) -> Case:
    profile = interop.profile(PROFILES[peer.name])
    own, data = pair(random, peer), message(random)
    good = random.random() > 0.125
    fields = {
        "public": own.public.to_bytes(),
        "data": data if good else data + b"!",
        "signature": _octets(profile.sign(own.key, data)),
    }
    return Case(fields, lambda a: expect(a["valid"], good))


def _default_sign(random: Random, peer: Peer) -> Case:
    profile = interop.profile(PROFILES[peer.name])
    own, data = pair(random, peer), message(random)

    def check(answer: dict[str, Any]) -> None:
        signature = _spelled(profile, answer["signature"])
        profile.verify(own.public, signature, data)
        try:
            profile.verify(own.public, signature, data + b"!")
        except InvalidSignature:
            return
        raise AssertionError("another message verifies too")

    return Case({**own.fields, "data": data}, check)


def _default_decrypt(random: Random, peer: Peer) -> Case:
    profile = interop.profile(PROFILES[peer.name])
    own, data = pair(random, peer), _plaintext(random, peer)
    fields = {**own.fields, "ciphertext": _octets(profile.encrypt(own.public, data))}
    return Case(fields, lambda a: expect(a["data"], data))


def _default_encrypt(random: Random, peer: Peer) -> Case:
    profile = interop.profile(PROFILES[peer.name])
    own, data = pair(random, peer), _plaintext(random, peer)

    def check(answer: dict[str, Any]) -> None:
        expect(profile.decrypt(own.key, _spelled(profile, answer["ciphertext"])), data)

    return Case({"public": own.public.to_bytes(), "data": data}, check)


ROWS = (
    Artefact("sm3", "SM3", ("sm3", _digest), ("sm3", _digest)),
    Artefact("hmac", "HMAC-SM3", ("hmac", _hmac), ("hmac", _hmac)),
    *(
        Artefact(
            f"sm4-{form}",
            f"SM4-{form.upper()}",
            ("sm4.decrypt", _sm4(form, encrypt=True)),
            ("sm4.encrypt", _sm4(form, encrypt=False)),
        )
        for form in ("cbc", "ctr", "gcm")
    ),
    *(
        Artefact(f"signature-{form.value}", title, ("verify", _sign(form)), ("sign", _verify(form)))
        for form, title in (
            (SignatureFormat.DER, "SM2 signature, DER"),
            (SignatureFormat.RAW, "SM2 signature, r ‖ s"),
        )
    ),
    Artefact(
        "signature-id",
        "SM2 signature, another identifier",
        ("verify", _sign(SignatureFormat.DER, other_id=True)),
        ("sign", _verify(SignatureFormat.DER, other_id=True)),
    ),
    *(
        Artefact(
            f"ciphertext-{form.value}",
            title,
            ("decrypt", _encrypt(form)),
            ("encrypt", _decrypt(form)),
        )
        for form, title in (
            (CiphertextFormat.DER, "SM2 ciphertext, DER"),
            (CiphertextFormat.C1C3C2, "SM2 ciphertext, C1C3C2"),
            (CiphertextFormat.C1C2C3, "SM2 ciphertext, C1C2C3"),
        )
    ),
    Artefact(
        "default-signature",
        "signature as its profile says",
        ("default.verify", _default_verify),
        ("default.sign", _default_sign),
    ),
    Artefact(
        "default-ciphertext",
        "ciphertext as its profile says",
        ("default.decrypt", _default_decrypt),
        ("default.encrypt", _default_encrypt),
    ),
)
