"""
SM2 in plain Python, written from GB/T 32918.1 to .5: affine points, a ladder of doublings and additions.

Slow, simple, not constant-time, and by nobody who wrote the native one. The nonce is an argument
everywhere; the curve too, because the examples of parts 2 to 4 are on another one.
"""

from __future__ import annotations

from typing import NamedTuple

from . import sm3

Point = tuple[int, int] | None  # None is the point at infinity
DEFAULT_USER_ID = b"1234567812345678"


class Refused(Exception):
    """What the standard tells to reject."""


class Curve(NamedTuple):
    """y^2 = x^3 + ax + b over F_p, with a base point of order n."""

    p: int
    a: int
    b: int
    gx: int
    gy: int
    n: int


SM2P256V1 = Curve(
    p=0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF,
    a=0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC,
    b=0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93,
    gx=0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    gy=0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
    n=0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123,
)


def to_bytes(number: int) -> bytes:
    """32 bytes, big-endian."""
    return number.to_bytes(32, "big")


def on_curve(point: Point, curve: Curve = SM2P256V1) -> bool:
    """Whether the point has coordinates below p that satisfy the equation; infinity has none."""
    if point is None:
        return False
    x, y = point
    below = 0 <= x < curve.p and 0 <= y < curve.p
    return below and (y * y - x * x * x - curve.a * x - curve.b) % curve.p == 0


def add(left: Point, right: Point, curve: Curve = SM2P256V1) -> Point:
    """Affine addition, every case."""
    if left is None or right is None:
        return left or right
    (x1, y1), (x2, y2), p = left, right, curve.p
    if x1 == x2:
        if (y1 + y2) % p == 0:
            return None
        slope = (3 * x1 * x1 + curve.a) * pow(2 * y1, -1, p)
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, p)
    x3 = (slope * slope - x1 - x2) % p
    return x3, (slope * (x1 - x3) - y1) % p


def multiply(scalar: int, point: Point, curve: Curve = SM2P256V1) -> Point:
    """[scalar]point, bit by bit, in Jacobian coordinates with one inversion at the end."""
    if point is None:
        return None
    p, a = curve.p, curve.a
    px, py = point
    x, y, z = 0, 1, 0
    for bit in f"{scalar:b}" if scalar else "":
        if z:
            yy = y * y % p
            s, m = 4 * x * yy % p, (3 * x * x + a * pow(z, 4, p)) % p
            x, z = (m * m - 2 * s) % p, 2 * y * z % p
            y = (m * (s - x) - 8 * yy * yy) % p
        if bit == "0":
            continue
        if not z:
            x, y, z = px, py, 1
            continue
        zz = z * z % p
        h, r = (px * zz - x) % p, (py * zz * z - y) % p
        if h == 0:
            back = None if r else add((px, py), (px, py), curve)
            x, y, z = (0, 1, 0) if back is None else (*back, 1)
            continue
        hh = h * h % p
        v = x * hh % p
        x = (r * r - hh * h - 2 * v) % p
        y = (r * (v - x) - y * hh * h) % p
        z = z * h % p
    if not z:
        return None
    inverse = pow(z, -1, p)
    return x * inverse * inverse % p, y * pow(inverse, 3, p) % p


def public_key(d: int, curve: Curve = SM2P256V1) -> Point:
    """[d]G."""
    return multiply(d, (curve.gx, curve.gy), curve)


def encode(point: Point) -> bytes:
    """04 || x || y."""
    if point is None:
        return b"\0"
    return b"\4" + to_bytes(point[0]) + to_bytes(point[1])


