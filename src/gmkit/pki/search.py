"""
Chains from a leaf to a trusted root, the likeliest first (RFC 4158).

The certificates in between come from strangers. The search walks upwards from the leaf, never visits a
certificate or a key twice in one chain, goes only where names lead to a root at all, and has a budget:
a graph made to be expensive ends in ``too-complex``, not in a hang.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from gmkit.pki.reasons import Refused
from gmkit.pki.rules import Place
from gmkit.x509 import Certificate
from gmkit.x509.name import RdnKey, comparison_key

__all__ = ["Pool", "Search"]

NameKey = tuple[RdnKey, ...]

_FEW = 4


class Pool:
    """Certificates by the name of their subject."""

    def __init__(self, certificates: Sequence[Certificate] = ()) -> None:
        self._by_subject: dict[NameKey, list[Certificate]] = {}
        self._seen: set[bytes] = set()
        for certificate in certificates:
            if certificate.der not in self._seen:
                self._seen.add(certificate.der)
                key = comparison_key(certificate.subject_octets)
                self._by_subject.setdefault(key, []).append(certificate)

    def named(self, key: NameKey) -> Sequence[Certificate]:
        """Those whose subject matches, in the order given."""
        return self._by_subject.get(key, ())

    def names(self) -> Iterator[tuple[NameKey, list[Certificate]]]:
        """All names with their certificates."""
        return iter(self._by_subject.items())

    def __contains__(self, certificate: Certificate) -> bool:
        return certificate.der in self._seen

    def __len__(self) -> int:
        return len(self._seen)

    def __iter__(self) -> Iterator[Certificate]:
        return (one for several in self._by_subject.values() for one in several)


class Search:
    """One search for the chains of one leaf."""

    #: Certificates put into chains, and issuers' signatures tried, before the search is given up.
    MAX_STEPS = 4_000
    MAX_SIGNATURES = 400

    def __init__(
        self,
        anchors: Pool,
        intermediates: Pool,
        *,
        max_depth: int,
        admit: Callable[[Certificate, Place], None],
        check_issued: Callable[[Certificate, Certificate], None],
    ) -> None:
        """
        Args:
            anchors: The trusted certificates.
            intermediates: Whatever may lie in between.
            max_depth: Intermediates that are not self-issued a chain may have.
            admit: Raises Refused if a certificate cannot stand in a place.
            check_issued: Raises Refused if the second did not sign the first.
        """
        self._anchors = anchors
        self._intermediates = intermediates
        self._max_depth = max_depth
        self._admit = admit
        self._check_issued = check_issued
        # A handful of certificates is searched faster than measured.
        self._distance = _distances(anchors, intermediates) if len(intermediates) > _FEW else None
        self._edges: dict[tuple[bytes, bytes], Refused | None] = {}
        self._steps = 0
        #: The failure met farthest up: (depth, certificate, why).
        self.farthest: tuple[int, Certificate, Refused] | None = None

    def chains(self, leaf: Certificate) -> Iterator[list[Certificate]]:
        """
        Chains from the leaf to a trusted certificate, leaf first, every signature on the way verified.

        Raises:
            Refused: If the budget is spent.
        """
        if leaf in self._anchors:
            yield [leaf]
        yield from self._extend([leaf], 0)

    def _extend(self, chain: list[Certificate], depth: int) -> Iterator[list[Certificate]]:
        """All ways up from the last certificate; *depth* intermediates are not self-issued."""
        top = chain[-1]
        issuer = comparison_key(top.issuer_octets)
        found = False
        for anchor in self._likeliest(self._anchors.named(issuer), top):
            if self._is_repeated(anchor, chain):
                continue
            found = True
            if self._is_issued(top, anchor, len(chain)):
                yield [*chain, anchor]
        for candidate in self._likeliest(self._intermediates.named(issuer), top):
            if self._is_repeated(candidate, chain) or candidate in self._anchors:
                continue
            found = True
            deeper = depth + (not candidate.is_self_issued)
            if self._is_admitted(candidate, len(chain), deeper) and self._is_issued(
                top, candidate, len(chain)
            ):
                yield from self._extend([*chain, candidate], deeper)
        if not found:
            self._note(*self._no_way_up(len(chain) - 1, top))

    def _is_admitted(self, candidate: Certificate, place: int, depth: int) -> bool:
        """Whether a certificate can stand at this place at all; a signature is dearer to check."""
        self._steps += 1
        if self._steps > self.MAX_STEPS:
            raise Refused("too-complex", "too many possible chains")
        if self._distance is not None and (
            comparison_key(candidate.issuer_octets) not in self._distance
        ):
            self._note(*self._no_way_up(place, candidate))
            return False
        try:
            if depth > self._max_depth:
                raise Refused("too-deep", f"more than {self._max_depth} intermediate authorities")  # noqa: TRY301
            self._admit(candidate, Place.INTERMEDIATE)
        except Refused as why:
            self._note(place, candidate, why)
            return False
        return True

    def _is_issued(self, subject: Certificate, issuer: Certificate, depth: int) -> bool:
        edge = (subject.der, issuer.public_key_info)
        if edge not in self._edges:
            if len(self._edges) >= self.MAX_SIGNATURES:
                raise Refused("too-complex", "too many possible issuers")
            try:
                self._check_issued(subject, issuer)
            except Refused as why:
                self._edges[edge] = why
            else:
                self._edges[edge] = None
        failed = self._edges[edge]
        if failed is not None:
            self._note(depth - 1, subject, failed)
        return failed is None

    @staticmethod
    def _is_repeated(candidate: Certificate, chain: list[Certificate]) -> bool:
        """The same authority (name and key) twice in a chain is a loop."""
        return any(
            one.public_key_info == candidate.public_key_info
            and one.subject_octets == candidate.subject_octets
            for one in chain
        )

    def _likeliest(
        self, candidates: Sequence[Certificate], issued: Certificate
    ) -> Sequence[Certificate]:
        """
        Those whose key identifier fits first, then those nearer to a root, then the newer: hints that
        decide about nothing but the order.
        """
        if len(candidates) < 2:
            return candidates
        wanted = issued.authority_key_identifier

        def order(candidate: Certificate) -> tuple[bool, int, int]:
            own = candidate.subject_key_identifier
            differs = wanted is not None and own is not None and own != wanted
            far = 0
            if self._distance is not None:
                far = self._distance.get(comparison_key(candidate.issuer_octets), self.MAX_STEPS)
            return differs, far + candidate.is_self_issued, -candidate.not_before_seconds

        return sorted(candidates, key=order)

    def _no_way_up(self, depth: int, top: Certificate) -> tuple[int, Certificate, Refused]:
        """Where the names end, for the message."""
        visited = {top}
        while not top.is_self_issued:
            issuers = self._intermediates.named(comparison_key(top.issuer_octets))
            above = next((issuer for issuer in issuers if issuer not in visited), None)
            if above is None:
                why = Refused("unknown-issuer", f"its issuer {top.issuer} is not at hand")
                return depth, top, why
            visited.add(above)
            depth, top = depth + 1, above
        why = Refused("untrusted-root", f"{top.subject} is not among the trusted roots")
        return depth, top, why

    def _note(self, depth: int, certificate: Certificate, why: Refused) -> None:
        if self.farthest is None or depth > self.farthest[0]:
            self.farthest = (depth, certificate, why)


def _distances(anchors: Pool, intermediates: Pool) -> dict[NameKey, int]:
    """Names from which issuers' names lead to an anchor, with the number of steps."""
    below: dict[NameKey, set[NameKey]] = {}
    for key, certificates in intermediates.names():
        for certificate in certificates:
            below.setdefault(comparison_key(certificate.issuer_octets), set()).add(key)
    distance = {key: 0 for key, _ in anchors.names()}
    frontier = list(distance)
    steps = 0
    while frontier and below:
        steps += 1
        reached = {name for key in frontier for name in below.get(key, ())} - distance.keys()
        distance.update(dict.fromkeys(reached, steps))
        frontier = list(reached)
    return distance
