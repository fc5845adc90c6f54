"""Whom to trust, and at which moment: what a caller gives to have a document judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from gmkit.errors import InvalidArgument
from gmkit.pki import Profile, Purpose, Revocation, Verifier
from gmkit.sm2 import DEFAULT_USER_ID
from gmkit.x509 import Certificate, CertificateList
from gmkit.x509.ocsp import OcspResponse

__all__ = ["Trust"]

_REMEMBERED = 64


@dataclass(frozen=True)
class Trust:
    """
    Roots, moment and evidence for judging signers. Nothing is fetched and no clock is read.

    Attributes:
        at: The moment to judge for, with a time zone: usually the present.
        roots: Trusted certificates; none: chains are not checked, and the verdict says so.
        timestamp_roots: Roots for timestamping authorities; None: the same roots.
        certificates: Further certificates that may lie between signer and root.
        crls, ocsp: Revocation information at hand, beside what the document carries.
        responders: OCSP responders trusted by themselves.
        user_id: The SM2 identifier of every signer, 0 to 8191 bytes.
        profile: How strictly certificates must be made.
        revocation: ``REQUIRE`` or ``IF_AVAILABLE`` look at what is at hand; ``NONE`` does not look.
            What was not looked at or not at hand is reported as not checked in every case.
    """

    at: datetime
    roots: tuple[Certificate, ...] = ()
    timestamp_roots: tuple[Certificate, ...] | None = None
    certificates: tuple[Certificate, ...] = ()
    crls: tuple[CertificateList, ...] = ()
    ocsp: tuple[OcspResponse, ...] = ()
    responders: tuple[Certificate, ...] = ()
    user_id: bytes = DEFAULT_USER_ID
    profile: Profile = Profile.PATH
    revocation: Revocation = Revocation.REQUIRE
    _verifiers: dict[object, Verifier] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise InvalidArgument(
                "the time has no time zone", hint="use datetime.now(timezone.utc)"
            )

    def verifier(self, *, time: datetime, purpose: Purpose, revocation: Revocation) -> Verifier:
        """
        The verifier for a moment and a purpose; it is kept, as the same ones come again.

        Raises:
            InvalidArgument: If there is no root.
        """
        key = (time, purpose, revocation)
        found = self._verifiers.get(key)
        if found is None:
            if len(self._verifiers) >= _REMEMBERED:
                self._verifiers.clear()
            found = self._verifiers[key] = Verifier(
                self.roots_for(purpose),
                time=time,
                purpose=purpose,
                revocation=revocation,
                user_id=self.user_id,
                profile=self.profile,
                crls=self.crls,
                ocsp=self.ocsp,
                responders=self.responders,
            )
        return found

    def roots_for(self, purpose: Purpose) -> tuple[Certificate, ...]:
        """The roots that count for a purpose."""
        if purpose is Purpose.TIMESTAMPING and self.timestamp_roots is not None:
            return self.timestamp_roots
        return self.roots
