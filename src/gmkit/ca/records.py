"""What the store knows of a certificate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import IntEnum
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from gmkit import sm3
from gmkit.ca.schema import authorities, certificates
from gmkit.errors import InvalidArgument
from gmkit.pki.due import Due
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
    serial_prefix: str | None = None,
    issued_since: datetime | None = None,
    due: tuple[Due, datetime] | None = None,
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
        serial_prefix: Whose number begins with these hexadecimal digits.
        issued_since: That were issued at this time or later.
        due: That are due for renewal by this rule at this time, and have not expired.
        key: For the key with this SM3 fingerprint of its SubjectPublicKeyInfo, 32 bytes.
        limit: This many at most.
    """
    query: Select[Any] = (
        select(*_COLUMNS)
        .join(authorities, certificates.c.authority == authorities.c.id)
        .order_by(certificates.c.id)
    )
    wanted: list[Any] = []
    if serial is not None:
        wanted.append(certificates.c.serial == serial_octets(serial))
    if text is not None:
        # By way of the index, which is read whole where the rows would be.
        same = certificates.alias()
        matching = select(same.c.id).where(same.c.subject.icontains(text, autoescape=True))
        wanted.append(certificates.c.id.in_(matching))
    if serial_prefix is not None:
        digits = func.ltrim(_hex(connection, certificates.c.serial), "0")
        wanted.append(digits.startswith(serial_prefix.lower(), autoescape=True))
    if due is not None:
        wanted += _due(*due)
    for column, value in (
        (certificates.c.profile, profile),
        (certificates.c.status, None if status is None else int(status)),
        (certificates.c.key, key),
    ):
        if value is not None:
            wanted.append(column == value)
    if expires_before is not None:
        wanted.append(certificates.c.not_after < int(expires_before.timestamp()))
    if issued_since is not None:
        wanted.append(certificates.c.issued >= int(issued_since.timestamp()))
    query = query.where(*wanted)
    if limit is not None:
        query = query.limit(limit)
    with connection.execute(query.execution_options(yield_per=1000)) as rows:
        yield from map(_issued, rows)


def _hex(connection: Connection, column: Any) -> Any:
    """The octets of a column in hexadecimal, in lower case."""
    if connection.dialect.name == "sqlite":
        return func.lower(func.hex(column))
    return func.encode(column, "hex")


def _due(rule: Due, now: datetime) -> list[Any]:
    begin, end, moment = certificates.c.not_before, certificates.c.not_after, int(now.timestamp())
    if rule.remaining is not None:
        due = end <= moment + int(rule.remaining.total_seconds())
    else:
        # In whole numbers: a hundredth is fine enough.
        due = (moment - begin) * 100 >= (end - begin) * rule.percent
    return [due, end >= moment]


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
