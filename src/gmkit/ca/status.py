"""What the store says about a serial number, quickly: for whoever answers OCSP requests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from threading import local
from typing import Any
from weakref import finalize

from sqlalchemy import bindparam, select

from gmkit.ca.records import Status, serial_octets
from gmkit.ca.schema import certificates
from gmkit.ca.store import Store
from gmkit.errors import InvalidArgument, InvalidSignature, StorageError
from gmkit.ocsp import Answer, CertificateStatus
from gmkit.sm2 import SM2PublicKey
from gmkit.x509 import Certificate, RevocationReason

__all__ = ["StatusLookup", "check_delegate"]

_OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
_GOOD = Answer(CertificateStatus.GOOD)
_UNKNOWN = Answer(CertificateStatus.UNKNOWN)


class StatusLookup:
    """
    Statuses of the certificates of one authority; called with a serial number it says what is known.

    Every call sees the newest state of the store: what was revoked before it counts.
    """

    def __init__(self, store: Store, authority: int) -> None:
        """
        Args:
            store: The store.
            authority: Row of whoever issued the certificates.
        """
        self._store = store
        self._authority = authority
        query = select(certificates.c.status, certificates.c.revoked, certificates.c.reason).where(
            certificates.c.serial == bindparam("serial"),
            certificates.c.authority == bindparam("authority"),
        )
        # Compiled once and given to the driver: this is the path of thousands of questions a second.
        compiled = query.compile(dialect=store.engine.dialect)
        self._sql = str(compiled)
        self._order = compiled.positiontup
        self._failures = store.engine.dialect.loaded_dbapi.Error
        self._mine = local()
        self._opened: list[Any] = []
        finalize(self, _close, self._opened)

    def __call__(self, serial: int) -> Answer:
        """
        What is known about a serial number.

        Raises:
            StorageError: The store failed.
        """
        if serial <= 0:
            return _UNKNOWN
        values: dict[str, Any] = {"serial": serial_octets(serial), "authority": self._authority}
        given = values if self._order is None else tuple(values[name] for name in self._order)
        try:
            cursor = self._driver().cursor()
            cursor.execute(self._sql, given)
            row = cursor.fetchone()
        except self._failures as error:
            self._mine.connection = None  # the next question tries another one
            raise StorageError(f"the store failed: {str(error).strip()}") from error
        return _UNKNOWN if row is None else _answer(*row)

    def _driver(self) -> Any:
        """The driver's connection of this thread; it commits by itself, and so sees the newest state."""
        pooled: Any = getattr(self._mine, "connection", None)
        if pooled is None:
            pooled = self._store.engine.raw_connection()
            pooled.detach()
            self._opened.append(pooled)
            if self._store.engine.dialect.name == "postgresql":
                pooled.dbapi_connection.autocommit = True
            self._mine.connection = pooled
        return pooled

    def serials(self, now: datetime) -> Iterator[int]:
        """
        Of all that have not expired, in the order of issuing.

        Raises:
            StorageError: The store failed.
        """
        query = (
            select(certificates.c.serial)
            .where(
                certificates.c.authority == self._authority,
                certificates.c.not_after >= int(now.timestamp()),
            )
            .order_by(certificates.c.id)
        )
        with self._store.reading() as connection:
            for row in connection.execution_options(yield_per=1000).execute(query):
                yield int.from_bytes(row.serial, "big")


def _close(connections: list[Any]) -> None:
    for connection in connections:
        connection.close()


def check_delegate(certificate: Certificate, issuer: Certificate) -> None:
    """
    Make sure that requesters will accept answers of this responder (RFC 6960, clause 4.2.2.2).

    Raises:
        InvalidArgument: They will not.
    """
    usage = certificate.extended_key_usage
    if usage is None or _OCSP_SIGNING not in usage.purposes:
        raise InvalidArgument(
            "the responder's certificate is not for OCSP",
            hint="gmkit ca issue … --profile ocsp makes one that is",
        )
    key = issuer.public_key()
    if certificate.issuer_octets != issuer.subject_octets or not isinstance(key, SM2PublicKey):
        raise InvalidArgument("the responder's certificate is of another authority")
    try:
        key.verify(certificate.signature, certificate.tbs)
    except InvalidSignature:
        raise InvalidArgument("the responder's certificate is of another authority") from None


def _answer(status: int, revoked: int | None, reason: int | None) -> Answer:
    if status == Status.GOOD:
        return _GOOD
    assert revoked is not None
    return Answer(
        CertificateStatus.REVOKED,
        datetime.fromtimestamp(revoked, timezone.utc),
        # Unspecified is said by saying nothing (RFC 5280, clause 5.3.1).
        RevocationReason(reason) if reason else None,
    )
