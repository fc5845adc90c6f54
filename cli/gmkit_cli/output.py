"""Text that is safe on a terminal, tables, and a progress bar for people who wait."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unicodedata import east_asian_width

__all__ = ["Progress", "columns", "printable", "progress", "table"]

BAR = 30
INTERVAL = 0.1  # seconds between two drawings


def printable(text: str) -> str:
    """
    *text*, a line, with everything that could steer a terminal written as an escape.

    Names in certificates and fields of records come from others: an escape sequence or a line end in
    them must not write over a verdict, or one of its own.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as aligned lines under a head; Chinese characters count two columns."""
    cells = [list(head), *([printable(cell) for cell in row] for row in rows)]
    widths = [max(columns(row[i]) for row in cells) for i in range(len(head))]
    return [
        "  ".join(_padded(c, w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells
    ]


class Progress:
    """Counts, and draws the count on a terminal at most ten times a second."""

    def __init__(self, total: int | None, unit: str, *, visible: bool) -> None:
        self.done = 0
        self._total = total
        self._unit = unit
        self._visible = visible
        self._start = self._drawn = time.monotonic()

    def advance(self, count: int = 1) -> None:
        """Count *count* more."""
        self.reach(self.done + count)

    def reach(self, count: int) -> None:
        """Stand at *count*."""
        self.done = count
        now = time.monotonic()
        if self._visible and now - self._drawn >= INTERVAL:
            self._drawn = now
            sys.stderr.write(f"\r\x1b[K{self._line(now - self._start)}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the bar off the terminal."""
        if self._visible:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _line(self, seconds: float) -> str:
        rate = f"{self.done / seconds:,.0f} {self._unit}/s" if seconds > 0 else ""
        if not self._total:
            return f"{self.done:,} {self._unit}  {rate}"
        share = min(1.0, self.done / self._total)
        bar = ("#" * round(share * BAR)).ljust(BAR, ".")
        return f"[{bar}] {share:4.0%}  {self.done:,} of {self._total:,} {self._unit}  {rate}"


@contextmanager
def progress(total: int | None, *, unit: str) -> Iterator[Progress]:
    """A :class:`Progress` that is gone from the terminal afterwards, however the work ends."""
    bar = Progress(total, unit, visible=sys.stderr.isatty())
    try:
        yield bar
    finally:
        bar.clear()


def columns(text: str) -> int:
    """How many columns of a terminal the text takes: two for a Chinese character."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - columns(text))
