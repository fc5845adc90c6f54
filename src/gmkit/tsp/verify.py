"""Believing a timestamp: RFC 3161 sections 2.2 and 2.3, RFC 5816."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import BinaryIO

from gmkit import sm2
from gmkit.cms.signing_certificate import check_signing_certificate
from gmkit.cms.verify import verify_signatures
from gmkit.errors import InvalidArgument, VerificationError
from gmkit.pki import Purpose, VerifiedChain, Verifier
from gmkit.tsp.request import Imprint, TimestampRequest
from gmkit.tsp.response import Status, TimestampResponse
from gmkit.tsp.token import TimestampInfo, TimestampToken
from gmkit.x509 import Certificate

Trust = Callable[[datetime], Verifier]
"""Makes the verifier for a moment: the authority's chain is judged at the time the token states."""


@dataclass(frozen=True, slots=True)
class VerifiedTimestamp:
    """
    A timestamp that holds.

    Attributes:
        token: The token.
        chain: The authority's certificate and the chain above it, judged at the token's time.
    """

    token: TimestampToken
    chain: VerifiedChain

    @property
    def info(self) -> TimestampInfo:
        """What the authority says."""
        return self.token.info

    @property
    def time(self) -> datetime:
        """When the content existed at the latest, in UTC."""
        return self.token.info.time


def verify_token(
    token: TimestampToken | bytes,
    content: bytes | BinaryIO | Imprint,
    *,
    trust: Trust,
    certificates: Sequence[Certificate] = (),
    user_id: bytes = sm2.DEFAULT_USER_ID,
) -> VerifiedTimestamp:
    """
    Verify that an authority has stamped *content*.

    Args:
        token: The token.
        content: What is said to be stamped, or its imprint if only that is at hand. The token's own hash
            algorithm is used.
        trust: Makes the verifier for the token's time; its purpose must be ``TIMESTAMPING``.
        certificates: The authority's certificates, if they are not in the token.
        user_id: The authority's SM2 identifier.

    Returns:
        The verified timestamp.

    Raises:
        VerificationError: With reason ``imprint``, ``timestamp-certificate``, or as
            :func:`gmkit.cms.verify_signatures` has it.
        CertificateRejected: If the authority's chain does not hold at the token's time.
        EncodingError: If the token cannot be read.
        UnsupportedAlgorithm: If it uses an algorithm that is not done here.
    """
    parsed, certificate = check_token(token, content, certificates=certificates, user_id=user_id)
    # (5) the authority may stamp, and its chain held at that time
    chain = trust(parsed.info.time).verify(
        certificate, (*parsed.message.certificates, *certificates)
    )
    if chain.purpose is not Purpose.TIMESTAMPING:
        raise InvalidArgument("the verifier of a timestamp needs the purpose TIMESTAMPING")
    return VerifiedTimestamp(parsed, chain)


def check_token(
    token: TimestampToken | bytes,
    content: bytes | BinaryIO | Imprint,
    *,
    certificates: Sequence[Certificate] = (),
    user_id: bytes = sm2.DEFAULT_USER_ID,
) -> tuple[TimestampToken, Certificate]:
    """
    The part of :func:`verify_token` that needs no trust: imprint, signature, named certificate.

    Returns:
        The token, and the certificate whose key made it; not yet trusted.

    Raises:
        VerificationError: As :func:`verify_token`.
        EncodingError: If the token cannot be read.
        UnsupportedAlgorithm: If it uses an algorithm that is not done here.
    """
    # (1) one signature, over a TSTInfo
    parsed = TimestampToken.parse(token) if isinstance(token, bytes) else token
    # (2) the imprint is that of the content
    imprint = parsed.info.imprint
    given = (
        content
        if isinstance(content, Imprint)
        else Imprint.of(content, algorithm=imprint.algorithm)
    )
    if given.algorithm != imprint.algorithm or not compare_digest(given.digest, imprint.digest):
        raise VerificationError("the timestamp was made for other content", reason="imprint")
    # (3) the signature holds
    (verified,) = verify_signatures(parsed.message, certificates=certificates, user_id=user_id)
    # (4) the signed attributes name the certificate that is used
    _check_named(parsed, verified.certificate)
    return parsed, verified.certificate


def verify_response(
    response: bytes,
    request: TimestampRequest,
    *,
    trust: Trust,
    certificates: Sequence[Certificate] = (),
    user_id: bytes = sm2.DEFAULT_USER_ID,
) -> VerifiedTimestamp:
    """
    Verify the answer to a request of ours.

    Raises:
        VerificationError: With reason ``timestamp-refused``, ``nonce``, ``policy``, and as
            :func:`verify_token`.
    """
    token = granted_token(TimestampResponse.parse(response), request)
    return verify_token(
        token, request.imprint, trust=trust, certificates=certificates, user_id=user_id
    )


def granted_token(answer: TimestampResponse, request: TimestampRequest | None) -> TimestampToken:
    """
    The token of an answer to this request, or to one that is not at hand; its imprint and signature are not
    looked at.

    Raises:
        VerificationError: With reason ``timestamp-refused``, ``nonce`` or ``policy``.
    """
    if answer.status not in (Status.GRANTED, Status.GRANTED_WITH_MODS) or answer.token is None:
        said = "; ".join(answer.text) or f"status {answer.status}"
        raise VerificationError(f"the authority did not stamp: {said}", reason="timestamp-refused")
    token = TimestampToken.parse(answer.token)
    if request is None:
        return token
    if token.info.nonce != request.nonce:
        raise VerificationError("the answer belongs to another request", reason="nonce")
    if request.policy not in (None, token.info.policy):
        raise VerificationError("the stamp is under another policy than asked", reason="policy")
    return token


def _check_named(token: TimestampToken, certificate: Certificate) -> None:
    try:
        named = check_signing_certificate(token.message.signers[0], certificate)
    except VerificationError as why:
        raise VerificationError(why.message, reason="timestamp-certificate") from None
    if not named:
        raise VerificationError(
            "the timestamp does not say with which certificate it was made",
            reason="timestamp-certificate",
        )
