"""Checks of single certificates and signatures, asked again and again and answered once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime

from gmkit.pki.policy import PolicyInputs, Profile, Purpose, Revocation
from gmkit.pki.reasons import Refused
from gmkit.pki.rules import Place, check_certificate, check_purpose
from gmkit.pki.signatures import SignatureVerifier
from gmkit.x509 import Certificate, CertificateList

__all__ = ["Demands", "Judge"]


@dataclass(frozen=True)
class Demands:
    """What the caller of a verifier demands; see there."""

    time: datetime
    now: int
    purpose: Purpose
    profile: Profile
    revocation: Revocation
    max_depth: int
    policies: PolicyInputs


class Judge:
    """
    Remembers good answers about authorities and lists, which come again; leaves pass by.

    An answer depends on stored octets only, so it can be remembered as long as the demands stay.
    """

    _REMEMBERED = 4096

    def __init__(self, demands: Demands, user_id: bytes) -> None:
        self.demands = demands
        self._signatures = SignatureVerifier(user_id)
        self._good: dict[Hashable, None] = {}

    def check_time(self, certificate: Certificate) -> None:
        """Both ends of the validity period belong to it (RFC 5280, clause 4.1.2.5)."""
        now = self.demands.now
        if now > certificate.not_after_seconds:
            raise Refused("expired", f"it expired at {certificate.not_after:%Y-%m-%d %H:%M:%S} UTC")
        if now < certificate.not_before_seconds:
            raise Refused(
                "not-yet-valid", f"it is valid from {certificate.not_before:%Y-%m-%d %H:%M:%S} UTC"
            )

    def check_leaf(self, certificate: Certificate, purpose: Purpose) -> None:
        """The end of a chain."""
        self._check_certificate(certificate, Place.LEAF)
        self.check_time(certificate)
        check_purpose(certificate, Place.LEAF, purpose)

    def check_authority(self, certificate: Certificate, place: Place) -> None:
        """An intermediate or the trusted certificate, which is not trusted for ever and everything."""
        self.check_time(certificate)
        key = (certificate.der, place)
        if key not in self._good:
            self._check_certificate(certificate, place)
            check_purpose(certificate, place, self.demands.purpose)
            self._remember(key)

    def check_issued(self, subject: Certificate, issuer: Certificate) -> None:
        """The issuer's key made the signature of the subject's certificate."""
        key = (subject.der, issuer.public_key_info)
        if key in self._good:
            return
        self._signatures.verify(subject.tbs, subject.algorithm, subject.signature, issuer.key_info)
        if subject.is_authority:
            self._remember(key)

    def check_list(self, crl: CertificateList, signer: Certificate) -> None:
        """The signer's key made the signature of the list."""
        key = (crl.der, signer.public_key_info)
        if key in self._good:
            return
        self._signatures.verify(crl.tbs, crl.algorithm, crl.signature, signer.key_info)
        self._remember(key)

    def check_signed(
        self, signed: bytes, algorithm: bytes, signature: bytes, signer: Certificate
    ) -> None:
        """The signer's key made a signature over anything else."""
        self._signatures.verify(signed, algorithm, signature, signer.key_info)

    def _check_certificate(self, certificate: Certificate, place: Place) -> None:
        check_certificate(certificate, place, self.demands.profile, signs_itself=self._signs_itself)

    def _signs_itself(self, certificate: Certificate) -> bool:
        try:
            self.check_issued(certificate, certificate)
        except Refused:
            return False
        return True

    def _remember(self, key: Hashable) -> None:
        if len(self._good) >= self._REMEMBERED:
            self._good.clear()
        self._good[key] = None
