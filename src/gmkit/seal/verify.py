"""
Judging seals, and what is signed with them.

The order is that of GM/T 0031-2014 and GB/T 38540-2020: structure; the digest of what is sealed; the
signature; the signer's place in the seal's list; the seal's own signature by its maker; the seal's validity
at the time of signing; the chains of signer and maker; revocation; the timestamp. Every one of them is made
and reported, also after one has failed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hmac import compare_digest

from gmkit import sm2, sm3
from gmkit.errors import EncodingError, GmkitError, InvalidSignature
from gmkit.seal.lenient import Notes, signature_value
from gmkit.seal.model import Seal, SealSignature
from gmkit.seal.usage import check_use
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

__all__ = ["first_failure", "judge_sealed", "note_findings", "verify_seal"]

_SM2_WITH_SM3 = "1.2.156.10197.1.501"
_SM2_SIGNATURES = {_SM2_WITH_SM3, "1.2.156.10197.1.301.1"}
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
            *check_use(signed, moment, signer, trust),
            *note_findings((*(n for n in signed.notes if n not in signed.seal.notes), *notes)),
        ),
        "SM2 with SM3",
        (seal,),
    )


def note_findings(notes: Sequence[tuple[str, str]], *, where: str = "") -> tuple[Finding, ...]:
    """Deviations from a standard that leave no doubt, as findings."""
    return tuple(
        Finding(code, Severity.WARNING, text, "与标准不符，但含义明确", where)
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
