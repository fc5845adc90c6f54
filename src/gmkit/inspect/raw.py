"""Octets without a structure: keys, signatures and ciphertexts by their length, and by the curve's equation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gmkit.errors import DecryptionError, EncodingError, InvalidKey
from gmkit.inspect import advice, peers
from gmkit.inspect.layers import Candidate
from gmkit.inspect.report import Damage, Fit, Reading
from gmkit.sm2 import CiphertextFormat, SM2PrivateKey, SM2PublicKey

_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_P256 = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
_P256_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_OVERHEAD = 96  # C1 without its 04, and C3

MISSING_04 = Damage("missing-04", "the leading 04 of the point is missing, and is put back")
LOST_ZERO = Damage(
    "lost-leading-zero",
    "a leading zero was dropped where numbers have a fixed width, and is put back",
)
EXTRA_ZERO = Damage(
    "extra-leading-zero", "a zero stands before it (Java's BigInteger), and is taken off"
)
WRONG_CURVE = Damage("wrong-curve", "a point of P-256 (secp256r1): not a key of SM2")
TWO_04 = Damage("double-04", "04 stands twice before the point; one is taken off")


def on_curve(coordinates: bytes) -> SM2PublicKey | None:
    """The key of 64 octets X ‖ Y, if the point is on the curve of SM2."""
    try:
        return SM2PublicKey.from_bytes(b"\x04" + coordinates)
    except (InvalidKey, EncodingError):
        return None


def on_p256(coordinates: bytes) -> bool:
    """Whether 64 octets are a point of P-256, the curve people take for SM2's."""
    x, y = (int.from_bytes(part, "big") for part in (coordinates[:32], coordinates[32:]))
    return max(x, y) < _P256 and (y * y - x * x * x + 3 * x - _P256_B) % _P256 == 0


def readings(candidate: Candidate, key: SM2PrivateKey | None) -> Iterator[Reading]:
    """What octets can be by their length."""
    octets = candidate.octets
    length = len(octets)
    if length in {64, 65, 66, 33, 63}:
        yield from _public_keys(candidate)
    if length in {62, 63, 64, 65, 66}:
        yield from _signatures(candidate)
    if 30 <= length <= 33:
        yield from _private_keys(candidate)
    if length >= 94:
        yield from _ciphertexts(candidate, key)
    yield from _symmetric(candidate)


def _public_keys(candidate: Candidate) -> Iterator[Reading]:
    octets = candidate.octets
    if len(octets) == 33 and octets[0] in {2, 3}:
        try:
            public = SM2PublicKey.from_bytes(octets)
        except (InvalidKey, EncodingError):
            return
        yield advice.public_key(candidate, public, "compressed, 33 bytes", Fit.LIKELY)
        return
    for coordinates, words, damage in _points_in(octets):
        marked = replace(candidate, damage=(*candidate.damage, *damage))
        found = on_curve(coordinates)
        if found is not None:
            names = peers.of_public_key(candidate.layers, leading_04=MISSING_04 not in damage)
            yield advice.public_key(marked, found, words, Fit.CERTAIN, names)
        elif on_p256(coordinates):
            yield Reading(
                "other-public-key", f"public key of P-256, {words}", Fit.CERTAIN, candidate.layers,
                damage=(*marked.damage, WRONG_CURVE), octets=octets,
            )  # fmt: skip


def _points_in(octets: bytes) -> list[tuple[bytes, str, tuple[Damage, ...]]]:
    """What could be X ‖ Y in octets of such a length."""
    length = len(octets)
    if length == 65 and octets[0] == 4:
        return [(octets[1:], "04 ‖ X ‖ Y, 65 bytes", ())]
    if length == 65 and octets[0] in {6, 7}:
        return [(octets[1:], "hybrid (06 or 07), 65 bytes", ())]
    if length == 66 and octets[:2] == b"\x04\x04":
        return [(octets[2:], "04 ‖ X ‖ Y", (TWO_04,))]
    if length == 63:
        both = (MISSING_04, LOST_ZERO)
        return [(each, "X ‖ Y without 04", both) for each in _refilled(octets)]
    if length != 64:
        return []
    shorter = _refilled(octets[1:]) if octets[0] == 4 else []
    return [
        (octets, "X ‖ Y without 04, 64 bytes", (MISSING_04,)),
        *((each, "04 ‖ X ‖ Y", (LOST_ZERO,)) for each in shorter),
    ]


def _refilled(octets: bytes) -> list[bytes]:
    """X ‖ Y of 63 octets, with the zero put back before X or before Y."""
    return [b"\0" + octets, octets[:32] + b"\0" + octets[32:]]


