"""Rows: keys as files."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from gmkit import keys
from gmkit.keys import KeyProfile, Pkcs12, StoredCertificate, StoredKey
from tests.interop.matrix.artefact import Artefact, Case, Maker
from tests.interop.matrix.material import Pair, expect, leaf, pair
from tests.peers import Peer

__all__ = ["ROWS"]

_ITERATIONS = 1000


def _password(random: Random) -> bytes:
    return "".join(random.choices("abcXYZ0123456789 -+密码", k=random.randrange(1, 20))).encode()


def _plain(own: Pair, _password: bytes | None) -> bytes:
    return own.key.to_der(password=None)


def _protected(profile: KeyProfile) -> Callable[[Pair, bytes | None], bytes]:
    return lambda own, password: own.key.to_der(
        password=password, profile=profile, iterations=_ITERATIONS
    )


def _key(
    form: str, write: Callable[[Pair, bytes | None], bytes] | None, *, secret: bool
) -> Artefact:
    def they_read(random: Random, _peer: Peer) -> Case:
        assert write is not None
        own, password = pair(random), _password(random) if secret else None
        fields = {"form": form, "password": password, "der": write(own, password)}
        return Case(fields, lambda a: expect(a, own.fields))

    def we_read(random: Random, peer: Peer) -> Case:
        own, password = pair(random, peer), _password(random) if secret else None
        fields = {**own.fields, "form": form, "password": password}

        def check(answer: dict[str, Any]) -> None:
            read = keys.load_der_private_key(answer["der"], password)
            expect(read.public_key(), own.public)

        return Case(fields, check)

    return Artefact(
        f"key-{form}",
        _TITLES[form],
        None if write is None else ("key.read", they_read),
        ("key.write", we_read),
    )


_TITLES = {
    "pkcs8": "private key, PKCS#8",
    "sec1": "private key, SEC 1",
    "pkcs8-sm": "private key, PBES2 with HMAC-SM3 and SM4",
    "pkcs8-aes": "private key, PBES2 with HMAC-SHA-256 and AES",
}


def _public_they_read(random: Random, _peer: Peer) -> Case:
    own = pair(random)
    return Case({"der": own.public.to_der()}, lambda a: expect(a["public"], own.public.to_bytes()))


def _public_we_read(random: Random, _peer: Peer) -> Case:
    own = pair(random)
    return Case(
        {"public": own.public.to_bytes()},
        lambda a: expect(keys.load_der_public_key(a["der"]), own.public),
    )


def _envelope_they_read(random: Random, _peer: Peer) -> Case:
    own, receiver = pair(random), pair(random)
    sealed = keys.seal_enveloped(own.key, receiver.public)
    fields = {"key": receiver.octets, "public": receiver.public.to_bytes(), "der": sealed}
    return Case(fields, lambda a: expect(a["key"], own.octets))


def _envelope_we_read(random: Random, _peer: Peer) -> Case:
    own, receiver = pair(random), pair(random)

    def check(answer: dict[str, Any]) -> None:
        expect(keys.open_enveloped(answer["der"], receiver.key).public_key(), own.public)

    return Case({"key": own.octets, "public": receiver.public.to_bytes()}, check)


def _store_they_read(profile: KeyProfile) -> Maker:
    def make(random: Random, _peer: Peer) -> Case:
        owner, password = leaf(random), _password(random)
        contents = Pkcs12(
            (StoredKey(owner.pair.key, name="one"),),
            (StoredCertificate(owner.certificate.der, name="one"),),
        )
        der = keys.to_pkcs12(contents, password=password, profile=profile, iterations=_ITERATIONS)
        wanted = {"key": owner.pair.octets, "certificate": owner.certificate.der}
        return Case({"der": der, "password": password}, lambda a: expect(a, wanted))

    return make


def _store_we_read(form: str) -> Maker:
    def make(random: Random, _peer: Peer) -> Case:
        owner, password = leaf(random), _password(random)

        def check(answer: dict[str, Any]) -> None:
            read = keys.load_pkcs12(answer["der"], password)
            expect(read.key().public_key(), owner.pair.public)
            expect([each.der for each in read.certificates], [owner.certificate.der])

        return Case({**owner.fields, "form": form, "password": password}, check)

    return make


ROWS = (
    _key("pkcs8", _plain, secret=False),
    _key("sec1", lambda own, _password: keys.to_sec1_der(own.key), secret=False),
    _key("pkcs8-sm", _protected(KeyProfile.SM4_SM3), secret=True),
    _key("pkcs8-aes", _protected(KeyProfile.OPENSSL), secret=True),
    Artefact(
        "public-key",
        "public key, SubjectPublicKeyInfo",
        ("public.read", _public_they_read),
        ("public.write", _public_we_read),
    ),
    Artefact(
        "enveloped-key",
        "SM2EnvelopedKey (GM/T 0009)",
        ("enveloped.open", _envelope_they_read),
        ("enveloped.seal", _envelope_we_read),
    ),
    Artefact(
        "pkcs12",
        "PKCS#12, AES and SHA-256",
        ("pkcs12.read", _store_they_read(KeyProfile.OPENSSL)),
        ("pkcs12.write", _store_we_read("new")),
    ),
    Artefact(
        "pkcs12-old", "PKCS#12, 3DES and SHA-1", None, ("pkcs12.write", _store_we_read("old"))
    ),
)
