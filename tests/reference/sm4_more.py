"""The rarer modes of SM4 in plain Python, written from their definitions; see `sm4` for the others."""

from __future__ import annotations

from tests.reference.sm4 import SM4, _ghash, _padded, blocks, cmac, xor

# RFC 8452: bit i is the coefficient of x^i.
POLYVAL_POLYNOMIAL = 1 << 128 | 1 << 127 | 1 << 126 | 1 << 121 | 1


def bc(key: bytes, iv: bytes, message: bytes) -> bytes:
    """Block chaining, GB/T 17964-2021."""
    cipher, out = SM4(key), b""
    for block in blocks(message):
        made = cipher.encrypt(xor(block, iv))
        out += made
        iv = xor(iv, made)
    return out


def ofbnlf(key: bytes, iv: bytes, message: bytes) -> bytes:
    """A key of its own for every block, GB/T 17964-2021."""
    cipher, out = SM4(key), b""
    for block in blocks(message):
        iv = cipher.encrypt(iv)
        out += SM4(iv).encrypt(block)
    return out


def hctr(key: bytes, hash_key: bytes, tweak: bytes, message: bytes) -> bytes:
    """HCTR over whole blocks, GB/T 17964-2021."""
    cipher = SM4(key)

    def universal(octets: bytes) -> bytes:
        length = (8 * len(octets)).to_bytes(16, "big")
        return _ghash(int.from_bytes(hash_key, "big"), _padded(octets) + length)

    first, rest = message[:16], message[16:]
    z1 = xor(first, universal(rest + tweak))
    z2 = cipher.encrypt(z1)
    start = xor(z1, z2)
    hidden = b"".join(
        xor(block, cipher.encrypt(xor(start, i.to_bytes(16, "big"))))
        for i, block in enumerate(blocks(rest), 1)
    )
    return xor(z2, universal(hidden + tweak)) + hidden


def cbc_mac(key: bytes, message: bytes) -> bytes:
    """CBC-MAC with padding method 2, GB/T 15852.1-2020."""
    cipher, state = SM4(key), bytes(16)
    for block in blocks(_padded(message + b"\x80")):
        state = cipher.encrypt(xor(state, block))
    return state


def gcm_siv(key: bytes, nonce: bytes, aad: bytes, message: bytes) -> tuple[bytes, bytes]:
    """Ciphertext and tag: RFC 8452 with SM4."""
    made = b"".join(SM4(key).encrypt(i.to_bytes(4, "little") + nonce)[:8] for i in range(4))
    hash_key, cipher = int.from_bytes(made[:16], "little"), SM4(made[16:])
    bits = (8 * len(aad)).to_bytes(8, "little") + (8 * len(message)).to_bytes(8, "little")
    s = 0
    for block in blocks(_padded(aad) + _padded(message) + bits):
        s = _dot(s ^ int.from_bytes(block, "little"), hash_key)
    s ^= int.from_bytes(nonce, "little")
    tag = cipher.encrypt((s & ~(1 << 127)).to_bytes(16, "little"))
    first, rest = int.from_bytes(tag[:4], "little"), tag[4:15] + bytes([tag[15] | 0x80])
    ciphertext = b"".join(
        xor(block, cipher.encrypt(((first + i) % 2**32).to_bytes(4, "little") + rest))
        for i, block in enumerate(blocks(message))
    )
    return ciphertext, tag


def ff1(key: bytes, radix: int, tweak: bytes, digits: list[int]) -> list[int]:
    """FF1, SP 800-38G."""
    cipher, n, t = SM4(key), len(digits), len(tweak)
    u = n // 2
    a, b = digits[:u], digits[u:]
    width = -(-(radix ** (n - u) - 1).bit_length() // 8)
    d = 4 * -(-width // 4) + 4
    head = bytes([1, 2, 1]) + radix.to_bytes(3, "big") + bytes([10, u % 256])
    head += n.to_bytes(4, "big") + t.to_bytes(4, "big")
    for i in range(10):
        number = _number(b, radix).to_bytes(width, "big")
        q = tweak + bytes((-t - width - 1) % 16) + bytes([i]) + number
        r = bytes(16)
        for block in blocks(head + q):
            r = cipher.encrypt(xor(r, block))
        s = r
        while len(s) < d:
            s += cipher.encrypt(xor(r, (len(s) // 16).to_bytes(16, "big")))
        m = u if i % 2 == 0 else n - u
        c = (_number(a, radix) + int.from_bytes(s[:d], "big")) % radix**m
        a, b = b, [c // radix**k % radix for k in range(m - 1, -1, -1)]
    return a + b


def _number(digits: list[int], radix: int) -> int:
    number = 0
    for digit in digits:
        number = number * radix + digit
    return number


def _dot(a: int, b: int) -> int:
    """a·b·x^-128 in the field of POLYVAL."""
    product = 0
    for bit in range(128):
        if b >> bit & 1:
            product ^= a << bit
    for bit in range(128):
        if product >> bit & 1:
            product ^= POLYVAL_POLYNOMIAL << bit
    return product >> 128


def file_key(key: bytes, salt: bytes, aad: bytes) -> bytes:
    """The key of one sealed file of gmkit: SP 800-108 in counter mode with CMAC."""
    return cmac(key, b"\x01gmkit/sm4-file/1\0" + salt + aad + b"\0\x80")
