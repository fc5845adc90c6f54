"""What the store knows of a certificate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import IntEnum
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from gmkit import sm3
from gmkit.ca.schema import authorities, certificates
from gmkit.errors import InvalidArgument
from gmkit.x509 import Certificate

__all__ = ["Issued", "Status", "find", "row_of", "serial_octets"]


class Status(IntEnum):
    """Where a certificate stands; expiry is not a status but a matter of time."""

    GOOD = 0
    REVOKED = 1
    HELD = 2


@dataclass(frozen=True, slots=True)
class Issued:
    """
    A certificate that was issued.

    Attributes:
        authority: Which of the two issued it: ``root`` or ``issuing``.
        serial: Its number.
        profile: Name of its profile.
        subject: As text, RFC 4514.
        not_before, not_after: Its validity, UTC.
        issued: When it was issued, UTC.
        status: Where it stands.
        revoked: When it was revoked or put on hold, or None.
        reason: Code of the reason (RFC 5280, clause 5.3.1), or None.
        der: The certificate.
    """

    authority: str
    serial: int
    profile: str
    subject: str
    not_before: datetime
    not_after: datetime
    issued: datetime
    status: Status
    revoked: datetime | None
    reason: int | None
    der: bytes

    @property
    def certificate(self) -> Certificate:
        """
        The certificate, read.

        Raises:
            InvalidArgument: Only its number survived a restore.
        """
        if not self.der:
            raise InvalidArgument(f"the certificate {self.serial:x} was lost in a restore")
        return Certificate(self.der)

    def standing(self, now: datetime) -> str:
        """``good``, ``revoked``, ``held``, ``expired`` or ``not yet valid``."""
        if self.status is not Status.GOOD:
            return self.status.name.lower()
        if now > self.not_after:
            return "expired"
        return "good" if now >= self.not_before else "not yet valid"


_COLUMNS = (
    authorities.c.name,
    certificates.c.serial,
    certificates.c.profile,
    certificates.c.subject,
    certificates.c.not_before,
    certificates.c.not_after,
    certificates.c.issued,
    certificates.c.status,
    certificates.c.revoked,
    certificates.c.reason,
    certificates.c.der,
)


def find(
    connection: Connection,
    *,
    serial: int | None = None,
    text: str | None = None,
    profile: str | None = None,
    status: Status | None = None,
    expires_before: datetime | None = None,
    key: bytes | None = None,
    limit: int | None = None,
) -> Iterator[Issued]:
    """
    What was issued, in the order of issuing; every argument narrows it down.

    Args:
        connection: A transaction.
        serial: With this number.
        text: Whose subject contains this text, in either case where it is ASCII.
        profile: Of this profile.
        status: That stand so.
        expires_before: That end before this time.
        key: For the key with this SM3 fingerprint of its SubjectPublicKeyInfo, 32 bytes.
        limit: This many at most.
    """
    query: Select[Any] = (
        select(*_COLUMNS)
        .join(authorities, certificates.c.authority == authorities.c.id)
        .order_by(certificates.c.id)
    )
    if serial is not None:
        query = query.where(certificates.c.serial == serial_octets(serial))
    if text is not None:
        query = query.where(certificates.c.subject.icontains(text, autoescape=True))
    if profile is not None:
        query = query.where(certificates.c.profile == profile)
    if status is not None:
        query = query.where(certificates.c.status == int(status))
    if expires_before is not None:
        query = query.where(certificates.c.not_after < int(expires_before.timestamp()))
    if key is not None:
        query = query.where(certificates.c.key == key)
    if limit is not None:
        query = query.limit(limit)
    with connection.execute(query.execution_options(yield_per=1000)) as rows:
        yield from map(_issued, rows)


def row_of(
    authority: int, profile: str, certificate: Certificate, now: datetime, shards: int = 1
) -> dict[str, object]:
    """A row of the table of certificates."""
    return {
        "authority": authority,
        "serial": certificate.serial_octets,
        "profile": profile,
        "subject": str(certificate.subject),
        "key": sm3.digest(certificate.public_key_info),
        "not_before": certificate.not_before_seconds,
        "not_after": certificate.not_after_seconds,
        "issued": int(now.timestamp()),
        "shard": certificate.serial % shards,
        "der": certificate.der,
    }


def serial_octets(serial: int) -> bytes:
    """A serial number as it is stored: contents of its INTEGER."""
    return serial.to_bytes(serial.bit_length() // 8 + 1, "big")


def _issued(row: Row[Any]) -> Issued:
    name, serial, profile, subject, begin, end, issued, status, revoked, reason, der = tuple(row)
    return Issued(
        name,
        int.from_bytes(serial, "big"),
        profile,
        subject,
        _time(begin),
        _time(end),
        _time(issued),
        Status(status),
        None if revoked is None else _time(revoked),
        reason,
        der,
    )


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)
