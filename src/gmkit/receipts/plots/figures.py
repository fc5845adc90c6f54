"""A day's receipts in figures, by the hour."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timezone, tzinfo
from itertools import groupby, pairwise

from gmkit.receipts.batch import REASONS, Judged, Receipts, judged
from gmkit.receipts.bulk.seen import Seen
from gmkit.receipts.receipt import Receipt
from gmkit.receipts.record import EPOCH, MILLISECOND
from gmkit.receipts.signers import Signers
from gmkit.receipts.verdict import Outcome, Reason

__all__ = ["HOURS", "DayFigures", "figures_of_day"]

HOURS = 24
MINUTES = 60 * HOURS
SHORTEST_SILENCE = 15  # minutes
USUAL_WAITS = 10  # a silence is longer than so many mean waits between two receipts
NUMBERED = re.compile(r"(.*?)([0-9]{1,17})", re.DOTALL)


def _hours() -> list[int]:
    return [0] * HOURS


@dataclass
class DayFigures:
    """
    A day's receipts by the hour in which they say they were made. Lists have 24 numbers, one an hour.

    Attributes:
        day: The day.
        zone: The time zone of its hours.
        outcomes: Receipts by verdict.
        reasons: Receipts that are not valid, by reason.
        amounts: Sums over valid receipts in minor units, by currency.
        missing: Numbers without a valid receipt, where the identifiers of one signer count on, by the hour in which
            they go on; None where identifiers do not count.
        silences: Stretches without a receipt, in minutes of the day: from, to; those longer than 15 minutes and
            than ten times the mean wait, between the first receipt and the last.
        elsewhere: Receipts of other days.
        untimed: Receipts that state no time that can be read.
    """

    day: date
    zone: tzinfo = timezone.utc
    outcomes: dict[Outcome, list[int]] = field(
        default_factory=lambda: {each: _hours() for each in Outcome}
    )
    reasons: dict[Reason, list[int]] = field(default_factory=dict)
    amounts: dict[str, list[int]] = field(default_factory=dict)
    missing: list[int] | None = None
    silences: list[tuple[int, int]] = field(default_factory=list)
    elsewhere: int = 0
    untimed: int = 0

    @property
    def receipts(self) -> int:
        """Receipts of the day."""
        return sum(map(sum, self.outcomes.values()))


def figures_of_day(
    receipts: Receipts,
    signers: Signers,
    *,
    day: date | None = None,
    zone: tzinfo = timezone.utc,
    progress: Callable[[int], None] = lambda _: None,
) -> DayFigures | None:
    """
    Verify receipts, and count those of one day.

    A second receipt of one signer for one identifier is invalid, as in
    :func:`gmkit.receipts.bulk.verify_file`. Memory grows with the numbered receipts of the day, eight bytes
    each.

    Args:
        receipts: Lines, a sequence, or Arrow data.
        signers: Whom to trust.
        day: The day; by default that of the first receipt with a time.
        zone: The time zone that the day and its hours are counted in.
        progress: Called with the number of receipts looked at.

    Returns:
        The figures; None if no receipt states a time and no day was given.

    Raises:
        InvalidArgument: If the input is none of these.
        MissingDependency: If pyarrow is not installed.
        OSError: If a file cannot be read.
        StorageError: If the identifiers that came before cannot be kept.
    """
    counting = None if day is None else _Counting(day, zone)
    looked = untimed = 0
    with Seen() as seen:
        for found in judged(receipts, signers):
            times = found.columns["time"].cast("int64").to_pylist()
            if counting is None:
                first = next((known for ms in times if (known := _moment(ms, zone))), None)
                if first is not None:
                    counting = _Counting(first.date(), zone)
            reasons = _reasons(found, seen)
            if counting is None:
                untimed += len(times)
            else:
                counting.take(found, times, reasons)
            looked += len(times)
            progress(looked)
    return None if counting is None else counting.finished(untimed)


class _Counting:
    """The figures of a day while receipts come in."""

    def __init__(self, day: date, zone: tzinfo) -> None:
        self._figures = DayFigures(day, zone)
        self._met = bytearray(MINUTES)  # minutes of the day with a receipt
        self._numbers: dict[tuple[bytes, str], array[int]] = {}

    def take(
        self, found: Judged, times: list[int | None], reasons: Iterable[Reason | None]
    ) -> None:
        """Count a piece of the input."""
        figures = self._figures
        for place, (ms, reason) in enumerate(zip(times, reasons, strict=True)):
            moment = _moment(ms, figures.zone)
            if ms is None:
                figures.untimed += 1
            elif moment is None or moment.date() != figures.day:
                figures.elsewhere += 1
            else:
                self._met[moment.hour * 60 + moment.minute] = 1
                self._count(found, place, moment.hour, reason)

    def finished(self, untimed: int) -> DayFigures:
        """The figures, when all was counted."""
        figures = self._figures
        figures.untimed += untimed
        figures.silences = list(_silences(self._met, figures.receipts))
        for numbers in self._numbers.values():
            missing = _missing(numbers)
            if missing is not None:
                figures.missing = figures.missing or _hours()
                for hour, count in missing:
                    figures.missing[hour] += count
        return figures

    def _count(self, found: Judged, place: int, hour: int, reason: Reason | None) -> None:
        figures = self._figures
        outcome = Outcome.VALID if reason is None else reason.outcome
        figures.outcomes[outcome][hour] += 1
        if reason is not None:
            figures.reasons.setdefault(reason, _hours())[hour] += 1
            return
        receipt = Receipt.parse(found.piece.item(place))
        record = receipt.record()
        if record.amount is not None and record.currency is not None:
            figures.amounts.setdefault(record.currency, _hours())[hour] += record.amount
        counted = NUMBERED.fullmatch(record.id)
        if counted is not None:
            numbers = self._numbers.setdefault((receipt.key_id, counted[1]), array("Q"))
            numbers.append(int(counted[2]) * HOURS + hour)


def _reasons(found: Judged, seen: Seen) -> list[Reason | None]:
    """Why each receipt is refused; None for those that are valid and the first of their identifier."""
    numbers, places, ids = (found.columns[name].to_pylist() for name in ("reason", "signer", "id"))
    reasons: list[Reason | None] = []
    for number, place, identifier in zip(numbers, places, ids, strict=True):
        reason = REASONS[number - 1] if number else None
        if reason is None:
            trusted = found.trusted[place]
            assert trusted is not None  # or it would not be valid
            if not seen.add(trusted.signer.key_id + identifier.encode()):
                reason = Reason.DUPLICATE_ID
        reasons.append(reason)
    return reasons


def _moment(ms: int | None, zone: tzinfo) -> datetime | None:
    if ms is None:
        return None
    try:
        return (EPOCH + ms * MILLISECOND).astimezone(zone)
    except OverflowError:  # the format knows more years than Python does
        return None


def _silences(met: bytearray, receipts: int) -> Iterator[tuple[int, int]]:
    shortest = max(SHORTEST_SILENCE, USUAL_WAITS * MINUTES / max(receipts, 1))
    there = [minute for minute, one in enumerate(met) if one]
    for before, after in pairwise(there):
        if after - before - 1 >= shortest:
            yield before + 1, after


def _missing(numbers: array[int]) -> list[tuple[int, int]] | None:
    """
    Hours, and how many numbers are missing before a number of that hour.

    None if more than half of all are: then identifiers end in digits that do not count receipts.
    """
    # One entry a number, at its first hour: 7 and 007 are one.
    there = [next(same) for _, same in groupby(sorted(numbers), lambda each: each // HOURS)]
    span = there[-1] // HOURS - there[0] // HOURS + 1
    if len(there) < 2 or span > 2 * len(there):
        return None
    return [
        (after % HOURS, after // HOURS - before // HOURS - 1)
        for before, after in pairwise(there)
        if after // HOURS - before // HOURS > 1
    ]
