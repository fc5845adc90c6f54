"""
Revocation by lists (RFC 5280, clause 6.3): complete, partitioned, delta and indirect ones.

A list that cannot be used (old, of another scope, with something critical that is unknown, without a good
signature) is as good as none. Of two good ones the one with the higher number counts, even if it is out of
date: an older list never takes its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gmkit.pki.policy import CRL_SIGN, Profile
from gmkit.pki.reasons import Refused
from gmkit.pki.scope import ALL_REASONS, check_scope, distribution_points, reasons_of
from gmkit.x509 import Certificate, CertificateList, RevocationReason, RevokedCertificate, oids
from gmkit.x509.extensions import DistributionPoint
from gmkit.x509.name import RdnKey, comparison_key

__all__ = ["ListChecker", "Lists"]

_UNDERSTOOD = frozenset(
    {
        oids.AUTHORITY_KEY_IDENTIFIER,
        oids.ISSUER_ALT_NAME,
        oids.CRL_NUMBER,
        oids.DELTA_CRL_INDICATOR,
        oids.ISSUING_DISTRIBUTION_POINT,
        oids.FRESHEST_CRL,
    }
)


class Lists:
    """Revocation lists at hand, by the name of who signed them."""

    def __init__(self, lists: Iterable[CertificateList]) -> None:
        self._by_issuer: dict[tuple[RdnKey, ...], list[CertificateList]] = {}
        for crl in lists:
            self._by_issuer.setdefault(comparison_key(crl.issuer_octets), []).append(crl)
        for several in self._by_issuer.values():
            several.sort(key=_age)

    def of(self, name: tuple[RdnKey, ...]) -> Sequence[CertificateList]:
        """Those signed under this name, the newest first."""
        return self._by_issuer.get(name, ())

    def __bool__(self) -> bool:
        return bool(self._by_issuer)


def _age(crl: CertificateList) -> tuple[int, int]:
    return -(crl.number or 0), -crl.this_update_seconds


@dataclass
class _Status:
    """What is settled so far about one certificate."""

    reasons: int = 0
    revoked: RevokedCertificate | None = None
    # Why the last list that might have helped did not.
    failure: Refused | None = None


class ListChecker:
    """Judges certificates of one chain by lists."""

    #: Lists that are looked at for one chain.
    MAX_LISTS = 200

    def __init__(
        self,
        lists: Sequence[Lists],
        *,
        now: int,
        profile: Profile,
        verify: Callable[[CertificateList, Certificate], None],
        signers: Callable[[CertificateList], Iterable[Certificate]],
    ) -> None:
        """
        Args:
            lists: The lists at hand.
            now: The moment to judge for, in seconds since 1970.
            profile: How strictly lists must be made.
            verify: Raises Refused if the certificate's key did not sign the list.
            signers: Certificates under the name that signed the list, each of them with a valid path
                to the chain's root.
        """
        self._lists = lists
        self._now = now
        self._profile = profile
        self._verify = verify
        self._signers = signers
        self._looked_at = 0
        # Scope -> number of the newest good list, where that list is out of date.
        self._outdated: dict[tuple[object, ...], int] = {}

    def check(self, certificate: Certificate) -> bool:
        """
        Clause 6.3.3 for one certificate.

        Returns:
            True if it is not revoked, False if there is no list at all that might tell.

        Raises:
            Refused: If it is revoked, or lists are there and none of them settles the matter.
        """
        status = _Status()
        for point in distribution_points(certificate):
            for crl in self._candidates(point, certificate):
                if status.reasons == ALL_REASONS or status.revoked is not None:
                    break
                self._consult(crl, point, certificate, status)
        if status.revoked is not None:
            when = f"{status.revoked.date:%Y-%m-%d %H:%M:%S} UTC"
            why = status.revoked.reason.name.lower().replace("_", " ")
            raise Refused("revoked", f"it was revoked at {when} ({why})")
        if status.reasons == ALL_REASONS:
            return True
        if status.reasons:
            raise Refused("revocation-unknown", "the lists at hand do not cover all reasons")
        if status.failure is not None:
            raise status.failure
        return False

    def _candidates(
        self, point: DistributionPoint, certificate: Certificate
    ) -> Iterable[CertificateList]:
        names = [comparison_key(certificate.issuer_octets)]
        if point.crl_issuer is not None:
            named = (n for n in point.crl_issuer if n.kind == "directory")
            names = [comparison_key(name.value) for name in named]
        for lists in self._lists:
            for name in names:
                yield from lists.of(name)

    def _consult(
        self,
        crl: CertificateList,
        point: DistributionPoint,
        certificate: Certificate,
        status: _Status,
    ) -> None:
        """Steps (a) to (l) for one complete list."""
        self._looked_at += 1
        if self._looked_at > self.MAX_LISTS:
            raise Refused("too-complex", "too many revocation lists")
        try:
            check_scope(crl, point, certificate)
            reasons = reasons_of(crl, point)
            # (e): a list that settles nothing new is not needed.
            if not reasons & ~status.reasons:
                return
            self._check_form(crl, complete=True)
            signer = self._find_signer(crl)
            delta = self._find_delta(crl, signer)
            # A list that was replaced is out of date whatever it says itself, unless a delta list
            # brings it up to date.
            if delta is None:
                self._check_time(crl)
        except Refused as why:
            if why.reason == "revocation-stale":
                # Older lists of this scope come after it and must not take its place.
                self._outdated.setdefault(_scope_key(crl), crl.number or 0)
                status.failure = why
            status.failure = status.failure or why
            return
        status.revoked = _revoked(crl, delta, certificate)
        status.reasons |= reasons

    def _check_form(self, crl: CertificateList, *, complete: bool) -> None:
        """Nothing critical may be unknown, nothing known malformed."""
        if complete and crl.base_number_octets is not None:
            raise Refused("revocation-unknown", "a delta list without its complete list")
        newest = self._outdated.get(_scope_key(crl))
        if newest is not None and (crl.number or 0) < newest:
            raise Refused("revocation-stale", "a newer list replaced this one")
        if crl.algorithm != crl.inner_algorithm:
            raise Refused("algorithm-mismatch", "the list's signature algorithms differ")
        seen = set()
        for extension in crl.extensions:
            if extension.critical and extension.oid not in _UNDERSTOOD:
                raise Refused(
                    "revocation-unknown", f"critical extension {extension.name} is unknown"
                )
            if extension.malformed or extension.oid in seen:
                raise Refused("revocation-unknown", f"{extension.name} is malformed or repeated")
            seen.add(extension.oid)
        if crl.has_unknown_critical_entry:
            raise Refused("revocation-unknown", "an entry has an unknown critical extension")
        if self._profile is not Profile.PATH:
            _check_profile(crl)

    def _check_time(self, crl: CertificateList) -> None:
        """Step (a)."""
        if crl.this_update_seconds > self._now:
            raise Refused("revocation-unknown", "the list is from the future")
        next_update = crl.next_update_seconds
        if next_update is None:
            raise Refused("revocation-stale", "the list does not say when the next one is due")
        if next_update < self._now:
            raise Refused(
                "revocation-stale", f"the next list was due at {crl.next_update:%Y-%m-%d}"
            )

    def _find_signer(self, crl: CertificateList) -> Certificate:
        """Steps (f) and (g): who signed it, with cRLSign and a valid path."""
        failure = Refused("revocation-unknown", "nobody with a valid path signed the list")
        for signer in self._signers(crl):
            bits = signer.key_usage_bits
            if bits is not None and not bits & CRL_SIGN:
                failure = Refused("revocation-unknown", "keyUsage does not allow signing lists")
                continue
            try:
                self._verify(crl, signer)
            except Refused as why:
                failure = Refused("revocation-unknown", f"the list: {why.detail}")
            else:
                return signer
        raise failure

    def _find_delta(self, complete: CertificateList, signer: Certificate) -> CertificateList | None:
        """Steps (c) and (h): a current delta list that fits a complete list."""
        for lists in self._lists:
            for delta in lists.of(comparison_key(complete.issuer_octets)):
                if not _fits(delta, complete):
                    continue
                try:
                    self._check_form(delta, complete=False)
                    self._check_time(delta)
                    self._verify(delta, signer)
                except Refused:
                    continue
                return delta
        return None


def _check_profile(crl: CertificateList) -> None:
    """Clause 5.2: what conforming authorities put into lists."""
    for oid, name in (
        (oids.CRL_NUMBER, "cRLNumber"),
        (oids.AUTHORITY_KEY_IDENTIFIER, "authorityKeyIdentifier"),
    ):
        extension = crl.extension(oid)
        if extension is None or extension.critical:
            raise Refused("revocation-unknown", f"{name} is missing or critical")
    for oid in (oids.ISSUING_DISTRIBUTION_POINT, oids.DELTA_CRL_INDICATOR):
        extension = crl.extension(oid)
        if extension is not None and not extension.critical:
            raise Refused("revocation-unknown", f"{extension.name} must be critical")


def _fits(delta: CertificateList, complete: CertificateList) -> bool:
    """Step (c) and clause 5.2.4."""
    base, number, of_complete = delta.base_number, delta.number, complete.number
    return (
        base is not None
        and number is not None
        and of_complete is not None
        and base <= of_complete < number
        and _scope_key(delta) == _scope_key(complete)
        and delta.authority_key_identifier == complete.authority_key_identifier
    )


def _scope_key(crl: CertificateList) -> tuple[object, ...]:
    scope = crl.extension(oids.ISSUING_DISTRIBUTION_POINT)
    return comparison_key(crl.issuer_octets), None if scope is None else scope.octets


def _revoked(
    crl: CertificateList, delta: CertificateList | None, certificate: Certificate
) -> RevokedCertificate | None:
    """Steps (i) to (k): what the delta list says comes first, and may take an entry back."""
    entry = None if delta is None else _entry(delta, certificate)
    if entry is None:
        return _entry(crl, certificate)
    return None if entry.reason is RevocationReason.REMOVE_FROM_CRL else entry


def _entry(crl: CertificateList, certificate: Certificate) -> RevokedCertificate | None:
    """The entry of this certificate, whose issuer an indirect list names."""
    issuer = comparison_key(certificate.issuer_octets)
    direct = comparison_key(crl.issuer_octets) == issuer
    found = None
    for entry in crl.find(certificate.serial):
        if entry.issuer_octets is None:
            matches = direct
        else:
            named = (n for n in entry.issuer_names if n.kind == "directory")
            matches = any(comparison_key(name.value) == issuer for name in named)
        if matches:
            found = entry
    return found
