"""A timestamp as a signature of its own: over a file, or over all of a document."""

from __future__ import annotations

from typing import BinaryIO

from gmkit.errors import GmkitError
from gmkit.pki import Purpose
from gmkit.tsp import Imprint, TimestampToken
from gmkit.verdict.message import Evidence
from gmkit.verdict.model import Check, Coverage, Extent, SignatureVerdict, SignerSummary, TimeProof
from gmkit.verdict.signature import algorithm_name, responses_in
from gmkit.verdict.signer import judge_signer
from gmkit.verdict.stamp import read_token
from gmkit.verdict.trust import Trust

__all__ = ["judge_document_timestamp"]

_WHOLE = Coverage(Extent.WHOLE, (), "all of the content", "全部内容")
_NOBODY = Check.unchecked(
    "no-signer-certificate", "there is no certificate to judge", "没有签名证书"
)


def judge_document_timestamp(
    token: bytes | TimestampToken,
    content: bytes | BinaryIO | Imprint,
    trust: Trust,
    *,
    evidence: Evidence | None = None,
    coverage: Coverage = _WHOLE,
    name: str = "timestamp",
    kind: str = "timestamp, RFC 3161",
) -> SignatureVerdict:
    """
    Judge a timestamp over a document as a signature, whose signer is the authority.

    Args:
        token: The token.
        content: What is stamped, or its imprint.
        trust: Roots, moment, evidence.
        evidence: What came with the document; its ``known_at`` proves the token by something later.
        coverage: What the stamped content is to the document.
        name: What to call it.
        kind: What it is.
    """
    given = evidence or Evidence()
    try:
        parsed = TimestampToken.parse(token) if isinstance(token, bytes) else token
    except GmkitError as why:
        broken = Check.failed("timestamp-malformed", why.message, "时间戳格式错误")
        return SignatureVerdict(
            name, kind, broken, None, _NOBODY, _NOBODY, TimeProof(Check.passed()), coverage
        )
    read = read_token(parsed, content, given.certificates, trust, known_at=given.known_at)
    algorithm_words = algorithm_name(parsed.message.signers[0])
    if isinstance(read, Check):
        time = TimeProof(Check.passed(), latest=trust.at)
        return SignatureVerdict(
            name, kind, read, None, _NOBODY, _NOBODY, time, coverage, (), algorithm_words
        )
    _, authority = read
    judged = judge_signer(
        authority,
        (*parsed.message.certificates, *given.certificates),
        trust,
        purpose=Purpose.TIMESTAMPING,
        time=given.known_at,
        crls=(*parsed.message.lists, *given.crls),
        ocsp=(*responses_in(parsed.message), *given.ocsp),
    )
    stated = parsed.info.time
    by = f"timestamp {parsed.info.serial:x} of {authority.subject}"
    return SignatureVerdict(
        name,
        kind,
        Check.passed("imprint and signature value fit", "杂凑值与签名值相符"),
        SignerSummary.of(authority),
        judged.chain,
        judged.revocation,
        TimeProof(
            Check.passed("stated by the authority", "时间戳机构声明"),
            proved=stated,
            by=by,
            latest=stated,
        ),
        coverage,
        (),
        algorithm_words,
    )
