"""
Judging seals, and what is signed with them.

The order is that of GM/T 0031-2014 and GB/T 38540-2020: structure; the digest of what is sealed; the
signature; the signer's place in the seal's list; the seal's own signature by its maker; the seal's validity
at the time of signing; the chains of signer and maker; revocation; the timestamp. Every one of them is made
and reported, also after one has failed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from hmac import compare_digest

from gmkit import sm2, sm3
from gmkit.errors import EncodingError, GmkitError, InvalidSignature
from gmkit.seal.lenient import ClaimedTime, Notes, signature_value
from gmkit.seal.model import Seal, SealSignature
from gmkit.verdict import (
    Check,
    Coverage,
    Evidence,
    Extent,
    Finding,
    Severity,
    SignatureVerdict,
    SignerSummary,
    State,
    TimeProof,
    Trust,
    judge_signer,
    judge_timestamp,
    no_timestamp,
)
from gmkit.x509 import Certificate

__all__ = ["first_failure", "judge_sealed", "note_findings", "usable", "verify_seal"]

_SM2_WITH_SM3 = "1.2.156.10197.1.501"
_SM2_SIGNATURES = {_SM2_WITH_SM3, "1.2.156.10197.1.301.1"}
_DIGESTS: dict[str, Callable[[bytes], bytes]] = {
    "sm3": sm3.digest,
    "1.2.156.10197.1.401": sm3.digest,
    "1.2.156.10197.1.401.2": sm3.digest,
    "sha256": lambda data: hashlib.sha256(data).digest(),
    "2.16.840.1.101.3.4.2.1": lambda data: hashlib.sha256(data).digest(),
}
_NO_CERTIFICATE = "there is no certificate to judge", "没有可判断的证书"


def verify_seal(
    seal: Seal | bytes,
    *,
    trust: Trust,
    known_at: datetime | None = None,
    evidence: Evidence | None = None,
) -> SignatureVerdict:
    """
    Judge a seal by itself: its maker's signature, the maker's chain, its timestamp.

    Args:
        seal: The seal, parsed or in DER.
        trust: Roots, moment, evidence.
        known_at: When the seal is proved to have existed, by a timestamp of what was sealed with it; None:
            its maker is judged at the time of its own timestamp, or at ``trust.at``.
        evidence: What came with the document beside the seal.

    Returns:
        The verdict on the maker's signature. Whether the seal may be *used* now is judged with what is
        sealed (:func:`judge_sealed`): a seal that has ended stays a good seal for older documents.

    Raises:
        EncodingError: If *seal* is given in DER and is not a seal.
    """
    read = Seal.parse(seal) if isinstance(seal, bytes) else seal
    info = read.info
    notes: Notes = []
    maker, intact = _signed_by(
        read.maker,
        read.algorithm,
        read.signature,
        read.signed,
        trust,
        "the seal's signature",
        notes,
    )
    created = info.created.value
    time = no_timestamp(trust, claimed=created, signer=maker)
    given = evidence or Evidence()
    if read.timestamp is not None:
        time = _stamp(read.timestamp, read.signature, trust, created, maker, given)
    moment = time.proved or known_at or given.known_at
    chain, revocation = _chain(maker, trust, moment, given)
    return SignatureVerdict(
        f"seal {info.name!r}",
        f"electronic seal, {read.layout.standard}",
        intact,
        None if maker is None else SignerSummary.of(maker),
        chain,
        revocation,
        time,
        Coverage(Extent.WHOLE, (), "all of the seal", "整个印章"),
        note_findings((*read.notes, *notes)),
        "SM2 with SM3",
    )


def judge_sealed(
    signed: SealSignature,
    content: bytes,
    trust: Trust,
    *,
    name: str,
    coverage: Coverage,
    before: Sequence[Check] = (),
    findings: Sequence[Finding] = (),
    evidence: Evidence | None = None,
) -> SignatureVerdict:
    """
    Judge what is signed with a seal.

    Args:
        signed: The signature.
        content: What is sealed: in an OFD the octets of Signature.xml.
        trust: Roots, moment, evidence.
        name: What to call the signature.
        coverage: What the content is to the document.
        before: Checks of the document that come first, such as the digests of its parts.
        findings: What the document's side has found.
        evidence: What came with the document beside the signature.

    Returns:
        The verdict, with that on the seal nested in it.
    """
    notes: Notes = []
    signer, value = _signed_by(
        signed.certificate,
        signed.algorithm,
        signed.signature,
        signed.signed,
        trust,
        "the signature",
        notes,
    )
    intact, more = first_failure([*before, _data_hash(signed, content), value])
    given = evidence or Evidence()
    claimed = None if signed.time is None else signed.time.value
    time = no_timestamp(trust, claimed=claimed, signer=signer)
    if signed.timestamp is not None:
        time = _stamp(signed.timestamp, signed.signature, trust, claimed, signer, given)
    moment = time.proved or given.known_at
    chain, revocation = _chain(signer, trust, moment, given)
    seal = verify_seal(signed.seal, trust=trust, known_at=moment, evidence=given)
    return SignatureVerdict(
        name,
        f"electronic seal signature, {signed.layout.standard}",
        intact,
        None if signer is None else SignerSummary.of(signer),
        chain,
        revocation,
        time,
        coverage,
        (
            *findings,
            *more,
            *_listed(signed),
            *_validity(signed, moment, trust),
            *_claim(signed.time, moment, signer, trust),
            *_token_finding(signed),
            *note_findings((*(n for n in signed.notes if n not in signed.seal.notes), *notes)),
        ),
        "SM2 with SM3",
        (seal,),
    )


def usable(seal: Seal, time: datetime) -> tuple[Finding, ...]:
    """What speaks against using a seal at a time; nothing if it may be used."""
    return tuple(_in_force(seal, ClaimedTime(time, True)))


def note_findings(notes: Sequence[tuple[str, str]], *, where: str = "") -> tuple[Finding, ...]:
    """Deviations from a standard that leave no doubt, as findings."""
    return tuple(
        Finding(code, Severity.WARNING, text, "与标准不符, 但含义明确", where)
        for code, text in dict.fromkeys(notes)
    )


def _signed_by(
    certificate: bytes,
    algorithm: str,
    signature: bytes,
    message: bytes,
    trust: Trust,
    what: str,
    notes: Notes,
) -> tuple[Certificate | None, Check]:
    """The certificate, and whether its key made the signature."""
    try:
        holder = Certificate.from_der(certificate)
    except EncodingError as why:
        text = f"the certificate of {what} cannot be read: {why.message}"
        return None, Check.failed("malformed-certificate", text, "证书格式错误")
    if algorithm not in _SM2_SIGNATURES:
        text = f"{what} is of type {algorithm}, which is not done here"
        return holder, Check.unchecked("unsupported-algorithm", text, "不支持的签名算法")
    if algorithm != _SM2_WITH_SM3:
        notes.append(("signature-oid", f"{what} names {algorithm} instead of {_SM2_WITH_SM3}"))
    return holder, _value_check(holder, signature, message, trust, what, notes)


def _value_check(
    holder: Certificate, signature: bytes, message: bytes, trust: Trust, what: str, notes: Notes
) -> Check:
    """SM2 over the octets as they are stored."""
    try:
        key = holder.public_key()
    except GmkitError as why:
        return Check.unchecked("unsupported-algorithm", why.message, "不支持的公钥算法")
    if not isinstance(key, sm2.SM2PublicKey):
        text = f"{what} is to be SM2's, and the certificate has a key of another kind"
        return Check.failed("algorithm-mismatch", text, "签名算法与公钥不符")
    value = signature_value(signature, what, notes)
    if value is None:
        return Check.failed("signature", f"{what} is not an SM2 signature", "签名值格式错误")
    try:
        key.verify(value, message, user_id=trust.user_id, format=sm2.SignatureFormat.RAW)
    except InvalidSignature as why:
        return Check.failed("signature", f"{what}: {why.message}", "签名值无效")
    return Check.passed(f"{what} holds", "签名值有效")


def _data_hash(signed: SealSignature, content: bytes) -> Check:
    if compare_digest(signed.data_hash, sm3.digest(content)):
        return Check.passed("dataHash holds", "原文杂凑值一致")
    return Check.failed(
        "data-hash",
        "the signature was made over other content (dataHash differs)",
        "原文杂凑值不符",
    )


def first_failure(checks: Sequence[Check]) -> tuple[Check, list[Finding]]:
    """One check for several: the first that failed, and the rest of what failed as findings."""
    failed = [one for one in checks if one.state is State.FAILED]
    open_ = [one for one in checks if one.state is State.UNCHECKED]
    if not failed and not open_:
        return Check.passed("; ".join(one.text for one in checks), "完整"), []
    chosen = (failed or open_)[0]
    rest = [one for one in (*failed, *open_) if one is not chosen]
    severity = {State.FAILED: Severity.ERROR, State.UNCHECKED: Severity.UNCHECKED}
    return chosen, [Finding(one.reason, severity[one.state], one.text, one.zh) for one in rest]


def _chain(
    certificate: Certificate | None, trust: Trust, moment: datetime | None, given: Evidence
) -> tuple[Check, Check]:
    if certificate is None:
        none = Check.unchecked("no-certificate", *_NO_CERTIFICATE)
        return none, none
    judged = judge_signer(
        certificate, given.certificates, trust, time=moment, crls=given.crls, ocsp=given.ocsp
    )
    return judged.chain, judged.revocation


def _stamp(
    token: bytes,
    signature: bytes,
    trust: Trust,
    claimed: datetime | None,
    signer: Certificate | None,
    given: Evidence,
) -> TimeProof:
    """The timestamp is over the octets of the signature value."""
    return judge_timestamp(
        token,
        signature,
        trust,
        known_at=given.known_at,
        certificates=given.certificates,
        crls=given.crls,
        ocsp=given.ocsp,
        claimed=claimed,
        signer=signer,
    )


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
            Finding("seal-ended", Severity.UNCHECKED, text, "印章现已过期, 且无时间戳证明签章时间")
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
        return [Finding("seal-time-boundary", Severity.UNCHECKED, text, "时间无时区, 无法判定边界")]
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
    return [Finding("time-token", Severity.UNCHECKED, text, "timeInfo 为时间戳, 未验证")]
