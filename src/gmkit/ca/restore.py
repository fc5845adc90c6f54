"""
Restore: an authority out of its backup, which forgets no revocation.

What happened after the backup is not in it. Whoever restores shows what is newest in the world: the last list
that was published, the last checkpoint that was signed. If they are newer than the backup, the restore refuses,
or, where the loss is accepted, takes over what they tell: what stands on the list is revoked again,
known or not; list numbers go on from the highest that was seen; and the audit log goes on as another one, in
which the gap is an act.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, func, insert, select, text, update

from gmkit.ca import audit, checkpoints, reconcile, schema
from gmkit.ca.assembly import Content, assemble
from gmkit.ca.layout import Settings
from gmkit.ca.reconcile import Loss
from gmkit.ca.replay import replay
from gmkit.ca.unpacking import Unpacked, unpack
from gmkit.errors import EncodingError, InvalidArgument, StorageError, VerificationError
from gmkit.leftovers import folder_beside
from gmkit.merkle import Checkpoint, parse_checkpoint
from gmkit.x509 import Certificate, CertificateList

__all__ = ["Newest", "Restored", "restore"]

_GROUP = 1000


@dataclass(frozen=True, slots=True)
class Newest:
    """
    What is newest in the world; at least one of them, or the word that there is nothing newer.

    Attributes:
        lists: Revocation lists as they were published, of every partition.
        checkpoints: Checkpoints of the audit log as they were signed.
        certificates: Certificates that the authority issued and the backup may lack.
        nothing: Nothing was published or signed since the backup.
    """

    lists: Sequence[CertificateList] = ()
    checkpoints: Sequence[bytes] = ()
    certificates: Sequence[Certificate] = ()
    nothing: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """
    What came of it.

    Attributes:
        certificates: How many the authority knows now.
        acts: Size of its audit log.
        loss: What had to be taken over, or None if nothing was newer than the backup.
    """

    certificates: int
    acts: int
    loss: Loss | None


def restore(
    source: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    newest: Newest,
    *,
    now: datetime,
    store: str | None = None,
    root: Certificate | None = None,
    accept_loss: bool = False,
) -> Restored:
    """
    Make the folder and the store of an authority out of a backup; both appear, or neither.

    Args:
        source: The backup.
        folder: Where; it must not exist.
        newest: What is newest in the world.
        now: The present.
        store: Another store than the one it had.
        root: The root it must be of.
        accept_loss: Go on although something is newer than the backup.

    Raises:
        InvalidArgument: Nothing was shown.
        EncodingError, VerificationError: The backup is none, was changed, or is of another authority; or
            what was shown is not of this one.
        StorageError: Something is newer than the backup; or it could not be written. Nothing was left.
    """
    if not (newest.lists or newest.checkpoints or newest.nothing):
        raise InvalidArgument(
            "nothing was shown that is newer than the backup",
            hint="show the newest published list and checkpoint, or say that there is nothing newer",
        )
    target = Path(folder)
    with folder_beside(target.with_name(f"{target.name}.restore")) as place:
        unpacked = unpack(Path(source), place, root=root)
        if "ca.toml" not in unpacked.files:
            raise EncodingError("ca.toml is missing", what="backup", offset=None)
        settings = Settings.from_toml(unpacked.files["ca.toml"])
        files = {
            name: Content(data, secret=name.startswith("keys/"))
            for name, data in unpacked.files.items()
        }
        if store is not None:
            settings = replace(settings, store=store)
            del files["ca.toml"]
        shards = settings.crl_shards
        results: list[Restored] = []

        def fill(connection: Connection) -> None:
            _fill(connection, unpacked)
            notes = [checkpoints.checked(note, unpacked.issuing) for note in newest.checkpoints]
            _check(connection, unpacked, notes)
            loss = reconcile.loss_of(connection, unpacked, newest.lists, notes)
            if loss is not None and not accept_loss:
                raise StorageError(
                    f"the backup is older than what was shown: {loss}",
                    hint="find a newer backup, or accept the loss: what was shown is taken over",
                )
            taken = reconcile.adopt(
                connection, unpacked.issuing, newest.certificates, now, crl_shards=shards
            )
            act: dict[str, object] = {
                "act": "restore",
                "backup": unpacked.manifest["made"],
                "adopted": taken,
            }
            if loss is not None:
                act["lost"] = loss.described()
                epoch = audit.epoch(connection) + 1
                connection.execute(update(schema.audit_head).values(epoch=epoch))
            audit.record(connection, now, [act])
            if loss is not None:
                reconcile.take_over(connection, unpacked, newest.lists, now, crl_shards=shards)
            count = select(func.count()).select_from(schema.certificates)
            size = audit.head(connection).size
            results.append(Restored(connection.execute(count).scalar_one(), size, loss))

        assemble(target, settings, files, fill)
    return results[0]


def _fill(connection: Connection, unpacked: Unpacked) -> None:
    for table in schema.metadata.sorted_tables:
        group = []
        expected, count = unpacked.manifest.get("rows", {}).get(table.name), 0
        for row in unpacked.rows_of(table.name):
            group.append(row)
            count += 1
            if len(group) == _GROUP:
                connection.execute(insert(table), group)
                group = []
        if group:
            connection.execute(insert(table), group)
        if count != expected:
            raise VerificationError(f"rows of {table.name} are missing", reason="backup-changed")
        column = next(iter(table.primary_key.columns))
        if connection.dialect.name == "postgresql" and count and column.autoincrement is not False:
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), "  # noqa: S608
                    f"(SELECT max({column.name}) FROM {table.name}))"
                )
            )


def _check(connection: Connection, unpacked: Unpacked, shown: Sequence[Checkpoint]) -> None:
    """The log is whole, signed, and says what the rows say."""
    epoch = audit.epoch(connection)
    name = checkpoints.origin(unpacked.issuing, epoch)
    if unpacked.checkpoint.origin != name:
        raise VerificationError("the backup is signed for another log", reason="backup")
    size = audit.head(connection).size
    trusted = [unpacked.checkpoint]
    trusted += [each for each in shown if each.origin == name and each.size <= size]
    for note in checkpoints.stored(connection):
        if parse_checkpoint(note).checkpoint.size <= size:
            trusted.append(checkpoints.checked(note, unpacked.issuing, epoch=epoch))
    for fault in replay(connection, trusted):
        raise VerificationError(f"the backup is not sound: {fault.message}", reason=fault.code)
