"""
Processor time of a process and of all below it, where some of them end without telling anybody.

The daemon of Spark's Python workers ignores its children's end, so that the kernel adds their time to nobody's: each
process is looked at again and again while it is there, and what it had spent when it was last seen counts.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

__all__ = ["Spent", "metered"]

TICK = os.sysconf("SC_CLK_TCK")
INTERVAL = 0.5  # seconds; at most so much of a process that ends is lost

Process = tuple[int, str]  # its number and when it began, because numbers come back


@dataclass
class Spent:
    """Processor seconds, when the block has ended."""

    seconds: float = 0.0


@contextmanager
def metered() -> Iterator[Spent]:
    """What this process and all below it spend in the block."""
    begin = _now()
    last = dict(begin)
    ended, spent = Event(), Spent()

    def watch() -> None:
        while not ended.wait(INTERVAL):
            last.update(_now())

    watching = Thread(target=watch)
    watching.start()
    try:
        yield spent
    finally:
        ended.set()
        watching.join()
    last.update(_now())
    spent.seconds = sum(ticks - begin.get(each, 0) for each, ticks in last.items()) / TICK


def _now() -> dict[Process, int]:
    """Ticks that each process below, and this one, has spent itself."""
    found: dict[int, tuple[Process, int]] = {}
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended just now
            number, parent = int(entry.name), int(fields[1])
            found[number] = (number, fields[19]), int(fields[11]) + int(fields[12])
            below.setdefault(parent, []).append(number)
    left, ours = [os.getpid()], {}
    while left:
        number = left.pop()
        if number in found:
            process, ticks = found[number]
            ours[process] = ticks
            left += below.get(number, [])
    return ours
