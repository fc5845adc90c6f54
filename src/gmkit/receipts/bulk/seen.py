"""Which identifiers came before, in a file of any length, in bounded memory."""

from __future__ import annotations

import sqlite3
from hashlib import blake2b
from types import TracebackType
from typing import TYPE_CHECKING

from gmkit.errors import StorageError

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Seen"]

IN_MEMORY = 1 << 18  # marks, some tens of megabytes
MARK_BYTES = 16  # two marks of 10^10 are the same by chance once in 10^18 files


class Seen:
    """
    A set of identifiers: as many in memory as fit, the others in a temporary file of SQLite, which is
    gone when the process is.
    """

    def __init__(self) -> None:
        self._recent: set[bytes] = set()
        self._file: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, identifier: bytes) -> bool:
        """
        Take note of an identifier.

        Returns:
            Whether it is new.

        Raises:
            StorageError: The temporary file cannot be written.
        """
        mark = blake2b(identifier, digest_size=MARK_BYTES).digest()
        if mark in self._recent or (self._file is not None and self._is_filed(mark)):
            return False
        self._recent.add(mark)
        if len(self._recent) >= IN_MEMORY:
            self._move()
        return True

    def _is_filed(self, mark: bytes) -> bool:
        assert self._file is not None
        found = self._file.execute("SELECT 1 FROM seen WHERE mark = ?", (mark,)).fetchone()
        return found is not None

    def _move(self) -> None:
        try:
            if self._file is None:
                # A database without a name is a temporary file, kept in memory only while it is small.
                self._file = sqlite3.connect("", check_same_thread=False)
                self._file.execute("PRAGMA cache_size = -16384")
                self._file.execute("CREATE TABLE seen (mark BLOB PRIMARY KEY) WITHOUT ROWID")
            # In their order, each page is visited once.
            rows = ((mark,) for mark in sorted(self._recent))
            self._file.executemany("INSERT INTO seen VALUES (?)", rows)
            self._file.commit()
        except sqlite3.Error as fault:
            raise StorageError(
                f"identifiers cannot be kept in a temporary file: {fault}"
            ) from fault
        self._recent.clear()
