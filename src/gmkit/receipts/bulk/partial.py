"""
Long outputs: whole or absent, and taken up again after an interruption.

While a run writes ``orders.receipts`` it keeps a folder ``orders.receipts.partial`` beside it: the
files so far, and ``state.json``, which says how much of them counts and where in the input that is.
The state is replaced at each checkpoint, after the files were flushed to the disk, so it never speaks
of octets that are not there. Whatever stands after the last checkpoint is cut off on resuming.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO

from gmkit import atomic
from gmkit.errors import StorageError

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Partial"]

STATE = "state.json"
LOCK = "lock"


class Partial:
    """
    The unfinished output of one run.

    Args:
        target: The file to make in the end.
        names: Names of the files inside, the one that becomes *target* first.
        identity: What tells this run from another one: input, key, options. None if the input cannot
            be read twice; then nothing is ever resumed.
        restart: Throw an earlier unfinished run away, whatever it was of.
        replace: Whether *target* may be replaced.

    Attributes:
        progress: What the last checkpoint said, empty for a fresh run.

    Raises:
        StorageError: If the target exists, another run is writing it now, or the folder holds an
            unfinished run of another input.
    """

    def __init__(
        self,
        target: Path,
        names: tuple[str, ...],
        *,
        identity: Mapping[str, object] | None,
        restart: bool = False,
        replace: bool = False,
    ) -> None:
        self.target = target
        self.folder = target.with_name(target.name + ".partial")
        if not replace:
            self._clear_if_finished(names[0])
            atomic.refuse_existing(target)
        self._replace = replace
        self._identity = json.loads(json.dumps(identity))
        self.progress: dict[str, int] = {}
        self._open_files = ExitStack()
        try:
            with ExitStack() as files:
                self.folder.mkdir(exist_ok=True)
                self._lock_folder(files)
                state = self._state(names, restart=restart)
                self.progress = state.get("progress", {})
                lengths = state.get("lengths", {})
                self._files = {n: self._open(n, lengths.get(n, 0), files) for n in names}
                self._open_files = files.pop_all()
        except OSError as fault:
            raise self._unwritten(fault) from fault

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # Once a checkpoint was reached, a failure leaves the folder, to be taken up again.
        if kind is not None and self.folder.is_dir() and not (self.folder / STATE).exists():
            self.discard()
        try:
            self._open_files.close()
        except OSError:
            # A buffer that a full disk refused is refused again on closing; that was told already.
            if kind is None:
                raise

    @property
    def resumed(self) -> bool:
        """Whether this run goes on with an earlier one."""
        return bool(self.progress)

    def path(self, name: str) -> Path:
        """Where a file of the unfinished output is."""
        return self.folder / name

    def write(self, name: str, data: bytes) -> None:
        """Append to a file of the output."""
        try:
            self._files[name].write(data)
        except OSError as fault:
            raise self._unwritten(fault) from fault

    def checkpoint(self, progress: Mapping[str, int]) -> None:
        """Make everything written so far count, together with *progress*."""
        try:
            lengths = {}
            for name, file in self._files.items():
                file.flush()
                os.fsync(file.fileno())
                lengths[name] = file.tell()
            state = {"identity": self._identity, "progress": dict(progress), "lengths": lengths}
            atomic.write_bytes(self.folder / STATE, json.dumps(state).encode(), replace=True)
        except OSError as fault:
            raise self._unwritten(fault) from fault

    def publish(self, name: str, target: Path) -> None:
        """Give a finished file of the output its name; call :meth:`checkpoint` before."""
        atomic.publish(self.folder / name, target, replace=self._replace)

    def discard(self) -> None:
        """
        Remove the folder with whatever is left in it.

        Raises:
            StorageError: It cannot be removed; what was published is in place.
        """
        try:
            shutil.rmtree(self.folder)
        except OSError as fault:
            words = (fault.strerror or str(fault)).lower()
            raise StorageError(
                f"cannot remove {self.folder}: {words}", hint="remove it by hand"
            ) from fault

    def _clear_if_finished(self, name: str) -> None:
        """Remove what a run left that was killed after its output had its name, and before it cleaned up."""
        file = self.folder / name
        if not (self.target.exists() and self.folder.is_dir()):
            return
        try:
            # Linked to its name, or moved there: either way all of it is in place.
            finished = file.samefile(self.target)
        except FileNotFoundError:
            finished = (self.folder / STATE).exists()
        except OSError as fault:
            raise self._unwritten(fault) from fault
        if finished:
            with ExitStack() as files:
                self._lock_folder(files)
                shutil.rmtree(self.folder)

    def _lock_folder(self, files: ExitStack) -> None:
        lock = files.enter_context((self.folder / LOCK).open("wb"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StorageError(
                f"another run is writing {self.target} now", hint="wait for it, or end it first"
            ) from None

    def _state(self, names: tuple[str, ...], *, restart: bool) -> dict[str, dict[str, int]]:
        """The state to go on from; empty to begin anew."""
        try:
            state = json.loads((self.folder / STATE).read_bytes())
            identity = state["identity"]
            whole = all(
                (self.folder / name).stat().st_size >= state["lengths"][name] for name in names
            )
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            # No checkpoint was reached, or the files were published before the folder went away.
            return {}
        if restart or not whole or identity is None:
            return {}
        if identity != self._identity:
            raise StorageError(
                f"{self.folder} holds an unfinished run of another input, key or option",
                hint="finish that one first, or throw it away with --restart",
            )
        return {"progress": state["progress"], "lengths": state["lengths"]}

    def _open(self, name: str, length: int, files: ExitStack) -> BinaryIO:
        path = self.folder / name
        file = files.enter_context(path.open("r+b" if length else "w+b"))
        file.truncate(length)
        file.seek(length)
        return file

    def _unwritten(self, fault: OSError) -> StorageError:
        words = (fault.strerror or str(fault)).lower()
        kept = os.path.exists(self.folder / STATE)  # noqa: PTH110 - answers where Path would raise
        return StorageError(
            f"cannot write {self.target}: {words}",
            hint=f"what was done so far is kept in {self.folder}; run the same command again"
            if kept
            else "nothing was written there",
        )
