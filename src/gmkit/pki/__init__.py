"""
Decisions about certificates.

:class:`Verifier` says whether a certificate is to be believed, for which purpose and when. It reads no
clock and fetches nothing: time, roots, revocation information and demands are arguments.
"""

from gmkit.pki.explain import Diagnosis, Explanation, explain
from gmkit.pki.path import VerifiedChain, Verifier
from gmkit.pki.policy import PolicyInputs, Profile, Purpose, Revocation
from gmkit.pki.reasons import REASONS, Reason
from gmkit.pki.status import certificate_status

__all__ = [
    "REASONS",
    "Diagnosis",
    "Explanation",
    "PolicyInputs",
    "Profile",
    "Purpose",
    "Reason",
    "Revocation",
    "VerifiedChain",
    "Verifier",
    "certificate_status",
    "explain",
]
