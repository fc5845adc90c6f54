"""
Group commit: appends of several threads share a transaction, and with it the wait for the disk.

Whoever comes while nothing is being written writes at once, alone. Whoever comes meanwhile queues; the
first in the queue then writes for all that are in it. Nobody waits for company, and each returns only when
what it brought is on the disk or refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from gmkit.errors import StorageError

__all__ = ["Together"]

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


def _held() -> Lock:
    lock = Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class _Waiting(Generic[Item, Outcome]):
    """What one thread brought; *turn* is released when it has its outcome, or is to write."""

    item: Item
    turn: Lock = field(default_factory=_held)
    leads: bool = False
    outcome: Outcome | None = None
    fault: StorageError | None = None

    @property
    def done(self) -> bool:
        return self.outcome is not None or self.fault is not None


class Together(Generic[Item, Outcome]):
    """
    Items of several threads, written in groups.

    Args:
        write: Writes a group in one transaction and gives the outcome of each, in order. If it fails
            with :class:`StorageError`, nothing of the group was written.
    """

    def __init__(self, write: Callable[[Sequence[Item]], Sequence[Outcome]]) -> None:
        self._write = write
        self._lock = Lock()
        self._queue: list[_Waiting[Item, Outcome]] = []
        self._writing = False

    def append(self, item: Item) -> Outcome:
        """
        Write an item, in a group with those of other threads.

        Raises:
            StorageError: The transaction it was in failed.
        """
        with self._lock:
            waits, self._writing = self._writing, True
            if waits:
                mine: _Waiting[Item, Outcome] = _Waiting(item)
                self._queue.append(mine)
        if not waits:
            return self._alone(item)
        try:
            mine.turn.acquire()
        except BaseException:
            self._leave(mine)
            raise
        if not mine.done:
            self._lead(mine)
        if mine.fault is not None:
            # An exception of its own for each thread, with its own traceback.
            raise StorageError(mine.fault.message, hint=mine.fault.own_hint) from mine.fault
        assert mine.outcome is not None  # or there would be a fault
        return mine.outcome

    def _alone(self, item: Item) -> Outcome:
        """Write for oneself, and let whoever came meanwhile lead."""
        try:
            (outcome,) = self._write([item])
            return outcome
        finally:
            with self._lock:
                self._pass_on()

    def _lead(self, mine: _Waiting[Item, Outcome]) -> None:
        """Write for everybody in the queue, *mine* among them, and let the next one lead."""
        with self._lock:
            group, self._queue = self._queue, []
        try:
            outcomes = self._write([each.item for each in group])
            for each, outcome in zip(group, outcomes, strict=True):
                each.outcome = outcome
        except StorageError as fault:
            for each in group:
                each.fault = fault
        finally:
            with self._lock:
                # Interrupted, what the others brought is still to be written: by one of them.
                self._queue[:0] = [each for each in group if each is not mine and not each.done]
                self._pass_on()
            for each in group:
                if each is not mine and each.done:
                    each.turn.release()

    def _leave(self, mine: _Waiting[Item, Outcome]) -> None:
        """A thread that was interrupted while it waited: what it brought is written already, or never."""
        with self._lock:
            if mine in self._queue:
                self._queue.remove(mine)
                if mine.leads:
                    self._pass_on()

    def _pass_on(self) -> None:
        """With the lock held: the first in the queue writes next."""
        self._writing = bool(self._queue)
        if self._queue:
            self._queue[0].leads = True
            self._queue[0].turn.release()
