#!/usr/bin/env python3
"""
Derives the bitsliced S-box of SM4 and writes rust/gmkit-core/src/sm4/sbox.rs.

S(x) = A(inverse(A(x) + c)) + c over GF(2^8) modulo x^8+x^7+x^6+x^5+x^4+x^2+1, with A circulant.
The inverse is taken in a tower GF(((2^2)^2)^2): one inversion there costs three products in GF(16).
Every isomorphism into every such tower is tried; the cheapest circuit is printed, after it has been
compared with the table of the standard on all 256 inputs.

Usage: tools/sm4_sbox.py [--check]      (--check: only say whether the file is up to date)
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

TARGET = Path(__file__).parent.parent / "rust/gmkit-core/src/sm4/sbox.rs"
POLYNOMIAL = 0x1F5
CONSTANT = 0xD3
TABLE = bytes.fromhex(
    "d690e9fecce13db716b614c228fb2c052b679a762abe04c3aa44132649860699"
    "9c4250f491ef987a33540b43edcfac62e4b31ca9c908e89580df94fa758f3fa6"
    "4707a7fcf37317ba83593c19e6854fa8686b81b27164da8bf8eb0f4b70569d35"
    "1e240e5e6358d1a225227c3b01217887d40046579fd327524c3602e7a0c4c89e"
    "eabf8ad240c738b5a3f7f2cef96115a1e0ae5da49b341a55ad933230f58cb1e3"
    "1df6e22e8266ca60c02923ab0d534e6fd5db3745defd8e2f03ff6a726d6c5b51"
    "8d1baf92bbddbc7f11d95c411f105ad80ac13188a5cd7bbd2d74d012b8e5b4b0"
    "8969974a0c96777e65b9f109c56ec68418f07dec3adc4d2079ee5f3ed7cb3948"
)


def field_product(a: int, b: int) -> int:
    """a·b in the field of the standard."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 0x100:
            a ^= POLYNOMIAL
        b >>= 1
    return product


def quad_product(a: int, b: int) -> int:
    """a·b in GF(4) = GF(2)[w]/(w²+w+1)."""
    high = (a >> 1) & (b >> 1)
    low = a & b & 1
    middle = ((a ^ a >> 1) & (b ^ b >> 1)) & 1
    return (middle ^ low) << 1 | (low ^ high)


def nibble_product(a: int, b: int) -> int:
    """a·b in GF(16) = GF(4)[z]/(z²+z+w)."""
    high = quad_product(a >> 2, b >> 2)
    low = quad_product(a & 3, b & 3)
    middle = quad_product(a >> 2 ^ a & 3, b >> 2 ^ b & 3)
    return (middle ^ low) << 2 | (low ^ quad_product(high, 2))


def tower_product(a: int, b: int, scale: int) -> int:
    """a·b in GF(256) = GF(16)[y]/(y²+y+scale)."""
    high = nibble_product(a >> 4, b >> 4)
    low = nibble_product(a & 15, b & 15)
    middle = nibble_product(a >> 4 ^ a & 15, b >> 4 ^ b & 15)
    return (middle ^ low) << 4 | (low ^ nibble_product(high, scale))


