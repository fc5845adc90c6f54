"""
Is this certificate to be believed? Path building and validation (RFC 5280, clause 6).

:class:`Verifier` holds what does not change from one certificate to the next: roots, time, purpose and the
rest of the caller's demands. :meth:`Verifier.verify` finds a chain from a certificate to a root that
satisfies all of them, or says which certificate breaks which rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gmkit.errors import InvalidArgument
from gmkit.pki.names import NameState
from gmkit.pki.peer import check_peer, expected_name
from gmkit.pki.policies import PolicyState
from gmkit.pki.policy import PolicyInputs, Profile, Purpose, Revocation
from gmkit.pki.reasons import Refused
from gmkit.pki.rules import Place, check_certificate, check_purpose
from gmkit.pki.search import Pool, Search
from gmkit.pki.signatures import SignatureVerifier
from gmkit.sm2 import DEFAULT_USER_ID
from gmkit.x509 import Certificate, CertificateList, GeneralName
from gmkit.x509.times import to_seconds

__all__ = ["VerifiedChain", "Verifier"]


@dataclass(frozen=True)
class VerifiedChain:
    """
    A chain that satisfies every demand.

    Attributes:
        certificates: From the leaf to the trusted root.
        time: The time it was judged for.
        purpose: What for.
        profile: How strictly.
        policies: The policies under which it is valid and which the caller accepts; None: any.
        not_checked: What was not looked at, in words; a caller shows it beside the verdict.
    """

    certificates: tuple[Certificate, ...]
    time: datetime
    purpose: Purpose
    profile: Profile
    policies: frozenset[str] | None
    not_checked: tuple[str, ...] = ()

    @property
    def leaf(self) -> Certificate:
        """The certificate that was asked about."""
        return self.certificates[0]

    @property
    def root(self) -> Certificate:
        """The trusted certificate the chain ends in."""
        return self.certificates[-1]


class Verifier:
    """
    Judges certificates under one set of demands. Immutable for the caller; safe to share between threads.

    Nothing is fetched and no clock is read: time, roots and revocation information are arguments.
    """

    #: Signatures of authorities' certificates found good are remembered, so many at most.
    _REMEMBERED = 4096

    def __init__(
        self,
        roots: Iterable[Certificate],
        *,
        time: datetime,
        purpose: Purpose,
        revocation: Revocation = Revocation.REQUIRE,
        user_id: bytes = DEFAULT_USER_ID,
        max_depth: int = 8,
        profile: Profile = Profile.PATH,
        policies: PolicyInputs | None = None,
        crls: Iterable[CertificateList] = (),
    ) -> None:
        """
        Args:
            roots: The trusted certificates: roots, or intermediates trusted by themselves.
            time: The moment to judge for, with a time zone.
            purpose: What the leaf's key is to be trusted for.
            revocation: Whether every certificate needs an answer about revocation.
            user_id: The SM2 identifier of every signer in the chain, 0 to 8191 bytes.
            max_depth: Intermediate authorities a chain may have, self-issued ones not counted.
            profile: How strictly certificates must be made.
            policies: Demands on certificate policies; None: none.
            crls: Revocation lists at hand.

        Raises:
            InvalidArgument: If there is no root, or the time has no time zone.
        """
        self._anchors = Pool(list(roots))
        if not list(self._anchors):
            raise InvalidArgument("no trusted root given")
        if time.tzinfo is None:
            raise InvalidArgument("the time needs a time zone", hint="use datetime.now(timezone.utc)")
        self.time = time
        self.purpose = purpose
        self.profile = profile
        self._now = to_seconds(time)
        self._revocation = revocation
        self._max_depth = max_depth
        self._policies = policies or PolicyInputs()
        self._crls = tuple(crls)
        self._signatures = SignatureVerifier(user_id)
        self._issued: dict[tuple[bytes, bytes], None] = {}
        self._admitted: dict[tuple[bytes, Place], None] = {}

    def verify(
        self,
        leaf: Certificate,
        intermediates: Iterable[Certificate] = (),
        *,
        peer: str | GeneralName | None = None,
        crls: Iterable[CertificateList] = (),
    ) -> VerifiedChain:
        """
        Find a chain from *leaf* to a root that satisfies every demand.

        Args:
            leaf: The certificate asked about.
            intermediates: Certificates that may lie in between, in any order; others do no harm.
            peer: The name the certificate must be for: a host name, an address, or a general name.
            crls: Revocation lists at hand for this one, beside the verifier's own.

        Returns:
            The chain.

        Raises:
            CertificateRejected: With the reason, the subject and the depth of the certificate that
                fails; among several chains, of the one that came farthest.
            InvalidArgument: If *peer* is neither a host name nor an address.
        """
        try:
            check_certificate(leaf, Place.LEAF, self.profile)
            self._check_time(leaf)
            check_purpose(leaf, Place.LEAF, self.purpose)
            if peer is not None:
                check_peer(leaf, expected_name(peer))
        except Refused as why:
            raise why.at(str(leaf.subject), 0) from None
        search = Search(
            self._anchors,
            Pool(list(intermediates)),
            max_depth=self._max_depth,
            admit=self._admit,
            check_issued=self._check_issued,
        )
        best: tuple[int, Certificate, Refused] | None = None
        try:
            for chain in search.chains(leaf):
                failure = self._check_chain(chain)
                if not isinstance(failure, tuple):
                    return failure
                best = best or failure
        except Refused as why:
            raise why.at(str(leaf.subject), None) from None
        depth, certificate, why = best or search.farthest or _nothing_found(leaf)
        raise why.at(str(certificate.subject), depth)

    def _check_chain(
        self, chain: list[Certificate]
    ) -> VerifiedChain | tuple[int, Certificate, Refused]:
        """The chain if it is good, or where it fails."""
        depth = len(chain) - 1
        try:
            self._admit_anchor(chain)
            names, length = NameState(), len(chain) - 1
            policies = PolicyState(self._policies, length)
            anchor = chain[-1]
            names.add(anchor)
            policies.constrain(anchor)
            # (l), (m): how many authorities that are not self-issued may still follow.
            remaining = length if anchor.path_length is None else min(length, anchor.path_length)
            for depth in range(length - 1, -1, -1):
                certificate, final = chain[depth], depth == 0
                if final or not certificate.is_self_issued:
                    names.check(certificate)
                policies.step(certificate, final=final)
                if final:
                    break
                policies.prepare(certificate)
                names.add(certificate)
                if not certificate.is_self_issued:
                    if remaining <= 0:
                        raise Refused("path-length", "an authority above allows no more authorities")
                    remaining -= 1
                if certificate.path_length is not None:
                    remaining = min(remaining, certificate.path_length)
            depth = 0
            valid = policies.wrap_up(chain[0])
        except Refused as why:
            return depth, chain[depth], why
        return VerifiedChain(
            tuple(chain), self.time, self.purpose, self.profile, valid, self._not_checked()
        )

    def _admit_anchor(self, chain: Sequence[Certificate]) -> None:
        """The trusted certificate itself: trusted to sign, but not for ever and not for everything."""
        anchor = chain[-1]
        if len(chain) > 1:
            self._check_place(anchor, Place.ANCHOR)
        self._check_time(anchor)

    def _admit(self, certificate: Certificate, _depth: int) -> None:
        self._check_time(certificate)
        self._check_place(certificate, Place.INTERMEDIATE)

    def _check_place(self, certificate: Certificate, place: Place) -> None:
        """Rules that depend on nothing but certificate and place are asked once."""
        key = (certificate.der, place)
        if key not in self._admitted:
            check_certificate(certificate, place, self.profile)
            check_purpose(certificate, place, self.purpose)
            if len(self._admitted) >= self._REMEMBERED:
                self._admitted.clear()
            self._admitted[key] = None

    def _check_time(self, certificate: Certificate) -> None:
        """Both ends of the validity period belong to it."""
        if self._now > certificate.not_after_seconds:
            raise Refused("expired", f"it expired at {certificate.not_after:%Y-%m-%d %H:%M:%S} UTC")
        if self._now < certificate.not_before_seconds:
            raise Refused(
                "not-yet-valid", f"it is valid from {certificate.not_before:%Y-%m-%d %H:%M:%S} UTC"
            )

    def _check_issued(self, subject: Certificate, issuer: Certificate) -> None:
        key = (subject.der, issuer.public_key_info)
        if key in self._issued:
            return
        self._signatures.verify(subject.tbs, subject.algorithm, subject.signature, issuer.key_info)
        # Leaves pass by in great numbers; authorities come again.
        if subject.is_authority:
            if len(self._issued) >= self._REMEMBERED:
                self._issued.clear()
            self._issued[key] = None

    def _not_checked(self) -> tuple[str, ...]:
        return ("revocation",) if self._revocation is Revocation.NONE else ()


def _nothing_found(leaf: Certificate) -> tuple[int, Certificate, Refused]:
    return 0, leaf, Refused("unknown-issuer", "no chain to a trusted root")
