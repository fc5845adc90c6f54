"""
RC2 in CBC mode (RFC 2268), decrypting only: older PKCS#12 files have their certificates under it.

Certificates are public; no key is ever decrypted here, because this is not constant-time.
"""

from __future__ import annotations

from gmkit.errors import DecryptionError

# RFC 2268, clause 2: a permutation of 0 to 255 from the digits of pi.
_PI = bytes.fromhex(
    "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2"
    "179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82"
    "54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626"
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7"
    "08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec"
    "c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731"
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9"
    "0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad"
)
_BLOCK = 8
_ROTATIONS = (1, 2, 3, 5)
_MASHED_BEFORE = (43, 19)  # words of the key left when a mashing round comes


def cbc_decrypt(key: bytes, data: bytes, iv: bytes) -> bytes:
    """
    Decrypt and take the PKCS#7 padding off.

    Args:
        key: All of its bits count (the effective key length of RFC 2268 is that of the key).
        data: Whole blocks of 8 octets.
        iv: 8 octets.

    Raises:
        DecryptionError: No whole blocks, or a padding that is none.
    """
    if not data or len(data) % _BLOCK:
        raise DecryptionError
    words = _expanded(key)
    plain = bytearray()
    for start in range(0, len(data), _BLOCK):
        block = data[start : start + _BLOCK]
        plain += bytes(a ^ b for a, b in zip(_decrypted(words, block), iv, strict=True))
        iv = block
    count = plain[-1]
    if not 1 <= count <= _BLOCK or plain[-count:] != bytes([count]) * count:
        raise DecryptionError
    return bytes(plain[:-count])


def _expanded(key: bytes) -> list[int]:
    """Clause 2: 64 words of 16 bits."""
    octets = bytearray(key) + bytes(128 - len(key))
    for i in range(len(key), 128):
        octets[i] = _PI[(octets[i - 1] + octets[i - len(key)]) & 0xFF]
    octets[128 - len(key)] = _PI[octets[128 - len(key)]]
    for i in range(127 - len(key), -1, -1):
        octets[i] = _PI[octets[i + 1] ^ octets[i + len(key)]]
    return [int.from_bytes(octets[i : i + 2], "little") for i in range(0, 128, 2)]


def _decrypted(words: list[int], block: bytes) -> bytes:
    """Clause 4: five, six and five mixing rounds backwards, a mashing round between them."""
    r = [int.from_bytes(block[i : i + 2], "little") for i in range(0, _BLOCK, 2)]
    for j in range(63, -1, -1):
        i = j % 4
        turned = r[i] >> _ROTATIONS[i] | r[i] << 16 - _ROTATIONS[i]
        r[i] = (turned - words[j] - (r[i - 1] & r[i - 2]) - (~r[i - 1] & r[i - 3])) & 0xFFFF
        if j - 1 in _MASHED_BEFORE:
            for k in (3, 2, 1, 0):
                r[k] = (r[k] - words[r[k - 1] & 63]) & 0xFFFF
    return b"".join(word.to_bytes(2, "little") for word in r)