def decode(octets: bytes, curve: Curve = SM2P256V1) -> tuple[int, int]:
    """The point of 65 or 33 bytes, checked; or Refused."""
    if len(octets) == 65 and octets[0] == 4:
        point = int.from_bytes(octets[1:33], "big"), int.from_bytes(octets[33:], "big")
    elif len(octets) == 33 and octets[0] in (2, 3):
        x = int.from_bytes(octets[1:], "big")
        y = pow(x * x * x + curve.a * x + curve.b, (curve.p + 1) // 4, curve.p)
        point = x, (y if y % 2 == octets[0] % 2 else curve.p - y)
    else:
        raise Refused("form of the point")
    if not on_curve(point, curve):
        raise Refused("not on the curve")
    return point


def z_value(user_id: bytes, public: Point, curve: Curve = SM2P256V1) -> bytes:
    """Z of a signer: SM3(ENTL || ID || a || b || G || P)."""
    assert public is not None
    head = (8 * len(user_id)).to_bytes(2, "big") + user_id
    numbers = (curve.a, curve.b, curve.gx, curve.gy, *public)
    return sm3.digest(head + b"".join(map(to_bytes, numbers)))


def message_digest(
    message: bytes, public: Point, user_id: bytes = DEFAULT_USER_ID, curve: Curve = SM2P256V1
) -> int:
    """e = SM3(Z || M)."""
    return int.from_bytes(sm3.digest(z_value(user_id, public, curve) + message), "big")


def sign(d: int, e: int, k: int, curve: Curve = SM2P256V1) -> tuple[int, int]:
    """(r, s) with nonce *k*; Refused where the standard draws again."""
    point = multiply(k, (curve.gx, curve.gy), curve)
    assert point is not None
    r = (e + point[0]) % curve.n
    if r == 0 or r + k == curve.n:
        raise Refused("r = 0 or r + k = n")
    s = pow(1 + d, -1, curve.n) * (k - r * d) % curve.n
    if s == 0:
        raise Refused("s = 0")
    return r, s


def verify(public: Point, e: int, r: int, s: int, curve: Curve = SM2P256V1) -> bool:
    """Whether (r, s) is a signature of *e*."""
    n = curve.n
    if not (0 < r < n and 0 < s < n):
        return False
    t = (r + s) % n
    if t == 0:
        return False
    point = add(multiply(s, (curve.gx, curve.gy), curve), multiply(t, public, curve), curve)
    return point is not None and (e + point[0]) % n == r


def encrypt(
    public: Point, message: bytes, k: int, curve: Curve = SM2P256V1
) -> tuple[tuple[int, int], bytes, bytes]:
    """(C1, C3, C2) with nonce *k*; Refused where the standard draws again."""
    c1 = multiply(k, (curve.gx, curve.gy), curve)
    shared = multiply(k, public, curve)
    assert c1 is not None
    assert shared is not None
    x2, y2 = map(to_bytes, shared)
    stream = sm3.sm2_kdf(x2 + y2, len(message))
    if not any(stream):
        raise Refused("all-zero key stream")
    c2 = bytes(a ^ b for a, b in zip(message, stream, strict=True))
    return c1, sm3.digest(x2 + message + y2), c2


def decrypt(d: int, c1: tuple[int, int], c3: bytes, c2: bytes, curve: Curve = SM2P256V1) -> bytes:
    """The message, or Refused."""
    if not on_curve(c1, curve):
        raise Refused("C1 not on the curve")
    shared = multiply(d, c1, curve)
    assert shared is not None
    x2, y2 = map(to_bytes, shared)
    stream = sm3.sm2_kdf(x2 + y2, len(c2))
    if not any(stream):
        raise Refused("all-zero key stream")
    message = bytes(a ^ b for a, b in zip(c2, stream, strict=True))
    if sm3.digest(x2 + message + y2) != c3:
        raise Refused("C3")
    return message


class Agreed(NamedTuple):
    """What one side of the key exchange computes."""

    key: bytes
    confirm_b: bytes  # S1 = SB: responder to initiator
    confirm_a: bytes  # S2 = SA: initiator to responder


def exchange(
    own: tuple[int, int],
    peer: tuple[Point, Point],
    z_a: bytes,
    z_b: bytes,
    *,
    initiator: bool,
    size: int,
    curve: Curve = SM2P256V1,
) -> Agreed:
    """Key of *size* bytes and both confirmations, from (d, r) of this side and (P, R) of the other."""
    (d, r), (peer_public, peer_point) = own, peer
    if not on_curve(peer_point, curve) or not on_curve(peer_public, curve):
        raise Refused("peer's point not on the curve")
    own_point = multiply(r, (curve.gx, curve.gy), curve)
    assert own_point is not None
    assert peer_point is not None
    half = 1 << 127
    t = (d + (half + own_point[0] % half) * r) % curve.n
    far = multiply(half + peer_point[0] % half, peer_point, curve)
    u = multiply(t, add(peer_public, far, curve), curve)
    if u is None:
        raise Refused("U is the point at infinity")
    xu, yu = map(to_bytes, u)
    ra, rb = (own_point, peer_point) if initiator else (peer_point, own_point)
    inner = sm3.digest(xu + z_a + z_b + encode(ra)[1:] + encode(rb)[1:])
    return Agreed(
        sm3.sm2_kdf(xu + yu + z_a + z_b, size),
        sm3.digest(b"\2" + yu + inner),
        sm3.digest(b"\3" + yu + inner),
    )
