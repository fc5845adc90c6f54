"""Where sealed segments are: a folder, or a bucket by URL. An object has a name, and is whole or absent."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from gmkit import atomic
from gmkit.errors import InvalidArgument, MissingDependency, StorageError

__all__ = ["Objects", "open_objects"]


class Objects(Protocol):
    """A place for objects."""

    def put(self, name: str, data: bytes) -> None:
        """Store an object, replacing one of that name."""

    def get(self, name: str, *, start: int = 0, length: int | None = None) -> bytes:
        """An object, or a part of it."""

    def has(self, name: str) -> bool:
        """Whether there is one of that name."""

    def remove(self, name: str) -> None:
        """Remove an object, if there is one of that name."""


def open_objects(url: str) -> Objects:
    """
    The place behind a URL.

    Raises:
        InvalidArgument: If it is not a URL, or one of a kind that nobody knows.
        MissingDependency: If it needs fsspec, or a package for its kind of place.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/"):
        return _Folder(Path(url2pathname(unquote(parts.path))))
    if parts.scheme in {"", "file"}:
        raise InvalidArgument(
            f"{url!r} is not the URL of a place for segments", hint="write file:///folder"
        )
    return _Bucket(url)


class _Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, data: bytes) -> None:
        path = self._folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise _failed(name, fault) from fault
        atomic.write_bytes(path, data, replace=True)

    def get(self, name: str, *, start: int = 0, length: int | None = None) -> bytes:
        try:
            with (self._folder / name).open("rb") as file:
                file.seek(start)
                return file.read() if length is None else file.read(length)
        except OSError as fault:
            raise _failed(name, fault) from fault

    def has(self, name: str) -> bool:
        return (self._folder / name).is_file()

    def remove(self, name: str) -> None:
        try:
            (self._folder / name).unlink(missing_ok=True)
        except OSError as fault:
            raise _failed(name, fault) from fault


class _Bucket:
    """Anything fsspec knows: S3, GCS, OSS, HDFS, memory; an object appears there when it is complete."""

    def __init__(self, url: str) -> None:
        try:
            import fsspec  # noqa: PLC0415
        except ImportError as fault:
            raise MissingDependency(
                f"{url} needs the package fsspec", hint="pip install 'gmkit[objects]'"
            ) from fault
        try:
            self._system: Any
            self._system, self._prefix = fsspec.core.url_to_fs(url)
        except ImportError as fault:
            raise MissingDependency(f"{url} needs another package: {fault}") from fault
        except ValueError as fault:
            raise InvalidArgument(f"nobody knows {url}: {fault}") from fault

    def put(self, name: str, data: bytes) -> None:
        try:
            self._system.pipe_file(self._path(name), data)
        except OSError as fault:
            raise _failed(name, fault) from fault

    def get(self, name: str, *, start: int = 0, length: int | None = None) -> bytes:
        end = None if length is None else start + length
        try:
            return bytes(self._system.cat_file(self._path(name), start=start, end=end))
        except OSError as fault:
            raise _failed(name, fault) from fault

    def has(self, name: str) -> bool:
        return bool(self._system.exists(self._path(name)))

    def remove(self, name: str) -> None:
        try:
            if self.has(name):
                self._system.rm_file(self._path(name))
        except OSError as fault:
            raise _failed(name, fault) from fault

    def _path(self, name: str) -> str:
        return f"{self._prefix.rstrip('/')}/{name}"


def _failed(name: str, fault: OSError) -> StorageError:
    words = (fault.strerror or str(fault)).lower()
    return StorageError(f"the object {name} of the ledger: {words}")
