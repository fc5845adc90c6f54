"""
Encodings that real seals have and the standard does not: read where they leave no doubt, and put down.

Each was traced to a producer; see ``docs/ofd.md``. Nothing here is accepted in what gmkit writes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from gmkit.asn1 import Element, Tag

__all__ = ["ClaimedTime", "Notes", "bit_string", "claimed_time", "read_time", "signature_value"]

_RAW = 64
_MAX_TRIMMED = (
    4  # zero octets that may be missing at the end; four are met once in four thousand million
)
_TIME = re.compile(
    r"(?P<date>\d{4}-?\d\d-?\d\d)[ T]?(?:(?P<time>\d\d:?\d\d:?\d\d)(?:[.,]\d{1,9})?)?\s*"
    r"(?P<zone>Z|[+-]\d\d:?\d\d)?"
)
_SHORT_TIME = re.compile(r"(?P<date>\d{6})(?P<time>\d{6})(?P<zone>Z|[+-]\d\d:?\d\d)?")
#: How far a time may be off that names no zone.
_ZONES = timedelta(hours=14)

Notes = list[tuple[str, str]]
"""Deviations met: code and text."""


@dataclass(frozen=True, slots=True)
class ClaimedTime:
    """
    A time as somebody wrote it down.

    Attributes:
        value: The time; read as UTC where no zone is named.
        zoned: Whether a zone is named.
    """

    value: datetime
    zoned: bool

    def before(self, other: datetime) -> bool | None:
        """Whether it lies before *other*; None if that depends on the zone."""
        slack = timedelta(0) if self.zoned else _ZONES
        if self.value + slack < other:
            return True
        return None if self.value - slack < other else False

    def __str__(self) -> str:
        return f"{self.value:%Y-%m-%d %H:%M:%S}" + (" UTC" if self.zoned else " (no zone)")


def claimed_time(text: str) -> ClaimedTime | None:
    """A time from any of the forms seen in signatures; None if it is none of them."""
    text = text.strip().strip("\0")
    match = _TIME.fullmatch(text)
    short = None if match else _SHORT_TIME.fullmatch(text)
    found = match or short
    if found is None:
        return None
    date = found["date"].replace("-", "")
    if short:
        date = ("19" if date >= "50" else "20") + date
    clock = (found["time"] or "000000").replace(":", "")
    zone = found["zone"]
    try:
        value = datetime.strptime(f"{date}{clock}", "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
        if zone and zone != "Z":
            sign = -1 if zone[0] == "+" else 1
            hours, minutes = int(zone[1:3]), int(zone[-2:])
            value += sign * timedelta(hours=hours, minutes=minutes)
    except (ValueError, OverflowError):
        return None
    return ClaimedTime(value, zone is not None)


def read_time(element: Element, what: str, notes: Notes, *, tag: int) -> ClaimedTime:
    """
    A UTCTime or GeneralizedTime, whatever text stands in it.

    Raises:
        EncodingError: If it is no time.
    """
    if element.tag not in (Tag.UTC_TIME, Tag.GENERALIZED_TIME):
        raise element.error(f"{what} is not a time")
    text = element.content.decode("latin-1")
    found = claimed_time(text)
    if found is None:
        raise element.error(f"{what} is not a time: {text[:32]!r}")
    short = _SHORT_TIME.fullmatch(text) is not None and _TIME.fullmatch(text) is None
    if element.tag != tag or short != (element.tag == Tag.UTC_TIME):
        notes.append(
            ("time-type", f"{what} ({text}) has the text or the tag of another type of time")
        )
    if not found.zoned:
        notes.append(("time-zone", f"{what} ({text}) names no time zone"))
    return found


def bit_string(element: Element, what: str, notes: Notes, *, length: int | None = None) -> bytes:
    """
    The octets of a BIT STRING, and the zeros at its end that a list of named bits leaves out.

    Args:
        element: The BIT STRING.
        what: Its name, for notes.
        notes: Where deviations go.
        length: Octets it must have, if that is known.

    Raises:
        EncodingError: If it is none.
    """
    if element.tag != Tag.BIT_STRING or not element.content or element.content[0] > 7:
        raise element.error(f"{what} is not a BIT STRING")
    unused, octets = element.content[0], element.content[1:]
    if unused:
        notes.append(
            ("bit-string-unused-bits", f"{what} says that {unused} of its bits do not count")
        )
    if length is not None and length - _MAX_TRIMMED <= len(octets) < length:
        notes.append(_trimmed(what, length - len(octets)))
        octets = octets.ljust(length, b"\0")
    return octets


def signature_value(octets: bytes, what: str, notes: Notes) -> bytes | None:
    """
    The r and s of an SM2 signature, 32 octets each, from whatever form they have; None if it has none.

    GM/T 0009-2012 (clause 7.3) wants SEQUENCE{INTEGER, INTEGER}. Seen besides: r ‖ s in 64 octets, numbers
    without the leading zero that keeps them positive, and zero octets cut off at the end.
    """
    numbers = _numbers(octets, what, notes)
    if numbers is not None:
        return numbers
    if _RAW - _MAX_TRIMMED <= len(octets) <= _RAW:
        notes.append(("raw-signature", f"{what} is r and s in 64 octets, not in DER"))
        if len(octets) < _RAW:
            notes.append(_trimmed(what, _RAW - len(octets)))
        return octets.ljust(_RAW, b"\0")
    return None


def _numbers(octets: bytes, what: str, notes: Notes) -> bytes | None:
    if len(octets) < 8 or octets[0] != Tag.SEQUENCE or octets[1] > 70:
        return None
    missing = 2 + octets[1] - len(octets)
    if not 0 <= missing <= _MAX_TRIMMED:
        return None
    body = (octets + bytes(missing))[2:]
    found: Notes = [_trimmed(what, missing)] if missing else []
    numbers = []
    for _ in range(2):
        if len(body) < 3 or body[0] != Tag.INTEGER or not 1 <= body[1] <= 33:
            return None
        number, body = body[2 : 2 + body[1]], body[2 + body[1] :]
        if number[0] & 0x80:
            found.append(
                ("negative-integer", f"{what} has a number without its leading zero octet")
            )
        elif number[0] == 0 and len(number) > 1 and not number[1] & 0x80:
            found.append(
                ("non-minimal-integer", f"{what} has a number with a superfluous zero octet")
            )
        value = int.from_bytes(number, "big")
        if value >> 256:
            return None
        numbers.append(value.to_bytes(32, "big"))
    if body:
        return None
    notes += found
    return b"".join(numbers)


def _trimmed(what: str, count: int) -> tuple[str, str]:
    return (
        "bit-string-trimmed",
        f"{what} lacks {count} zero octets at its end, as a list of named bits would",
    )
