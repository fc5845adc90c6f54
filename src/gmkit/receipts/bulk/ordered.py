"""Work in pieces on all cores, results in the order of the input, bounded memory."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from gmkit.errors import InvalidArgument

__all__ = ["chunks", "in_order"]

Piece = TypeVar("Piece")
Result = TypeVar("Result")


def in_order(
    work: Callable[[Piece], Result], pieces: Iterable[Piece], *, workers: int | None = None
) -> Iterator[Result]:
    """
    ``map(work, pieces)`` with a few pieces under way at once.

    Threads, not processes: the native core lets the interpreter's lock go while it works, and a
    private key need not leave the process.

    Args:
        work: Called with each piece.
        pieces: Taken as they are needed.
        workers: Pieces under way at once; by default one for each core.

    Raises:
        InvalidArgument: If workers is below 1.
    """
    if workers is not None and workers < 1:
        raise InvalidArgument(f"threads must be at least 1, not {workers}")
    return _in_order(work, pieces, workers or _cores())


def _in_order(
    work: Callable[[Piece], Result], pieces: Iterable[Piece], workers: int
) -> Iterator[Result]:
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="gmkit") as pool:
        try:
            for piece in pieces:
                waiting.append(pool.submit(work, piece))
                if len(waiting) > workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def chunks(items: Iterable[Piece], size: int) -> Iterator[list[Piece]]:
    """The items in lists of at most *size*."""
    iterator = iter(items)
    while piece := list(islice(iterator, size)):
        yield piece


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
