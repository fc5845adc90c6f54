"""Whom to trust, in a form that travels to workers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from gmkit import keys
from gmkit.receipts import Signers
from gmkit.sm2 import SM2PublicKey
from gmkit.x509 import Certificate, CertificateList

__all__ = ["Trust"]


@dataclass(frozen=True, slots=True)
class Trust:
    """
    What a verifier is given: octets and a time, nothing secret.

    Attributes:
        roots: Certificates of authorities that are trusted, DER.
        certificates: Signers' certificates and those between, DER.
        keys: Public keys trusted as they are, SubjectPublicKeyInfo in DER.
        crls: Revocation lists, DER.
        time: The moment for which certificates are judged.
    """

    roots: tuple[bytes, ...] = ()
    certificates: tuple[bytes, ...] = ()
    keys: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    time: datetime | None = None

    @classmethod
    def of(
        cls,
        *,
        roots: Iterable[Certificate] = (),
        certificates: Iterable[Certificate] = (),
        keys: Iterable[SM2PublicKey] = (),
        crls: Iterable[CertificateList] = (),
        time: datetime | None = None,
    ) -> Trust:
        """
        Arguments are those of :class:`gmkit.receipts.Signers`.

        Raises:
            InvalidArgument: If there are roots and no time, or a time without a time zone.
        """
        made = cls(
            roots=tuple(each.der for each in roots),
            certificates=tuple(each.der for each in certificates),
            keys=tuple(each.to_der() for each in keys),
            crls=tuple(each.der for each in crls),
            time=time,
        )
        made.signers()  # here, where whoever called can mend it
        return made

    def signers(self) -> Signers:
        """The signers; made once in each process, because each key has a table."""
        return _signers(self)


@lru_cache(maxsize=8)
def _signers(trust: Trust) -> Signers:
    return Signers(
        roots=[Certificate.from_der(each) for each in trust.roots],
        certificates=[Certificate.from_der(each) for each in trust.certificates],
        keys=[keys.load_der_public_key(each) for each in trust.keys],
        crls=[CertificateList.from_der(each) for each in trust.crls],
        time=trust.time,
    )
