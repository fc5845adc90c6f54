"""
SM4 and its modes in plain Python, written from GB/T 32907-2016, GB/T 17964-2021 and the SP 800-38 series.

Slow and simple. `seal` and `open` of GCM and CCM return or raise; nothing here is meant for secrets.
"""

from __future__ import annotations

from collections.abc import Iterator

FK = (0xA3B1BAC6, 0x56AA3350, 0x677D9197, 0xB27022DC)
SBOX = bytes.fromhex(
    "d690e9fecce13db716b614c228fb2c052b679a762abe04c3aa44132649860699"
    "9c4250f491ef987a33540b43edcfac62e4b31ca9c908e89580df94fa758f3fa6"
    "4707a7fcf37317ba83593c19e6854fa8686b81b27164da8bf8eb0f4b70569d35"
    "1e240e5e6358d1a225227c3b01217887d40046579fd327524c3602e7a0c4c89e"
    "eabf8ad240c738b5a3f7f2cef96115a1e0ae5da49b341a55ad933230f58cb1e3"
    "1df6e22e8266ca60c02923ab0d534e6fd5db3745defd8e2f03ff6a726d6c5b51"
    "8d1baf92bbddbc7f11d95c411f105ad80ac13188a5cd7bbd2d74d012b8e5b4b0"
    "8969974a0c96777e65b9f109c56ec68418f07dec3adc4d2079ee5f3ed7cb3948"
)
# What GB/T 17964 and GCM call multiplication by x: bit 0 is the highest, the polynomial 0xE1 << 120.
GHASH_POLYNOMIAL = 0xE1 << 120


class Refused(Exception):
    """A tag or a padding that does not fit."""


class SM4:
    """One key."""

    def __init__(self, key: bytes) -> None:
        k = [int.from_bytes(key[4 * i : 4 * i + 4], "big") ^ FK[i] for i in range(4)]
        for i in range(32):
            ck = int.from_bytes(bytes((4 * i + j) * 7 % 256 for j in range(4)), "big")
            b = _substitute(k[i + 1] ^ k[i + 2] ^ k[i + 3] ^ ck)
            k.append(k[i] ^ b ^ _rol(b, 13) ^ _rol(b, 23))
        self._round_keys = k[4:]

    def encrypt(self, block: bytes) -> bytes:
        """One block."""
        return self._rounds(block, self._round_keys)

    def decrypt(self, block: bytes) -> bytes:
        """One block back."""
        return self._rounds(block, self._round_keys[::-1])

    @staticmethod
    def _rounds(block: bytes, round_keys: list[int]) -> bytes:
        x = [int.from_bytes(block[4 * i : 4 * i + 4], "big") for i in range(4)]
        for rk in round_keys:
            b = _substitute(x[1] ^ x[2] ^ x[3] ^ rk)
            x = [x[1], x[2], x[3], x[0] ^ b ^ _rol(b, 2) ^ _rol(b, 10) ^ _rol(b, 18) ^ _rol(b, 24)]
        return b"".join(word.to_bytes(4, "big") for word in reversed(x))


def ecb(key: bytes, message: bytes) -> bytes:
    """Each block by itself."""
    cipher = SM4(key)
    return b"".join(cipher.encrypt(block) for block in blocks(message))


def cbc(key: bytes, iv: bytes, message: bytes) -> bytes:
    """Cipher block chaining, without padding."""
    cipher, out = SM4(key), b""
    for block in blocks(message):
        iv = cipher.encrypt(xor(iv, block))
        out += iv
    return out


def cbc_decrypt(key: bytes, iv: bytes, ciphertext: bytes) -> bytes:
    """CBC back, without touching the padding."""
    cipher, out = SM4(key), b""
    for block in blocks(ciphertext):
        out += xor(cipher.decrypt(block), iv)
        iv = block
    return out


def pad(message: bytes) -> bytes:
    """PKCS#7."""
    size = 16 - len(message) % 16
    return message + bytes([size]) * size


def unpad(message: bytes) -> bytes:
    """PKCS#7 back, or Refused."""
    size = message[-1] if message else 0
    if len(message) % 16 or not 1 <= size <= 16 or message[-size:] != bytes([size]) * size:
        raise Refused
    return message[:-size]


def cfb(key: bytes, iv: bytes, message: bytes) -> bytes:
    """CFB with segments of a block; the last may be short."""
    cipher, out = SM4(key), b""
    for block in blocks(message):
        iv = xor(cipher.encrypt(iv), block)
        out += iv
    return out


def ofb(key: bytes, iv: bytes, message: bytes) -> bytes:
    """Output feedback."""
    cipher, out = SM4(key), b""
    for block in blocks(message):
        iv = cipher.encrypt(iv)
        out += xor(iv, block)
    return out


def ctr(key: bytes, counter: bytes, message: bytes) -> bytes:
    """Counter mode; all 128 bits count."""
    return _counter_mode(SM4(key), counter, message, 128)


