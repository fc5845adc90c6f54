"""
Every wrong way to write a DER SEQUENCE: lengths, tags, additions, omissions, truncations.

Each yields (comment, flag, octets); none of them is the one DER encoding.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.reference.strict_der import element

Wrong = tuple[str, str, bytes]

NOTES = {
    "BerEncodedLength": {
        "bugType": "BER_ENCODING",
        "description": "A length that is right but not in its shortest form, or indefinite.",
        "effect": "A second encoding of the same value: signatures and ciphertexts become malleable.",
    },
    "WrongLength": {
        "bugType": "MODIFIED_PARAMETER",
        "description": "A length that says more or less than there is, up to 2^64.",
        "effect": "Reads beyond the end, integer overflow, crashes.",
    },
    "WrongTag": {
        "bugType": "MODIFIED_PARAMETER",
        "description": "A tag other than the one of the structure.",
    },
    "AddedElement": {
        "bugType": "BER_ENCODING",
        "description": "Something before, after or inside the structure that does not belong to it.",
        "effect": "A second encoding of the same value.",
    },
    "MissingElement": {
        "bugType": "MISSING_STEP",
        "description": "An element of the structure is not there.",
    },
    "Truncated": {
        "bugType": "MISSING_STEP",
        "description": "The input ends early.",
        "effect": "Reads beyond the end; crashes of released implementations.",
        "cves": ["CVE-2026-22699", "CVE-2026-22700"],
    },
    "NotMinimal": {
        "bugType": "BER_ENCODING",
        "description": "An INTEGER with octets it does not need, or without the 00 it does need.",
        "effect": "A second encoding of the same value.",
    },
}
# INTEGER, OCTET STRING and SEQUENCE are right in some place; each place takes the others as wrong.
TAGS = {
    0x00: "end of contents",
    0x01: "BOOLEAN",
    0x02: "INTEGER",
    0x03: "BIT STRING",
    0x04: "OCTET STRING",
    0x05: "NULL",
    0x06: "OBJECT IDENTIFIER",
    0x09: "REAL",
    0x0A: "ENUMERATED",
    0x0C: "UTF8String",
    0x13: "PrintableString",
    0x22: "constructed INTEGER",
    0x24: "constructed OCTET STRING",
    0x30: "SEQUENCE",
    0x31: "SET",
    0x42: "APPLICATION 2",
    0x82: "context tag 2",
    0xA0: "context tag 0, constructed",
    0xFF: "private tag, long form",
}


def header(tag: int, length: bytes, body: bytes) -> bytes:
    """An element with these octets for a length."""
    return bytes([tag]) + length + body


def wrong_lengths(tag: int, body: bytes) -> Iterator[Wrong]:
    """The same element with every kind of wrong length."""
    size = len(body)
    for count in (1, 2, 3, 4, 5, 8, 9):
        if size >= 128 and count == 1:
            continue
        length = bytes([0x80 | count]) + size.to_bytes(count, "big")
        yield (
            f"length in {count} octets where fewer do",
            "BerEncodedLength",
            header(tag, length, body),
        )
    if tag == 0x30:
        yield "indefinite length", "BerEncodedLength", header(tag, b"\x80", body + b"\0\0")
        yield "indefinite length without an end", "WrongLength", header(tag, b"\x80", body)
    else:
        yield (
            "indefinite length of a primitive",
            "WrongLength",
            header(tag, b"\x80", body + b"\0\0"),
        )
    for words, number in (
        ("one more than there is", size + 1),
        ("one less than there is", size - 1),
        ("zero", 0),
        ("127", 127),
        ("255", 255),
        ("2^16 - 1", 2**16 - 1),
        ("2^31 - 1", 2**31 - 1),
        ("2^31", 2**31),
        ("2^32 - 1", 2**32 - 1),
        ("2^32 + its size", 2**32 + size),
        ("2^63 - 1", 2**63 - 1),
        ("2^64 - 1", 2**64 - 1),
        ("2^64 + its size", 2**64 + size),
    ):
        if number != size:
            octets = element(tag, b"")[:1] + _length(number)
            yield f"length says {words}", "WrongLength", octets + body
    yield "length octet FF", "WrongLength", header(tag, b"\xff", body)
    yield "no length at all", "Truncated", bytes([tag])


def wrong_tags(right: int, body: bytes) -> Iterator[Wrong]:
    """The same content under every other tag."""
    for tag, name in TAGS.items():
        if tag != right:
            yield f"tag of {name}", "WrongTag", header(tag, _length(len(body)), body)


def wrong_integers(number: int, words: str) -> Iterator[Wrong]:
    """Every wrong way to write one non-negative INTEGER."""
    octets = number.to_bytes(number.bit_length() // 8 + 1, "big")
    yield f"{words} with a 00 in front", "NotMinimal", element(2, b"\0" + octets)
    yield f"{words} with two 00 in front", "NotMinimal", element(2, b"\0\0" + octets)
    yield f"{words} in 64 octets", "NotMinimal", element(2, octets.rjust(64, b"\0"))
    yield f"{words} without content", "NotMinimal", element(2, b"")
    if octets[0] == 0:
        yield f"{words} without its 00: negative", "NotMinimal", element(2, octets[1:])
    yield f"{words} with FF in front: negative", "NotMinimal", element(2, b"\xff" + octets)


def wrong_structures(parts: list[bytes]) -> Iterator[Wrong]:
    """A SEQUENCE of *parts* with something added or left out."""
    whole = element(0x30, b"".join(parts))
    extra = {
        "NULL": b"\5\0",
        "INTEGER 0": b"\2\1\0",
        "end of contents": b"\0\0",
        "BOOLEAN": b"\1\1\xff",
        "empty OCTET STRING": b"\4\0",
        "four octets": bytes.fromhex("deadbeef"),
        "one zero octet": b"\0",
    }
    for name, octets in extra.items():
        yield f"{name} after the SEQUENCE", "AddedElement", whole + octets
        yield f"{name} before the SEQUENCE", "AddedElement", octets + whole
        for at in range(len(parts) + 1):
            body = b"".join([*parts[:at], octets, *parts[at:]])
            yield f"{name} inside, at place {at}", "AddedElement", element(0x30, body)
    yield "itself again after it", "AddedElement", whole + whole
    yield "inside another SEQUENCE", "AddedElement", element(0x30, whole)
    yield "inside an OCTET STRING", "AddedElement", element(0x04, whole)
    yield "inside a context tag", "AddedElement", element(0xA0, whole)
    for at in range(len(parts)):
        kept = [*parts[:at], *parts[at + 1 :]]
        yield f"element {at} left out", "MissingElement", element(0x30, b"".join(kept))
        doubled = [*parts[: at + 1], *parts[at:]]
        yield f"element {at} twice", "AddedElement", element(0x30, b"".join(doubled))
        nested = [*parts[:at], element(0x30, parts[at]), *parts[at + 1 :]]
        yield f"element {at} in a SEQUENCE", "AddedElement", element(0x30, b"".join(nested))
    yield "empty SEQUENCE", "MissingElement", element(0x30, b"")
    yield "elements without the SEQUENCE", "MissingElement", b"".join(parts)


def truncations(whole: bytes, *, step: int = 1) -> Iterator[Wrong]:
    """Every beginning of it."""
    for size in range(0, len(whole), step):
        yield f"the first {size} of {len(whole)} octets", "Truncated", whole[:size]


def _length(number: int) -> bytes:
    if number < 128:
        return bytes([number])
    octets = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets
