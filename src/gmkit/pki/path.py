"""
Is this certificate to be believed? Path building and validation (RFC 5280, clause 6).

:class:`Verifier` holds what does not change from one certificate to the next: roots, time, purpose and the
rest of the caller's demands. :meth:`Verifier.verify` finds a chain from a certificate to a root that
satisfies all of them, or says which certificate breaks which rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gmkit.errors import InvalidArgument
from gmkit.pki.attempt import Attempt
from gmkit.pki.chain import Failure
from gmkit.pki.judge import Demands, Judge
from gmkit.pki.peer import check_peer, expected_name
from gmkit.pki.policy import PolicyInputs, Profile, Purpose, Revocation
from gmkit.pki.reasons import Refused
from gmkit.pki.revocation import Lists
from gmkit.pki.search import Pool
from gmkit.sm2 import DEFAULT_USER_ID
from gmkit.x509 import Certificate, CertificateList, GeneralName
from gmkit.x509.ocsp import OcspResponse
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
    Judges certificates under one set of demands. Safe to share between threads.

    Nothing is fetched and no clock is read: time, roots and revocation information are arguments.
    """

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
        ocsp: Iterable[OcspResponse] = (),
        responders: Iterable[Certificate] = (),
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
            ocsp: OCSP responses at hand.
            responders: OCSP responders trusted by themselves, beside those the issuers authorise.

        Raises:
            InvalidArgument: If there is no root, the time has no time zone, or *user_id* is longer than
                8191 bytes.
        """
        trusted = list(roots)
        if not trusted:
            raise InvalidArgument("no trusted root given")
        if time.tzinfo is None:
            raise InvalidArgument(
                "the time has no time zone", hint="use datetime.now(timezone.utc)"
            )
        if len(user_id) > 8191:
            raise InvalidArgument("the user ID is longer than 8191 bytes")
        self._demands = Demands(
            time=time,
            now=to_seconds(time),
            purpose=purpose,
            profile=profile,
            revocation=revocation,
            max_depth=max_depth,
            policies=policies or PolicyInputs(),
        )
        self._anchors = Pool(trusted)
        self._lists = Lists(crls)
        self._responses = tuple(ocsp)
        self._responders = tuple(responders)
        self._judge = Judge(self._demands, bytes(user_id))

    def verify(
        self,
        leaf: Certificate,
        intermediates: Iterable[Certificate] = (),
        *,
        peer: str | GeneralName | None = None,
        crls: Iterable[CertificateList] = (),
        ocsp: Iterable[OcspResponse] = (),
    ) -> VerifiedChain:
        """
        Find a chain from *leaf* to a root that satisfies every demand.

        Args:
            leaf: The certificate asked about.
            intermediates: Certificates that may lie in between, in any order; others do no harm.
            peer: The name the certificate must be for: a host name, an address, or a general name.
            crls: Revocation lists at hand for this one, beside the verifier's own.
            ocsp: OCSP responses at hand for this one, beside the verifier's own.

        Returns:
            The chain.

        Raises:
            CertificateRejected: With the reason, the subject and the depth of the certificate that
                fails: in the first complete chain, or in the one that came farthest.
            InvalidArgument: If *peer* is neither a host name nor an address.
        """
        expected = None if peer is None else expected_name(peer)
        demands = self._demands
        try:
            self._judge.check_leaf(leaf, demands.purpose)
            if expected is not None:
                check_peer(leaf, expected)
        except Refused as why:
            raise why.at(str(leaf.subject), 0) from None
        attempt = Attempt(
            self._judge,
            self._anchors,
            Pool(list(intermediates)),
            [self._lists, Lists(crls)],
            [*self._responses, *ocsp],
            self._responders,
        )
        try:
            chain, policies, unknown = attempt.run(leaf)
        except Failure as failure:
            raise failure.why.at(str(failure.certificate.subject), failure.depth) from None
        return VerifiedChain(
            tuple(chain),
            demands.time,
            demands.purpose,
            demands.profile,
            policies,
            self._not_checked(chain, unknown),
        )

    def _not_checked(self, chain: list[Certificate], unknown: tuple[int, ...]) -> tuple[str, ...]:
        if self._demands.revocation is Revocation.NONE:
            return ("revocation",)
        return tuple(f"revocation of {chain[depth].subject}" for depth in unknown)
