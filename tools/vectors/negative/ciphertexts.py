"""
SM2 ciphertexts, valid at the edges and invalid in every known way, as DER, C1C3C2 and C1C2C3.

Whoever knows the private key can make a ciphertext for any C1 that fits in itself: [d]C1 gives the key
stream and C3, on the curve or off it. So each invalid input has one cause, and passes every other check.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import wrong_der
from ciphertext_cases import KEY, MESSAGE, NOTES, Cases, Kdf, Parts, der, encrypted, fitting, point
from common import LICENCE, VERIFIED, Key, N, P, Stream, negate, point_with_x, source
from form import VectorFile
from short_points import short_point, with_short_y

from tests.reference import sm2, sm3, strict_der
from tests.reference.strict_der import element, integer

# Nonces for this key whose stream begins with that many zero bytes, found by trying from 1.
ZERO_STREAM = {1: (438, 715, 994), 2: (28095,)}
# Points of small order on y^2 = x^3 - 3x + b' for other b'.
SMALL_ORDER = {
    317: (
        0x3DCFBE92DEE9EBF659A3A03AE9E41E9D20BE60ABCBE1E9110C3D7137C8E6F6FD,
        0x52178D0ADF87259D2566177FD9699B51BD2E7C91845C9681954E7D0CD169AFFF,
    ),
    337: (
        0x5B9DB4D589AFA8184E39E7D040F80D64C419282B46FAECB5026B51A0E072CD4B,
        0x204FC434F097D1D189A32B0635E73CB71408619F31CC272BD4A1A0B78B6A5032,
    ),
    431: (
        0x191CBF5F3559E6C11D987A0A5D946578109A4B33CF66D7C58D234B52C22A5A7B,
        0x20DCF2A28CB09A55E98CA8A8DD930B6BE29428FF50F4A0ACD37E1863B446E42E,
    ),
    787: (
        0xB7DC5362E078D58156FE05F27DA5D21103493D3B7E8F316B34AFE70035E62521,
        0x9C61CFF162AE7A832A270AE997D08EB668C4A45FE40F72139F0627DDFB433359,
    ),
}


def files() -> Iterator[VectorFile]:
    """One file an encoding."""
    for form in ("DER", "C1C3C2", "C1C2C3"):
        cases = Cases(form)
        for part in (valid, changed, points, faulty_senders):
            part(cases)
        (der_forms if form == "DER" else raw_forms)(cases)
        yield VectorFile(
            path=f"sm2/negative_ciphertext_{form.lower()}.json",
            schema="sm2_encryption",
            algorithm="SM2-encryption",
            source=source("ciphertexts"),
            licence=LICENCE,
            verified_with=VERIFIED if form == "DER" else VERIFIED[:3],
            groups=list(cases.groups.values()),
            notes=NOTES,
        )


def valid(cases: Cases) -> None:
    """Lengths, and coordinates with zero bytes in front."""
    cases.add("the ciphertext the others are made from", "ValidCiphertext", GOOD, message=MESSAGE)
    for size in (
        1,
        2,
        3,
        15,
        16,
        17,
        31,
        32,
        33,
        63,
        64,
        65,
        95,
        96,
        97,
        127,
        128,
        255,
        256,
        257,
        1000,
    ):
        message = Stream(f"plaintext {size}").octets(size)
        while (
            True
        ):  # a short key stream may be all zero: take another message, and so another nonce
            try:
                parts = encrypted(message, f"{size} {message[:1].hex()}")
                break
            except sm2.Refused:
                message = bytes([message[0] ^ 1]) + message[1:]
        cases.add(f"message of {size} bytes", "MessageLength", parts, message=message)
    for words, message in (
        ("zeros", bytes(32)),
        ("FF", b"\xff" * 32),
        ("what C3 looks like", GOOD.c3),
    ):
        cases.add(
            f"message of {words}", "ValidCiphertext", encrypted(message, words), message=message
        )
    for bits in (248, 240, 232):
        for shape in ("x", "y"):
            c1 = short_point(bits, shape)
            words = f"{shape} of C1 below 2^{bits}"
            cases.add(words, "ShortCoordinate", fitting(c1), message=MESSAGE)
            cases.add(words + ", one bit of C3", "ShortCoordinate", flipped(fitting(c1), "c3", 0))
    for number in (0, 1):
        c1, words = short_shared(number)
        cases.add(
            f"{words} of the shared point is short", "ShortCoordinate", fitting(c1), message=MESSAGE
        )
    for d in (1, 2, N - 2):
        key = Key.from_private(d)
        parts = encrypted(MESSAGE, f"d {d}", key)
        words = f"private key {'n - 2' if d > 2 else d}"
        cases.add(words, "ValidCiphertext", parts, message=MESSAGE, key=key)


def short_shared(number: int) -> tuple[tuple[int, int], str]:
    """C1 for which the shared point has a short x (0) or y (1)."""
    wanted = point_with_x((1 << 240) - 99 - number)
    while wanted is None:
        number += 2
        wanted = point_with_x((1 << 240) - 99 - number)
    if number % 2:
        wanted = with_short_y(240)
    c1 = sm2.multiply(pow(KEY.d or 0, -1, N), wanted)
    assert c1 is not None
    return c1, "y" if number % 2 else "x"


def flipped(parts: Parts, name: str, bit: int) -> Parts:
    """With one bit of C2 or C3 changed; bit 0 is the highest of the first byte."""
    octets = bytearray(getattr(parts, name))
    octets[bit // 8] ^= 128 >> bit % 8
    return parts._replace(**{name: bytes(octets)})


def changed(cases: Cases) -> None:
    """Bits and lengths of C2 and C3; C1 replaced; the wrong key."""
    for bit in (0, 1, 7, 8, 63, 64, 127, 128, 191, 248, 254, 255):
        cases.add(f"bit {bit} of C3", "ModifiedC3", flipped(GOOD, "c3", bit))
    for bit in (0, 7, 8, 63, 64, 100, 8 * len(MESSAGE) - 1):
        cases.add(f"bit {bit} of C2", "ModifiedC2", flipped(GOOD, "c2", bit))
    for words, c3 in (
        ("zero", bytes(32)),
        ("FF", b"\xff" * 32),
        ("SM3 of the message", sm3.digest(MESSAGE)),
        ("SM3 of C2", sm3.digest(GOOD.c2)),
        ("that of another ciphertext", encrypted(MESSAGE, "another").c3),
        ("its bytes reversed", GOOD.c3[::-1]),
    ):
        cases.add(f"C3 is {words}", "ModifiedC3", GOOD._replace(c3=c3))
    for words, c2 in (
        ("one byte shorter", GOOD.c2[:-1]),
        ("one zero byte longer", GOOD.c2 + b"\0"),
        ("one byte", GOOD.c2[:1]),
        ("twice", GOOD.c2 * 2),
        ("the message itself", MESSAGE),
        ("zeros", bytes(len(MESSAGE))),
        ("that of another ciphertext", encrypted(MESSAGE, "another").c2),
    ):
        cases.add(f"C2 is {words}", "ModifiedC2", GOOD._replace(c2=c2))
    forged = bytes(
        a ^ b ^ c for a, b, c in zip(GOOD.c2, MESSAGE, b"attack at dusk, gmkit", strict=True)
    )
    cases.add("C2 made into another message, C3 kept", "ModifiedC2", GOOD._replace(c2=forged))
    for words, c1 in (
        ("-C1", negate(GOOD.c1)),
        ("G", point_g()),
        ("the public key", KEY.point),
        ("-P", negate(KEY.point)),
        ("C1 of another ciphertext", encrypted(MESSAGE, "another").c1),
    ):
        cases.add(f"C1 is {words}", "ModifiedC1", GOOD._replace(c1=c1))
    cases.add("made for another key", "WrongKey", encrypted(MESSAGE, "other", Key.from_private(5)))
    near = Key.from_private((KEY.d or 0) + 1)
    cases.add("made for d + 1", "WrongKey", encrypted(MESSAGE, "near", near))


def point_g() -> tuple[int, int]:
    """The base point."""
    return sm2.SM2P256V1.gx, sm2.SM2P256V1.gy


def points(cases: Cases) -> None:
    """C1 that is not a point of the curve, or not written as one; everything else fits."""
    for order, c1 in SMALL_ORDER.items():
        for message in (b"A", MESSAGE):
            words = f"order {order} on another curve, {len(message)} bytes"
            cases.add(words, "InvalidCurve", fitting(c1, message))
    x, y = GOOD.c1
    for words, c1 in (
        ("x + 1", ((x + 1) % P, y)),
        ("y + 1", (x, (y + 1) % P)),
        ("x and y exchanged", (y, x)),
        ("x = 0 with that y", (0, y)),
        ("y = 1 with that x", (x, 1)),
        ("(1, 1)", (1, 1)),
        ("(p - 1, p - 1)", (P - 1, P - 1)),
    ):
        cases.add(f"C1 off the curve: {words}", "PointNotOnCurve", fitting(c1))
    cases.add("C1 off the curve: y = 0 with that x", "PointNotOnCurve", GOOD._replace(c1=(x, 0)))
    cases.add("C1 = (0, 0)", "PointAtInfinity", GOOD._replace(c1=(0, 0)))
    zeros = Parts((0, 0), sm3.digest(bytes(32) + MESSAGE + bytes(32)), b"")
    stream = sm3.sm2_kdf(bytes(64), len(MESSAGE))
    zeros = zeros._replace(c2=bytes(a ^ b for a, b in zip(MESSAGE, stream, strict=True)))
    cases.add("C1 = (0, 0), shared point taken as zeros", "PointAtInfinity", zeros)
    start = 1
    for count in range(3):
        small = None
        while small is None:
            small = point_with_x(start, odd=bool(count % 2))
            start += 1
        parts = fitting(small)
        cases.add(f"x = {small[0]}", "ShortCoordinate", parts, message=MESSAGE)
        cases.add(
            f"x = {small[0]} + p", "CoordinateRange", parts._replace(c1=(small[0] + P, small[1]))
        )
    c1 = with_short_y(200)
    parts = fitting(c1)
    cases.add("y below 2^200", "ShortCoordinate", parts, message=MESSAGE)
    cases.add("the same y + p", "CoordinateRange", parts._replace(c1=(c1[0], c1[1] + P)))
    for words, c1 in (
        ("x = p", (P, y)),
        ("y = p", (x, P)),
        ("x = y = p", (P, P)),
        ("x = p + 1", (P + 1, y)),
        ("x = 2^256 - 1", (2**256 - 1, y)),
        ("y = 2^256 - 1", (x, 2**256 - 1)),
        ("both 2^256 - 1", (2**256 - 1, 2**256 - 1)),
    ):
        cases.add(words, "CoordinateRange", GOOD._replace(c1=c1))


def faulty_senders(cases: Cases) -> None:
    """All-zero key streams, empty messages, and other ways to derive the stream or C3."""
    for size, nonces in ZERO_STREAM.items():
        for k in nonces:
            parts = fitting(Key.from_private(k).point, b"gmkit"[:size])
            assert parts.c2 == b"gmkit"[:size]
            cases.add(f"key stream of {size} zero bytes, k = {k}", "AllZeroKeyStream", parts)
    for number in range(2):
        c1 = point(f"empty message {number}")
        cases.add(f"empty C2, C3 fits ({number})", "EmptyMessage", fitting(c1, b""))
    cases.add("empty C2, C3 of zeros", "EmptyMessage", Parts(point("empty"), bytes(32), b""))

    def counted(start: int, order: str) -> Kdf:
        def kdf(z: bytes, size: int) -> bytes:
            blocks = -(-size // 32)
            hashes = (sm3.digest(z + (start + i).to_bytes(4, order)) for i in range(blocks))  # type: ignore[arg-type]
            return b"".join(hashes)[:size]

        return kdf

    for words, kdf in (
        ("counter from 0", counted(0, "big")),
        ("counter from 2", counted(2, "big")),
        ("little-endian counter", counted(1, "little")),
        ("counter in front", lambda z, size: (sm3.digest(b"\0\0\0\1" + z) * 9)[:size]),
        (
            "SHA-256 in place of SM3",
            lambda z, size: (hashlib.sha256(z + b"\0\0\0\1").digest() * 9)[:size],
        ),
        ("prefix 04 in Z", lambda z, size: sm3.sm2_kdf(b"\4" + z, size)),
        ("x2 alone", lambda z, size: sm3.sm2_kdf(z[:32], size)),
        ("y2 before x2", lambda z, size: sm3.sm2_kdf(z[32:] + z[:32], size)),
        ("a plain hash of x2 || y2", lambda z, size: (sm3.digest(z) * 9)[:size]),
        ("no encryption", lambda z, size: bytes(size)),
    ):
        cases.add(f"key stream: {words}", "WrongKdf", fitting(point(words), kdf=kdf))
    for words, hashed in (
        ("SM3(M)", lambda x, m, y: sm3.digest(m)),
        ("SM3(x2 || y2 || M)", lambda x, m, y: sm3.digest(x + y + m)),
        ("SM3(M || x2 || y2)", lambda x, m, y: sm3.digest(m + x + y)),
        ("SM3(y2 || M || x2)", lambda x, m, y: sm3.digest(y + m + x)),
        ("SM3(x2 || M)", lambda x, m, y: sm3.digest(x + m)),
        ("SHA-256(x2 || M || y2)", lambda x, m, y: hashlib.sha256(x + m + y).digest()),
        ("HMAC-SM3 of M under x2", lambda x, m, y: sm3.hmac(x, m)),
        ("SM3(SM3(x2 || M || y2))", lambda x, m, y: sm3.digest(sm3.digest(x + m + y))),
        (
            "16 right bytes and 16 zeros",
            lambda x, m, y: sm3.digest(x + m + y)[:16].ljust(32, b"\0"),
        ),
        ("31 right bytes and a zero", _nearly),
    ):
        cases.add(f"C3 is {words}", "WrongKdf", fitting(point(words), hashed=hashed))
    for number, name in ((0, "x2"), (1, "y2")):
        c1, _ = short_shared(number)
        shared = sm2.multiply(KEY.d or 0, c1)
        assert shared is not None
        x2, y2 = map(sm2.to_bytes, shared)
        z = x2.lstrip(b"\0") + y2.lstrip(b"\0")
        stream = sm3.sm2_kdf(z, len(MESSAGE))
        c2 = bytes(a ^ b for a, b in zip(MESSAGE, stream, strict=True))
        c3 = sm3.digest(x2.lstrip(b"\0") + MESSAGE + y2.lstrip(b"\0"))
        words = f"{name} hashed without its leading zero bytes"
        cases.add(words, "ShortCoordinate", Parts(c1, c3, c2))


def _nearly(x: bytes, m: bytes, y: bytes) -> bytes:
    right = sm3.digest(x + m + y)
    return right[:31] + bytes([right[31] ^ 1])


def der_forms(cases: Cases) -> None:
    """Wrong DER of a good ciphertext."""
    x, y = map(integer, GOOD.c1)
    c3, c2 = element(4, GOOD.c3), element(4, GOOD.c2)
    parts = [x, y, c3, c2]
    whole = element(0x30, b"".join(parts))
    for wrong in (
        wrong_der.wrong_lengths(0x30, b"".join(parts)),
        wrong_der.wrong_tags(0x30, whole[2:]),
    ):
        for words, flag, octets in wrong:
            cases.add(f"SEQUENCE: {words}", flag, octets)
    for at, (name, tag, body) in enumerate(
        (("x", 2, x[2:]), ("y", 2, y[2:]), ("C3", 4, GOOD.c3), ("C2", 4, GOOD.c2))
    ):
        wrong_ones = [*wrong_der.wrong_lengths(tag, body), *wrong_der.wrong_tags(tag, body)]
        if tag == 2:
            wrong_ones += wrong_der.wrong_integers(GOOD.c1[at], name)
        for words, flag, octets in wrong_ones:
            body_ = b"".join([*parts[:at], octets, *parts[at + 1 :]])
            cases.add(f"{name}: {words}", flag, element(0x30, body_))
    for words, flag, octets in wrong_der.wrong_structures(parts):
        cases.add(words, flag, octets)
    for words, flag, octets in wrong_der.truncations(whole):
        cases.add(words, flag, octets)
    joined = GOOD.c3 + GOOD.c2
    for size in (0, 1, 16, 31, 33, 48, len(joined)):
        octets = der(Parts(GOOD.c1, joined[:size], joined[size:]))
        cases.add(f"C3 of {size} bytes, C2 the rest", "HashLength", octets)
    for size in (31, 33, 64):
        octets = der(Parts(GOOD.c1, GOOD.c3.ljust(size, b"\0")[:size], GOOD.c2))
        cases.add(f"C3 cut or padded to {size} bytes", "HashLength", octets)
    swapped = element(0x30, b"".join([x, y, c2, c3]))
    cases.add("C2 before C3", "WrongOrder", swapped)
    for words, octets in (
        ("x and y as OCTET STRINGs", b"".join([*(element(4, i[2:]) for i in (x, y)), c3, c2])),
        ("C1 as one OCTET STRING", element(4, sm2.encode(GOOD.c1)) + c3 + c2),
        ("C1 as a BIT STRING", element(3, b"\0" + sm2.encode(GOOD.c1)) + c3 + c2),
        ("C2 as a BIT STRING", b"".join([x, y, c3, element(3, b"\0" + GOOD.c2)])),
        (
            "C2 in pieces",
            b"".join([x, y, c3, element(0x24, element(4, GOOD.c2[:5]) + element(4, GOOD.c2[5:]))]),
        ),
    ):
        cases.add(words, "WrongTag", element(0x30, octets))
    for form in ("C1C3C2", "C1C2C3"):
        cases.add(f"{form} in place of DER", "WrongOrder", strict_der.join(form, *GOOD))
    for words, number in (("x", 0), ("y", 1)):
        negative = element(2, (2**264 - GOOD.c1[number]).to_bytes(33, "big"))
        body = b"".join([*parts[:number], negative, *parts[number + 1 :]])
        cases.add(f"-{words}", "NotMinimal", element(0x30, body))
    for words, c1 in (
        ("x + 2^256", (GOOD.c1[0] + 2**256, GOOD.c1[1])),
        ("x + p 2^256", (GOOD.c1[0] + P * 2**256, GOOD.c1[1])),
    ):
        cases.add(words, "CoordinateRange", der(Parts(c1, GOOD.c3, GOOD.c2)))


def raw_forms(cases: Cases) -> None:
    """Prefixes, truncations and the other order."""
    whole = cases.encode(GOOD)
    for tag in (*range(4), *range(5, 8), 0x14, 0x40, 0x84, 0xFF):
        cases.add(f"prefix {tag:02x}", "PointForm", bytes([tag]) + whole[1:])
    tail = whole[65:]
    x, y = map(sm2.to_bytes, GOOD.c1)
    for words, c1 in (
        ("no prefix", x + y),
        ("prefix twice", b"\4\4" + x + y),
        ("prefix after the point", x + y + b"\4"),
        ("compressed", bytes([2 + y[31] % 2]) + x),
        ("compressed, wrong parity", bytes([3 - y[31] % 2]) + x),
        ("hybrid", bytes([6 + y[31] % 2]) + x + y),
        ("x alone", b"\4" + x),
        ("coordinates little-endian", b"\4" + x[::-1] + y[::-1]),
        ("no C1", b""),
    ):
        cases.add(f"C1: {words}", "PointForm", c1 + tail)
    for words, c1 in (
        ("00", b"\0"),
        ("65 zeros", bytes(65)),
        ("04 and 64 zeros", b"\4" + bytes(64)),
        ("33 zeros", bytes(33)),
    ):
        cases.add(f"C1 at infinity: {words}", "PointAtInfinity", c1 + tail)
    for words, flag, octets in wrong_der.truncations(whole):
        cases.add(words, flag, octets)
    for words, octets in (
        ("a 00 behind", whole + b"\0"),
        ("a 00 in front", b"\0" + whole),
        ("itself twice", whole * 2),
        ("32 zero bytes behind", whole + bytes(32)),
        ("first byte left out", whole[1:]),
    ):
        cases.add(words, "AddedElement", octets)
    other = "C1C2C3" if cases.form == "C1C3C2" else "C1C3C2"
    cases.add(f"{other} in place of {cases.form}", "WrongOrder", strict_der.join(other, *GOOD))
    cases.add(f"DER in place of {cases.form}", "WrongOrder", der(GOOD))
    longer = encrypted(Stream("swapped").octets(32), "swapped")
    cases.add(
        "C2 of 32 bytes, C2 and C3 exchanged", "WrongOrder", Parts(longer.c1, longer.c2, longer.c3)
    )
    cases.add("hexadecimal", "WrongOrder", whole.hex().encode())


GOOD = encrypted(MESSAGE, "good")
