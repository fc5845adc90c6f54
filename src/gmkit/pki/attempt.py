"""One verification: chains are built, checked as a whole, and asked about revocation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gmkit.pki.chain import Failure, check_chain
from gmkit.pki.judge import Judge
from gmkit.pki.policy import Purpose, Revocation
from gmkit.pki.reasons import Refused
from gmkit.pki.responses import ResponseChecker
from gmkit.pki.revocation import ListChecker, Lists
from gmkit.pki.rules import Place
from gmkit.pki.search import Pool, Search
from gmkit.x509 import Certificate, CertificateList
from gmkit.x509.name import comparison_key
from gmkit.x509.ocsp import OcspResponse

__all__ = ["Attempt", "Found"]

#: A chain, its policies, and places of certificates for which nobody could say whether they are revoked.
Found = tuple[list[Certificate], frozenset[str] | None, tuple[int, ...]]


class Attempt:
    """The state of one verification."""

    #: Chains that are checked as a whole before the search is given up.
    MAX_CHAINS = 100
    #: Paths of signers of lists that are looked for.
    MAX_SIGNERS = 20

    def __init__(
        self,
        judge: Judge,
        anchors: Pool,
        intermediates: Pool,
        lists: Sequence[Lists],
        responses: Sequence[OcspResponse] = (),
        responders: Sequence[Certificate] = (),
    ) -> None:
        self._judge = judge
        self._responses = responses
        self._responders = responders
        self._anchors = anchors
        self._intermediates = intermediates
        self._lists = lists
        self._signers_left = self.MAX_SIGNERS
        # Signers whose own path is being looked for.
        self._in_progress: set[bytes] = set()

    def run(self, leaf: Certificate, anchors: Pool | None = None) -> Found:
        """
        A chain for a leaf that was checked by itself.

        Raises:
            Failure: Of the first complete chain, or of the one that came farthest.
        """
        search = Search(
            self._anchors if anchors is None else anchors,
            self._intermediates,
            max_depth=self._judge.demands.max_depth,
            admit=self._judge.check_authority,
            check_issued=self._judge.check_issued,
        )
        first: Failure | None = None
        try:
            for number, chain in enumerate(search.chains(leaf)):
                if number == self.MAX_CHAINS:
                    raise Refused("too-complex", "too many chains that fail")  # noqa: TRY301
                try:
                    policies = self._check(chain)
                    return chain, policies, self._check_revocation(chain)
                except Failure as failure:
                    first = first or failure
        except Refused as why:
            raise Failure(None, leaf, why) from None
        if first is not None:
            raise first
        if search.farthest is not None:
            raise Failure(*search.farthest)
        raise Failure(0, leaf, Refused("unknown-issuer", "no chain to a trusted root"))

    def _check(self, chain: Sequence[Certificate]) -> frozenset[str] | None:
        anchor, depth = chain[-1], len(chain) - 1
        try:
            if depth > 0:
                self._judge.check_authority(anchor, Place.ANCHOR)
        except Refused as why:
            raise Failure(depth, anchor, why) from None
        return check_chain(chain, self._judge.demands.policies)

    def _check_revocation(self, chain: Sequence[Certificate]) -> tuple[int, ...]:
        """
        Every certificate below the trusted one, from the top.

        Returns:
            The places of those that nobody had an answer for.
        """
        mode = self._judge.demands.revocation
        if mode is Revocation.NONE:
            return ()
        judge = self._judge
        lists = ListChecker(
            self._lists,
            now=judge.demands.now,
            profile=judge.demands.profile,
            verify=judge.check_list,
            signers=lambda crl: self._signers(crl, chain),
        )
        responses = ResponseChecker(
            self._responses,
            now=judge.demands.now,
            trusted=self._responders,
            check_responder=judge.check_leaf,
            check_issued=judge.check_issued,
            check_signed=judge.check_signed,
            is_revoked=lambda responder: _is_revoked(lists, responder),
        )
        unknown = []
        for depth in range(len(chain) - 2, -1, -1):
            certificate, issuer = chain[depth], chain[depth + 1]
            try:
                known = _is_known(responses, lists, certificate, issuer)
            except Refused as why:
                raise Failure(depth, certificate, why) from None
            if not known:
                unknown.append(depth)
        if unknown and mode is Revocation.REQUIRE:
            nothing = Refused("revocation-unknown", "there is no revocation information for it")
            raise Failure(unknown[0], chain[unknown[0]], nothing)
        return tuple(unknown)

    def _signers(self, crl: CertificateList, chain: Sequence[Certificate]) -> Iterator[Certificate]:
        """Certificates under the name of the list, in the chain or with a valid path of their own."""
        name = comparison_key(crl.issuer_octets)
        for certificate in chain[1:]:
            if comparison_key(certificate.subject_octets) == name:
                yield certificate
        # A list may cover the certificate of who signs it: then its signer is the leaf itself.
        if chain[0].der in self._in_progress and comparison_key(chain[0].subject_octets) == name:
            yield chain[0]
        for certificate in self._intermediates.named(name):
            if certificate not in chain[1:] and self._is_sound_signer(certificate, chain[-1]):
                yield certificate

    def _is_sound_signer(self, signer: Certificate, anchor: Certificate) -> bool:
        """Clause 6.3.3 (f): a valid path to the trusted certificate of the chain."""
        if signer.der in self._in_progress or self._signers_left == 0:
            return False
        self._signers_left -= 1
        self._in_progress.add(signer.der)
        try:
            self._judge.check_leaf(signer, Purpose.CRL_SIGNING)
            self.run(signer, Pool([anchor]))
        except (Refused, Failure):
            return False
        finally:
            self._in_progress.discard(signer.der)
        return True


def _is_known(
    responses: ResponseChecker, lists: ListChecker, certificate: Certificate, issuer: Certificate
) -> bool:
    """
    Responses first, lists where they do not settle it.

    Raises:
        Refused: If the certificate is revoked, or information is there and none of it counts.
    """
    try:
        if responses.check(certificate, issuer):
            return True
    except Refused as why:
        if why.reason == "revoked" or not lists.check(certificate):
            raise
        return True
    return lists.check(certificate)


def _is_revoked(lists: ListChecker, certificate: Certificate) -> bool:
    try:
        lists.check(certificate)
    except Refused as why:
        return why.reason == "revoked"
    return False
