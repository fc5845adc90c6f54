"""
The certificates of one chain together: RFC 5280, clauses 6.1.2 to 6.1.5.

Signatures, names of issuers and each certificate by itself were checked when the chain was built.
"""

from __future__ import annotations

from collections.abc import Sequence

from gmkit.pki.names import NameState
from gmkit.pki.policies import PolicyState
from gmkit.pki.policy import PolicyInputs
from gmkit.pki.reasons import Refused
from gmkit.x509 import Certificate

__all__ = ["Failure", "check_chain"]


class Failure(Exception):
    """
    One certificate of a chain fails.

    Attributes:
        depth: Its place, 0 for the leaf; None: the chain as a whole.
        certificate: The certificate.
        why: The rule it breaks.
    """

    def __init__(self, depth: int | None, certificate: Certificate, why: Refused) -> None:
        super().__init__(depth, certificate, why)
        self.depth = depth
        self.certificate = certificate
        self.why = why


def check_chain(chain: Sequence[Certificate], inputs: PolicyInputs) -> frozenset[str] | None:
    """
    Path length, names and policies, from the trusted certificate down to the leaf.

    Args:
        chain: Leaf first, trusted certificate last.
        inputs: Demands on certificate policies.

    Returns:
        The policies under which the chain is valid and which are acceptable; None: any.

    Raises:
        Failure: At the first rule that fails.
    """
    anchor, length = chain[-1], len(chain) - 1
    # 6.1.2; what the trusted certificate constrains holds below it (RFC 5937).
    names, policies = NameState(), PolicyState(inputs, length)
    remaining = length if anchor.path_length is None else anchor.path_length
    depth = length
    try:
        names.add(anchor)
        policies.constrain(anchor)
        for depth in range(length - 1, -1, -1):
            certificate, final = chain[depth], depth == 0
            # 6.1.3 (b), (c)
            if final or not certificate.is_self_issued:
                names.check(certificate)
            # 6.1.3 (d) to (f)
            policies.step(certificate, final=final)
            if final:
                break
            # 6.1.4 (a), (b), (h) to (j)
            policies.prepare(certificate)
            # 6.1.4 (g)
            names.add(certificate)
            # 6.1.4 (l), (m)
            if not certificate.is_self_issued:
                _check_length(remaining)
                remaining -= 1
            if certificate.path_length is not None:
                remaining = min(remaining, certificate.path_length)
        # 6.1.5
        return policies.wrap_up(chain[0])
    except Refused as why:
        raise Failure(depth, chain[depth], why) from None


def _check_length(remaining: int) -> None:
    if remaining == 0:
        raise Refused("path-length", "an authority above allows no more authorities")
