"""What an authority issues."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import insert

from gmkit import delivery, sm2
from gmkit.ca import audit, records
from gmkit.ca.escrow import Board, keep
from gmkit.ca.opened import Opened
from gmkit.ca.records import Status
from gmkit.ca.renewal import application_of
from gmkit.ca.schema import certificates
from gmkit.errors import GmkitError, InvalidArgument, IssuingError
from gmkit.pki.issue import Application, Issuer, Order, issue, issue_many, random_serial
from gmkit.pki.lint import lint_pair
from gmkit.pki.profile import CertificateProfile
from gmkit.pki.reasons import Refused
from gmkit.pki.signatures import SignatureVerifier
from gmkit.x509 import Certificate
from gmkit.x509.public_key import PublicKeyInfo

if TYPE_CHECKING:
    pass

__all__ = ["BACKDATE", "Issuing", "Outcome", "Pair"]

BATCH = 256
"""Certificates that share one commit where many are issued."""

BACKDATE = timedelta(minutes=5)
"""How much earlier than the moment of issuing validity begins: clocks differ."""


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


class Issuing(Opened):
    """An authority that issues."""

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
