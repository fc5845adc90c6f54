"""
Certificate policies along a path: the valid policy graph of RFC 9618.

RFC 5280 grows a tree that hostile certificates make exponential. The graph keeps one node for each
policy and certificate and answers the same question: its size is at most the number of policies times
the number of certificates.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gmkit.pki.policy import PolicyInputs
from gmkit.pki.reasons import Refused
from gmkit.x509 import Certificate, oids
from gmkit.x509.extensions import (
    CertificatePolicies,
    InhibitAnyPolicy,
    PolicyConstraints,
    PolicyMappings,
)

__all__ = ["PolicyState"]

_ANY = oids.ANY_POLICY

#: Policies that the certificates of one path may name and map together.
_LIMIT = 10_000


@dataclass
class _Node:
    """A policy at one depth: what the next certificate may call it, and where it comes from."""

    expected: set[str]
    parents: set[str] = field(default_factory=set)


class PolicyState:
    """The state variables of RFC 5280 clause 6.1.2 that concern policies."""

    def __init__(self, inputs: PolicyInputs, length: int) -> None:
        """
        Args:
            inputs: What the caller demands.
            length: Number of certificates below the trust anchor.
        """
        never = length + 1
        self._acceptable = inputs.acceptable
        self._explicit = 0 if inputs.require_explicit else never
        self._mapping = 0 if inputs.inhibit_mapping else never
        self._inhibit_any = 0 if inputs.inhibit_any else never
        # None: no policy is valid any more. The last level is the present depth.
        self._levels: list[dict[str, _Node]] | None = [{_ANY: _Node({_ANY})}]
        self._work = 0

    def constrain(self, anchor: Certificate) -> None:
        """Constraints in the trust anchor's own certificate hold below it (RFC 5937, clause 3.2)."""
        self._lower(anchor)
        named = anchor.extension_value(oids.CERTIFICATE_POLICIES)
        if isinstance(named, CertificatePolicies):
            of_anchor = frozenset(policy.oid for policy in named.policies)
            if _ANY not in of_anchor:
                self._acceptable = (
                    of_anchor if self._acceptable is None else self._acceptable & of_anchor
                )

    def step(self, certificate: Certificate, *, final: bool) -> None:
        """
        Clause 6.1.3 (d) to (f): the policies of one certificate.

        Raises:
            Refused: If an explicit policy is required by now and none is valid.
        """
        named = certificate.extension_value(oids.CERTIFICATE_POLICIES)
        if not isinstance(named, CertificatePolicies):
            self._levels = None
        elif self._levels is not None:
            policies = {policy.oid for policy in named.policies}
            self._spend(len(policies))
            any_counts = self._inhibit_any > 0 or (not final and certificate.is_self_issued)
            level = self._grow(self._levels[-1], policies, any_counts=any_counts)
            self._levels.append(level)
            if not level:
                self._levels = None
        if self._explicit == 0 and self._levels is None:
            raise Refused("policy", "an explicit policy is required and none is valid")

    def prepare(self, certificate: Certificate) -> None:
        """
        Clause 6.1.4 (a), (b), (h) to (j): an authority's mappings and constraints.

        Raises:
            Refused: If anyPolicy is mapped.
        """
        mappings = certificate.extension_value(oids.POLICY_MAPPINGS)
        if isinstance(mappings, PolicyMappings):
            self._map(mappings)
        if not certificate.is_self_issued:
            self._explicit -= self._explicit > 0
            self._mapping -= self._mapping > 0
            self._inhibit_any -= self._inhibit_any > 0
        self._lower(certificate)

    def wrap_up(self, leaf: Certificate) -> frozenset[str] | None:
        """
        Clause 6.1.5 (a), (b), (g) as RFC 9618 has it.

        Returns:
            The policies under which the path is valid and which the caller accepts; None: any.

        Raises:
            Refused: If an explicit policy is required and none is left.
        """
        self._explicit -= self._explicit > 0
        constraints = leaf.extension_value(oids.POLICY_CONSTRAINTS)
        if isinstance(constraints, PolicyConstraints) and constraints.require_explicit == 0:
            self._explicit = 0
        valid = self._authority_constrained()
        if self._acceptable is None:
            result = None if _ANY in valid else frozenset(valid)
        elif _ANY in valid:
            result = self._acceptable
        else:
            result = frozenset(valid) & self._acceptable
        if self._explicit == 0 and result is not None and not result:
            raise Refused("policy", "the path is valid for no acceptable policy")
        return result

    def _grow(
        self, above: dict[str, _Node], policies: set[str], *, any_counts: bool
    ) -> dict[str, _Node]:
        """The next level, from the nodes above and the policies a certificate names."""
        expecting: dict[str, set[str]] = {}
        for policy, node in above.items():
            for expected in node.expected:
                expecting.setdefault(expected, set()).add(policy)
        self._spend(len(expecting))
        level = {}
        # (d)(1): each policy named, under whoever expects it, or under anyPolicy.
        for policy in policies - {_ANY}:
            parents = expecting.get(policy) or ({_ANY} if _ANY in above else None)
            if parents:
                level[policy] = _Node({policy}, set(parents))
        # (d)(2): anyPolicy stands for everything expected that was not named.
        if _ANY in policies and any_counts:
            for policy, parents in expecting.items():
                if policy not in level:
                    level[policy] = _Node({policy}, set(parents))
        return level

    def _map(self, mappings: PolicyMappings) -> None:
        """Clause 6.1.4 (a) and (b)."""
        mapped: dict[str, set[str]] = {}
        for issuer, subject in mappings.mappings:
            if _ANY in (issuer, subject):
                raise Refused("policy-mapping", "anyPolicy must not be mapped")
            mapped.setdefault(issuer, set()).add(subject)
        self._spend(len(mappings.mappings))
        if self._levels is None:
            return
        level = self._levels[-1]
        for issuer, subjects in mapped.items():
            if self._mapping == 0:
                level.pop(issuer, None)
            elif issuer in level:
                level[issuer].expected = subjects
            elif _ANY in level:
                level[issuer] = _Node(subjects, set(level[_ANY].parents) & {_ANY})
        if not level:
            self._levels = None

    def _lower(self, certificate: Certificate) -> None:
        """Clause 6.1.4 (i), (j): counters only go down."""
        constraints = certificate.extension_value(oids.POLICY_CONSTRAINTS)
        if isinstance(constraints, PolicyConstraints):
            if constraints.require_explicit is not None:
                self._explicit = min(self._explicit, constraints.require_explicit)
            if constraints.inhibit_mapping is not None:
                self._mapping = min(self._mapping, constraints.inhibit_mapping)
        inhibit = certificate.extension_value(oids.INHIBIT_ANY_POLICY)
        if isinstance(inhibit, InhibitAnyPolicy):
            self._inhibit_any = min(self._inhibit_any, inhibit.skip)

    def _authority_constrained(self) -> set[str]:
        """The policies in the root's terms that have descendants down to the leaf."""
        if self._levels is None:
            return set()
        valid: set[str] = set()
        alive = set(self._levels[-1])
        if _ANY in alive:
            valid.add(_ANY)
        for depth in range(len(self._levels) - 1, 0, -1):
            above: set[str] = set()
            for policy in alive:
                node = self._levels[depth][policy]
                above |= node.parents
                if _ANY in node.parents and policy != _ANY:
                    valid.add(policy)
            alive = above
        return valid

    def _spend(self, work: int) -> None:
        self._work += work
        if self._work > _LIMIT:
            raise Refused("too-complex", "certificate policies beyond all measure")
