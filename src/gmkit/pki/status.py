"""What an OCSP response says about one certificate, once it may be believed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from gmkit.errors import InvalidArgument
from gmkit.pki.judge import Demands, Judge
from gmkit.pki.policy import PolicyInputs, Profile, Purpose, Revocation
from gmkit.pki.reasons import Refused
from gmkit.pki.responses import ResponseChecker
from gmkit.sm2 import DEFAULT_USER_ID
from gmkit.x509 import Certificate
from gmkit.x509.ocsp import OcspResponse, SingleResponse
from gmkit.x509.times import to_seconds

__all__ = ["certificate_status"]


def certificate_status(
    certificate: Certificate,
    issuer: Certificate,
    responses: Iterable[OcspResponse],
    *,
    time: datetime,
    responders: Iterable[Certificate] = (),
    user_id: bytes = DEFAULT_USER_ID,
) -> SingleResponse:
    """
    The newest answer about a certificate that its issuer, or whom it authorised, signed and that still holds.

    Nothing is said here about the issuer itself: whether to trust it is the caller's question, for
    :class:`~gmkit.pki.Verifier`.

    Args:
        certificate: Which.
        issuer: The certificate of its issuer, trusted by the caller.
        responses: The responses at hand.
        time: The moment to judge for, with a time zone.
        responders: Responders trusted by themselves.
        user_id: The SM2 identifier of every signer, 0 to 8191 bytes.

    Returns:
        The answer: good, revoked or unknown.

    Raises:
        CertificateRejected: No answer counts (reasons ``revocation-unknown``, ``revocation-stale``), or
            *issuer* did not issue the certificate.
        InvalidArgument: If the time has no time zone.
    """
    if time.tzinfo is None:
        raise InvalidArgument("the time has no time zone", hint="use datetime.now(timezone.utc)")
    demands = Demands(
        time=time,
        now=to_seconds(time),
        purpose=Purpose.ANY,
        profile=Profile.PATH,
        revocation=Revocation.NONE,
        max_depth=0,
        policies=PolicyInputs(),
    )
    judge = Judge(demands, user_id)
    checker = ResponseChecker(
        tuple(responses),
        now=demands.now,
        trusted=tuple(responders),
        check_responder=judge.check_leaf,
        check_issued=judge.check_issued,
        check_signed=judge.check_signed,
        is_revoked=lambda _responder: False,
    )
    try:
        judge.check_issued(certificate, issuer)
        found = checker.answer(certificate, issuer)
    except Refused as why:
        raise why.at(str(certificate.subject), 0) from None
    if found is None:
        nothing = Refused("revocation-unknown", "the response says nothing about the certificate")
        raise nothing.at(str(certificate.subject), 0)
    return found
