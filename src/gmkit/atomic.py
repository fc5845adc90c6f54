"""
Output files that are whole or absent.

A file is written without a name (or, where the file system cannot do that, under a temporary one
beside its place), flushed to the disk, and only then given its name. A run that fails, or is killed,
leaves no half a file under the name. One killed between the two system calls that replace a file, or on a
file system without nameless files, leaves a temporary one beside it, which its owner alone can read if it is
secret; the next that writes the same secret file removes it.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from gmkit import leftovers
from gmkit.errors import StorageError

__all__ = ["publish", "refuse_existing", "write_bytes", "writing"]

# What file systems answer that do not know files without a name, or cannot link one.
_UNNAMED_UNKNOWN = {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT}
# What they answer that cannot flush a folder (the file itself is flushed by then), or may not open one.
_FOLDER_UNKNOWN = {
    errno.EOPNOTSUPP,
    errno.EINVAL,
    errno.ENOSYS,
    errno.EBADF,
    errno.EACCES,
    errno.EPERM,
}
_LINK_UNKNOWN = {errno.EOPNOTSUPP, errno.EPERM, errno.ENOSYS, errno.EMLINK, errno.EXDEV}


def write_bytes(
    path: str | os.PathLike[str], data: bytes, *, secret: bool = False, replace: bool = False
) -> None:
    """
    Write *data* to *path*, whole or not at all.

    Args:
        path: The file to make.
        data: Its content.
        secret: Make it readable by its owner alone (mode 0600).
        replace: Whether an existing file may be replaced.

    Raises:
        StorageError: If the file exists and *replace* is false, or it could not be written whole.
    """
    with writing(path, secret=secret, replace=replace) as file:
        file.write(data)


@contextmanager
def writing(
    path: str | os.PathLike[str], *, secret: bool = False, replace: bool = False
) -> Iterator[BinaryIO]:
    """
    A binary file to write to, which appears under *path* when the block ends without an exception.

    Args:
        path: The file to make.
        secret: Make it readable by its owner alone (mode 0600).
        replace: Whether an existing file may be replaced.

    Raises:
        StorageError: If the file exists and *replace* is false, or it could not be written whole.
    """
    target = Path(path)
    if not replace:
        refuse_existing(target)
    mode = 0o600 if secret else 0o666
    try:
        descriptor, temporary = _open_beside(target, mode)
    except OSError as fault:
        raise _unwritten(target, fault) from fault
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123  a descriptor, not a path
            if secret and (replace or temporary is not None):  # where a name may be left
                leftovers.sweep(target)
            yield file
            file.flush()
            os.fsync(file.fileno())
            if temporary is None:
                temporary = _named(file.fileno(), target, replace=replace)
            # Open until it has its name: as long as that, nobody takes it for a leftover.
            if temporary is None:
                _settle(target)
            elif publish(temporary, target, replace=replace):
                temporary = None
    except OSError as fault:
        raise _unwritten(target, fault) from fault
    finally:
        if temporary is not None:
            _remove(temporary, target)


def publish(temporary: Path, target: Path, *, replace: bool = False) -> bool:
    """
    Give a finished file, already flushed to the disk, its name.

    Returns:
        Whether it was moved there; if not, *temporary* is a second name of it, to be removed.

    Raises:
        StorageError: If *target* exists and *replace* is false, the file system refuses, or it cannot say
            that the name will last.
    """
    try:
        if moved := replace:
            temporary.replace(target)
        else:
            # A link refuses to replace, where a rename would do it silently.
            try:
                os.link(temporary, target)
            except FileExistsError:
                raise _exists(target) from None
            except OSError as fault:
                if fault.errno not in _LINK_UNKNOWN:
                    raise
                refuse_existing(target)
                temporary.rename(target)
                moved = True
    except OSError as fault:
        raise _unwritten(target, fault) from fault
    _settle(target)
    return moved


def refuse_existing(target: Path) -> None:
    """Raise StorageError if something of this name exists: for checks before a long run."""
    if os.path.lexists(target):
        raise _exists(target)


def _open_beside(target: Path, mode: int) -> tuple[int, Path | None]:
    """A descriptor of a new file in the folder of *target*, and its name if it has one."""
    if hasattr(os, "O_TMPFILE") and Path("/proc/self/fd").is_dir():
        try:
            descriptor = os.open(target.parent, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, mode)
        except OSError as fault:
            if fault.errno not in _UNNAMED_UNKNOWN or not target.parent.is_dir():
                raise
        else:
            leftovers.hold(descriptor)  # it gets a name on the way to that of the target
            return descriptor, None
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
    while True:
        temporary = leftovers.name_beside(target)
        descriptor = os.open(temporary, flags, mode)
        if leftovers.hold(descriptor, temporary):
            return descriptor, temporary
        os.close(descriptor)


def _named(descriptor: int, target: Path, *, replace: bool) -> Path | None:
    """
    Link the nameless file: straight to *target* where nothing may be replaced.

    Returns:
        The temporary name that still has to be renamed to *target*, or None if all is done.
    """
    destination = leftovers.name_beside(target) if replace else target
    # The directory descriptor makes Python call linkat, which alone follows the link in /proc.
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.link(
            f"/proc/self/fd/{descriptor}",
            destination.name,
            dst_dir_fd=folder,
            follow_symlinks=True,
        )
    except FileExistsError:
        raise _exists(target) from None
    finally:
        os.close(folder)
    return destination if replace else None


def _settle(target: Path) -> None:
    """Bring the name of a finished file to the disk."""
    try:
        descriptor = os.open(target.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as fault:
        if fault.errno in _FOLDER_UNKNOWN:
            return
        raise StorageError(
            f"{target} is written, but the disk does not confirm its name: {_words(fault)}",
            hint="look whether it is there before doing it again",
        ) from fault


def _remove(temporary: Path, target: Path) -> None:
    try:
        temporary.unlink(missing_ok=True)
    except OSError as fault:
        raise StorageError(
            f"cannot remove {temporary}: {_words(fault)}",
            hint=f"remove it by hand; what stands in {target} is whole",
        ) from fault


def _exists(target: Path) -> StorageError:
    return StorageError(
        f"{target} exists already",
        hint="choose another name, or allow it to be replaced (--force)",
    )


def _unwritten(target: Path, fault: OSError) -> StorageError:
    return StorageError(f"cannot write {target}: {_words(fault)}", hint="nothing was written there")


def _words(fault: OSError) -> str:
    return (fault.strerror or str(fault)).lower()
