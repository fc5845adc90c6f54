"""An authority at work."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from gmkit import atomic
from gmkit.ca import audit, checkpoints, lists, revocation
from gmkit.ca.backup import Archived, archive
from gmkit.ca.doctor import Ailment, examine
from gmkit.ca.issuing import Issuing
from gmkit.ca.log import AuditLog
from gmkit.ca.status import StatusLookup, check_delegate
from gmkit.keys import Signer
from gmkit.ocsp import Responder
from gmkit.x509 import Certificate, CertificateList, RevocationReason

if TYPE_CHECKING:
    pass

__all__ = ["Authority"]


class Authority(Issuing):
    """
    The folder of an authority, opened: it issues, revokes, publishes, answers, and keeps its log.

    Reading needs no password; the issuing key is loaded when the first certificate is issued.
    """

    def examine(self, *, now: datetime) -> list[Ailment]:
        """What is not as it should be, in files, certificates, lists, store and audit log."""
        return examine(
            self._layout, self.settings, self._store, self._certificates, self.log, self.escrow, now
        )

    @property
    def log(self) -> AuditLog:
        """The audit log: read, signed, proved and checked."""
        main = self.main
        return AuditLog(self._store, self._certificate(main), lambda: self._key(main))

    def statuses(self, authority: str = "issuing") -> StatusLookup:
        """What became of serial numbers, for whoever answers OCSP requests; needs no key."""
        return StatusLookup(self._store, self._ids[authority])

    def responder(
        self,
        delegate: tuple[Certificate, Signer] | None = None,
        *,
        authority: str = "issuing",
        **options: Any,
    ) -> Responder:
        """
        Answers OCSP requests from the store, each from its newest state.

        Args:
            delegate: Certificate (profile ``ocsp``) and key of a responder, so that the authority's key can
                stay where it is; None: the authority's own.
            authority: About whose certificates: ``issuing``, or ``root``.
            options: As :class:`gmkit.ocsp.Responder` takes them.

        Raises:
            InvalidArgument: The delegate's certificate is not of this authority, or does not allow it.
            WrongPassword: The authority's key did not open.
        """
        issuer = self._certificate(authority)
        certificate, key = delegate or (issuer, self._key(authority))
        if delegate is not None:
            check_delegate(certificate, issuer)
        return Responder(
            certificate, key, issuer=issuer, lookup=self.statuses(authority), **options
        )

    def audit_root(self) -> tuple[int, bytes]:
        """Number of acts in the audit log, and the root of the tree over them, 32 bytes."""
        with self._store.reading() as connection:
            frontier = audit.head(connection)
        return frontier.size, frontier.root()

    def revoke(
        self,
        serials: Sequence[int],
        *,
        reason: RevocationReason,
        now: datetime,
        invalid_since: datetime | None = None,
    ) -> None:
        """
        Revoke certificates, all of them or none; on the disk when this returns. Others learn of it with
        the next list.

        Args:
            serials: Their numbers.
            reason: Why; ``CERTIFICATE_HOLD`` can be taken back with :meth:`release`.
            now: The present.
            invalid_since: Since when the key is in doubt, if that is known.

        Raises:
            InvalidArgument: A serial is unknown, or its certificate is revoked already.
            StorageError: It could not be written, or the clock runs backwards.
        """
        with self._store.writing() as connection:
            revocation.revoke(
                connection, serials, reason=reason, now=now, invalid_since=invalid_since
            )

    def release(self, serials: Sequence[int], *, now: datetime) -> None:
        """
        Take certificates off hold, all of them or none.

        Raises:
            InvalidArgument: A serial is unknown, or its certificate is not on hold.
            StorageError: It could not be written, or the clock runs backwards.
        """
        with self._store.writing() as connection:
            revocation.release(connection, serials, now=now)

    def publish(
        self, *, now: datetime, delta: bool = False, authority: str = "issuing"
    ) -> dict[str, CertificateList]:
        """
        Make the revocation lists, one for each partition, and put them into the folder ``lists``.

        Args:
            now: The present.
            delta: Only what changed since the last whole lists.
            authority: Whose certificates: ``issuing``, or ``root``, whose key and password it takes then.

        Returns:
            The lists by the name of their file.

        Raises:
            InvalidArgument: A delta, and there is no whole list yet.
            WrongPassword: The key did not open.
            StorageError: They could not be written; the store may know lists that the folder lacks, and the
                next ones replace them.
        """
        number = self._ids[authority]
        good_for = timedelta(days=self.settings.crl_days)
        made: dict[str, CertificateList] = {}
        with self._store.writing() as connection:
            in_use = lists.shards_in_use(connection, number)
            shards = range(max(in_use, self._shards(authority)))
            for shard in shards:
                issuer = self._issuer(authority, shard)
                urls = issuer.crl_urls if len(shards) > 1 else ()
                name = f"{authority}{'-delta' if delta else ''}{f'-{shard}' if len(shards) > 1 else ''}.crl"
                made[name] = lists.make_list(
                    connection,
                    issuer,
                    lists.Partition(number, shard, urls),
                    now=now,
                    good_for=good_for,
                    delta=delta,
                )
            # The key is at hand: sign what the log is now, too.
            if authority == self.main:
                certificate = self._certificate(authority)
                note = checkpoints.make(connection, self._key(authority), certificate, now)
        if authority == self.main:
            atomic.write_bytes(self._layout.checkpoint, note.to_bytes(), replace=True)
        self._layout.lists.mkdir(exist_ok=True)
        for name, each in made.items():
            atomic.write_bytes(self._layout.lists / name, each.der, replace=True)
        return made

    def backup(self, path: str | os.PathLike[str], *, now: datetime, keys: bool = True) -> Archived:
        """
        Write a backup (:mod:`gmkit.ca.backup`), which appears whole or not at all; others go on meanwhile.

        Args:
            path: The new file; its owner alone can read it.
            now: The present.
            keys: Whether the key files go along.

        Raises:
            InvalidArgument: A key file has no password.
            WrongPassword: The issuing key, which signs the backup, did not open.
            StorageError: It could not be written.
        """
        with atomic.writing(path, secret=True) as file:
            made = archive(
                file, self._layout, self.settings, self._store, self._certificate(self.main),
                self._key(self.main), now=now, keys=keys,
            )  # fmt: skip
        line = f"{made.made:%Y-%m-%dT%H:%M:%SZ} {made.manifest.hex()}\n"
        atomic.write_bytes(self._layout.last_backup, line.encode(), replace=True)
        return made
