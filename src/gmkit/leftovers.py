"""
Temporary files and folders beside their place, and those that a killed run left there.

Whoever works on one holds a lock on it (flock), which ends with the process however that ends: so the next run
can tell what was left from what is in use, and removes it. On file systems without such locks nothing is removed.
"""

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gmkit.errors import StorageError

__all__ = ["abandoned", "folder_beside", "hold", "name_beside", "sweep"]

_NAME = re.compile(r"\.(.+)\.[0-9a-f]{16}\.tmp", re.DOTALL)
_LONGEST = 200  # bytes of a name that go into that of its temporary: 255 are all there is


def name_beside(target: Path) -> Path:
    """A new name for what will become *target*, hidden and in the same folder."""
    return target.with_name(f".{_stem(target.name)}.{secrets.token_hex(8)}.tmp")


def hold(descriptor: int, path: Path | None = None) -> bool:
    """
    Hold a temporary until *descriptor* is closed.

    Args:
        descriptor: Of the file or folder.
        path: Its name, if it has one.

    Returns:
        Whether it is ours: False if another run took it for a leftover in the moment since it was made.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks: nobody takes it for anything
    if path is None:
        return True
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False


@contextmanager
def folder_beside(target: Path, *, mode: int = 0o700) -> Iterator[Path]:
    """
    A temporary folder in that of *target*; what was left of it is removed when the block ends, however it
    ends, and what killed runs left of theirs before it begins.

    Args:
        target: What is being made.
        mode: Who may look into it, as far as the umask lets them.

    Raises:
        OSError: It cannot be made.
        StorageError: A folder cannot be removed.
    """
    sweep(target)
    folder, descriptor = _made(target, mode)
    try:
        yield folder
    finally:
        try:
            _remove(folder)
        finally:
            os.close(descriptor)


def sweep(target: Path) -> None:
    """
    Remove what killed runs left beside *target*.

    Raises:
        StorageError: It cannot be removed.
    """
    for path in _candidates(target.parent, (target.name,)):
        with _taken(path) as ours:
            if ours:
                _remove(path)


def abandoned(folder: Path, *names: str) -> list[Path]:
    """
    What killed runs left in a folder.

    Args:
        folder: Where to look; it need not be there.
        names: For which files and folders; for all of them if none is named.
    """
    found = []
    for path in _candidates(folder, names):
        with _taken(path) as ours:
            if ours:
                found.append(path)
    return found


def _stem(name: str) -> str:
    """As much of a name as fits, in whole characters."""
    while len(os.fsencode(name)) > _LONGEST:
        name = name[:-1]
    return name


def _made(target: Path, mode: int) -> tuple[Path, int]:
    """A new folder, and a descriptor that holds it."""
    while True:
        folder = name_beside(target)
        folder.mkdir(mode)
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue  # swept away before it was held
        if hold(descriptor, folder):
            return folder, descriptor
        os.close(descriptor)


def _candidates(folder: Path, names: tuple[str, ...]) -> list[Path]:
    """Everything there that is called as a temporary is."""
    wanted = {_stem(name) for name in names}
    try:
        present = sorted(os.listdir(folder))  # noqa: PTH208  names alone
    except OSError:
        return []  # whoever writes there next says what is wrong
    return [
        folder / name
        for name in present
        if (match := _NAME.fullmatch(name)) and (not wanted or match[1] in wanted)
    ]


@contextmanager
def _taken(path: Path) -> Iterator[bool]:
    """Whether it is our own and nobody works on it; held while the block runs."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags)
    except OSError:
        yield False  # gone meanwhile, or somebody else's
        return
    try:
        yield os.fstat(descriptor).st_uid == os.geteuid() and _locked(descriptor)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _remove(path: Path) -> None:
    try:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except FileNotFoundError:
        pass  # somebody was faster
    except OSError as fault:
        words = (fault.strerror or str(fault)).lower()
        raise StorageError(
            f"cannot remove {path}: {words}", hint="remove it by hand; it may hold keys"
        ) from fault
