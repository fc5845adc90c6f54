"""
Revocation by OCSP responses (RFC 6960, clause 3.2).

A response counts if it is about the certificate, signed by whom the certificate's issuer authorised, and
current. Whoever else signed it says nothing, however well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from gmkit.errors import UnsupportedAlgorithm
from gmkit.pki.policy import Purpose
from gmkit.pki.reasons import Refused
from gmkit.x509 import Certificate, oids
from gmkit.x509.name import comparison_key
from gmkit.x509.ocsp import (
    NONCE,
    CertificateId,
    CertificateStatus,
    OcspResponse,
    ResponseStatus,
    SingleResponse,
    digest,
)
from gmkit.x509.times import from_seconds

__all__ = ["ResponseChecker"]

_SHA1 = "1.3.14.3.2.26"
#: How old an answer may be that does not say until when it holds.
_WITHOUT_NEXT_UPDATE = timedelta(days=1)
#: nonce, extended revoked, archive cutoff, preferred algorithms, CRL reference.
_UNDERSTOOD = frozenset({NONCE, *(f"1.3.6.1.5.5.7.48.1.{n}" for n in (3, 6, 9))})


class ResponseChecker:
    """Judges certificates of one chain by responses."""

    def __init__(
        self,
        responses: Sequence[OcspResponse],
        *,
        now: int,
        trusted: Sequence[Certificate],
        check_responder: Callable[[Certificate, Purpose], None],
        check_issued: Callable[[Certificate, Certificate], None],
        check_signed: Callable[[bytes, bytes, bytes, Certificate], None],
        is_revoked: Callable[[Certificate], bool],
    ) -> None:
        """
        Args:
            responses: The responses at hand.
            now: The moment to judge for, in seconds since 1970.
            trusted: Responders that are trusted by configuration.
            check_responder: Raises Refused if a certificate is not good for a purpose now.
            check_issued: Raises Refused if the second did not sign the first.
            check_signed: Raises Refused if a key did not make a signature.
            is_revoked: Whether a list says that a responder's certificate is revoked.
        """
        self._responses = responses
        self._now = from_seconds(now)
        self._trusted = trusted
        self._check_responder = check_responder
        self._check_issued = check_issued
        self._check_signed = check_signed
        self._is_revoked = is_revoked

    def check(self, certificate: Certificate, issuer: Certificate) -> bool:
        """
        Judge one certificate by the newest answer about it that counts.

        Returns:
            True if it is good, False if there is no answer about it at all.

        Raises:
            Refused: If it is revoked, or there are answers and none of them counts.
        """
        newest = self.answer(certificate, issuer)
        if newest is None:
            return False
        if newest.status is CertificateStatus.REVOKED:
            words = "" if newest.reason is None else newest.reason.name.lower().replace("_", " ")
            raise Refused("revoked", f"it was revoked at {newest.revocation_time} ({words})")
        if newest.status is CertificateStatus.UNKNOWN:
            raise Refused("revocation-unknown", "the responder does not know the certificate")
        return True

    def answer(self, certificate: Certificate, issuer: Certificate) -> SingleResponse | None:
        """
        The newest answer about one certificate that counts, whatever it says; None if there is none at all.

        Raises:
            Refused: If there are answers and none of them counts.
        """
        failure: Refused | None = None
        newest: SingleResponse | None = None
        for response, answer in self._about(certificate, issuer):
            try:
                self._check_answer(response, answer, issuer)
            except Refused as why:
                failure = failure or why
            else:
                if newest is None or answer.this_update > newest.this_update:
                    newest = answer
        if newest is None and failure is not None:
            raise failure
        return newest

    def _about(
        self, certificate: Certificate, issuer: Certificate
    ) -> Iterable[tuple[OcspResponse, SingleResponse]]:
        wanted: dict[str, CertificateId] = {}
        for response in self._responses:
            if response.status is not ResponseStatus.SUCCESSFUL:
                continue
            for answer in response.responses:
                named = answer.certificate_id
                if named.serial != certificate.serial:
                    continue
                algorithm = named.hash_algorithm
                try:
                    if algorithm not in wanted:
                        wanted[algorithm] = CertificateId.of(
                            certificate, issuer, hash_algorithm=algorithm
                        )
                except UnsupportedAlgorithm:
                    continue
                if named == wanted[algorithm]:
                    yield response, answer

    def _check_answer(
        self, response: OcspResponse, answer: SingleResponse, issuer: Certificate
    ) -> None:
        for extension in (*response.extensions, *answer.extensions):
            if extension.critical and extension.oid not in _UNDERSTOOD:
                raise Refused(
                    "revocation-unknown", "the response has an unknown critical extension"
                )
        self._check_signer(response, issuer)
        if answer.this_update > self._now:
            raise Refused("revocation-unknown", "the response is from the future")
        until = answer.next_update or answer.this_update + _WITHOUT_NEXT_UPDATE
        if until < self._now:
            raise Refused("revocation-stale", f"the response was good until {until:%Y-%m-%d %H:%M}")

    def _check_signer(self, response: OcspResponse, issuer: Certificate) -> None:
        """Clause 4.2.2.2: the issuer itself, whom it authorised, or whom the caller trusts."""
        why = Refused("revocation-unknown", "nobody authorised signed the response")
        for candidate in (issuer, *self._trusted, *response.certificates):
            if not _is_named(response, candidate):
                continue
            try:
                if candidate.public_key_info != issuer.public_key_info and (
                    candidate not in self._trusted
                ):
                    self._check_delegated(candidate, issuer)
                self._check_signed(response.tbs, response.algorithm, response.signature, candidate)
            except Refused as failed:
                why = Refused("revocation-unknown", f"the response: {failed.detail}")
            else:
                return
        raise why

    def _check_delegated(self, responder: Certificate, issuer: Certificate) -> None:
        if comparison_key(responder.issuer_octets) != comparison_key(issuer.subject_octets):
            raise Refused("revocation-unknown", "the responder has another issuer")
        self._check_responder(responder, Purpose.OCSP_SIGNING)
        self._check_issued(responder, issuer)
        no_check = responder.extension(oids.OCSP_NO_CHECK) is not None
        if not no_check and self._is_revoked(responder):
            raise Refused("revocation-unknown", "the responder's certificate is revoked")


def _is_named(response: OcspResponse, candidate: Certificate) -> bool:
    if response.responder_name is not None:
        return response.responder_name == candidate.subject
    # By key: SHA-1 of the bits of the key (clause 4.2.1); some write SM3 for SM2 keys.
    key = candidate.key_info.key_octets
    return response.responder_key_hash in (
        digest(_SHA1, key),
        digest("1.2.156.10197.1.401", key),
    )