def xts(key1: bytes, key2: bytes, tweak: bytes, message: bytes, *, gb: bool) -> bytes:
    """XTS with the doubling of GB/T 17964 (gb) or of IEEE 1619, ciphertext stealing in the last block."""
    cipher, t = SM4(key1), SM4(key2).encrypt(tweak)
    out = []
    for block in blocks(message):
        if len(block) < 16:
            stolen = out.pop()
            out += [
                xor(cipher.encrypt(xor(block + stolen[len(block) :], t)), t),
                stolen[: len(block)],
            ]
            break
        out.append(xor(cipher.encrypt(xor(block, t)), t))
        t = _double_gb(t) if gb else _double_ieee(t)
    return b"".join(out)


def cmac(key: bytes, message: bytes) -> bytes:
    """CMAC, SP 800-38B."""
    cipher = SM4(key)
    k1 = _double_cmac(cipher.encrypt(bytes(16)))
    parts = list(blocks(message)) or [b""]
    if len(parts[-1]) == 16:
        parts[-1] = xor(parts[-1], k1)
    else:
        parts[-1] = xor((parts[-1] + b"\x80").ljust(16, b"\0"), _double_cmac(k1))
    state = bytes(16)
    for block in parts:
        state = cipher.encrypt(xor(state, block))
    return state


def gcm(key: bytes, iv: bytes, aad: bytes, message: bytes) -> tuple[bytes, bytes]:
    """Ciphertext and 16-byte tag, SP 800-38D."""
    cipher = SM4(key)
    h = int.from_bytes(cipher.encrypt(bytes(16)), "big")
    j0 = iv + b"\0\0\0\1" if len(iv) == 12 else _ghash(h, _padded(iv) + bytes(8) + _bits(iv))
    ciphertext = _counter_mode(cipher, _increment(j0, 32), message, 32)
    authentic = _padded(aad) + _padded(ciphertext) + _bits(aad) + _bits(ciphertext)
    return ciphertext, xor(_ghash(h, authentic), cipher.encrypt(j0))


def ccm(key: bytes, nonce: bytes, aad: bytes, message: bytes, tag_size: int) -> tuple[bytes, bytes]:
    """Ciphertext and tag, SP 800-38C."""
    cipher, q = SM4(key), 15 - len(nonce)
    flags = (64 if aad else 0) | (tag_size - 2) // 2 << 3 | (q - 1)
    state = cipher.encrypt(bytes([flags]) + nonce + len(message).to_bytes(q, "big"))
    if not aad:
        prefix = b""
    elif len(aad) < 65280:
        prefix = len(aad).to_bytes(2, "big")
    else:
        prefix = b"\xff\xfe" + len(aad).to_bytes(4, "big")
    for block in blocks(_padded(prefix + aad) + _padded(message)):
        state = cipher.encrypt(xor(state, block))
    a0 = bytes([q - 1]) + nonce + bytes(q)
    tag = xor(state, cipher.encrypt(a0))[:tag_size]
    return _counter_mode(cipher, _increment(a0, 8 * q), message, 8 * q), tag


def blocks(message: bytes) -> Iterator[bytes]:
    """Pieces of 16 bytes; the last may be shorter."""
    return (message[at : at + 16] for at in range(0, len(message), 16))


def xor(a: bytes, b: bytes) -> bytes:
    """Byte by byte, as long as the shorter."""
    return bytes(x ^ y for x, y in zip(a, b, strict=False))


def _substitute(word: int) -> int:
    return int.from_bytes(bytes(SBOX[byte] for byte in word.to_bytes(4, "big")), "big")


def _rol(word: int, by: int) -> int:
    return ((word << by) | (word >> (32 - by))) & 0xFFFFFFFF


def _increment(block: bytes, bits: int) -> bytes:
    value = int.from_bytes(block, "big")
    mask = (1 << bits) - 1
    return ((value & ~mask) | ((value + 1) & mask)).to_bytes(16, "big")


def _counter_mode(cipher: SM4, counter: bytes, message: bytes, bits: int) -> bytes:
    out = b""
    for block in blocks(message):
        out += xor(cipher.encrypt(counter), block)
        counter = _increment(counter, bits)
    return out


def _double_ieee(t: bytes) -> bytes:
    value = int.from_bytes(t, "little") << 1
    return ((value & (1 << 128) - 1) ^ (0x87 if value >> 128 else 0)).to_bytes(16, "little")


def _double_gb(t: bytes) -> bytes:
    value = int.from_bytes(t, "big")
    return ((value >> 1) ^ (GHASH_POLYNOMIAL if value & 1 else 0)).to_bytes(16, "big")


def _double_cmac(t: bytes) -> bytes:
    value = int.from_bytes(t, "big") << 1
    return ((value & (1 << 128) - 1) ^ (0x87 if value >> 128 else 0)).to_bytes(16, "big")


def _ghash(h: int, data: bytes) -> bytes:
    y = 0
    for block in blocks(data):
        x, y, v = y ^ int.from_bytes(block, "big"), 0, h
        for bit in range(127, -1, -1):
            if x >> bit & 1:
                y ^= v
            v = (v >> 1) ^ (GHASH_POLYNOMIAL if v & 1 else 0)
    return y.to_bytes(16, "big")


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 16)


def _bits(data: bytes) -> bytes:
    return (8 * len(data)).to_bytes(8, "big")