class Circuit:
    """Straight-line code over XOR, AND and NOT, in which equal expressions are one node."""

    def __init__(self) -> None:
        self.nodes: list[tuple[str, int, int]] = [("in", i, 0) for i in range(8)]
        self.known: dict[tuple[str, int, int], int] = {}

    def gate(self, kind: str, a: int, b: int) -> int:
        """The wire of this gate, made if it is new."""
        key = (kind, *sorted((a, b)))
        if key not in self.known:
            self.known[key] = len(self.nodes)
            self.nodes.append(key)
        return self.known[key]

    def xor(self, *wires: int) -> int:
        """The XOR of the wires."""
        total = wires[0]
        for wire in wires[1:]:
            total = self.gate("^", total, wire)
        return total

    def linear(self, rows: list[int], wires: list[int]) -> list[int]:
        """Row i picks the wires whose XOR is output i; common pairs are shared (Paar's greedy rule)."""
        wires = list(wires)
        rows = list(rows)
        while True:
            pairs = {}
            for a, b in itertools.combinations(range(len(wires)), 2):
                shared = sum(1 for row in rows if row >> a & 1 and row >> b & 1)
                if shared:
                    pairs[a, b] = shared
            if not pairs:
                return [wires[row.bit_length() - 1] for row in rows]
            a, b = max(pairs, key=lambda pair: (pairs[pair], -pair[1]))
            wires.append(self.xor(wires[a], wires[b]))
            new = 1 << len(wires) - 1
            rows = [
                row & ~(1 << a | 1 << b) | new if row >> a & 1 and row >> b & 1 else row
                for row in rows
            ]

    def quad(self, a: list[int], b: list[int]) -> list[int]:
        """a·b in GF(4)."""
        low = self.gate("&", a[0], b[0])
        high = self.gate("&", a[1], b[1])
        middle = self.gate("&", self.xor(a[0], a[1]), self.xor(b[0], b[1]))
        return [self.xor(low, high), self.xor(middle, low)]

    def nibble(self, a: list[int], b: list[int]) -> list[int]:
        """a·b in GF(16)."""
        low = self.quad(a[:2], b[:2])
        high = self.quad(a[2:], b[2:])
        sums = (
            [self.xor(a[0], a[2]), self.xor(a[1], a[3])],
            [
                self.xor(b[0], b[2]),
                self.xor(b[1], b[3]),
            ],
        )
        middle = self.quad(*sums)
        scaled = [high[1], self.xor(high[0], high[1])]  # times w
        return [
            self.xor(low[0], scaled[0]),
            self.xor(low[1], scaled[1]),
            self.xor(middle[0], low[0]),
            self.xor(middle[1], low[1]),
        ]

    def nibble_inverse(self, a: list[int]) -> list[int]:
        """With a = h·z + l: norm = h²w + hl + l² in GF(4), whose inverse is its square."""
        low, high = a[:2], a[2:]
        total = [self.xor(low[0], high[0]), self.xor(low[1], high[1])]
        product = self.quad(low, total)
        # h² = [h0^h1, h1]; times w: [h1, h0].
        norm = [self.xor(product[0], high[1]), self.xor(product[1], high[0])]
        inverse = [self.xor(norm[0], norm[1]), norm[1]]
        return self.quad(total, inverse) + self.quad(high, inverse)

    def cost(self) -> int:
        """Number of gates."""
        return len(self.nodes) - 8


def columns_to_rows(columns: list[int]) -> list[int]:
    """The rows of a matrix given by its columns."""
    return [sum((column >> i & 1) << j for j, column in enumerate(columns)) for i in range(8)]


def apply(columns: list[int], value: int) -> int:
    """The matrix with these columns times value."""
    result = 0
    for j, column in enumerate(columns):
        if value >> j & 1:
            result ^= column
    return result


def invert(columns: list[int]) -> list[int]:
    """The columns of the inverse matrix."""
    image = {apply(columns, value): value for value in range(256)}
    return [image[1 << j] for j in range(8)]


def circulant(value: int) -> int:
    """A·value."""
    rows = [(0xA7 << i | 0xA7 >> 8 - i) & 0xFF for i in range(8)]
    return sum(((row & value).bit_count() & 1) << i for i, row in enumerate(rows))


def build(scale: int, image: list[int]) -> tuple[Circuit, list[int]]:
    """The circuit for the isomorphism that sends x^j to image[j]."""
    circuit = Circuit()
    into = [apply(image, circulant(1 << j)) for j in range(8)]
    before = apply(image, CONSTANT)  # added to the tower element, as NOTs
    back = invert(image)
    outof = [circulant(back[j]) for j in range(8)]
    raw = circuit.linear(columns_to_rows(into), list(range(8)))
    raw = [circuit.gate("!", w, w) if before >> i & 1 else w for i, w in enumerate(raw)]
    low, high = raw[:4], raw[4:]
    total = [circuit.xor(a, b) for a, b in zip(low, high, strict=True)]
    # norm = scale·h² + l·(h + l)
    squares = [nibble_product(scale, nibble_product(1 << j, 1 << j)) for j in range(4)]
    rows = [sum((column >> i & 1) << j for j, column in enumerate(squares)) for i in range(4)]
    scaled = circuit.linear(rows, high)
    norm = [circuit.xor(a, b) for a, b in zip(circuit.nibble(low, total), scaled, strict=True)]
    inverse = circuit.nibble_inverse(norm)
    result = circuit.nibble(total, inverse) + circuit.nibble(high, inverse)
    outputs = circuit.linear(columns_to_rows(outof), result)
    return circuit, outputs


