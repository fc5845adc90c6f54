"""When did it exist? What a timestamp proves, judged like any other signature."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import BinaryIO

from gmkit.errors import GmkitError, UnsupportedAlgorithm, VerificationError
from gmkit.pki import Purpose
from gmkit.tsp import Imprint, TimestampToken, check_token
from gmkit.verdict.model import Check, State, TimeProof
from gmkit.verdict.signature import responses_in
from gmkit.verdict.signer import judge_signer
from gmkit.verdict.trust import Trust
from gmkit.x509 import Certificate, CertificateList
from gmkit.x509.ocsp import OcspResponse

#: Clocks may differ by this much.
TOLERANCE = timedelta(minutes=5)

__all__ = ["judge_timestamp", "no_timestamp", "read_token"]


def no_timestamp(
    trust: Trust, *, claimed: datetime | None = None, signer: Certificate | None = None
) -> TimeProof:
    """The time of a signature without a timestamp: the signer's claim, and the moment of judging."""
    return TimeProof(
        Check.passed(
            "no timestamp: judged as of the moment of judging", "无时间戳，按验证时间判断"
        ),
        claimed,
        earliest=None if signer is None else signer.not_before,
        latest=trust.at,
    )


def judge_timestamp(
    token: bytes | TimestampToken,
    content: bytes | BinaryIO | Imprint,
    trust: Trust,
    *,
    known_at: datetime | None = None,
    certificates: Sequence[Certificate] = (),
    crls: Sequence[CertificateList] = (),
    ocsp: Sequence[OcspResponse] = (),
    claimed: datetime | None = None,
    signer: Certificate | None = None,
) -> TimeProof:
    """
    Judge a timestamp over *content* (RFC 3161).

    Args:
        token: The token.
        content: What is stamped (for a signature: the bytes of its value), or its imprint.
        trust: Roots, moment, evidence.
        known_at: When the token itself is proved to have existed, by a later timestamp; None: it is
            judged at ``trust.at``, so that a token whose authority's certificate has ended since proves
            nothing any more.
        certificates: Certificates that came with the document, beside those in the token.
        crls: Revocation lists that came with the document.
        ocsp: OCSP responses that came with the document.
        claimed: The time the signer claims.
        signer: The certificate of who signed *content*; its beginning bounds the time from below.

    Returns:
        The proof; ``proved`` is None unless token and chain hold. Reason codes begin with ``timestamp-``.
    """
    earliest = None if signer is None else signer.not_before

    def unproved(check: Check) -> TimeProof:
        return TimeProof(check, claimed, earliest=earliest, latest=trust.at)

    read = read_token(token, content, certificates, trust, known_at=known_at)
    if isinstance(read, Check):
        return unproved(read)
    parsed, authority = read
    time = parsed.info.time
    judged = judge_signer(
        authority,
        (*parsed.message.certificates, *certificates),
        trust,
        purpose=Purpose.TIMESTAMPING,
        time=known_at,
        crls=(*parsed.message.lists, *crls),
        ocsp=(*responses_in(parsed.message), *ocsp),
    )
    for check in (judged.chain, judged.revocation):
        if check.state is State.FAILED:
            return unproved(_failed(check.reason, check.text, check.zh))
    if judged.chain.state is State.UNCHECKED:
        return unproved(_unchecked(judged.chain.reason, judged.chain.text, judged.chain.zh))
    by = f"timestamp {parsed.info.serial:x} of {authority.subject}"
    check = Check.passed(f"{by}; {judged.revocation.text}", "时间戳有效")
    if judged.revocation.state is State.UNCHECKED:
        check = _unchecked(judged.revocation.reason, judged.revocation.text, judged.revocation.zh)
    return TimeProof(
        check,
        claimed,
        proved=time,
        by=by,
        earliest=earliest,
        latest=time + (parsed.info.accuracy or timedelta()),
    )


def read_token(
    token: bytes | TimestampToken,
    content: bytes | BinaryIO | Imprint,
    certificates: Sequence[Certificate],
    trust: Trust,
    *,
    known_at: datetime | None = None,
) -> Check | tuple[TimestampToken, Certificate]:
    """The token and who made it, or what is wrong with it."""
    try:
        parsed, authority = check_token(
            token, content, certificates=certificates, user_id=trust.user_id
        )
    except UnsupportedAlgorithm as why:
        return _unchecked("unsupported-algorithm", why.message)
    except VerificationError as why:
        if why.reason == "signer-certificate-missing":
            return _unchecked(why.reason, why.message)
        return _failed(why.reason, why.message)
    except GmkitError as why:
        return _failed("malformed", why.message)
    return _time_problem(parsed.info.time, authority, trust, known_at) or (parsed, authority)


def _time_problem(
    time: datetime, authority: Certificate, trust: Trust, known_at: datetime | None
) -> Check | None:
    """Why a token cannot state this time."""
    if not authority.not_before <= time <= authority.not_after:
        words = "the authority's certificate was not valid at the time it states"
        return _failed("outside-validity", words)
    if known_at is not None and time > known_at + TOLERANCE:
        words = "it states a time after the one at which it is proved to have existed"
        return _failed("order", words, "时间戳晚于其已被证明存在的时间")
    if time > trust.at + TOLERANCE:
        words = "it states a time after the moment of judging"
        return _unchecked("from-the-future", words, "时间戳晚于验证时间")
    return None


def _failed(reason: str, text: str, zh: str = "") -> Check:
    return Check.failed(_prefixed(reason), f"the timestamp: {text}", zh or "时间戳无效")


def _unchecked(reason: str, text: str, zh: str = "") -> Check:
    return Check.unchecked(_prefixed(reason), f"the timestamp: {text}", zh or "时间戳无法验证")


def _prefixed(reason: str) -> str:
    return reason if reason.startswith("timestamp-") else f"timestamp-{reason}"
