"""Why another implementation answers otherwise. Every entry was looked at, one case at a time."""

from __future__ import annotations

from typing import Any

BER = "reads BER: lengths need not be in their shortest form, strings may come in pieces"
TRAILING = "ignores what follows the outer SEQUENCE"
INTEGERS = "reads INTEGERs as magnitudes: leading zero octets and the sign do not matter"
ZERO_STREAM = "does not refuse an all-zero key stream"
REDUCES = "reduces coordinates modulo p before it checks that the point is on the curve"
EMPTY = "an empty C2 decrypts to nothing, and C3 is not looked at"
SNIFFS = "tells the form of a ciphertext by its first byte, whatever form was asked for"
# By peer and flag; where several reasons meet under one flag, a word of the comment decides.
REASONS: dict[tuple[str, str], list[tuple[str, str]]] = {
    ("gmsm", "AllZeroKeyStream"): [("", ZERO_STREAM)],
    ("gmsm", "WrongOrder"): [(" in place of ", SNIFFS)],
    ("gmsm", "PointForm"): [("compressed", "takes a compressed C1")],
    ("gmsm", "UserId"): [("empty", "takes the default identifier in place of an empty one")],
    ("gmsm", "EdgeCaseKey"): [
        ("r = n - 1", "refuses an ephemeral scalar of n - 1, as if it were a key")
    ],
    ("Bouncy Castle", "AllZeroKeyStream"): [("", ZERO_STREAM)],
    ("Bouncy Castle", "PointForm"): [
        ("prefix 06", "takes points in hybrid form"),
        ("hybrid", "takes points in hybrid form"),
    ],
    ("OpenSSL", "CoordinateRange"): [("+ p", REDUCES)],
    ("OpenSSL", "EmptyMessage"): [("", EMPTY)],
    ("OpenSSL", "HashLength"): [("53 bytes, C2 the rest", EMPTY)],
    ("OpenSSL", "BerEncodedLength"): [("", BER)],
    ("OpenSSL", "WrongTag"): [("in pieces", BER)],
    ("OpenSSL", "NotMinimal"): [("", INTEGERS)],
    ("OpenSSL", "AddedElement"): [("after", TRAILING)],
}


def reason(peer: str, test: dict[str, Any]) -> str | None:
    """The reason of one difference, or None if it has not been looked at."""
    for word, why in REASONS.get((peer, test["flags"][0]), []):
        if word in test["comment"]:
            return why
    return None
