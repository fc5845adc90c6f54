"""
SM2 key agreements with confirmation: runs that succeed at the edges, and runs in which something is replaced.

Every test is a whole run: A begins, B answers with its point and S_B = S1, A answers with S_A = S2. `received…`
is what arrives in place of what was sent. `failsAt` is where an honest side must stop: `responder` when B gets
A's point, `initiator` when A gets B's point and S_B, `confirmation` when B gets S_A.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ciphertexts import SMALL_ORDER
from common import CURVE, LICENCE, VERIFIED, Key, N, P, Stream, hex32, negate, source
from form import Group, VectorFile

from tests.reference import sm2

NOTES = {
    "ValidExchange": {"bugType": "BASIC", "description": "Both sides agree."},
    "KeyLength": {"bugType": "FUNCTIONALITY", "description": "Lengths of the agreed key."},
    "UserId": {"bugType": "FUNCTIONALITY", "description": "Identifiers at the limits."},
    "EdgeCaseKey": {
        "bugType": "EDGE_CASE",
        "description": "Private keys at the ends of the range.",
    },
    "EdgeCasePoint": {
        "bugType": "EDGE_CASE",
        "description": "x of an ephemeral point has a special bit 127, or special bits below it.",
        "effect": "x' = 2^127 + (x mod 2^127): masks of another width agree with themselves alone.",
    },
    "InvalidCurve": {
        "bugType": "MISSING_STEP",
        "description": "The ephemeral point has a small order on another curve.",
        "effect": "The private key leaks piece by piece.",
    },
    "PointNotOnCurve": {
        "bugType": "MISSING_STEP",
        "description": "The ephemeral point is no point of the curve, or infinity.",
    },
    "PointForm": {
        "bugType": "MODIFIED_PARAMETER",
        "description": "The ephemeral point is not written as 04, x, y.",
    },
    "SharedPointAtInfinity": {
        "bugType": "MISSING_STEP",
        "description": "P + [x']R of the other side is infinity: the key would be known to everybody.",
    },
    "ModifiedPoint": {
        "bugType": "AUTH_BYPASS",
        "description": "The ephemeral point is another one of the curve: the confirmation fails.",
    },
    "ModifiedConfirmation": {
        "bugType": "AUTH_BYPASS",
        "description": "S_A or S_B is not the right one.",
    },
    "ModifiedIdentity": {
        "bugType": "AUTH_BYPASS",
        "description": "One side takes the other for somebody else.",
    },
}
DEFAULT = sm2.DEFAULT_USER_ID
Values = dict[str, Any]


def session(
    label: str,
    *,
    size: int = 32,
    ids: tuple[bytes, bytes] = (b"Alice", b"Bob"),
    keys: tuple[int | None, int | None] = (None, None),
    nonces: tuple[int | None, int | None] = (None, None),
) -> Values:
    """A whole honest run."""
    stream = Stream(f"exchange {label}")
    d_a, d_b, r_a, r_b = (given or stream.scalar() for given in (*keys, *nonces))
    (p_a, p_b, point_a, point_b) = (Key.from_private(n).point for n in (d_a, d_b, r_a, r_b))
    z_a, z_b = sm2.z_value(ids[0], p_a), sm2.z_value(ids[1], p_b)
    made = sm2.exchange((d_a, r_a), (p_b, point_b), z_a, z_b, initiator=True, size=size)
    assert made == sm2.exchange((d_b, r_b), (p_a, point_a), z_a, z_b, initiator=False, size=size)
    return {
        **parties(ids, (d_a, d_b), (r_a, r_b)),
        "size": size,
        "shared": made.key.hex(),
        "confirmB": made.confirm_b.hex(),
        "confirmA": made.confirm_a.hex(),
    }


def parties(ids: tuple[bytes, bytes], keys: tuple[int, int], nonces: tuple[int, int]) -> Values:
    """Who takes part, with which keys."""
    values: Values = {}
    for side, user_id, d, r in zip("AB", ids, keys, nonces, strict=True):
        values[f"userId{side}"] = user_id.hex()
        values[f"privateKey{side}"] = hex32(d)
        values[f"publicKey{side}"] = Key.from_private(d).public_hex
        values[f"ephemeral{side}"] = hex32(r)
        values[f"point{side}"] = Key.from_private(r).public_hex
    return values


def files() -> Iterator[VectorFile]:
    """One file."""
    group = Group("Sm2KeyExchange")
    for part in (valid, wrong_points, infinity, wrong_confirmations, wrong_identities):
        part(group)
    yield VectorFile(
        path="sm2/negative_key_exchange.json",
        schema="sm2_exchange",
        algorithm="SM2-key-exchange",
        source=source("exchanges"),
        licence=LICENCE,
        verified_with=[*VERIFIED[:1], "emmansun/gmsm (Go; the key alone)", VERIFIED[2]],
        groups=[group],
        notes=NOTES,
    )


def invalid(group: Group, values: Values, comment: str, flag: str, at: str, error: str) -> None:
    """A run that an honest side must stop."""
    members = {**values, "failsAt": at, "cause": comment, "error": error}
    group.add(members, comment=comment, flags=[flag], valid=False)


def valid(group: Group) -> None:
    """Key lengths, identifiers, private keys, ephemeral points."""
    for size in (1, 16, 31, 32, 33, 48, 64, 128):
        group.add(session(f"size {size}", size=size), comment=f"{size} bytes", flags=["KeyLength"])
    for words, ids in (
        ("default, twice", (DEFAULT, DEFAULT)),
        ("empty, twice", (b"", b"")),
        ("empty and default", (b"", DEFAULT)),
        ("Chinese in UTF-8", ("张三".encode(), "李四".encode())),
        ("8191 bytes and one byte", (Stream("long").octets(8191), b"B")),
    ):
        group.add(session(words, ids=ids), comment=f"identifiers: {words}", flags=["UserId"])
    same = Stream("same key").scalar()
    for words, keys, nonces in (
        ("d = 1 and d = n - 2", (1, N - 2), (None, None)),
        ("d = n - 2 and d = 1", (N - 2, 1), (None, None)),
        ("r = 1 and r = 2", (None, None), (1, 2)),
        ("r = n - 1 and r = n - 2", (None, None), (N - 1, N - 2)),
        ("one key on both sides", (same, same), (None, None)),
    ):
        made = session(words, keys=keys, nonces=nonces)
        group.add(made, comment=words, flags=["EdgeCaseKey"])
    half = 1 << 127
    for words, fits in (
        ("bit 127 of x is set", lambda x: x & half),
        ("bit 127 of x is clear", lambda x: not x & half),
        ("x mod 2^127 is small", lambda x: x % half < half >> 8),
        ("x mod 2^127 is close to 2^127", lambda x: x % half > half - (half >> 8)),
        ("x is short", lambda x: x < 1 << 248),
    ):
        stream = Stream(words)
        nonces = []
        while len(nonces) < 2:
            r = stream.scalar()
            if fits(Key.from_private(r).point[0]):
                nonces.append(r)
        made = session(words, nonces=(nonces[0], nonces[1]))
        group.add(made, comment=words, flags=["EdgeCasePoint"])


def wrong_points(group: Group) -> None:
    """What arrives in place of R_A or R_B."""
    honest = session("wrong points")
    for side, at in (("A", "responder"), ("B", "initiator")):
        sent = bytes.fromhex(honest[f"point{side}"])
        x, y = int.from_bytes(sent[1:33], "big"), int.from_bytes(sent[33:], "big")
        for order, point in SMALL_ORDER.items():
            values = {**honest, f"receivedPoint{side}": sm2.encode(point).hex()}
            words = f"R_{side} of order {order} on another curve"
            invalid(group, values, words, "InvalidCurve", at, "InvalidKey")
        for words, flag, octets in (
            ("y + 1", "PointNotOnCurve", sm2.encode((x, (y + 1) % P))),
            ("(0, 0)", "PointNotOnCurve", sm2.encode((0, 0))),
            ("infinity in one byte", "PointNotOnCurve", b"\0"),
            ("65 zero bytes", "PointNotOnCurve", bytes(65)),
            ("x = p", "PointNotOnCurve", sm2.encode((P, y))),
            ("nothing", "PointForm", b""),
            ("no prefix", "PointForm", sent[1:]),
            ("hybrid form", "PointForm", bytes([6 + y % 2]) + sent[1:]),
            ("one byte missing", "PointForm", sent[:-1]),
            ("one byte more", "PointForm", sent + b"\0"),
        ):
            values = {**honest, f"receivedPoint{side}": octets.hex()}
            invalid(group, values, f"R_{side}: {words}", flag, at, "InvalidKey")
        for words, point in (
            (f"-R_{side}", negate((x, y))),
            ("G", (CURVE.gx, CURVE.gy)),
            ("another point", Key.from_private(99).point),
        ):
            # B cannot see it, and goes on; A sees that S_B does not fit.
            values = {**honest, f"receivedPoint{side}": sm2.encode(point).hex()}
            cause = f"R_{side} replaced by {words}"
            invalid(group, values, cause, "ModifiedPoint", "initiator", "VerificationError")


def infinity(group: Group) -> None:
    """A peer that chooses its key so that the shared point is infinity: d = -x' r."""
    half = 1 << 127
    for side, at in (("A", "responder"), ("B", "initiator")):
        stream = Stream(f"infinity {side}")
        r, d_other, r_other = stream.scalar(), stream.scalar(), stream.scalar()
        d = -(half + Key.from_private(r).point[0] % half) * r % N
        keys, nonces = ((d, d_other), (r, r_other)) if side == "A" else ((d_other, d), (r_other, r))
        values = {**parties((DEFAULT, DEFAULT), keys, nonces), "size": 32}
        words = f"P_{side} + [x']R_{side} is infinity"
        invalid(group, values, words, "SharedPointAtInfinity", at, "InvalidKey")


