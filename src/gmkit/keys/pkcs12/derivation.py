"""From a password to keys, in the way of RFC 7292, appendix B. PBES2 and PBMAC1 use PBKDF2 instead."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from gmkit import sm3
from gmkit.errors import InvalidArgument, UnsupportedAlgorithm

MAX_ITERATIONS = 1_000_000
"""More are refused before the first is done: a file must not decide how long its reader works."""

FOR_KEY, FOR_IV, FOR_MAC = 1, 2, 3  # what the octets are for: "diversifier" in appendix B.3


@dataclass(frozen=True, slots=True)
class Hash:
    """
    A hash as derivation and MAC need it.

    Attributes:
        name: As :mod:`hashlib` calls it, or ``sm3``.
        digest: The function.
        size: Octets it gives.
        block: Octets it takes at once.
    """

    name: str
    digest: Callable[[bytes], bytes]
    size: int
    block: int


def _of(name: str, size: int, block: int) -> Hash:
    return Hash(name, lambda data: hashlib.new(name, data).digest(), size, block)


HASHES = {
    "1.3.14.3.2.26": _of("sha1", 20, 64),
    "2.16.840.1.101.3.4.2.4": _of("sha224", 28, 64),
    "2.16.840.1.101.3.4.2.1": _of("sha256", 32, 64),
    "2.16.840.1.101.3.4.2.2": _of("sha384", 48, 128),
    "2.16.840.1.101.3.4.2.3": _of("sha512", 64, 128),
    "1.2.156.10197.1.401": Hash("sm3", sm3.digest, 32, 64),
}
SHA1, SHA256, SM3 = "1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1", "1.2.156.10197.1.401"


def hash_of(oid: str) -> Hash:
    """
    The hash with this identifier.

    Raises:
        UnsupportedAlgorithm: It is not read here.
    """
    if oid not in HASHES:
        raise UnsupportedAlgorithm(f"PKCS#12 with the digest {oid}", oid=oid)
    return HASHES[oid]


def spelled(password: bytes) -> bytes:
    """
    A password as RFC 7292 hashes it: UTF-16, big-endian, with two zero octets at the end.

    Raises:
        InvalidArgument: It is no UTF-8; PKCS#12 takes text.
    """
    try:
        return password.decode().encode("utf-16-be") + b"\0\0"
    except UnicodeDecodeError:
        raise InvalidArgument("the password of a PKCS#12 file is text: give it in UTF-8") from None


def derive(
    digest: Hash, purpose: int, password: bytes, salt: bytes, iterations: int, length: int
) -> bytes:
    """
    RFC 7292, appendix B.2.

    Args:
        digest: The hash.
        purpose: ``FOR_KEY``, ``FOR_IV`` or ``FOR_MAC``.
        password: As :func:`spelled`.
        salt: Any octets.
        iterations: From 1.
        length: Octets wanted.
    """
    width = digest.block
    mixed = bytearray(_filled(salt, width) + _filled(password, width))
    head = bytes([purpose]) * width
    result = b""
    while len(result) < length:
        block = digest.digest(head + mixed)
        for _ in range(iterations - 1):
            block = digest.digest(block)
        result += block
        added = int.from_bytes((block * width)[:width], "big") + 1
        for start in range(0, len(mixed), width):
            total = int.from_bytes(mixed[start : start + width], "big") + added
            mixed[start : start + width] = (total % (1 << 8 * width)).to_bytes(width, "big")
    return result[:length]


def _filled(octets: bytes, width: int) -> bytes:
    """Repeated to whole blocks; nothing stays nothing."""
    wanted = -(-len(octets) // width) * width
    return (octets * (wanted // len(octets) + 1))[:wanted] if octets else b""
