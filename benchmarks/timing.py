"""
How everything here is timed, in every language alike.

One process, one thread, CPU time; the loop is made long enough to last a twentieth of a second. A rival prints
one JSON object for each operation it has; run.py calls all of them several times in turn and takes medians.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from time import process_time

LOOP_SECONDS = 0.05
MESSAGE = bytes(range(32))


def rate(operation: Callable[[], object], items: int = 1) -> float:
    """Items a second of CPU time."""
    operation()
    count = 1
    while True:
        start = process_time()
        for _ in range(count):
            operation()
        spent = process_time() - start
        if spent >= LOOP_SECONDS:
            break
        count = max(count + 1, int(count * LOOP_SECONDS / max(spent, 1e-6) * 1.1))
    return items * count / spent


def report(name: str, operation: Callable[[], object], *, items: int = 1, size: int = 0) -> None:
    """Time an operation and print it: items a second, or MB a second if it has a size in bytes."""
    value = rate(operation, items)
    line = {"operation": name, "value": value * size / 1e6 if size else value}
    print(json.dumps(line | {"unit": "MB/s" if size else "/s"}), flush=True)


def skip(name: str, why: str) -> None:
    """Say that a rival does not do an operation."""
    print(f"{name}: {why}", file=sys.stderr, flush=True)
