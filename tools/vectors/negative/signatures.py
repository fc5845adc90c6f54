"""
SM2 signatures, valid at the edges and invalid in every known way, as DER and as r || s.

Any r and s are a valid signature of e = r - x1, where x1 is the x-coordinate of [s]G + [r + s]P: so
signatures with chosen r, s, t or point are made from the public key alone, for the prehashed interface.
"""

from __future__ import annotations

from collections.abc import Iterator

from common import CURVE, LICENCE, VERIFIED, Key, N, P, Stream, negate, point_with_x, source
from form import VectorFile
from signature_cases import GOOD, KEY, MESSAGE, NOTES, USER_ID, Cases, e_for, e_of
from signature_forms import der_forms, raw_forms

from tests.reference import sm2, sm3


def files() -> Iterator[VectorFile]:
    """The two files."""
    for raw, name in ((False, "der"), (True, "raw")):
        cases = Cases(raw=raw)
        for part in (valid, edge_scalars, edge_keys, ranges, modified, wrong_digests):
            part(cases)
        (raw_forms if raw else der_forms)(cases)
        # Last: the answers of the peers are kept by number.
        neighbours_of_x(cases)
        fitting(cases)
        yield VectorFile(
            path=f"sm2/negative_signature_{name}.json",
            schema="sm2_signature",
            algorithm="SM2-signature",
            source=source("signatures"),
            licence=LICENCE,
            verified_with=VERIFIED if not raw else VERIFIED[:3],
            groups=list(cases.groups.values()),
            notes=NOTES,
        )


def valid(cases: Cases) -> None:
    """Ordinary signatures, identifiers, lengths."""
    nonces = Stream("valid nonces")
    d = KEY.d or 0
    cases.add("the signature the others are made from", "ValidSignature", GOOD, valid=True)
    for name, user_id in (
        ("empty", b""),
        ("one byte", b"A"),
        ("an e-mail address", b"alice@example.com"),
        ("Chinese in UTF-8", "张三".encode()),
        ("16 zero bytes", bytes(16)),
        ("8191 bytes, the longest", Stream("long user id").octets(8191)),
    ):
        sig = sm2.sign(d, e_of(KEY, user_id=user_id), nonces.scalar())
        cases.add(f"identifier: {name}", "UserId", sig, user_id=user_id, valid=True)
    for size in (0, 1, 23, 24, 31, 32, 55, 56, 63, 64, 65, 119, 120, 128, 1000):
        message = Stream(f"message {size}").octets(size)
        sig = sm2.sign(d, e_of(KEY, message), nonces.scalar())
        cases.add(f"message of {size} bytes", "MessageLength", sig, message=message, valid=True)
    for name, e in special_hashes():
        cases.add(
            f"e is {name}", "SpecialCaseHash", sm2.sign(d, e, nonces.scalar()), e=e, valid=True
        )