def _signatures(candidate: Candidate) -> Iterator[Reading]:
    octets = candidate.octets
    length = len(octets)
    if length == 64:
        r, s = octets[:32], octets[32:]
        if not all(0 < int.from_bytes(each, "big") < _N for each in (r, s)):
            return
        if on_curve(octets) is not None or on_p256(octets):
            return  # chance does not do that: a public key
        yield advice.raw_signature(candidate, octets, Fit.LIKELY)
        return
    if length == 66 and octets[0] == octets[33] == 0:
        whole, damage = octets[1:33] + octets[34:], EXTRA_ZERO
    elif length == 65 and octets[0] == 0 and octets[1] >= 0x80:
        whole, damage = octets[1:], EXTRA_ZERO
    elif length == 65 and octets[32] == 0 and octets[33] >= 0x80:
        whole, damage = octets[:32] + octets[33:], EXTRA_ZERO
    elif length in {62, 63} and not _points(octets):
        words = (
            "too short for r ‖ s: a leading zero of r or s was dropped, and which cannot be told"
        )
        yield Reading(
            "sm2-signature",
            f"SM2 signature r ‖ s of {length} bytes instead of 64",
            Fit.POSSIBLE,
            candidate.layers,
            damage=(*candidate.damage, Damage("lost-leading-zero", words)),
            octets=octets,
        )
        return
    else:
        return
    marked = replace(candidate, damage=(*candidate.damage, damage))
    yield advice.raw_signature(marked, whole, Fit.POSSIBLE)


def _points(octets: bytes) -> bool:
    return len(octets) == 63 and any(on_curve(each) is not None for each in _refilled(octets))


def _private_keys(candidate: Candidate) -> Iterator[Reading]:
    octets = candidate.octets
    length = len(octets)
    damage: tuple[Damage, ...] = ()
    if length == 33 and octets[0] == 0:
        octets, damage = octets[1:], (EXTRA_ZERO,)
    elif length in {30, 31}:
        octets, damage = octets.rjust(32, b"\0"), (LOST_ZERO,)
    try:
        key = SM2PrivateKey.from_bytes(octets)
    except (InvalidKey, EncodingError):
        if length == 32 and int.from_bytes(octets, "big") in {0, _N - 1, _N}:
            wrong = Damage("impossible-key", "0, n - 1 and n are no private keys of SM2")
            yield Reading(
                "sm2-private-key", "a number that is no SM2 private key", Fit.POSSIBLE,
                candidate.layers, damage=(*candidate.damage, wrong), octets=octets, secret=True,
            )  # fmt: skip
        return
    marked = replace(candidate, damage=(*candidate.damage, *damage))
    yield advice.private_number(marked, key, Fit.POSSIBLE)


def _ciphertexts(candidate: Candidate, key: SM2PrivateKey | None) -> Iterator[Reading]:
    octets = candidate.octets
    forms: list[tuple[bytes, tuple[Damage, ...], bool]] = []
    if octets[0] == 4 and len(octets) > _OVERHEAD + 1:
        forms.append((octets, (), True))
        if octets[1] == 4 and len(octets) > _OVERHEAD + 2:
            forms.append((octets[1:], (TWO_04,), True))
    if len(octets) > _OVERHEAD:
        forms.append((b"\x04" + octets, (MISSING_04,), False))
    if not any(on_curve(form[1:65]) for form, _, _ in forms):
        start = octets[1:] if octets[0] == 4 else octets
        missing = () if octets[0] == 4 else (MISSING_04,)
        forms = [
            (b"\x04" + each, (*missing, LOST_ZERO), octets[0] == 4)
            for each in (b"\0" + start, start[:32] + b"\0" + start[32:])
        ]
    for form, damage, prefixed in forms:
        if on_curve(form[1:65]) is None:
            continue
        marked = replace(candidate, damage=(*candidate.damage, *damage))
        yield from _orders(marked, form, key, prefixed=prefixed)
        return


def _orders(
    candidate: Candidate, plain: bytes, key: SM2PrivateKey | None, *, prefixed: bool
) -> Iterator[Reading]:
    """Both orders, or the one that the key proves."""
    for order in (CiphertextFormat.C1C3C2, CiphertextFormat.C1C2C3):
        fit = Fit.LIKELY
        if key is not None:
            try:
                key.decrypt(plain, format=order)
            except (DecryptionError, EncodingError):
                continue
            fit = Fit.CERTAIN
        names = peers.of_ciphertext(order, candidate.layers, leading_04=prefixed)
        yield advice.plain_ciphertext(candidate, plain, order, fit, names, proved=key is not None)


def _symmetric(candidate: Candidate) -> Iterator[Reading]:
    length = len(candidate.octets)
    titles = {
        16: ("sm4-key", "SM4 key or initialisation vector, or an MD5 digest: 16 bytes"),
        32: ("digest", "SM3 or SHA-256 digest, or HMAC: 32 bytes"),
        20: ("digest", "SHA-1 digest, or a key identifier: 20 bytes"),
    }
    if length not in titles:
        return
    kind, title = titles[length]
    details: tuple[str, ...] = ()
    if kind == "sm4-key" and not candidate.layers and candidate.octets.isascii():
        details = (
            "16 characters as they are; other tools want the 32 hexadecimal digits of a key",
        )
    yield Reading(
        kind, title, Fit.POSSIBLE, candidate.layers, details=details, damage=candidate.damage,
        octets=candidate.octets, secret=kind == "sm4-key",
    )  # fmt: skip
