"""Whether a seal was used by whom and when it might be."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from hmac import compare_digest

from gmkit import sm3
from gmkit.seal.lenient import ClaimedTime
from gmkit.seal.model import Seal, SealSignature
from gmkit.verdict import Finding, Severity, Trust
from gmkit.x509 import Certificate

__all__ = ["check_use", "usable"]

_DIGESTS: dict[str, Callable[[bytes], bytes]] = {
    "sm3": sm3.digest,
    "1.2.156.10197.1.401": sm3.digest,
    "1.2.156.10197.1.401.2": sm3.digest,
    "sha256": lambda data: hashlib.sha256(data).digest(),
    "2.16.840.1.101.3.4.2.1": lambda data: hashlib.sha256(data).digest(),
}


def check_use(
    signed: SealSignature, proved: datetime | None, signer: Certificate | None, trust: Trust
) -> tuple[Finding, ...]:
    """
    What speaks against this use of a seal: by whom, when, and as of when that is known.

    Args:
        signed: What is signed with the seal.
        proved: When that is proved to have existed, or None.
        signer: The signer's certificate, or None if it cannot be read.
        trust: The moment of judging.
    """
    return (
        *_listed(signed),
        *_validity(signed, proved, trust),
        *_claim(signed.time, proved, signer, trust),
        *_token_finding(signed),
    )


def usable(seal: Seal, time: datetime) -> tuple[Finding, ...]:
    """What speaks against using a seal at a time; nothing if it may be used."""
    return tuple(_in_force(seal, ClaimedTime(time, True)))


def _listed(signed: SealSignature) -> list[Finding]:
    """The signer must be one of those the seal was made for."""
    users, certificate = signed.seal.info.users, signed.certificate
    if certificate in users.certificates:
        return []
    unknown = []
    for name, value in users.digests:
        digest = _DIGESTS.get(name.lower().replace("-", ""))
        if digest is None:
            unknown.append(name)
        elif compare_digest(digest(certificate), value):
            return []
    if unknown:
        text = f"the seal lists its users by digests of a kind not done here: {', '.join(unknown)}"
        return [
            Finding("seal-list-digest", Severity.UNCHECKED, text, "印章证书列表的杂凑算法不支持")
        ]
    text = "the signer is not one of those the seal was made for"
    return [Finding("signer-not-in-seal", Severity.ERROR, text, "签章人证书不在印章证书列表中")]


def _validity(signed: SealSignature, proved: datetime | None, trust: Trust) -> list[Finding]:
    """The seal must have been in force when it was used."""
    info = signed.seal.info
    used = signed.time if proved is None else ClaimedTime(proved, True)
    if used is None:
        text = "nothing says when the seal was used"
        return [Finding("seal-time-unknown", Severity.UNCHECKED, text, "签章时间未知")]
    found = _in_force(signed.seal, used)
    if (
        not found
        and proved is None
        and _less(info.valid_to, ClaimedTime(trust.at, True)) is not False
    ):
        text = (
            f"the seal has ended ({info.valid_to}), and no timestamp proves that it was used before"
        )
        return [
            Finding("seal-ended", Severity.UNCHECKED, text, "印章现已过期，且无时间戳证明签章时间")
        ]
    return found


def _in_force(seal: Seal, used: ClaimedTime) -> list[Finding]:
    """Whether a seal may be used at a time."""
    info = seal.info
    early, late = _less(used, info.valid_from), _less(info.valid_to, used)
    words = f"used at {used}; valid from {info.valid_from} to {info.valid_to}"
    if early:
        return [Finding("seal-not-yet-valid", Severity.ERROR, f"the seal: {words}", "印章尚未生效")]
    if late:
        return [Finding("seal-expired", Severity.ERROR, f"the seal: {words}", "印章已过有效期")]
    if early is None or late is None:
        text = f"the seal: {words}; whether that is inside depends on a time zone nobody names"
        return [Finding("seal-time-boundary", Severity.UNCHECKED, text, "时间无时区，无法判定边界")]
    return []


def _less(one: ClaimedTime, other: ClaimedTime) -> bool | None:
    """Whether one time lies before another; None if a missing zone could decide it."""
    if other.zoned or not one.zoned:
        return one.before(other.value)
    # Only the other is uncertain: the same question asked from its side.
    if one.value == other.value:
        return None
    answer = other.before(one.value)
    return None if answer is None else not answer


def _claim(
    claimed: ClaimedTime | None, proved: datetime | None, signer: Certificate | None, trust: Trust
) -> list[Finding]:
    """What the signer says about the time, held against what is known."""
    if claimed is None:
        return []
    found = []
    limit = trust.at if proved is None else proved
    if claimed.value > limit and claimed.before(limit) is False:
        text = f"the signer claims {claimed}, which is later than {limit:%Y-%m-%dT%H:%M:%SZ}"
        found.append(Finding("claimed-time-late", Severity.WARNING, text, "声称的签名时间过晚"))
    if signer is not None and (
        claimed.before(signer.not_before) or _less(ClaimedTime(signer.not_after, True), claimed)
    ):
        text = f"the signer claims {claimed}, when the certificate was not valid"
        found.append(
            Finding(
                "claimed-time-outside-certificate",
                Severity.WARNING,
                text,
                "声称的签名时间不在证书有效期内",
            )
        )
    return found


def _token_finding(signed: SealSignature) -> list[Finding]:
    if signed.time_token is None:
        return []
    text = "timeInfo is a timestamp; what it is over is not laid down, and it is not looked at"
    return [Finding("time-token", Severity.UNCHECKED, text, "timeInfo 为时间戳，未验证")]
