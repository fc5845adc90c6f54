"""An authority at work."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from gmkit import keys, sm3
from gmkit.ca import audit, records
from gmkit.ca.layout import Layout, Settings
from gmkit.ca.records import Issued
from gmkit.ca.schema import authorities, certificates
from gmkit.ca.store import Store
from gmkit.errors import GmkitError, InvalidArgument, IssuingError, StorageError
from gmkit.pki.issue import Application, Issuer, issue, random_serial
from gmkit.pki.profile import CertificateProfile, load_profile
from gmkit.x509 import Certificate

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["BACKDATE", "Authority", "Outcome", "row_of"]

BATCH = 256
"""Certificates that share one commit where many are issued."""

BACKDATE = timedelta(minutes=5)
"""How much earlier than the moment of issuing validity begins: clocks differ."""

Password = bytes | Callable[[], bytes] | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What became of one application among many.

    Attributes:
        application: What was asked for.
        certificate: What was issued, or None.
        error: Why not, or None.
    """

    application: Application
    certificate: Certificate | None
    error: GmkitError | None


class Authority:
    """
    The folder of an authority, opened.

    Reading needs no password; the issuing key is loaded when the first certificate is issued.
    """

    def __init__(self, folder: str | os.PathLike[str], *, password: Password = None) -> None:
        """
        Args:
            folder: Where :func:`gmkit.ca.create` made it.
            password: That of the issuing key, or what asks for it when it is needed.

        Raises:
            StorageError: It is not the folder of an authority, or its store is of another form.
        """
        self._layout = Layout(Path(folder))
        self.settings: Settings = self._layout.read_settings()
        self._password = password
        self._issuers: dict[str, Issuer] = {}
        self._profiles: dict[str, CertificateProfile] = {}
        self._store = Store(self._layout.store_url(self.settings.store))
        try:
            self._store.check_version()
            with self._store.reading() as connection:
                rows = connection.execute(select(authorities)).all()
        except BaseException:
            self._store.close()
            raise
        self._ids = {row.name: row.id for row in rows}
        self._certificates = {row.name: Certificate(row.certificate) for row in rows}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    @property
    def root(self) -> Certificate:
        """The root's certificate: the anchor to give to everybody."""
        return self._certificate("root")

    @property
    def issuing(self) -> Certificate:
        """The issuing authority's certificate: it goes along with what is issued."""
        return self._certificate("issuing")

    def issue(
        self,
        profile: str,
        application: Application,
        *,
        now: datetime,
        not_after: datetime | None = None,
    ) -> Certificate:
        """
        Issue one certificate. It is on the disk when this returns.

        Args:
            profile: Name of the profile.
            application: What was asked for.
            now: The present; validity begins some minutes before.
            not_after: Last second of validity; if None, as long as the profile allows.

        Raises:
            IssuingError: The profile does not allow it, or the lint forbids it.
            InvalidArgument: There is no such profile.
            WrongPassword: The issuing key did not open.
            StorageError: It could not be written; nothing was issued.
        """
        [outcome] = self.issue_many(profile, [application], now=now, not_after=not_after)
        if outcome.error is not None:
            raise outcome.error
        assert outcome.certificate is not None
        return outcome.certificate

    def issue_many(
        self,
        profile: str,
        applications: Iterable[Application],
        *,
        now: datetime,
        not_after: datetime | None = None,
        batch: int = BATCH,
    ) -> Iterator[Outcome]:
        """
        Issue many certificates; each *batch* of them is one commit.

        Yields:
            What became of each application, in order: only after its certificate is on the disk.

        Raises:
            InvalidArgument, WrongPassword, StorageError: As :meth:`issue`; what was yielded before stays
            issued. An application that is refused is an outcome and no exception.
        """
        rules = self._profile(profile)
        if rules.authority:
            raise InvalidArgument(f"{profile} makes authorities; the issuing key must not")
        waiting = iter(applications)
        while group := list(islice(waiting, batch)):
            yield from self._issue_batch(rules, group, now, not_after)

    def find(self, **criteria: Any) -> list[Issued]:
        """
        What was issued; the arguments are those of :func:`gmkit.ca.records.find`.

        Raises:
            StorageError: The store failed.
        """
        return list(self.each(**criteria))

    def each(self, **criteria: Any) -> Iterator[Issued]:
        """As :meth:`find`, one by one out of one state of the store."""
        with self._store.reading() as connection:
            yield from records.find(connection, **criteria)

    def get(self, serial: int) -> Issued:
        """
        The certificate with this number.

        Raises:
            InvalidArgument: There is none.
        """
        found = self.find(serial=serial, limit=1)
        if not found:
            raise InvalidArgument(f"no certificate has the serial {serial:x}")
        return found[0]

    def audit_root(self) -> tuple[int, bytes]:
        """Number of acts in the audit log, and the root of the tree over them, 32 bytes."""
        with self._store.reading() as connection:
            frontier = audit.head(connection)
        return frontier.size, frontier.root()

    def _issue_batch(
        self,
        profile: CertificateProfile,
        applications: list[Application],
        now: datetime,
        not_after: datetime | None,
    ) -> list[Outcome]:
        issuer = self._issuer()
        begin = max(now.replace(microsecond=0) - BACKDATE, issuer.certificate.not_before)
        outcomes: list[Outcome] = []
        for application in applications:
            try:
                certificate = issue(
                    issuer,
                    profile,
                    application,
                    serial=random_serial(),
                    not_before=begin,
                    not_after=not_after,
                )
            except (IssuingError, InvalidArgument) as error:
                outcomes.append(Outcome(application, None, error))
            else:
                outcomes.append(Outcome(application, certificate, None))
        made = [o.certificate for o in outcomes if o.certificate is not None]
        if made:
            self._write("issuing", profile.name, made, now)
        return outcomes

    def _write(self, authority: str, profile: str, made: list[Certificate], now: datetime) -> None:
        rows = [row_of(self._ids[authority], profile, certificate, now) for certificate in made]
        acts = [
            {
                "act": "issue",
                "authority": authority,
                "profile": profile,
                "serial": f"{certificate.serial:x}",
                "certificate": certificate.fingerprint().hex(),
            }
            for certificate in made
        ]
        with self._store.writing() as connection:
            connection.execute(insert(certificates), rows)
            audit.record(connection, now, acts)

    def _issuer(self) -> Issuer:
        if "issuing" not in self._issuers:
            uri = self._layout.key_uri(self.settings.issuing_key)
            self._issuers["issuing"] = Issuer(
                self.issuing,
                keys.load(uri, password=self._password),
                crl_urls=self.settings.crl_urls,
                ocsp_urls=self.settings.ocsp_urls,
                issuer_urls=self.settings.issuer_urls,
            )
        return self._issuers["issuing"]

    def _profile(self, name: str) -> CertificateProfile:
        if name not in self._profiles:
            self._profiles[name] = load_profile(name, self._layout.profiles)
        return self._profiles[name]

    def _certificate(self, name: str) -> Certificate:
        if name not in self._certificates:
            raise StorageError(f"the store knows no {name} authority")
        return self._certificates[name]


def row_of(
    authority: int, profile: str, certificate: Certificate, now: datetime
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
        "der": certificate.der,
    }
