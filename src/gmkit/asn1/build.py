"""
Writing: each function returns the DER of one element.

Parts are the encodings of elements, in order: ``sequence(integer(1), octet_string(b"x"))``.
"""

from __future__ import annotations

from datetime import datetime, timezone

from gmkit._native import asn1 as _native
from gmkit.asn1.tags import Tag, context
from gmkit.errors import InvalidArgument

_PRINTABLE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?")


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE of the given elements."""
    return _native.encode(Tag.SEQUENCE, b"".join(parts))


def set_of(*parts: bytes) -> bytes:
    """SET OF the given elements, put into the order DER asks for (X.690 clause 11.6)."""
    return _native.encode_set_of(Tag.SET, list(parts))


def explicit(number: int, part: bytes) -> bytes:
    """``[number] EXPLICIT`` around one element."""
    return _native.encode(context(number, constructed=True), part)


def implicit(number: int, part: bytes) -> bytes:
    """``[number] IMPLICIT``: the element under another tag, its form kept."""
    return bytes([context(number, constructed=bool(part[0] & 0x20))]) + part[1:]


def boolean(value: bool) -> bytes:
    """BOOLEAN."""
    return _native.encode(Tag.BOOLEAN, b"\xff" if value else b"\x00")


def integer(value: int) -> bytes:
    """INTEGER of any size. Never for secrets."""
    return _native.encode(Tag.INTEGER, _two_complement(value))


def enumerated(value: int) -> bytes:
    """ENUMERATED."""
    return _native.encode(Tag.ENUMERATED, _two_complement(value))


def octet_string(value: bytes) -> bytes:
    """OCTET STRING."""
    return _native.encode(Tag.OCTET_STRING, value)


def bit_string(value: bytes, *, unused: int = 0) -> bytes:
    """BIT STRING; *unused* (0 to 7) of the lowest bits of the last octet do not count."""
    if not 0 <= unused <= 7 or (unused and (not value or value[-1] & ((1 << unused) - 1))):
        raise InvalidArgument(f"{unused} unused bits do not fit this BIT STRING")
    return _native.encode(Tag.BIT_STRING, bytes([unused]) + value)


def null() -> bytes:
    """NULL."""
    return b"\x05\x00"


def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER, from its dotted form."""
    return _native.encode(Tag.OBJECT_IDENTIFIER, _native.oid_content(dotted))


def utf8_string(text: str) -> bytes:
    """UTF8String."""
    try:
        return _native.encode(Tag.UTF8_STRING, text.encode())
    except UnicodeEncodeError:
        raise InvalidArgument("the text holds lone surrogates, which UTF-8 cannot carry") from None


def printable_string(text: str) -> bytes:
    """PrintableString; its characters are few."""
    wrong = set(text) - _PRINTABLE
    if wrong:
        raise InvalidArgument(f"PrintableString cannot hold {''.join(sorted(wrong))!r}")
    return _native.encode(Tag.PRINTABLE_STRING, text.encode("ascii"))


def ia5_string(text: str) -> bytes:
    """IA5String: ASCII."""
    if not text.isascii():
        raise InvalidArgument("IA5String cannot hold characters outside ASCII")
    return _native.encode(Tag.IA5_STRING, text.encode("ascii"))


def bmp_string(text: str) -> bytes:
    """BMPString, as PKCS#12 wants friendly names."""
    if any(ord(character) > 0xFFFF or 0xD800 <= ord(character) < 0xE000 for character in text):
        raise InvalidArgument("BMPString cannot hold characters outside the basic plane")
    return _native.encode(Tag.BMP_STRING, text.encode("utf-16-be"))


def utc_time(moment: datetime) -> bytes:
    """UTCTime of the form YYMMDDHHMMSSZ, for the years 1950 to 2049."""
    utc = _utc(moment)
    if not 1950 <= utc.year < 2050:
        raise InvalidArgument(f"UTCTime cannot hold the year {utc.year}")
    return _native.encode(Tag.UTC_TIME, utc.strftime("%y%m%d%H%M%SZ").encode())


def generalized_time(moment: datetime) -> bytes:
    """GeneralizedTime of the form YYYYMMDDHHMMSSZ."""
    utc = _utc(moment)
    text = f"{utc.year:04d}{utc:%m%d%H%M%S}Z"
    return _native.encode(Tag.GENERALIZED_TIME, text.encode())


def time(moment: datetime) -> bytes:
    """The form RFC 5280 section 4.1.2.5 asks for: UTCTime through 2049, then GeneralizedTime."""
    return utc_time(moment) if 1950 <= _utc(moment).year < 2050 else generalized_time(moment)


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise InvalidArgument("a time without a time zone cannot be written")
    utc = moment.astimezone(timezone.utc)
    if utc.microsecond:
        raise InvalidArgument("times are written to the second; drop the fraction first")
    return utc


def _two_complement(value: int) -> bytes:
    return value.to_bytes(
        (value if value >= 0 else ~value).bit_length() // 8 + 1, "big", signed=True
    )