def special_hashes() -> Iterator[tuple[str, int]]:
    """Values of e at the borders, and with words of zeros or ones."""
    full = 2**256
    yield from (
        ("0", 0),
        ("1", 1),
        ("n - 1", N - 1),
        ("n", N),
        ("n + 1", N + 1),
        ("p", P),
        ("p - 1", P - 1),
        ("2^256 - 1", full - 1),
        ("2^255", full // 2),
        ("n / 2", N // 2),
    )
    random = int.from_bytes(Stream("special hash").octets(32), "big")
    for word in range(8):
        mask = 0xFFFFFFFF << 32 * word
        yield f"random with 32 zeros at word {word}", random & ~mask
        yield f"random with 32 ones at word {word}", random | mask
    for byte in (1, 2, 4, 8, 16, 31):
        yield f"{byte} zero bytes in front", random >> 8 * byte
        yield f"{byte} zero bytes at the end", random >> 8 * byte << 8 * byte


def edge_scalars(cases: Cases) -> None:
    """Chosen r, s and t."""
    for r, s in (
        (1, 1),
        (1, 2),
        (2, 1),
        (3, 3),
        (5, 6),
        (1, 256),
        (256, 1),
        (127, 128),
        (255, 2**64),
    ):
        cases.add(f"r = {r}, s = {s}", "SmallRandS", (r, s), e=e_for(KEY, r, s), valid=True)
    for words, r, s in (
        ("r = n - 1, s = 2", N - 1, 2),
        ("r = 2, s = n - 1", 2, N - 1),
        ("r = s = n - 1", N - 1, N - 1),
        ("r = n - 2, s = 1: t = n - 1", N - 2, 1),
        ("s = n - 2, r = 1: t = n - 1", 1, N - 2),
    ):
        cases.add(words, "SmallRandS", (r, s), e=e_for(KEY, r, s), valid=True)
    random = Stream("edge scalars")
    shapes = [
        (f"2^{i}", 1 << i) for i in (0, 1, 3, 4, 5, 7, 8, 31, 32, 63, 64, 127, 128, 192, 254, 255)
    ]
    shapes += [(f"2^{i} - 1", (1 << i) - 1) for i in (2, 4, 5, 8, 32, 64, 128, 255)]
    shapes += [
        ("5555…", int("55" * 32, 16)),
        ("aaaa…", int("aa" * 32, 16)),
        ("8888…", int("88" * 32, 16)),
        ("7777…", int("77" * 32, 16)),
        ("0f0f…", int("0f" * 32, 16)),
        ("(n - 1) / 2", (N - 1) // 2),
        ("(n + 1) / 2", (N + 1) // 2),
        ("n - 1", N - 1),
        ("n - 16", N - 16),
    ]
    for words, value in shapes:
        r = random.scalar()
        cases.add(f"s = {words}", "EdgeCaseScalar", (r, value), e=e_for(KEY, r, value), valid=True)
        s = (value - r) % N
        cases.add(f"t = {words}", "EdgeCaseScalar", (r, s), e=e_for(KEY, r, s), valid=True)
    d = KEY.d or 0
    for count in range(4):
        s = random.scalar()
        t = s * pow(d, -1, N) % N
        r = (t - s) % N
        cases.add(
            f"[s]G = [t]P ({count})", "PointDuplication", (r, s), e=e_for(KEY, r, s), valid=True
        )
        bent = e_for(KEY, r, s) ^ 1
        cases.add(f"[s]G = [t]P, another e ({count})", "PointDuplication", (r, s), e=bent)
        t = -s * pow(d, -1, N) % N
        r = (t - s) % N
        for words, e in (("e = r", r), ("e = 0", 0), ("another e", random.scalar())):
            cases.add(
                f"[s]G + [t]P is infinity, {words} ({count})", "PointDuplication", (r, s), e=e
            )


def edge_keys(cases: Cases) -> None:
    """Public keys with special coordinates or a small private key, and x1 of n or more."""
    random = Stream("edge keys")
    found = 0
    for start, words in (
        (0, "tiny x"),
        (1 << 32, "x of 5 bytes"),
        (1 << 128, "x of 17 bytes"),
        (1 << 240, "x of 31 bytes"),
        (P - 60, "x close to p"),
        (N, "x close to n"),
        (1 << 255, "x close to 2^255"),
    ):
        x, made = start, 0
        while made < 2:
            point = point_with_x(x, odd=bool(made))
            x += 1
            if point is None:
                continue
            made += 1
            found += 1
            r, s = random.scalar(), random.scalar()
            key = Key(None, point)
            words_ = f"public key with {words} ({made})"
            cases.add(words_, "EdgeCasePublicKey", (r, s), key=key, e=e_for(key, r, s), valid=True)
            cases.add(
                words_ + ", s + 1", "EdgeCasePublicKey", (r, s + 1), key=key, e=e_for(key, r, s)
            )
    for d in (1, 2, 3, 4, N - 2, N - 3, (N - 1) // 2, 1 << 128):
        key = Key.from_private(d)
        sig = sm2.sign(d, e_of(key), random.scalar())
        words = f"d = {d}" if d < 9 else f"d = {d:064x}"
        cases.add(words, "EdgeCaseShamir", sig, key=key, valid=True)
        cases.add(words + ", another message", "EdgeCaseShamir", sig, key=key, message=b"other")
    x, made = N, 0
    while made < 5:
        q = point_with_x(x)
        x += 1
        if q is None:
            continue
        made += 1
        key, r, s = _made_for(q, random)
        e = (r - q[0]) % N
        cases.add(f"x1 = n + {q[0] - N}", "IntegerOverflow", (r, s), key=key, e=e, valid=True)
        e_unreduced = (r - q[0] + 1) % N
        cases.add(
            f"x1 = n + {q[0] - N}, another e", "IntegerOverflow", (r, s), key=key, e=e_unreduced
        )


def neighbours_of_x(cases: Cases) -> None:
    """
    Points whose x1 is (r - e) plus a number that is no multiple of n, in ways that arithmetic confuses: r - e + n
    is p or 2^256 too much. Valid beside them: x1 at the ends of its range.
    """
    random = Stream("neighbours of x")
    full = 2**256
    for x1 in (0, 1, 7, full - P - 1 - _down(full - P - 1), N - 1, P - 1 - _down(P - 1)):
        q = point_with_x(x1)
        assert q is not None
        key, r, s = _made_for(q, random)
        words = f"x1 = {x1}" if x1 < 9 else f"x1 = {x1:064x}"
        cases.add(words, "OtherX", (r, s), key=key, e=(r - x1) % N, valid=True)
        for wrong, beyond in (("p", P), ("2^256", full)):
            claimed = x1 + beyond - N  # r - e, for which r - e + n is x1 + beyond
            if claimed < N:
                cases.add(
                    f"{words}, but r - e + n is x1 + {wrong}",
                    "OtherX",
                    (r, s),
                    key=key,
                    e=(r - claimed) % N,
                )


def _down(x: int) -> int:
    """How far below x the next point lies."""
    return next(step for step in range(99) if point_with_x(x - step))


def _made_for(q: tuple[int, int], random: Stream) -> tuple[Key, int, int]:
    """A key and r, s for which [s]G + [t]P is that point; nobody knows the private key of [1/t](Q - [s]G)."""
    s, t = random.scalar(), random.scalar()
    left = sm2.multiply(s, (CURVE.gx, CURVE.gy))
    assert isinstance(left, tuple)
    point = sm2.multiply(pow(t, -1, N), sm2.add(q, negate(left)))
    assert isinstance(point, tuple)
    return Key(None, point), (t - s) % N, s


def ranges(cases: Cases) -> None:
    """Numbers out of range, alone and together; t = 0."""
    r, s = GOOD
    full = 2**256
    named = {
        "good": None,
        "0": 0,
        "1": 1,
        "n - 1": N - 1,
        "n": N,
        "n + 1": N + 1,
        "p": P,
        "2^256 - 1": full - 1,
    }
    for r_words, r_ in named.items():
        for s_words, s_ in named.items():
            if (r_words, s_words) != ("good", "good"):
                sig = (r if r_ is None else r_, s if s_ is None else s_)
                flag = (
                    "ZeroT" if sum(sig) % N == 0 and all(0 < v < N for v in sig) else "RangeCheck"
                )
                cases.add(f"r is {r_words}, s is {s_words}", flag, sig)
    for words, r_, s_ in (
        ("r + n", r + N, s),
        ("s + n", r, s + N),
        ("both + n", r + N, s + N),
        ("2^256 + r", full + r, s),
        ("2^256 + s", r, full + s),
        ("s + n 2^256", r, s + N * full),
        ("r + n 2^256", r + N * full, s),
        ("256 r", 256 * r, s),
        ("256 s", r, 256 * s),
        ("s + n 2^64", r, s + (N << 64)),
    ):
        if not cases.raw:
            cases.add(words, "RangeCheck", (r_, s_))
    for e_words, e in (("of the message", None), ("0", 0), ("r", r)):
        cases.add(f"s = n - r, e is {e_words}", "ZeroT", (r, N - r), e=e)
        cases.add(f"r = n - s, e is {e_words}", "ZeroT", (N - s, s), e=e)
    for words, r_, s_ in (
        ("n - r", N - r, s),
        ("n - s", r, N - s),
        ("both subtracted from n", N - r, N - s),
        ("r and s exchanged", s, r),
        ("r in both places", r, r),
        ("s in both places", s, s),
        ("r + 1", r + 1, s),
        ("s + 1", r, s + 1),
        ("r - 1, s + 1: the same t", r - 1, s + 1),
    ):
        cases.add(words, "ModifiedSignature", (r_, s_))


def fitting(cases: Cases) -> None:
    """
    Numbers out of range and t = 0 once more, with the e that makes the rest of the equation hold: nothing but
    the check of the range refuses them. n more than a number fits into 32 octets if the number is short.
    """
    random = Stream("fitting")
    full, key = 2**256, Key.from_private(random.scalar())
    r, s, short_r, short_s = (random.scalar() for _ in range(4))
    short_r, short_s = short_r % (full - N), short_s % (full - N)
    for r_words, s_words, r_, s_ in (
        ("0", "good", 0, s),
        ("good", "0", r, 0),
        ("n", "good", N, s),
        ("good", "n", r, N),
        ("short + n", "good", short_r + N, s),
        ("good", "short + n", r, short_s + N),
        ("short + n", "short + n", short_r + N, short_s + N),
        ("2^256 - 1", "good", full - 1, s),
        ("good", "2^256 - 1", r, full - 1),
    ):
        e, words = e_for(key, r_, s_), f"r is {r_words}, s is {s_words}, and e fits"
        if r_ % N and s_ % N:
            reduced = f"{words}: reduced"
            cases.add(reduced, "SmallRandS", (r_ % N, s_ % N), key=key, e=e, valid=True)
        cases.add(words, "RangeCheck", (r_, s_), key=key, e=e)
    for r_ in (1, r, N - 1):
        e = e_for(key, r_, N - r_)  # [0]P is infinity: x of [s]G alone
        cases.add(f"s = n - r, and e fits, r = {r_:x}", "ZeroT", (r_, N - r_), key=key, e=e)


def modified(cases: Cases) -> None:
    """Bits of the signature, the message, the identifier, the key."""
    r, s = GOOD
    for bit in (*range(0, 256, 11), 255):
        cases.add(f"bit {bit} of r", "ModifiedSignature", (r ^ 1 << bit, s))
        cases.add(f"bit {bit} of s", "ModifiedSignature", (r, s ^ 1 << bit))
    for words, message in (
        ("empty", b""),
        ("a 00 in front", b"\0" + MESSAGE),
        ("a 00 behind", MESSAGE + b"\0"),
        ("last byte missing", MESSAGE[:-1]),
        ("first bit changed", bytes([MESSAGE[0] ^ 128]) + MESSAGE[1:]),
        ("last bit changed", MESSAGE[:-1] + bytes([MESSAGE[-1] ^ 1])),
        ("twice", MESSAGE * 2),
        ("its SM3", sm3.digest(MESSAGE)),
    ):
        cases.add(f"message: {words}", "ModifiedInput", GOOD, message=message)
    for words, user_id in (
        ("empty", b""),
        ("one bit changed", b"1234567812345679"),
        ("a 00 behind", USER_ID + b"\0"),
        ("last byte missing", USER_ID[:-1]),
        ("its hexadecimal", USER_ID.hex().encode()),
        ("16 zero bytes", bytes(16)),
        ("as TLS 1.3 has it", b"TLSv1.3+GM+Cipher+Suite"),
    ):
        cases.add(f"identifier: {words}", "ModifiedInput", GOOD, user_id=user_id)
    for words, point in (
        ("another key", Key.from_private((KEY.d or 0) + 1).point),
        ("-P", negate(KEY.point)),
        ("G", (CURVE.gx, CURVE.gy)),
    ):
        cases.add(f"public key: {words}", "ModifiedInput", GOOD, key=Key(None, point))
        cases.add(
            f"public key: {words}, the same e",
            "ModifiedInput",
            GOOD,
            key=Key(None, point),
            e=e_of(KEY),
        )


def wrong_digests(cases: Cases) -> None:
    """Signatures that a faulty signer makes."""
    nonces = Stream("wrong digest nonces")
    x, y = map(sm2.to_bytes, KEY.point)
    a, b, gx, gy = map(sm2.to_bytes, (CURVE.a, CURVE.b, CURVE.gx, CURVE.gy))
    entl = (8 * len(USER_ID)).to_bytes(2, "big")
    z = sm2.z_value(USER_ID, KEY.point)
    other = sm2.z_value(USER_ID, Key.from_private(7).point)
    for words, octets in (
        ("the message itself", MESSAGE.rjust(32, b"\0")),
        ("SM3(M), no Z", sm3.digest(MESSAGE)),
        ("SM3(Z || SM3(M))", sm3.digest(z + sm3.digest(MESSAGE))),
        ("SM3(SM3(Z || M))", sm3.digest(sm3.digest(z + MESSAGE))),
        ("SM3(M || Z)", sm3.digest(MESSAGE + z)),
        ("the Z of another key", sm3.digest(other + MESSAGE)),
        ("the Z of the empty identifier", sm3.digest(sm2.z_value(b"", KEY.point) + MESSAGE)),
        ("ENTL in bytes", _with_z(b"\0\x10" + USER_ID + a + b + gx + gy + x + y)),
        ("ENTL little-endian", _with_z(entl[::-1] + USER_ID + a + b + gx + gy + x + y)),
        ("ENTL left out", _with_z(USER_ID + a + b + gx + gy + x + y)),
        ("Z without the curve", _with_z(entl + USER_ID + x + y)),
        ("Z without a and b", _with_z(entl + USER_ID + gx + gy + x + y)),
        ("Z without G", _with_z(entl + USER_ID + a + b + x + y)),
        ("Z with x alone", _with_z(entl + USER_ID + a + b + gx + gy + x)),
        ("Z with y before x", _with_z(entl + USER_ID + a + b + gx + gy + y + x)),
        ("Z with the prefix 04", _with_z(entl + USER_ID + a + b + gx + gy + b"\4" + x + y)),
        ("Z in hexadecimal", sm3.digest(z.hex().encode() + MESSAGE)),
        ("e with its bytes reversed", sm3.digest(z + MESSAGE)[::-1]),
        ("e cut to 20 bytes", sm3.digest(z + MESSAGE)[:20]),
        ("HMAC-SM3 under Z", sm3.hmac(z, MESSAGE)),
    ):
        e = int.from_bytes(octets, "big")
        cases.add(f"signed over {words}", "WrongDigest", sm2.sign(KEY.d or 0, e, nonces.scalar()))


def _with_z(hashed: bytes) -> bytes:
    return sm3.digest(sm3.digest(hashed) + MESSAGE)
