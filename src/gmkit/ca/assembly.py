"""A new folder of an authority with its store: both appear, or neither."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, inspect

from gmkit.atomic import refuse_existing
from gmkit.ca.layout import Layout, Settings
from gmkit.ca.migrate import upgrade
from gmkit.ca.store import Store
from gmkit.errors import StorageError
from gmkit.leftovers import folder_beside
from gmkit.store import has_secret

__all__ = ["Content", "assemble"]


@dataclass(frozen=True, slots=True)
class Content:
    """
    A file of the folder.

    Attributes:
        data: What is in it.
        secret: Whether only its owner may read it.
    """

    data: bytes
    secret: bool = False


def assemble(
    target: Path,
    settings: Settings,
    files: Mapping[str, Content],
    fill: Callable[[Connection], None],
) -> None:
    """
    Make the folder of an authority.

    Args:
        target: Where; it must not exist.
        settings: What goes into ``ca.toml``, and which store.
        files: The other files, by their path in the folder.
        fill: Writes the first rows into the new tables.

    Raises:
        StorageError: The folder exists, the store holds an authority already, or something could not be
            written; nothing is left.
    """
    refuse_existing(target)
    try:
        with folder_beside(target, mode=0o755) as temporary:
            _assemble(target, temporary, settings, files, fill)
    except OSError as error:
        words = (error.strerror or str(error)).lower()
        raise StorageError(
            f"cannot make {target}: {words}", hint="nothing was left there"
        ) from error


def _assemble(
    target: Path,
    temporary: Path,
    settings: Settings,
    files: Mapping[str, Content],
    fill: Callable[[Connection], None],
) -> None:
    inside = settings.store == Settings().store
    _write_files(temporary, settings, files)
    store = Store(Layout(temporary).store_url(settings.store))
    try:
        with store.writing() as connection:
            _refuse_used(connection)
            upgrade(connection)
            fill(connection)
            # A store elsewhere is committed last: what can still fail then takes the folder back.
            if not inside:
                _publish(temporary, target)
    except BaseException:
        if not inside and not temporary.exists():
            shutil.rmtree(target, ignore_errors=True)
        raise
    finally:
        store.close()
    if inside:
        _publish(temporary, target)


def _write_files(folder: Path, settings: Settings, files: Mapping[str, Content]) -> None:
    (folder / "keys").mkdir(mode=0o700)
    own = {"ca.toml": Content(settings.to_toml().encode()), **files}
    if has_secret(settings.store):
        own["ca.toml"] = replace(own["ca.toml"], secret=True)
    for name, content in own.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True, parents=True)
        _write(path, content)
    for path in folder.iterdir():
        if path.is_dir():
            _sync(path)


def _refuse_used(connection: Connection) -> None:
    if inspect(connection).has_table("alembic_version"):
        raise StorageError("the store holds an authority already", hint="name an empty database")


def _publish(temporary: Path, target: Path) -> None:
    _sync(temporary)
    refuse_existing(target)
    temporary.rename(target)
    _sync(target.parent)


def _write(path: Path, content: Content) -> None:
    mode = 0o600 if content.secret else 0o644
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, mode)
    with open(descriptor, "wb") as file:  # noqa: PTH123  a descriptor, not a path
        file.write(content.data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
