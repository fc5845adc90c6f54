"""Standard streams that are full, closed by their reader, or were never there."""

import os
import sys
from typing import TextIO

__all__ = ["abandon", "complete"]


def complete() -> None:
    """
    Open those of the three standard streams that the caller closed, on nothing.

    A file opened later would otherwise get the number of a standard stream, and what is printed would go
    into it. Reading from such a stream and printing to it fail as on any file that cannot be used.
    """
    # In order: the operating system gives out the lowest number that is free.
    if sys.stdin is None:
        sys.stdin = open(os.open(os.devnull, os.O_WRONLY), encoding="utf-8")  # noqa: PTH123, SIM115
    if sys.stdout is None:
        sys.stdout = open(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")  # noqa: PTH123, SIM115
    if sys.stderr is None:
        sys.stderr = open(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")  # noqa: PTH123, SIM115


def abandon(stream: TextIO) -> None:
    """
    Let what is left in the buffer of a standard stream go nowhere.

    After a full disk or a closed pipe the interpreter would try to write it once more on exit,
    and complain in its own words.
    """
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
