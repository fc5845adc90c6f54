"""An authority at work."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from gmkit import atomic, delivery, keys, sm2
from gmkit.ca import audit, checkpoints, lists, records, revocation
from gmkit.ca.backup import Archived, archive
from gmkit.ca.doctor import Ailment, examine
from gmkit.ca.escrow import Board, Escrow, keep
from gmkit.ca.layout import Layout, Settings
from gmkit.ca.log import AuditLog
from gmkit.ca.records import Issued, Status
from gmkit.ca.renewal import application_of
from gmkit.ca.schema import authorities, certificates
from gmkit.ca.status import StatusLookup, check_delegate
from gmkit.ca.store import Store
from gmkit.errors import GmkitError, InvalidArgument, IssuingError, StorageError
from gmkit.keys import Signer
from gmkit.ocsp import Responder
from gmkit.pki.issue import Application, Issuer, Order, issue, issue_many, random_serial
from gmkit.pki.lint import lint_pair
from gmkit.pki.profile import CertificateProfile, load_profile
from gmkit.pki.reasons import Refused
from gmkit.pki.signatures import SignatureVerifier
from gmkit.x509 import Certificate, CertificateList, RevocationReason
from gmkit.x509.public_key import PublicKeyInfo

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["BACKDATE", "Authority", "Outcome", "Pair"]

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


@dataclass(frozen=True, slots=True)
class Pair:
    """
    A dual pair (GM/T 0015-2012, Annex C): two certificates for one subject.

    Attributes:
        signing: For the key its owner made.
        encryption: For the key that was made here.
        delivered: The private key of the second for the owner of the first, in the form asked for, opened
            with :func:`gmkit.delivery.open_delivery`.
        escrowed: Whether the key went into escrow.
    """

    signing: Certificate
    encryption: Certificate
    delivered: bytes
    escrowed: bool = False


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
        self._keys: dict[str, Signer] = {}
        self._issuers: dict[tuple[str, int], Issuer] = {}
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

    @property
    def main(self) -> str:
        """Who signs for this folder: ``issuing``, or ``root`` where the root is alone."""
        return "issuing" if "issuing" in self._ids else "root"

    def certify_authority(
        self,
        application: Application,
        *,
        now: datetime,
        not_after: datetime | None = None,
        profile: str = "issuing-ca",
    ) -> Certificate:
        """
        Certify another authority with the root's key. It is on the disk when this returns.

        Args:
            application: What was asked for.
            now: The present; validity begins some minutes before.
            not_after: Last second of validity; if None, as long as the profile allows.
            profile: One that makes authorities.

        Raises:
            InvalidArgument: The profile makes no authorities, or the root's key is not for this folder.
            IssuingError, WrongPassword, StorageError: As :meth:`issue`.
        """
        rules = self._profile(profile)
        if not rules.authority:
            raise InvalidArgument(f"{profile} makes no authorities")
        begin = max(now.replace(microsecond=0) - BACKDATE, self.root.not_before)
        issuer = self._issuer("root", 0)
        made = issue(
            issuer,
            rules,
            application,
            serial=random_serial(),
            not_before=begin,
            not_after=not_after,
        )
        self._write("root", [(profile, made)], now)
        return made

    def cross_certify(
        self, other: Certificate, *, now: datetime, not_after: datetime | None = None
    ) -> Certificate:
        """
        Certify the root of others: whoever trusts ours then trusts what theirs issues.

        Raises:
            InvalidArgument: *other* is no root, or does not prove that it has its key.
            IssuingError, WrongPassword, StorageError: As :meth:`issue`.
        """
        try:
            SignatureVerifier(sm2.DEFAULT_USER_ID).verify(
                other.tbs, other.algorithm, other.signature, other.key_info
            )
        except Refused:
            raise InvalidArgument(f"{other.subject} is no root: it did not sign itself") from None
        if other.basic_constraints is None or not other.basic_constraints.ca:
            raise InvalidArgument(f"the certificate of {other.subject} is not one of an authority")
        application = Application(subject=other.subject, public_key_info=other.public_key_info)
        return self.certify_authority(application, now=now, not_after=not_after, profile="cross")

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
        self._end_entity(profile)
        orders = ((profile, application, not_after) for application in applications)
        return self.issue_each(orders, now=now, batch=batch)

    def issue_each(
        self,
        orders: Iterable[tuple[str, Application, datetime | None]],
        *,
        now: datetime,
        batch: int = BATCH,
    ) -> Iterator[Outcome]:
        """
        As :meth:`issue_many`, with profile, application and end of validity of each.

        A profile that there is not, or that makes authorities, is an outcome too.
        """
        waiting = iter(orders)
        while group := list(islice(waiting, batch)):
            yield from self._issue_batch(group, now)

    def issue_pair(
        self,
        profile: str,
        application: Application,
        *,
        now: datetime,
        not_after: datetime | None = None,
        form: delivery.Form = delivery.Form.ENVELOPED_KEY,
        receiver: sm2.SM2PublicKey | None = None,
        delivery_password: bytes | None = None,
    ) -> Pair:
        """
        Issue both halves of a dual pair; both are on the disk when this returns, or neither.

        The encryption key is made here. Where a board is in office it goes into escrow (:attr:`escrow`);
        otherwise it leaves as it is delivered alone, and nobody can recover it.

        Args:
            profile: Name of the signing half's profile, which names the other.
            application: What was asked for, with the signing key.
            now: The present; validity begins some minutes before.
            not_after: Last second of validity; if None, as long as the profile allows.
            form: How the encryption key is delivered.
            receiver: The temporary key of the request, if it is delivered for that one; None for the signing
                key.
            delivery_password: For the delivery as PKCS#12: text in UTF-8.

        Raises:
            InvalidArgument: The profile is no half of a pair, or form, receiver and password do not fit.
            IssuingError, WrongPassword, StorageError: As :meth:`issue`.
        """
        rules = self._profile(profile)
        if rules.pair is None:
            raise InvalidArgument(f"the profile {profile} names no other half of a pair")
        owner = PublicKeyInfo(application.public_key_info).key()
        if not isinstance(owner, sm2.SM2PublicKey):
            raise IssuingError("a pair is for an SM2 key")
        key = sm2.generate_private_key()
        other = replace(application, public_key_info=key.public_key().to_der())
        begin = max(now.replace(microsecond=0) - BACKDATE, self.issuing.not_before)
        signing = self._made(rules, application, begin, not_after)
        encryption = self._made(self._profile(rules.pair), other, begin, signing.not_after)
        if broken := lint_pair(signing, encryption):
            raise IssuingError(f"not issued: {'; '.join(map(str, broken))}")
        delivered = delivery.write(
            form, key, signing, encryption,
            chain=[self.issuing], receiver=receiver, password=delivery_password,
        )  # fmt: skip
        board = self.escrow.board()
        kept = None if board is None else (board, key, encryption)
        self._write("issuing", [(profile, signing), (rules.pair, encryption)], now, kept)
        return Pair(signing, encryption, delivered, board is not None)

    def renew(
        self,
        serial: int,
        *,
        now: datetime,
        not_after: datetime | None = None,
        request: Application | None = None,
    ) -> Certificate:
        """
        Issue anew what is in a certificate: for the same key, or for the key of *request*. The old one stays
        as it is.

        Args:
            serial: The number of the old one, which must be good; it may have expired.
            now: The present; validity begins some minutes before.
            not_after: Last second of validity; if None, as long as the profile allows.
            request: From a request for the new key, for the same subject.

        Raises:
            InvalidArgument: There is no such certificate, it is revoked or on hold, or *request* is for another
                subject or for the old key.
            IssuingError, WrongPassword, StorageError: As :meth:`issue`.
        """
        old = self.get(serial)
        if old.status is not Status.GOOD:
            raise InvalidArgument(f"{serial:x} is {old.status.name.lower()}; it is not renewed")
        certificate = old.certificate
        info = None
        if request is not None:
            if request.subject != certificate.subject:
                raise InvalidArgument(f"the request is for {request.subject}, not {old.subject}")
            info = request.public_key_info
            if info == certificate.public_key_info:
                raise InvalidArgument("the request is for the old key")
        application = application_of(certificate, public_key_info=info)
        return self.issue(old.profile, application, now=now, not_after=not_after)

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

    def examine(self, *, now: datetime) -> list[Ailment]:
        """What is not as it should be, in files, certificates, lists, store and audit log."""
        return examine(
            self._layout, self.settings, self._store, self._certificates, self.log, self.escrow, now
        )

    @property
    def escrow(self) -> Escrow:
        """The escrow of encryption keys."""
        return Escrow(self._store)

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

    def _issue_batch(
        self, group: list[tuple[str, Application, datetime | None]], now: datetime
    ) -> list[Outcome]:
        begin = max(now.replace(microsecond=0) - BACKDATE, self.issuing.not_before)
        orders: list[tuple[Issuer, Order]] = []
        refused: dict[int, GmkitError] = {}
        for place, (name, application, end) in enumerate(group):
            try:
                rules = self._end_entity(name)
            except InvalidArgument as error:
                refused[place] = error
                continue
            serial = random_serial()
            issuer = self._issuer("issuing", serial % self.settings.crl_shards)
            orders.append((issuer, Order(rules, application, serial, begin, end)))
        made = iter(issue_many(orders))
        results = [refused.get(place) or next(made) for place in range(len(group))]
        issued = [
            (name, result)
            for (name, _, _), result in zip(group, results, strict=True)
            if isinstance(result, Certificate)
        ]
        if issued:
            self._write("issuing", issued, now)
        return [
            Outcome(application, result, None)
            if isinstance(result, Certificate)
            else Outcome(application, None, result)
            for (_, application, _), result in zip(group, results, strict=True)
        ]

    def _end_entity(self, name: str) -> CertificateProfile:
        rules = self._profile(name)
        if rules.authority:
            raise InvalidArgument(f"{name} makes authorities; the issuing key must not")
        return rules

    def _made(
        self,
        profile: CertificateProfile,
        application: Application,
        begin: datetime,
        end: datetime | None,
    ) -> Certificate:
        """A certificate that is not yet written down, and so not yet issued."""
        serial = random_serial()
        issuer = self._issuer("issuing", serial % self.settings.crl_shards)
        return issue(issuer, profile, application, serial=serial, not_before=begin, not_after=end)

    def _write(
        self,
        authority: str,
        made: list[tuple[str, Certificate]],
        now: datetime,
        kept: tuple[Board, sm2.SM2PrivateKey, Certificate] | None = None,
    ) -> None:
        """Issue: profile and certificate each, with their acts, in one transaction."""
        number, shards = self._ids[authority], self._shards(authority)
        rows = [records.row_of(number, profile, each, now, shards) for profile, each in made]
        acts: list[dict[str, object]] = [
            {
                "act": "issue",
                "authority": authority,
                "profile": profile,
                "serial": f"{each.serial:x}",
                "certificate": each.fingerprint().hex(),
            }
            for profile, each in made
        ]
        with self._store.writing() as connection:
            connection.execute(insert(certificates), rows)
            if kept is not None:
                acts.append(keep(connection, *kept))
            audit.record(connection, now, acts)

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

    def _shards(self, authority: str) -> int:
        """Into how many partitions its lists are divided; the root's never are."""
        return self.settings.crl_shards if authority == "issuing" else 1

    def _issuer(self, authority: str, shard: int) -> Issuer:
        """Who signs, with the addresses of one partition."""
        known = self._issuers.get((authority, shard))
        if known is not None:
            return known
        settings = self.settings
        made = Issuer(self._certificate(authority), self._key(authority))
        if authority == "issuing":
            made = replace(
                made,
                crl_urls=_of_shard(settings.crl_urls, shard),
                freshest_crl_urls=_of_shard(settings.delta_urls, shard),
                ocsp_urls=settings.ocsp_urls,
                issuer_urls=settings.issuer_urls,
            )
        self._issuers[authority, shard] = made
        return made

    def _key(self, authority: str) -> Signer:
        """The key of one authority, loaded when it is first needed."""
        if authority not in self._keys:
            settings = self.settings
            uri = settings.issuing_key if authority == "issuing" else settings.root_key
            if not uri:
                raise InvalidArgument(
                    f"the {authority} key is not for this folder",
                    hint="use the folder of the root" if authority == "root" else None,
                )
            self._keys[authority] = keys.load(self._layout.key_uri(uri), password=self._password)
        return self._keys[authority]

    def _profile(self, name: str) -> CertificateProfile:
        if name not in self._profiles:
            self._profiles[name] = load_profile(name, self._layout.profiles)
        return self._profiles[name]

    def _certificate(self, name: str) -> Certificate:
        if name not in self._certificates:
            raise StorageError(f"the store knows no {name} authority")
        return self._certificates[name]


def _of_shard(urls: tuple[str, ...], shard: int) -> tuple[str, ...]:
    return tuple(url.replace("{shard}", str(shard)) for url in urls)
