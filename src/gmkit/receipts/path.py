"""The path from a signer's certificate to a root: what receipts ask of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from gmkit.errors import CertificateRejected
from gmkit.pki import Purpose, Revocation, Verifier
from gmkit.x509 import Certificate, CertificateList

__all__ = ["Path"]

# Purposes under which people and organisations sign: any (RFC 5280), documents (RFC 9336), mail, and
# authentication, which many authorities put into every end user's certificate.
SIGNING_PURPOSES = frozenset(
    {"2.5.29.37.0", "1.3.6.1.5.5.7.3.36", "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.2"}
)


class Path:
    """
    Judges signers' certificates.

    Args:
        roots: The roots that are trusted, at least one.
        time: The moment to judge for, with a time zone.
        crls: Revocation lists. If there are any, every certificate below the root needs its answer
            in one of them; without, revocation is not looked at.

    Raises:
        InvalidArgument: If there is no root, or the time has no time zone.
    """

    def __init__(
        self, roots: Iterable[Certificate], *, time: datetime, crls: Iterable[CertificateList] = ()
    ) -> None:
        lists = list(crls)
        self.not_checked = () if lists else ("revocation",)
        self._verifier = Verifier(
            roots,
            time=time,
            purpose=Purpose.SIGNING,
            revocation=Revocation.REQUIRE if lists else Revocation.NONE,
            crls=lists,
        )

    def judge(self, leaf: Certificate, others: Sequence[Certificate]) -> None:
        """
        Accept a signer's certificate, or refuse it.

        It must be for signatures of people and organisations, and a path of valid certificates must lead
        from it to a root.

        Args:
            leaf: The signer's certificate.
            others: Certificates that may stand between.

        Raises:
            CertificateRejected: If it is refused.
        """
        purposes = leaf.extended_key_usage
        if purposes is not None and SIGNING_PURPOSES.isdisjoint(purposes.purposes):
            # A key for a server or an authority's answers does not sign records (DOC-05).
            raise CertificateRejected(
                "the certificate is for other purposes than signing records",
                reason="wrong-purpose",
                subject=str(leaf.subject),
                depth=0,
            )
        self._verifier.verify(leaf, others)