def evaluate(circuit: Circuit, outputs: list[int], value: int) -> int:
    """What the circuit makes of value."""
    bits: list[int] = []
    for kind, a, b in circuit.nodes:
        if kind == "in":
            bits.append(value >> a & 1)
        elif kind == "^":
            bits.append(bits[a] ^ bits[b])
        elif kind == "&":
            bits.append(bits[a] & bits[b])
        else:
            bits.append(1 - bits[a])
    return sum(bits[wire] << i for i, wire in enumerate(outputs)) ^ CONSTANT


def candidates() -> list[tuple[Circuit, list[int]]]:
    """One checked circuit for each isomorphism into each tower."""
    found = []
    for scale in range(1, 16):
        if any(nibble_product(v, v) ^ v == scale for v in range(16)):
            continue  # y² + y + scale has a root: not a field
        for root in range(2, 256):
            powers = [1]
            for _ in range(8):
                powers.append(tower_product(powers[-1], root, scale))
            vanishing = 0
            for degree in range(9):
                if POLYNOMIAL >> degree & 1:
                    vanishing ^= powers[degree]
            if vanishing or len({apply(powers[:8], v) for v in range(256)}) < 256:
                continue
            circuit, outputs = build(scale, powers[:8])
            assert all(evaluate(circuit, outputs, v) == TABLE[v] for v in range(256))
            found.append((circuit, outputs))
    return found


def rust(circuit: Circuit, outputs: list[int]) -> str:
    """The circuit as a Rust file."""
    used = set(outputs)
    for index in range(len(circuit.nodes) - 1, 7, -1):
        if index in used:
            used.update(circuit.nodes[index][1:])
    lines = [
        "//! The S-box as a circuit. Written by `tools/sm4_sbox.py`; change that, not this.",
        "",
        "use core::ops::{BitAnd, BitXor, Not};",
        "",
        "/// The S-box on bit planes: plane i holds bit i of as many bytes as a lane has bits.",
        "///",
        "/// No table, no branch: every lane costs the same, whatever is in it.",
        "#[inline(always)]",
        "#[rustfmt::skip]",
        "pub(crate) fn substitute<L>(x: [L; 8]) -> [L; 8]",
        "where",
        "    L: Copy + BitXor<Output = L> + BitAnd<Output = L> + Not<Output = L>,",
        "{",
        "    let [" + ", ".join(f"t{i}" for i in range(8)) + "] = x;",
    ]
    for index in sorted(used):
        kind, a, b = circuit.nodes[index]
        if kind == "!":
            lines.append(f"    let t{index} = !t{a};")
        elif kind != "in":
            lines.append(f"    let t{index} = t{a} {kind} t{b};")
    result = [("!" if CONSTANT >> i & 1 else "") + f"t{w}" for i, w in enumerate(outputs)]
    lines += ["    [" + ", ".join(result) + "]", "}", ""]
    return "\n".join(lines)


def main() -> int:
    """Writes the file, or checks it."""
    circuit, outputs = min(candidates(), key=lambda candidate: candidate[0].cost())
    text = rust(circuit, outputs)
    if "--check" in sys.argv[1:]:
        return 0 if TARGET.read_text() == text else 1
    TARGET.write_text(text)
    print(f"{TARGET.name}: {circuit.cost()} gates before dead code")
    return 0


if __name__ == "__main__":
    sys.exit(main())
