"""What the generators share: fixed 'random' numbers, keys, and the reference implementation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.reference import sm2, sm3

CURVE = sm2.SM2P256V1
N, P = CURVE.n, CURVE.p
LICENCE = "Apache-2.0"
VERIFIED = [
    "tests/reference (plain Python, from the standard)",
    "emmansun/gmsm (Go)",
    "Bouncy Castle (Java)",
    "OpenSSL (command line; DER only)",
]


class Stream:
    """Numbers that look random and are the same on every run: SM2's KDF over a label."""

    def __init__(self, label: str) -> None:
        self._label = label.encode()
        self._count = 0

    def octets(self, size: int) -> bytes:
        """That many bytes."""
        self._count += 1
        return sm3.sm2_kdf(self._label + self._count.to_bytes(4, "big"), size)

    def scalar(self) -> int:
        """A number from 1 to n - 2."""
        return int.from_bytes(self.octets(40), "big") % (N - 2) + 1


@dataclass(frozen=True)
class Key:
    """A key pair; d is None where nobody knows it."""

    d: int | None
    point: tuple[int, int]

    @classmethod
    def from_private(cls, d: int) -> Key:
        """The pair of *d*."""
        point = sm2.public_key(d)
        assert point is not None
        return cls(d, point)

    @property
    def public_hex(self) -> str:
        """04 || x || y."""
        return sm2.encode(self.point).hex()


def hex32(number: int) -> str:
    """32 bytes, as hex."""
    return sm2.to_bytes(number).hex()


def source(script: str) -> dict[str, str]:
    """The head's `source` of a file made here."""
    return {
        "document": "computed for gmkit",
        "recipe": f"tools/vectors/negative/{script}.py",
    }


def point_with_x(x: int, *, odd: bool = False) -> tuple[int, int] | None:
    """The point with that x and parity of y, if there is one."""
    square = (x**3 + CURVE.a * x + CURVE.b) % P
    y = pow(square, (P + 1) // 4, P)
    if y * y % P != square:
        return None
    return x, (P - y if y % 2 != odd else y)


def negate(point: tuple[int, int]) -> tuple[int, int]:
    """-point."""
    return point[0], P - point[1]


def refused(values: dict[str, Any], cause: str, error: str) -> dict[str, Any]:
    """The members of an invalid test."""
    return {**values, "cause": cause, "error": error}
