"""Points of the curve one coordinate of which begins with zeros."""

from __future__ import annotations

from common import P, point_with_x

from tests.reference import sm2


def short_point(bits: int, shape: str) -> tuple[int, int]:
    """A point whose x, or whose y, is below 2^bits."""
    if shape == "y":
        return with_short_y(bits)
    x = (1 << bits) - 12345
    while (found := point_with_x(x)) is None:
        x -= 1
    return found


def with_short_y(bits: int) -> tuple[int, int]:
    """A point with small y: a root x of x^3 + ax + (b - y^2), by gcd with x^p - x."""
    y = (1 << bits) - 54321
    while True:
        x = cubic_root(sm2.SM2P256V1.a, (sm2.SM2P256V1.b - y * y) % P)
        if x is not None:
            return x, y
        y -= 1


def cubic_root(a: int, b: int) -> int | None:
    """A root of x^3 + ax + b mod p, if exactly one exists; None otherwise."""

    def times(f: list[int], g: list[int]) -> list[int]:
        wide = [0] * 5
        for i, fi in enumerate(f):
            for j, gj in enumerate(g):
                wide[i + j] += fi * gj
        for top in (4, 3):  # x^3 = -ax - b
            high = wide[top]
            wide[top - 2] -= high * a
            wide[top - 3] -= high * b
        return [value % P for value in wide[:3]]

    power = [1, 0, 0]
    for bit in f"{P:b}":
        power = times(power, power)
        if bit == "1":
            power = times(power, [0, 1, 0])
    # x^p - x, of degree 2 or less, has the roots in the field in common with the cubic.
    rest = [power[0], (power[1] - 1) % P, power[2]]
    cubic = [b, a, 0, 1]
    while rest and any(rest):
        while rest and rest[-1] == 0:
            rest.pop()
        cubic, rest = rest, _remainder(cubic, rest)
    if len(cubic) != 2:
        return None
    return -cubic[0] * pow(cubic[1], -1, P) % P


def _remainder(f: list[int], g: list[int]) -> list[int]:
    f = f[:]
    inverse = pow(g[-1], -1, P)
    while len(f) >= len(g):
        factor = f[-1] * inverse % P
        for i in range(len(g)):
            f[len(f) - len(g) + i] = (f[len(f) - len(g) + i] - factor * g[i]) % P
        f.pop()
    return f
