"""What the tests of ciphertexts are made with: the key, ciphertexts that fit any C1, and their collection."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import wrong_der
from common import Key, Stream
from form import Group

from tests.reference import sm2, sm3
from tests.reference.strict_der import element, integer

NOTES = {
    **wrong_der.NOTES,
    "ValidCiphertext": {"bugType": "BASIC", "description": "An ordinary ciphertext."},
    "MessageLength": {
        "bugType": "FUNCTIONALITY",
        "description": "A length at which blocks of the key stream begin or end.",
    },
    "ShortCoordinate": {
        "bugType": "EDGE_CASE",
        "description": "A coordinate of C1 or of the shared point begins with zero bytes.",
        "effect": "Hashed or sized with variable width: wrong answers, or writes beyond the buffer.",
        "cves": ["CVE-2021-3711"],
    },
    "ModifiedC1": {"bugType": "AUTH_BYPASS", "description": "C1 is another point, or changed."},
    "ModifiedC2": {"bugType": "AUTH_BYPASS", "description": "C2 is changed."},
    "ModifiedC3": {"bugType": "AUTH_BYPASS", "description": "C3 is changed."},
    "WrongKey": {"bugType": "AUTH_BYPASS", "description": "Made for another key."},
    "InvalidCurve": {
        "bugType": "MISSING_STEP",
        "description": "C1 lies on another curve, has a small order there, and C3 fits.",
        "effect": "A few dozen answers give the private key.",
        "cves": ["CVE-2026-23966"],
    },
    "PointNotOnCurve": {
        "bugType": "MISSING_STEP",
        "description": "C1 is no point of the curve; C3 fits what the formulas give for it.",
    },
    "PointAtInfinity": {
        "bugType": "MISSING_STEP",
        "description": "C1 is an encoding of infinity.",
    },
    "CoordinateRange": {
        "bugType": "CAN_OF_WORMS",
        "description": "A coordinate is p or more; reduced, it would be a point, and C3 fits.",
    },
    "PointForm": {
        "bugType": "MODIFIED_PARAMETER",
        "description": "C1 has another prefix than 04: compressed, hybrid, none, or one that does not exist.",
    },
    "AllZeroKeyStream": {
        "bugType": "CONFIDENTIALITY",
        "description": "The key stream is all zero: C2 is the message.",
        "effect": "The standard asks to refuse.",
    },
    "EmptyMessage": {
        "bugType": "EDGE_CASE",
        "description": "C2 is empty; C3 fits.",
        "effect": "The check of the key stream has no meaning: endless loops in released implementations.",
    },
    "WrongKdf": {
        "bugType": "MISSING_STEP",
        "description": "Key stream or C3 computed in another way, as a faulty sender would.",
    },
    "WrongOrder": {
        "bugType": "MODIFIED_PARAMETER",
        "description": "A good ciphertext in the order that was not agreed.",
        "effect": "Guessing the order gives silent garbage where C3 is not checked.",
    },
    "HashLength": {
        "bugType": "MODIFIED_PARAMETER",
        "description": "C3 is not 32 bytes long.",
        "effect": "Comparing as many bytes as there are: forgeries, or reads beyond the end.",
    },
}
KEY = Key.from_private(Stream("encryption key").scalar())
MESSAGE = b"attack at dawn, gmkit"
Kdf = Callable[[bytes, int], bytes]


class Parts(NamedTuple):
    """A ciphertext, not yet encoded."""

    c1: tuple[int, int]
    c3: bytes
    c2: bytes


class Cases:
    """Collects tests of one encoding."""

    def __init__(self, form: str) -> None:
        self.form = form
        self.groups: dict[str, Group] = {}
        self._seen: set[tuple[str, bytes]] = set()

    def add(
        self,
        comment: str,
        flag: str,
        ciphertext: Parts | bytes,
        *,
        message: bytes | None = None,
        key: Key = KEY,
    ) -> None:
        """One test: valid if there is a message that it decrypts to."""
        octets = ciphertext if isinstance(ciphertext, bytes) else self.encode(ciphertext)
        if (key.public_hex, octets) in self._seen:
            return  # two causes, one input: the first one names it
        self._seen.add((key.public_hex, octets))
        constants = {
            "privateKey": f"{key.d:064x}",
            "publicKey": key.public_hex,
            "encoding": self.form,
        }
        group = self.groups.setdefault(key.public_hex, Group("Sm2Decrypt", constants))
        values = {"ct": octets.hex()}
        if message is None:
            values |= {"cause": comment, "error": "DecryptionError"}
        else:
            values["msg"] = message.hex()
        group.add(values, comment=comment, flags=[flag], valid=message is not None)

    def encode(self, parts: Parts) -> bytes:
        """In the form of the file; coordinates may be too big, or off the curve."""
        if self.form == "DER":
            return der(parts)
        c1 = b"\4" + sm2.to_bytes(parts.c1[0]) + sm2.to_bytes(parts.c1[1])
        return c1 + (parts.c3 + parts.c2 if self.form == "C1C3C2" else parts.c2 + parts.c3)


def der(parts: Parts, *tail: bytes) -> bytes:
    """SEQUENCE { x, y, C3, C2 }."""
    x, y = map(integer, parts.c1)
    return element(0x30, b"".join([x, y, element(4, parts.c3), element(4, parts.c2), *tail]))


def encrypted(message: bytes, label: str, key: Key = KEY) -> Parts:
    """An ordinary ciphertext."""
    return Parts(*sm2.encrypt(key.point, message, Stream(f"nonce {label}").scalar()))


def fitting(
    c1: tuple[int, int],
    message: bytes = MESSAGE,
    *,
    key: Key = KEY,
    kdf: Kdf = sm3.sm2_kdf,
    hashed: Callable[[bytes, bytes, bytes], bytes] | None = None,
) -> Parts:
    """C2 and C3 that fit any C1, on the curve or off it: what a decrypter without checks would accept."""
    shared = sm2.multiply(key.d or 0, c1)
    assert shared is not None
    x2, y2 = map(sm2.to_bytes, shared)
    stream = kdf(x2 + y2, len(message))
    c2 = bytes(a ^ b for a, b in zip(message, stream, strict=True))
    c3 = hashed(x2, message, y2) if hashed else sm3.digest(x2 + message + y2)
    return Parts(c1, c3, c2)


def point(label: str) -> tuple[int, int]:
    """Some point of the curve."""
    return Key.from_private(Stream(label).scalar()).point
