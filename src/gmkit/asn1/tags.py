"""Identifier octets."""

from __future__ import annotations

from enum import IntEnum


class Tag(IntEnum):
    """Identifier octets of the universal types, constructed bit included where it belongs."""

    BOOLEAN = 0x01
    INTEGER = 0x02
    BIT_STRING = 0x03
    OCTET_STRING = 0x04
    NULL = 0x05
    OBJECT_IDENTIFIER = 0x06
    ENUMERATED = 0x0A
    UTF8_STRING = 0x0C
    NUMERIC_STRING = 0x12
    PRINTABLE_STRING = 0x13
    TELETEX_STRING = 0x14
    IA5_STRING = 0x16
    UTC_TIME = 0x17
    GENERALIZED_TIME = 0x18
    VISIBLE_STRING = 0x1A
    UNIVERSAL_STRING = 0x1C
    BMP_STRING = 0x1E
    SEQUENCE = 0x30
    SET = 0x31


def context(number: int, *, constructed: bool) -> int:
    """The identifier octet of ``[number]``, 0 to 30."""
    if not 0 <= number <= 30:
        raise ValueError(f"tag number {number} is outside 0 to 30")
    return (0xA0 if constructed else 0x80) | number
