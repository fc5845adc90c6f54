"""Numbers of stamps: never the same twice, over restarts, processes and restored backups; and time that never runs back."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock

from gmkit import atomic
from gmkit.errors import InvalidArgument, StorageError

__all__ = ["SerialCounter"]

_COUNT_BITS = 40


class SerialCounter:
    """
    Gives numbers away, and keeps in a file how far it has got.

    A number is the second of the stamp and a count below it. The count never repeats as long as the file stays;
    should an older copy of the file come back, the second has moved on.
    """

    def __init__(self, path: str | os.PathLike[str], *, block: int = 1) -> None:
        """
        Args:
            path: The file; it is made if it is not there. Another beside it, with ``.lock``, makes processes
                take turns.
            block: How many numbers are taken from the file at once: 1 for a program that stamps once, more
                for one that goes on. What is left when it ends is lost.

        Raises:
            InvalidArgument: If *block* is not positive.
        """
        if block < 1:
            raise InvalidArgument("a block has at least one number")
        self._path = Path(path)
        self._block = block
        self._lock = Lock()
        self._next = self._end = 0
        self._latest = 0

    def next(self, time: datetime, *, alone: bool = False) -> int:
        """
        The number of a stamp; nobody gets it again.

        Args:
            time: The time of the stamp, with a time zone.
            alone: No other stamp may have the same second, so that time alone orders them.

        Raises:
            StorageError: The clock runs backwards, the second is taken (*alone*), or the file cannot be read
                or written; no number was given away.
        """
        second = int(time.timestamp())
        with self._lock:
            # Whoever wants to be alone must know of the stamps of other processes.
            if alone or self._next == self._end:
                self._reserve(second, 1 if alone else self._block, alone=alone)
            elif second < self._latest:
                raise _backwards(self._latest - second)
            self._latest = second
            count = self._next
            self._next += 1
        return second << _COUNT_BITS | count

    def _reserve(self, second: int, block: int, *, alone: bool) -> None:
        with self._locked():
            count, latest = self._read()
            latest = max(latest, self._latest)
            if second < latest:
                raise _backwards(latest - second)
            if alone and second == latest:
                raise StorageError(
                    "there is a stamp in this second already", hint="try again later"
                )
            state = json.dumps({"count": count + block, "second": second})
            atomic.write_bytes(self._path, state.encode() + b"\n", replace=True)
            self._next, self._end = count, count + block

    def _read(self) -> tuple[int, int]:
        """The first count that is free, and the second of the latest block."""
        try:
            state = json.loads(self._path.read_bytes())
            count, second = state["count"], state["second"]
            if not (type(count) is type(second) is int and 0 <= count < 1 << _COUNT_BITS):
                raise ValueError  # noqa: TRY301
        except FileNotFoundError:
            return 0, 0
        except OSError as error:
            words = (error.strerror or "").lower()
            raise StorageError(f"cannot read {self._path}: {words}") from error
        except (ValueError, KeyError, TypeError):
            raise StorageError(
                f"{self._path} is damaged: it holds no count of stamps",
                hint="restore it; without it numbers are unique only because time moves on",
            ) from None
        return count, second

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            file = self._path.with_name(f"{self._path.name}.lock").open("wb")
        except OSError as error:
            raise StorageError(
                f"cannot write beside {self._path}: {(error.strerror or '').lower()}"
            ) from error
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _backwards(seconds: int) -> StorageError:
    return StorageError(
        f"the clock runs backwards: the latest stamp is {seconds} s ahead of it",
        hint="set the clock; a stamp before an earlier one would be a lie",
    )
