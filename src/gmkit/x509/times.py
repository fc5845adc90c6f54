"""Seconds since 1970 and datetimes; a certificate's times are UTC to the second."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_FIRST = datetime(1, 1, 1, tzinfo=timezone.utc)
_LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc)


def from_seconds(seconds: int) -> datetime:
    """The time so many seconds after 1970; the years 1 to 9999 exist, what lies outside is their edge."""
    try:
        return _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return _LAST if seconds > 0 else _FIRST


def to_seconds(time: datetime) -> int:
    """
    Whole seconds since 1970, rounded down: certificates know no smaller unit.

    Raises:
        ValueError: If *time* has no time zone.
    """
    if time.tzinfo is None:
        raise ValueError("the time has no time zone")
    return (time - _EPOCH) // timedelta(seconds=1)