def wrong_confirmations(group: Group) -> None:
    """What arrives in place of S_A or S_B."""
    honest, other = session("confirmation"), session("another confirmation")
    for side, at in (("B", "initiator"), ("A", "confirmation")):
        right = bytes.fromhex(honest[f"confirm{side}"])
        opposite = honest["confirmA" if side == "B" else "confirmB"]
        for words, octets in (
            ("first bit changed", bytes([right[0] ^ 128]) + right[1:]),
            ("last bit changed", right[:-1] + bytes([right[-1] ^ 1])),
            ("zeros", bytes(32)),
            ("one byte missing", right[:-1]),
            ("one byte more", right + b"\0"),
            ("nothing", b""),
            ("that of the other side", bytes.fromhex(opposite)),
            ("that of another run", bytes.fromhex(other[f"confirm{side}"])),
        ):
            values = {**honest, f"receivedConfirm{side}": octets.hex()}
            cause = f"S_{side}: {words}"
            invalid(group, values, cause, "ModifiedConfirmation", at, "VerificationError")


def wrong_identities(group: Group) -> None:
    """One side takes the other for somebody else: A sees that S_B does not fit."""
    honest = session("identities")
    stranger = Key.from_private(Stream("stranger").scalar()).public_hex
    for words, changed in (
        ("B takes another key for A's", {"receivedPublicKeyA": stranger}),
        ("A takes another key for B's", {"receivedPublicKeyB": stranger}),
        ("B takes another identifier for A's", {"receivedUserIdA": b"Mallory".hex()}),
        ("A takes another identifier for B's", {"receivedUserIdB": b"Mallory".hex()}),
        ("B takes the empty identifier for A's", {"receivedUserIdA": ""}),
        (
            "both take the two identifiers the other way round for the other's",
            {"receivedUserIdA": honest["userIdB"], "receivedUserIdB": honest["userIdA"]},
        ),
    ):
        values = {**honest, **changed}
        invalid(group, values, words, "ModifiedIdentity", "initiator", "VerificationError")
