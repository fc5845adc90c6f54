"""What the tests of signatures are made with: the key, a good signature, the e of any other, their collection."""

from __future__ import annotations

from typing import Any

import wrong_der
from common import CURVE, Key, N, Stream, hex32
from form import Group

from tests.reference import sm2
from tests.reference.strict_der import encode_signature

NOTES = {
    **wrong_der.NOTES,
    "ValidSignature": {"bugType": "BASIC", "description": "An ordinary signature."},
    "UserId": {
        "bugType": "FUNCTIONALITY",
        "description": "The user identifier is hashed into Z with its length in bits.",
    },
    "MessageLength": {
        "bugType": "FUNCTIONALITY",
        "description": "A message length at which padding or buffers change.",
    },
    "SpecialCaseHash": {
        "bugType": "EDGE_CASE",
        "description": "e is zero, close to n or 2^256, or has words of zeros or ones.",
        "effect": "e is not reduced before use: implementations that treat it as a number below n fail.",
    },
    "SmallRandS": {
        "bugType": "EDGE_CASE",
        "description": "r or s is tiny; their INTEGERs are short.",
    },
    "EdgeCaseScalar": {
        "bugType": "EDGE_CASE",
        "description": "s or t = r + s has a form that windows and tables treat specially.",
    },
    "EdgeCasePublicKey": {
        "bugType": "EDGE_CASE",
        "description": "A coordinate of the public key is short, or close to p.",
    },
    "EdgeCaseShamir": {
        "bugType": "EDGE_CASE",
        "description": "The public key is a small multiple of G: tables meet equal points.",
    },
    "PointDuplication": {
        "bugType": "EDGE_CASE",
        "description": "[s]G = [t]P: the last addition is a doubling; or -[t]P: it is infinity.",
        "effect": "Valid signatures rejected, crashes, or a forgery.",
    },
    "IntegerOverflow": {
        "bugType": "CAN_OF_WORMS",
        "description": "The x-coordinate of [s]G + [t]P is n or more: it must be reduced.",
    },
    "OtherX": {
        "bugType": "CAN_OF_WORMS",
        "description": "x1 is r - e plus a number that is no multiple of n: p - n, or 2^256 - n.",
        "effect": "A forgery where r - e + n is compared after its carry is lost, or modulo p.",
    },
    "RangeCheck": {
        "bugType": "CAN_OF_WORMS",
        "description": "r or s is not from 1 to n - 1.",
        "effect": "Malleable signatures, or forgeries that verify under every key.",
        "cves": ["CVE-2022-21449", "CVE-2026-23967"],
    },
    "ZeroT": {
        "bugType": "MISSING_STEP",
        "description": "t = (r + s) mod n is zero: the standard rejects.",
    },
    "ModifiedSignature": {
        "bugType": "AUTH_BYPASS",
        "description": "Bits of r or s are changed.",
    },
    "ModifiedInput": {
        "bugType": "AUTH_BYPASS",
        "description": "The message, the user identifier or the key is another one.",
    },
    "WrongDigest": {
        "bugType": "MISSING_STEP",
        "description": "Signed over something else than SM3(Z || M), as a faulty signer would.",
        "effect": "A verifier that shares the fault accepts; a message in place of e is forgeable.",
        "cves": ["CVE-2026-23965"],
    },
    "InvalidTypes": {
        "bugType": "MODIFIED_PARAMETER",
        "description": "r and s are replaced by values of other types.",
    },
    "NegativeInteger": {
        "bugType": "CAN_OF_WORMS",
        "description": "r or s is negative.",
    },
    "WrongForm": {
        "bugType": "MODIFIED_PARAMETER",
        "description": "The same numbers in another form than the one agreed.",
    },
}
USER_ID = sm2.DEFAULT_USER_ID
MESSAGE = b"gmkit negative vectors"
KEY = Key.from_private(Stream("signature key").scalar())
Sig = tuple[int, int]
# A good signature whose r has its top bit set and whose s has not, so that both INTEGER shapes occur.
NONCES = Stream("signature nonces")


def e_of(key: Key, message: bytes = MESSAGE, user_id: bytes = USER_ID) -> int:
    """The e of a message: SM3(Z || M)."""
    return sm2.message_digest(message, key.point, user_id)


def _good() -> Sig:
    while True:
        r, s = sm2.sign(KEY.d or 0, e_of(KEY), NONCES.scalar())
        if r >> 255 and not s >> 255 and s >> 248:
            return r, s


GOOD = _good()


def e_for(key: Key, r: int, s: int) -> int:
    """The e that (r, s) signs."""
    left = sm2.multiply(s, (CURVE.gx, CURVE.gy))
    point = sm2.add(left, sm2.multiply((r + s) % N, key.point))
    assert point is not None
    return (r - point[0]) % N


class Cases:
    """Collects tests into groups by key and interface."""

    def __init__(self, *, raw: bool) -> None:
        self.raw = raw
        self.groups: dict[tuple[str, str], Group] = {}
        self._seen: set[tuple[str, ...]] = set()

    def add(
        self,
        comment: str,
        flag: str,
        sig: bytes | Sig,
        *,
        key: Key = KEY,
        e: int | None = None,
        message: bytes = MESSAGE,
        user_id: bytes = USER_ID,
        valid: bool = False,
    ) -> None:
        """One test; numbers are encoded in the form of the file, octets are taken as they are."""
        suffix = "Raw" if self.raw else ""
        kind = f"Sm2Verify{suffix}" if e is None else f"Sm2VerifyPrehashed{suffix}"
        group = self.groups.setdefault(
            (key.public_hex, kind), Group(kind, {"publicKey": key.public_hex})
        )
        values: dict[str, Any]
        if e is None:
            values = {"userId": user_id.hex(), "msg": message.hex()}
        else:
            values = {"e": hex32(e)}
        values["sig"] = (sig if isinstance(sig, bytes) else self.encode(*sig)).hex()
        same = (key.public_hex, *values.values())
        if same in self._seen:
            return  # two causes, one input: the first one names it
        self._seen.add(same)
        if not valid:
            values |= {"cause": comment, "error": "InvalidSignature"}
        group.add(values, comment=comment, flags=[flag], valid=valid)

    def encode(self, r: int, s: int) -> bytes:
        """The form of the file; numbers the raw form cannot hold are a mistake of the caller."""
        if self.raw:
            return sm2.to_bytes(r) + sm2.to_bytes(s)
        return encode_signature(r, s)
