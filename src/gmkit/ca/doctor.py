"""Health of an authority: one check for one thing that goes wrong in practice."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import IntEnum
from pathlib import Path

from sqlalchemy import select

from gmkit import leftovers
from gmkit.ca import audit, checkpoints, schema
from gmkit.ca.escrow import Escrow
from gmkit.ca.layout import Layout, Settings
from gmkit.ca.log import AuditLog
from gmkit.ca.store import Store
from gmkit.errors import EncodingError
from gmkit.x509 import Certificate, CertificateList

__all__ = ["Ailment", "Urgency", "examine"]

_SOON = timedelta(days=90)
_OLD_CHECKPOINT = timedelta(days=30)
_OLD_BACKUP = timedelta(days=7)


class Urgency(IntEnum):
    """How soon something must be done; the program's exit code is the worst one found."""

    HEALTHY = 0
    WARNING = 4
    ERROR = 5


@dataclass(frozen=True, slots=True)
class Ailment:
    """
    Something that is not as it should be.

    Attributes:
        urgency: How soon something must be done.
        code: Stable identifier.
        message: What was met, and what to do.
    """

    urgency: Urgency
    code: str
    message: str


def examine(
    layout: Layout,
    settings: Settings,
    store: Store,
    certificates: dict[str, Certificate],
    log: AuditLog,
    escrow: Escrow,
    now: datetime,
) -> list[Ailment]:
    """
    Everything that is not as it should be.

    Raises:
        StorageError: The store is out of reach; everything else is an ailment.
    """
    return [
        *_keys(layout, settings),
        *_leftovers(layout),
        *_expiry(certificates, now),
        *_lists(layout, "issuing" if "issuing" in certificates else "root", now),
        *_store(store),
        *_backup(layout, now),
        *_escrow(escrow, now),
        *_audit(log, store, now),
    ]


def _keys(layout: Layout, settings: Settings) -> Iterator[Ailment]:
    for name, uri in (("root", settings.root_key), ("issuing", settings.issuing_key)):
        if not uri.startswith("file:"):
            continue
        path = layout.folder / uri.removeprefix("file:")
        if not path.exists():
            # The root's key belongs elsewhere; without the other nothing can be issued.
            if name == "issuing":
                yield Ailment(Urgency.ERROR, "key-missing", f"{path} is missing")
            continue
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Ailment(Urgency.ERROR, "key-mode", f"others may read {path}: chmod 600")
        if b"ENCRYPTED" not in path.read_bytes():
            yield Ailment(Urgency.WARNING, "key-open", f"{path} has no password")
        if name == "root":
            yield Ailment(
                Urgency.WARNING,
                "root-key-online",
                f"{path} is here; take it to where nobody can reach it",
            )


def _leftovers(layout: Layout) -> Iterator[Ailment]:
    """What killed runs left here, and beside the folder while it was made or restored."""
    folder = layout.folder.resolve()
    found = leftovers.abandoned(folder.parent, folder.name, f"{folder.name}.restore")
    for place in (folder, folder / "keys", layout.lists):
        found += leftovers.abandoned(place)
    for path in found:
        words = f"an interrupted run left {path}, which may hold keys: remove it"
        yield Ailment(Urgency.WARNING, "leftover", words)


def _expiry(certificates: dict[str, Certificate], now: datetime) -> Iterator[Ailment]:
    for name, certificate in certificates.items():
        if certificate.not_after < now:
            message = f"the {name} certificate has expired on {certificate.not_after:%Y-%m-%d}"
            yield Ailment(Urgency.ERROR, "authority-expired", message)
        elif certificate.not_after < now + _SOON:
            message = f"the {name} certificate expires on {certificate.not_after:%Y-%m-%d}"
            yield Ailment(Urgency.WARNING, "authority-expires", message)


def _lists(layout: Layout, main: str, now: datetime) -> Iterator[Ailment]:
    found = sorted(layout.lists.glob(f"{main}*.crl")) if layout.lists.is_dir() else []
    if not found:
        yield Ailment(
            Urgency.WARNING, "list-missing", "no revocation list was made yet: gmkit ca crl"
        )
    for path in found:
        try:
            made = CertificateList.from_der(path.read_bytes())
        except EncodingError as error:
            yield Ailment(Urgency.ERROR, "list-damaged", f"{path}: {error}")
            continue
        if made.next_update is not None and made.next_update < now:
            message = f"{path} was good until {made.next_update:%Y-%m-%d %H:%M}: gmkit ca crl"
            yield Ailment(Urgency.ERROR, "list-stale", message)


def _backup(layout: Layout, now: datetime) -> Iterator[Ailment]:
    path = layout.last_backup
    if not path.exists():
        yield Ailment(Urgency.WARNING, "backup-missing", "there is no backup: gmkit ca backup")
        return
    moment = path.read_text(encoding="utf-8", errors="replace").partition(" ")[0]
    try:
        made = datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    except ValueError:
        yield Ailment(
            Urgency.WARNING, "backup-missing", f"{path} does not say when: gmkit ca backup"
        )
        return
    if (age := now - made) > _OLD_BACKUP:
        words = f"the last backup is {age.days} days old: gmkit ca backup"
        yield Ailment(Urgency.WARNING, "backup-old", words)


def _escrow(escrow: Escrow, now: datetime) -> Iterator[Ailment]:
    for board, members in escrow.members(now):
        good = sum(each == "good" for each in members.values())
        bad = ", ".join(f"{name} is {why}" for name, why in members.items() if why != "good")
        what = f"escrow board {board.number} ({board.threshold} of {len(members)}): {bad}"
        if good < board.threshold:
            words = f"{what}; its keys cannot be recovered"
            yield Ailment(Urgency.ERROR, "escrow-broken", words)
        elif bad:
            words = f"{what}; put a new board into office: gmkit ca escrow init"
            yield Ailment(Urgency.WARNING, "escrow-member", words)


def _store(store: Store) -> Iterator[Ailment]:
    with store.reading() as connection:
        if connection.dialect.name == "sqlite":
            path = Path(store.engine.url.database or "")
            if stat.S_IMODE(path.stat().st_mode) & 0o077:
                yield Ailment(Urgency.WARNING, "store-mode", f"others may read {path}: chmod 600")
            answer = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
            if answer != "ok":
                yield Ailment(Urgency.ERROR, "store-damaged", f"the store is damaged: {answer}")


def _audit(log: AuditLog, store: Store, now: datetime) -> Iterator[Ailment]:
    """The whole log anew, from its acts: nothing was changed, left out or put in, there or in the store."""
    newest, faults = log.verify()
    for fault in faults:
        yield Ailment(Urgency.ERROR, fault.code, fault.message)
    with store.reading() as connection:
        moment = connection.execute(select(schema.audit_head.c.moment)).scalar() or 0
    if now.timestamp() < moment - audit.BACKWARDS:
        yield Ailment(
            Urgency.ERROR, "clock-backwards", "the clock is behind the last act in the audit log"
        )
    if newest is None:
        words = "the audit log was never signed: gmkit ca audit checkpoint"
        yield Ailment(Urgency.WARNING, "checkpoint-missing", words)
    elif (age := now - checkpoints.moment_of(newest)) > _OLD_CHECKPOINT:
        words = f"the audit log was last signed {age.days} days ago: gmkit ca audit checkpoint"
        yield Ailment(Urgency.WARNING, "checkpoint-old", words)
