"""
Backup: one file with everything an authority is, made while it works.

A tar archive, compressed: a manifest with the length and SM3 of every part, the authority's signature over the
manifest, then the parts. The rows come out of one state of the store, in a form that goes into SQLite
and PostgreSQL alike. Private keys go in as they are in their files, under their password, or not at all.
"""

from __future__ import annotations

import base64
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import IO, Any, BinaryIO

from sqlalchemy import Connection, LargeBinary, Table, func, select

from gmkit import sm3
from gmkit.ca import audit, checkpoints, schema
from gmkit.ca.layout import Layout, Settings
from gmkit.ca.store import Store
from gmkit.errors import InvalidArgument
from gmkit.keys import Signer
from gmkit.leftovers import folder_beside
from gmkit.merkle import Checkpoint
from gmkit.x509 import Certificate

__all__ = ["KIND", "MANIFEST", "SIGNATURE", "Archived", "archive", "from_row"]

KIND = "gmkit-ca-backup"
MANIFEST = "manifest.json"
SIGNATURE = "manifest.txt"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Archived:
    """
    What is in a backup.

    Attributes:
        made: When, UTC.
        certificates: How many.
        acts: Size of the audit log.
        manifest: SM3 of the manifest, which names the backup.
    """

    made: datetime
    certificates: int
    acts: int
    manifest: bytes


def archive(
    writer: BinaryIO,
    layout: Layout,
    settings: Settings,
    store: Store,
    issuing: Certificate,
    key: Signer,
    *,
    now: datetime,
    keys: bool = True,
) -> Archived:
    """
    Write a backup. Others go on issuing and revoking meanwhile.

    Args:
        writer: A binary file.
        layout: The folder of the authority.
        settings: Its settings.
        store: Its store.
        issuing: The certificate of the issuing authority.
        key: The issuing key: it signs.
        now: The present.
        keys: Whether the key files go along.

    Raises:
        InvalidArgument: A key file has no password.
        StorageError: Something could not be read.
    """
    files = _files(layout, settings, keys=keys)
    with store.writing() as connection:
        audit.record(connection, now, [{"act": "backup", "keys": keys}])
    with folder_beside(layout.folder / "backup") as place:
        with store.reading() as connection:
            frontier, epoch = audit.head(connection), audit.epoch(connection)
            rows = {
                table.name: _dumped(connection, table, place)
                for table in schema.metadata.sorted_tables
            }
            numbers = _numbers(connection)
        parts = {f"files/{name}": data for name, data in files.items()}
        moment = now.astimezone(timezone.utc).replace(microsecond=0)
        manifest = {
            "type": KIND,
            "version": 1,
            "made": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
            "form": schema.HEAD,
            "log": {"size": frontier.size, "root": frontier.root().hex(), "epoch": epoch},
            "lists": numbers,
            "rows": rows,
            "parts": {
                **{
                    name: {"bytes": len(data), "sm3": sm3.digest(data).hex()}
                    for name, data in parts.items()
                },
                **{f"rows/{name}.jsonl": _described(place / name) for name in rows},
            },
        }
        text = json.dumps(manifest, indent=1, sort_keys=True).encode()
        digest = sm3.digest(text)
        name = checkpoints.origin(issuing, epoch)
        lines = (f"time {manifest['made']}", f"backup {digest.hex()}")
        note = Checkpoint(name, frontier.size, frontier.root(), lines).sign(key, name=name)
        with tarfile.open(
            fileobj=writer, mode="w:gz", compresslevel=1, format=tarfile.PAX_FORMAT
        ) as tar:
            for part, data in ((MANIFEST, text), (SIGNATURE, note.to_bytes()), *parts.items()):
                _add(tar, part, io.BytesIO(data), len(data), moment)
            for table in rows:
                path = place / table
                with path.open("rb") as file:
                    _add(tar, f"rows/{table}.jsonl", file, path.stat().st_size, moment)
    return Archived(moment, rows["certificates"], frontier.size, digest)


def from_row(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """
    A row as it goes into the store.

    Raises:
        ValueError: It is none of this table.
    """
    names = {column.name for column in table.columns}
    if not set(row) <= names:
        raise ValueError(f"unknown columns in {table.name}")
    return {
        name: base64.b64decode(value, validate=True)
        if isinstance(table.c[name].type, LargeBinary) and value is not None
        else value
        for name, value in row.items()
    }


def _dumped(connection: Connection, table: Table, place: Path) -> int:
    binary = [isinstance(column.type, LargeBinary) for column in table.columns]
    names = [column.name for column in table.columns]
    first = next(iter(table.primary_key.columns))
    count = 0
    query = select(table).order_by(first)
    with (
        (place / table.name).open("wb") as file,
        connection.execute(query.execution_options(yield_per=1000)) as rows,
    ):
        for row in rows:
            values = [
                base64.b64encode(value).decode() if octets and value is not None else value
                for octets, value in zip(binary, row, strict=True)
            ]
            line = dict(zip(names, values, strict=True))
            file.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
            count += 1
    return count


def _numbers(connection: Connection) -> dict[str, int]:
    """The highest number of a list, by authority."""
    query = (
        select(schema.authorities.c.name, func.max(schema.lists.c.number).label("highest"))
        .join(schema.lists, schema.lists.c.authority == schema.authorities.c.id)
        .group_by(schema.authorities.c.name)
    )
    return {row.name: row.highest for row in connection.execute(query)}


def _described(path: Path) -> dict[str, object]:
    digest, size = sm3.SM3(), 0
    with path.open("rb") as file:
        for piece in _pieces(file):
            digest.update(piece)
            size += len(piece)
    return {"bytes": size, "sm3": digest.digest().hex()}


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _files(layout: Layout, settings: Settings, *, keys: bool) -> dict[str, bytes]:
    """The files of the folder that are not made anew, by their path in it."""
    wanted = [layout.settings, layout.certificate("root")]
    if layout.certificate("issuing").exists():
        wanted.append(layout.certificate("issuing"))
    for folder in (layout.profiles, layout.lists):
        wanted += sorted(folder.iterdir()) if folder.is_dir() else []
    found = {
        str(path.relative_to(layout.folder)): layout.read(path) for path in wanted if path.is_file()
    }
    for uri in (settings.root_key, settings.issuing_key) if keys else ():
        path = layout.folder / uri.removeprefix("file:")
        if not uri.startswith("file:keys/") or not path.is_file():
            continue
        data = layout.read(path)
        if b"ENCRYPTED" not in data:
            raise InvalidArgument(
                f"{path} has no password; a backup holds keys under a password only",
                hint="leave the keys out (--without-keys), and keep them some other way",
            )
        found[str(path.relative_to(layout.folder))] = data
    return found


def _add(tar: tarfile.TarFile, name: str, data: IO[bytes], size: int, moment: datetime) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(moment.timestamp())
    tar.addfile(entry, data)
