"""Revoking, holding and releasing: rules and rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from gmkit import sm3
from gmkit.ca import audit
from gmkit.ca.records import Status, serial_octets
from gmkit.ca.schema import certificates
from gmkit.errors import InvalidArgument
from gmkit.x509 import Extension, RevocationReason
from gmkit.x509.builder import encode_revoked
from gmkit.x509.building import extensions

__all__ = ["change", "release", "revoke"]

_CHUNK = 500  # serials in one query

# What makes no sense for a certificate that this authority issued.
_IMPOSSIBLE = {RevocationReason.REMOVE_FROM_CRL, RevocationReason.AA_COMPROMISE}


def revoke(
    connection: Connection,
    serials: Sequence[int],
    *,
    reason: RevocationReason,
    now: datetime,
    invalid_since: datetime | None = None,
) -> None:
    """
    Revoke certificates, or put them on hold (reason ``CERTIFICATE_HOLD``); all of them or none.

    A certificate on hold may be revoked; it counts as revoked since it was put on hold.

    Raises:
        InvalidArgument: A serial is unknown or occurs twice, a certificate is revoked already, or the reason
            is none for it.
    """
    if not serials:
        return
    if reason in _IMPOSSIBLE:
        raise InvalidArgument(
            f"{reason.name} is no reason to revoke a certificate of this authority"
        )
    if invalid_since is not None and invalid_since > now:
        raise InvalidArgument("a key cannot have been in doubt since a time to come")
    hold = reason is RevocationReason.CERTIFICATE_HOLD
    rows = _rows(connection, serials)
    for serial, row in rows.items():
        if row.status == Status.REVOKED or (hold and row.status == Status.HELD):
            raise InvalidArgument(f"{serial:x} is {Status(row.status).name.lower()} already")
    details = _details(reason, invalid_since)
    changes: list[dict[str, object]] = []
    acts: list[dict[str, object]] = []
    for serial, row in rows.items():
        since = int(now.timestamp()) if row.revoked is None else row.revoked
        entry = encode_revoked(serial, datetime.fromtimestamp(since, timezone.utc), details)
        changes.append(
            {
                "row": row.id,
                "status": int(Status.HELD if hold else Status.REVOKED),
                "revoked": since,
                "reason": int(reason),
                "entry": entry,
            }
        )
        acts.append(_act("hold" if hold else "revoke", serial, entry, reason=int(reason)))
    _numbered(changes, audit.record(connection, now, acts))
    change(connection, changes)


def release(connection: Connection, serials: Sequence[int], *, now: datetime) -> None:
    """
    Take certificates off hold; all of them or none.

    Raises:
        InvalidArgument: A serial is unknown or occurs twice, or a certificate is not on hold.
    """
    if not serials:
        return
    rows = _rows(connection, serials)
    for serial, row in rows.items():
        if row.status != Status.HELD:
            raise InvalidArgument(f"{serial:x} is not on hold")
    removed = (extensions.reason_code(RevocationReason.REMOVE_FROM_CRL),)
    moment = now.replace(microsecond=0)
    changes: list[dict[str, object]] = []
    acts: list[dict[str, object]] = []
    for serial, row in rows.items():
        # For the delta lists that follow a list on which it was held.
        entry = encode_revoked(serial, moment, removed)
        changes.append(
            {
                "row": row.id,
                "status": int(Status.GOOD),
                "revoked": None,
                "reason": None,
                "entry": entry,
            }
        )
        acts.append(_act("release", serial, entry))
    _numbered(changes, audit.record(connection, now, acts))
    change(connection, changes)


def _act(kind: str, serial: int, entry: bytes, **more: object) -> dict[str, object]:
    # The entry is named by its hash: whoever changes it in the store is found.
    return {"act": kind, "serial": f"{serial:x}", "entry": sm3.digest(entry).hex(), **more}


def _numbered(changes: list[dict[str, object]], first: int) -> None:
    """Each change with the number of its act."""
    for number, change in enumerate(changes, first):
        change["changed"] = number


def change(connection: Connection, changes: list[dict[str, object]]) -> None:
    """Change rows, each by its ``row``; all have the same keys."""
    columns: dict[str, Any] = {name: bindparam(name) for name in changes[0] if name != "row"}
    statement = update(certificates).where(certificates.c.id == bindparam("row")).values(columns)
    connection.execute(statement, changes)


def _details(reason: RevocationReason, invalid_since: datetime | None) -> tuple[Extension, ...]:
    made = []
    # Unspecified is said by saying nothing (RFC 5280, clause 5.3.1).
    if reason is not RevocationReason.UNSPECIFIED:
        made.append(extensions.reason_code(reason))
    if invalid_since is not None:
        made.append(extensions.invalidity_date(invalid_since.replace(microsecond=0)))
    return tuple(made)


def _rows(connection: Connection, serials: Sequence[int]) -> dict[int, Any]:
    """The rows by serial, in the order of *serials*."""
    if len(set(serials)) < len(serials):
        raise InvalidArgument("a serial occurs twice")
    found = {}
    for start in range(0, len(serials), _CHUNK):
        octets = [serial_octets(serial) for serial in serials[start : start + _CHUNK]]
        query = select(
            certificates.c.id,
            certificates.c.serial,
            certificates.c.status,
            certificates.c.revoked,
        ).where(certificates.c.serial.in_(octets))
        for row in connection.execute(query):
            found[int.from_bytes(row.serial, "big")] = row
    for serial in serials:
        if serial not in found:
            raise InvalidArgument(f"no certificate has the serial {serial:x}")
    return {serial: found[serial] for serial in serials}
