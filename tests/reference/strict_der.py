"""The few DER forms of SM2, read and written with no leniency at all (GM/T 0009-2012, clause 7)."""

from __future__ import annotations

from .sm2 import SM2P256V1, Curve, Refused, decode, encode


class Malformed(Exception):
    """Not the one DER encoding."""


def signature(octets: bytes) -> tuple[int, int]:
    """SEQUENCE { r INTEGER, s INTEGER } and nothing else."""
    body, rest = _element(octets, 0x30)
    r, after_r = _integer(body)
    s, after_s = _integer(after_r)
    if rest or after_s:
        raise Malformed
    return r, s


def encode_signature(r: int, s: int) -> bytes:
    """The DER form of a signature."""
    return element(0x30, integer(r) + integer(s))


def split(
    form: str, octets: bytes, curve: Curve = SM2P256V1
) -> tuple[tuple[int, int], bytes, bytes]:
    """C1, C3, C2 of a ciphertext in the named form; C1 is in range, and on the curve in the raw forms."""
    if form == "DER":
        body, rest = _element(octets, 0x30)
        x, body = _integer(body)
        y, body = _integer(body)
        c3, body = _element(body, 0x04)
        c2, body = _element(body, 0x04)
        if rest or body or len(c3) != 32 or not c2 or max(x, y) >= curve.p:
            raise Malformed
        return (x, y), c3, c2
    if len(octets) <= 97:
        raise Malformed
    try:
        c1 = decode(octets[:65], curve)
    except Refused as error:
        raise Malformed from error
    if form == "C1C3C2":
        return c1, octets[65:97], octets[97:]
    return c1, octets[-32:], octets[65:-32]


def join(form: str, c1: tuple[int, int], c3: bytes, c2: bytes) -> bytes:
    """A ciphertext in the named form."""
    if form == "DER":
        parts = integer(c1[0]) + integer(c1[1]) + element(0x04, c3) + element(0x04, c2)
        return element(0x30, parts)
    return encode(c1) + (c3 + c2 if form == "C1C3C2" else c2 + c3)


def element(tag: int, body: bytes) -> bytes:
    """Tag, shortest length, content."""
    size = len(body)
    if size < 128:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def integer(number: int) -> bytes:
    """INTEGER, not negative."""
    return element(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _element(octets: bytes, tag: int) -> tuple[bytes, bytes]:
    """Content and what follows."""
    if len(octets) < 2 or octets[0] != tag:
        raise Malformed
    size, at = octets[1], 2
    if size >= 128:
        at += size - 128
        size = int.from_bytes(octets[2:at], "big")
    if len(octets) < at + size or element(tag, octets[at : at + size]) != octets[: at + size]:
        raise Malformed  # short, or not the shortest form of the length
    return octets[at : at + size], octets[at + size :]


def _integer(octets: bytes) -> tuple[int, bytes]:
    body, rest = _element(octets, 0x02)
    number = int.from_bytes(body, "big")
    if not body or integer(number) != element(0x02, body):
        raise Malformed  # empty, negative, or padded
    return number, rest
