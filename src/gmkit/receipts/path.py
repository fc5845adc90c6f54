"""The path from a signer's certificate to a root: what receipts ask of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gmkit.errors import InvalidArgument
from gmkit.x509 import Certificate

__all__ = ["judge_path"]


def judge_path(
    leaf: Certificate,
    others: Sequence[Certificate],
    roots: Sequence[Certificate],
    time: datetime | None,
) -> tuple[str, ...]:
    """
    Accept a signer's certificate, or refuse it.

    It must be for signatures, and a path of certificates valid at *time* must lead to one of *roots*.

    Args:
        leaf: The signer's certificate.
        others: Certificates that may stand between.
        roots: The roots that are trusted.
        time: The moment to judge for.

    Returns:
        What this leaves open: ``revocation``.

    Raises:
        CertificateRejected: If it is refused.
        InvalidArgument: If there are roots and no time.
    """
    from gmkit.pki import Purpose, Revocation, Verifier

    if time is None:
        raise InvalidArgument("certificates are judged for a time: give one with the roots")
    verifier = Verifier(roots, time=time, purpose=Purpose.SIGNING, revocation=Revocation.NONE)
    verifier.verify(leaf, others)
    return ("revocation",)
