"""Random keys, certificates and texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from random import Random

from gmkit import sm2, sm3, x509
from gmkit.x509.builder import CertificateBuilder
from gmkit.x509.building import extensions
from tests.peers import Peer

__all__ = ["Identity", "Pair", "authority", "expect", "leaf", "message", "moment", "pair", "serial"]

_ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_START = datetime(2020, 1, 1, tzinfo=timezone.utc)
_LETTERS = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-."


@dataclass(frozen=True)
class Pair:
    """A key pair, in octets and as objects."""

    octets: bytes
    key: sm2.SM2PrivateKey

    @property
    def public(self) -> sm2.SM2PublicKey:
        """The public half."""
        return self.key.public_key()

    @property
    def fields(self) -> dict[str, bytes]:
        """As peers take it."""
        return {"key": self.octets, "public": self.public.to_bytes()}


def pair(random: Random, peer: Peer | None = None) -> Pair:
    """
    A key pair; one in eight has a number with leading zeros.

    Two peers have faults that a test of its own shows, and get no such key: gmssl strips the digits 0 and 4 off the
    front of a public key that begins with 04; tjfoc drops the leading zeros of a number it writes to a file.
    """
    while True:
        octets = random.randrange(1, _ORDER - 1).to_bytes(32, "big")
        if random.random() < 0.125 and (peer is None or peer.name != "tjfoc"):
            octets = bytes(random.randrange(1, 9)) + b"\1" + octets
            octets = octets[:32]
        made = Pair(octets, sm2.SM2PrivateKey.from_bytes(octets))
        if peer is not None and peer.name == "gmssl-py" and made.public.to_bytes()[1] == 4:
            continue
        if peer is not None and peer.name == "tjfoc" and octets[0] == 0:
            continue
        return made


def message(random: Random, longest: int = 200) -> bytes:
    """Octets of any length from 1."""
    return random.randbytes(random.randrange(1, longest + 1))


def moment(random: Random) -> datetime:
    """A second between 2020 and 2049."""
    return _START + timedelta(seconds=random.randrange(29 * 365 * 86400))


def serial(random: Random) -> bytes:
    """A positive number of up to 19 octets, without leading zeros, the highest bit sometimes set."""
    octets = random.randbytes(random.randrange(1, 20))
    return bytes([octets[0] or 1]) + octets[1:]


def text(random: Random) -> str:
    """A common name."""
    inner = "".join(random.choices(_LETTERS, k=random.randrange(40)))
    return f"a{inner}z"


@dataclass(frozen=True)
class Identity:
    """A certificate and its key."""

    pair: Pair
    certificate: x509.Certificate

    @property
    def fields(self) -> dict[str, bytes]:
        """As peers take it."""
        return {**self.pair.fields, "certificate": self.certificate.der}


def authority(random: Random) -> Identity:
    """A root."""
    own = pair(random)
    return Identity(own, _certificate(random, own, own, "root", "root", ca=True))


def leaf(random: Random, usage: str = "digitalSignature", purpose: str | None = None) -> Identity:
    """A certificate below a root of its own; only the signature of this one matters."""
    own = pair(random)
    made = _certificate(
        random, own, pair(random), text(random), "root", usage=usage, purpose=purpose
    )
    return Identity(own, made)


def issued(random: Random, issuer: Identity, name: str) -> tuple[Pair, x509.Certificate]:
    """A certificate of *issuer*, which is an authority half of the time."""
    own = pair(random)
    ca = random.random() < 0.5
    return own, _certificate(random, own, issuer.pair, name, "root", ca=ca)


def _certificate(
    random: Random,
    subject: Pair,
    issuer: Pair,
    name: str,
    issuer_name: str,
    *,
    ca: bool = False,
    usage: str = "digitalSignature",
    purpose: str | None = None,
) -> x509.Certificate:
    usages = ("keyCertSign", "cRLSign") if ca else (usage,)
    begin = _START - timedelta(days=random.randrange(1, 9))
    made = [
        extensions.basic_constraints(ca=ca),
        extensions.key_usage(usages),
        extensions.subject_key_identifier(sm3.digest(subject.public.to_bytes())[:20]),
        extensions.authority_key_identifier(sm3.digest(issuer.public.to_bytes())[:20]),
    ]
    if purpose is not None:
        made.append(extensions.extended_key_usage([purpose], critical=True))
    return CertificateBuilder(
        serial=int.from_bytes(serial(random), "big"),
        issuer=x509.build_name([("CN", issuer_name)]),
        subject=x509.build_name([("CN", name)]),
        not_before=begin,
        not_after=datetime(2049, 12, 31, 23, 59, 59, tzinfo=timezone.utc),
        public_key_info=subject.public.to_der(),
        extensions=tuple(made),
    ).sign(issuer.key)


def expect(found: object, wanted: object) -> None:
    """The two are equal."""
    assert found == wanted, f"{found!r} instead of {wanted!r}"
