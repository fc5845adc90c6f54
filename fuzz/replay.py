"""
One input before one Python target, as it is used: nothing counts, and the promised bounds hold.

::

    python -m fuzz.replay NAME FILE …        says what is wrong with each, and fails if anything is
"""

from __future__ import annotations

import contextlib
import sys
import time
import tracemalloc
from pathlib import Path

from fuzz.targets import Target, targets

__all__ = ["REGRESSIONS", "fault", "took"]

REGRESSIONS = Path(__file__).parent / "regressions"
_TRIES = 3  # what is slow once may be the machine, what is slow three times is not


def took(target: Target, data: bytes) -> float:
    """
    Seconds of processor time that *target* takes for an input, refused or not.

    Raises:
        Exception: Whatever leaves the target that is no refusal.
    """
    begin = time.thread_time()
    with contextlib.suppress(*target.refusals):
        target.read(data)
    return time.thread_time() - begin


def fault(target: Target, data: bytes) -> str | None:
    """What is wrong with what *target* does with an input, told apart by kind and place; None if nothing is."""
    try:
        taken = min(took(target, data) for _ in range(_TRIES))
        peak = _peak(target, data)
    except Exception as error:  # noqa: BLE001  whatever it is, it is what is looked for
        return _told(error)
    if taken > target.seconds:
        return f"slow: more than {target.seconds} s"
    most = target.memory + 4 * len(data)
    return f"memory: more than {most >> 20} MiB" if peak > most else None


def _peak(target: Target, data: bytes) -> int:
    tracemalloc.start()
    try:
        took(target, data)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _told(error: BaseException) -> str:
    """The kind of the exception and the last line of gmkit that it went through."""
    place = "?"
    step = error.__traceback__
    while step is not None:
        name = step.tb_frame.f_globals.get("__name__", "")
        if name.partition(".")[0] in {"gmkit", "fuzz"} and name != __name__:
            place = f"{name}:{step.tb_lineno}"
        step = step.tb_next
    return f"{type(error).__name__} at {place}"


def main() -> int:
    """For the command line."""
    name, *files = sys.argv[1:]
    bad = 0
    for file in files:
        found = fault(targets()[name], Path(file).read_bytes())
        print(f"{file}: {found or 'good'}")
        bad += found is not None
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
