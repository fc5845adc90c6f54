"""What happened after a backup, as far as published lists and checkpoints tell, taken over into a restored store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import Connection, func, insert, select

from gmkit import sm3
from gmkit.ca import audit, checkpoints, schema
from gmkit.ca.records import Status, row_of, serial_octets
from gmkit.ca.revocation import change
from gmkit.ca.unpacking import Unpacked
from gmkit.errors import VerificationError
from gmkit.merkle import Checkpoint
from gmkit.pki.reasons import Refused
from gmkit.pki.signatures import SignatureVerifier
from gmkit.sm2 import DEFAULT_USER_ID
from gmkit.x509 import Certificate, CertificateList, RevocationReason
from gmkit.x509.builder import encode_revoked
from gmkit.x509.building import extensions

__all__ = ["LOST", "Loss", "adopt", "loss_of", "take_over"]

LOST = "lost"
"""The profile of a certificate that is known by its serial alone."""


@dataclass(frozen=True, slots=True)
class Loss:
    """
    How much older a backup is than what was shown.

    Attributes:
        lists: Names and numbers of newer lists.
        acts: How many acts are known to be lost, and the root of the log they were in; or None.
    """

    lists: tuple[tuple[str, int], ...]
    acts: tuple[int, bytes] | None

    def __str__(self) -> str:
        said = [f"list {number} of {name}" for name, number in self.lists]
        if self.acts is not None:
            said.append(f"{self.acts[0]} acts of the audit log")
        return " and ".join(said)

    def described(self) -> dict[str, object]:
        """For the audit log."""
        found: dict[str, object] = {"lists": [list(each) for each in self.lists]}
        if self.acts is not None:
            found |= {"acts": self.acts[0], "root": self.acts[1].hex()}
        return found


def loss_of(
    connection: Connection,
    unpacked: Unpacked,
    lists: Sequence[CertificateList],
    notes: Sequence[Checkpoint],
) -> Loss | None:
    """
    What the restored store does not know.

    Raises:
        VerificationError: A list is not of this authority, or tells another history than the backup.
    """
    newer = []
    for each in lists:
        name, row = _authority_of(connection, unpacked, each)
        table = schema.lists
        query = select(table.c.number, table.c.fingerprint).where(table.c.authority == row)
        known = {entry.number: bytes(entry.fingerprint) for entry in connection.execute(query)}
        number = each.number or 0
        if number > max(known, default=0):
            newer.append((name, number))
        elif known.get(number) != sm3.digest(each.der):
            raise VerificationError(
                f"list {number} of {name} is not the one the backup knows", reason="backup-fork"
            )
    size, epoch = audit.head(connection).size, audit.epoch(connection)
    own = checkpoints.origin(unpacked.issuing, epoch)
    beyond = [note for note in notes if note.origin != own or note.size > size]
    acts = None
    if beyond:
        last = max(beyond, key=lambda note: (note.origin, note.size))
        acts = (max(last.size - size, 0), last.root)
    if not newer and acts is None:
        return None
    return Loss(tuple(newer), acts)


def take_over(
    connection: Connection,
    unpacked: Unpacked,
    lists: Sequence[CertificateList],
    now: datetime,
    *,
    crl_shards: int,
) -> None:
    """Revoke again what stands on *lists*, and let list numbers go on from theirs."""
    for each in sorted(lists, key=lambda each: each.number or 0):
        name, authority = _authority_of(connection, unpacked, each)
        shards = crl_shards if name == "issuing" else 1
        highest = _highest(connection, authority)
        number = each.number or 0
        if number <= highest:
            continue
        for entry in each:
            reason = entry.reason or RevocationReason.UNSPECIFIED
            if reason is not RevocationReason.REMOVE_FROM_CRL:
                row = _row(connection, authority, entry.serial)
                if row is None:
                    last = unpacked.issuing if name == "issuing" else unpacked.root
                    row = _stub(connection, authority, entry.serial, last, shards, now)
                _revoke(connection, row, entry.serial, entry.date, reason, now)
        fingerprint = sm3.digest(each.der)
        first_entry = next(iter(each), None)
        act = {
            "act": "list",
            "number": number,
            "fingerprint": fingerprint.hex(),
            "taken_over": True,
        }
        first = audit.record(connection, now, [act])
        row = {
            "authority": authority,
            "number": number,
            "shard": 0 if first_entry is None else first_entry.serial % shards,
            "base": each.base_number,
            "this_update": each.this_update_seconds,
            "next_update": each.next_update_seconds or each.this_update_seconds,
            "acts": first,
            "fingerprint": fingerprint,
        }
        connection.execute(insert(schema.lists).values(row))


def adopt(
    connection: Connection,
    issuing: Certificate,
    made: Sequence[Certificate],
    now: datetime,
    *,
    crl_shards: int,
) -> int:
    """
    Take in certificates that this authority issued and the backup lacks; how many they were.

    Raises:
        VerificationError: This authority did not issue one of them.
    """
    verifier = SignatureVerifier(DEFAULT_USER_ID)
    rows = _rows(connection)
    authority = rows.get("issuing", rows["root"])
    count = 0
    for each in made:
        if not _signed_by(issuing, each, verifier):
            raise VerificationError(
                f"{each.subject} was not issued by this authority", reason="backup-adopt"
            )
        if _row(connection, authority, each.serial) is not None:
            continue
        row = row_of(authority, "restored", each, now, crl_shards)
        connection.execute(insert(schema.certificates).values(row))
        act = {
            "act": "adopt",
            "serial": f"{each.serial:x}",
            "certificate": each.fingerprint().hex(),
        }
        audit.record(connection, now, [act])
        count += 1
    return count


def _revoke(
    connection: Connection,
    row: Any,
    serial: int,
    date: datetime,
    reason: RevocationReason,
    now: datetime,
) -> None:
    held = reason is RevocationReason.CERTIFICATE_HOLD
    if row.status == Status.REVOKED or (row.status == Status.HELD and held):
        return
    details = () if reason is RevocationReason.UNSPECIFIED else (extensions.reason_code(reason),)
    entry = encode_revoked(serial, date.astimezone(timezone.utc), details)
    act = {
        "act": "hold" if held else "revoke",
        "serial": f"{serial:x}",
        "entry": sm3.digest(entry).hex(),
        "reason": int(reason),
        "taken_over": True,
    }
    first = audit.record(connection, now, [act])
    values = {
        "row": row.id,
        "status": int(Status.HELD if held else Status.REVOKED),
        "revoked": int(date.timestamp()),
        "reason": int(reason),
        "entry": entry,
        "changed": first,
    }
    change(connection, [values])


def _stub(
    connection: Connection,
    authority: int,
    serial: int,
    last: Certificate,
    shards: int,
    now: datetime,
) -> Any:
    """A row for a certificate of which only the number is left: it stays on the lists, and is not given again."""
    values = {
        "authority": authority,
        "serial": serial_octets(serial),
        "profile": LOST,
        "subject": "",
        "key": bytes(32),
        "not_before": int(now.timestamp()),
        "not_after": last.not_after_seconds,
        "issued": int(now.timestamp()),
        "shard": serial % shards,
        "der": b"",
    }
    connection.execute(insert(schema.certificates).values(values))
    audit.record(connection, now, [{"act": "lost", "serial": f"{serial:x}"}])
    return _row(connection, authority, serial)


def _authority_of(
    connection: Connection, unpacked: Unpacked, made: CertificateList
) -> tuple[str, int]:
    verifier = SignatureVerifier(DEFAULT_USER_ID)
    rows = _rows(connection)
    for name, certificate in (("issuing", unpacked.issuing), ("root", unpacked.root)):
        if name in rows and _signed_by(certificate, made, verifier):
            return name, rows[name]
    raise VerificationError(
        f"the list of {made.issuer} is not of this authority", reason="backup-list"
    )


def _signed_by(
    authority: Certificate, made: Certificate | CertificateList, verifier: SignatureVerifier
) -> bool:
    if made.issuer_octets != authority.subject_octets:
        return False
    try:
        verifier.verify(made.tbs, made.algorithm, made.signature, authority.key_info)
    except Refused:
        return False
    return True


def _rows(connection: Connection) -> dict[str, int]:
    query = select(schema.authorities.c.name, schema.authorities.c.id)
    return {row.name: row.id for row in connection.execute(query)}


def _row(connection: Connection, authority: int, serial: int) -> Any:
    table = schema.certificates
    query = select(table.c.id, table.c.status).where(
        table.c.authority == authority, table.c.serial == serial_octets(serial)
    )
    return connection.execute(query).one_or_none()


def _highest(connection: Connection, authority: int) -> int:
    query = select(func.max(schema.lists.c.number)).where(schema.lists.c.authority == authority)
    return connection.execute(query).scalar() or 0
