"""Judging evidence: each timestamp at the time of the next, the document at the time of the first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from gmkit.documents.dispatch import verify
from gmkit.documents.evidence.container import Evidence, Material
from gmkit.documents.evidence.objects import document_length, object_digests
from gmkit.documents.evidence.record import ArchiveTimestamp, digest
from gmkit.errors import GmkitError, UnsupportedAlgorithm, VerificationError
from gmkit.tsp import Imprint
from gmkit.verdict import (
    Check,
    Coverage,
    Extent,
    Finding,
    Severity,
    SignatureVerdict,
    Trust,
    Verdict,
    judge_document_timestamp,
    refused,
)
from gmkit.verdict import Evidence as Found

__all__ = ["verify_evidence"]

_KIND = "evidence"
_ALL = Coverage(
    Extent.WHOLE, (), "document, signatures and what they are judged with", "文件、签名及验证材料"
)
_OLDER = Coverage(Extent.WHOLE, (), "the timestamp before it, and so all of it", "前一时间戳")


def verify_evidence(
    evidence: Evidence | bytes,
    document: bytes | Path | None,
    *,
    trust: Trust,
    ends: Mapping[str, datetime] | None = None,
    timestamps_only: bool = False,
) -> Verdict:
    """
    Judge a document by its evidence, however long ago it was signed.

    The newest timestamp is judged at ``trust.at``; each older one as of the time of the next, with what was
    stamped along with it; the document's own signatures as of the first timestamp, with the material in the
    file. Roots come from *trust* only.

    Args:
        evidence: The evidence, or its file's octets.
        document: The document; None: its digests are not checked, and the verdict says so.
        trust: Roots and moment; revocation information for the newest timestamp.
        ends: The moment from which an algorithm no longer convinces, by its dotted identifier (hash or
            signature). A timestamp that uses it must have been renewed before.
        timestamps_only: Leave the document's own signatures out.

    Returns:
        The verdict: the document's signatures first, then the timestamps, oldest first.

    Raises:
        StorageError: If the document cannot be read.
    """
    name = document.name if isinstance(document, Path) else "document"
    try:
        parsed = Evidence.parse(evidence) if isinstance(evidence, bytes) else evidence
        material = Material.parse(parsed.material)
        times = [one.parsed.info.time for chain in parsed.record.chains for one in chain]
    except GmkitError as why:
        return refused(name, _KIND, trust.at, why)
    name = name if document is not None else parsed.name
    findings = _about(parsed, document, times)
    if document is None and not timestamps_only:
        text = "the document was not given: neither its digest nor its signatures were checked"
        findings.append(Finding("no-document", Severity.UNCHECKED, text, "未提供原文件"))
    stamps = _timestamps(parsed, document, material, trust, ends or {}, times)
    signatures: tuple[SignatureVerdict, ...] = ()
    if document is not None and not timestamps_only:
        then = replace(
            trust,
            at=times[0],
            certificates=(*trust.certificates, *material.certificates),
            crls=(*trust.crls, *material.crls),
            ocsp=(*trust.ocsp, *material.ocsp),
        )
        inner = verify(document, trust=then, name=name, signature=parsed.signature)
        signatures = inner.signatures
        unsigned = [one for one in inner.findings if one.code == "no-signature"]
        findings += [one for one in inner.findings if one not in unsigned]
        findings += [replace(one, severity=Severity.NOTE) for one in unsigned]
    return Verdict(name, _KIND, trust.at, (*signatures, *stamps), tuple(findings))


def _about(
    evidence: Evidence, document: bytes | Path | None, times: list[datetime]
) -> list[Finding]:
    found = []
    if document is not None and document_length(document) != evidence.length:
        text = f"the document has not the {evidence.length:,} bytes it had"
        found.append(Finding("evidence-length", Severity.ERROR, text, "文件长度不符"))
    if sorted(times) != times:
        text = "the timestamps are not in the order of their times"
        found.append(Finding("evidence-order", Severity.ERROR, text, "时间戳顺序错误"))
    return found


def _timestamps(
    evidence: Evidence,
    document: bytes | Path | None,
    material: Material,
    trust: Trust,
    ends: Mapping[str, datetime],
    times: list[datetime],
) -> list[SignatureVerdict]:
    verdicts = []
    place = 0
    for number, chain in enumerate(evidence.record.chains):
        before: ArchiveTimestamp | None = None
        for one in chain:
            until = times[place + 1] if place + 1 < len(times) else None
            verdict = _judged(one, trust, material if place == 0 else Material(), until, place + 1)
            fits = (
                _first_fits(evidence, number, document)
                if before is None
                else _fits(one, [digest(one.algorithm, before.token)])
            )
            if fits is not None:
                verdict = replace(verdict, intact=fits)
            ended = _ended(one, ends, until or trust.at)
            verdicts.append(replace(verdict, findings=(*verdict.findings, *ended)))
            before, place = one, place + 1
    return verdicts


def _judged(
    one: ArchiveTimestamp, trust: Trust, material: Material, until: datetime | None, number: int
) -> SignatureVerdict:
    """The token by itself, as of the time it is proved for by the next."""
    imprint = one.parsed.info.imprint
    return judge_document_timestamp(
        one.parsed,
        Imprint(imprint.algorithm, imprint.digest),
        trust,
        evidence=Found(material.certificates, material.crls, material.ocsp, until),
        coverage=_ALL if one.tree else _OLDER,
        name=f"timestamp {number}",
        kind="archive timestamp, RFC 4998",
    )


def _first_fits(evidence: Evidence, number: int, document: bytes | Path | None) -> Check | None:
    """Whether the first timestamp of a chain stamps the objects and all chains before."""
    first = evidence.record.chains[number][0]
    if document is None:
        return None
    try:
        objects = object_digests(first.algorithm, document, evidence.material, evidence.signature)
    except UnsupportedAlgorithm as why:
        return Check.unchecked("unsupported-algorithm", why.message, "不支持的算法")
    return _fits(first, evidence.record.hashes(number, objects))


def _fits(one: ArchiveTimestamp, hashes: list[bytes]) -> Check | None:
    """What is wrong with what a timestamp stamps; None if nothing is."""
    try:
        one.check_imprint(hashes)
    except VerificationError as why:
        return Check.failed(why.reason, why.message, "杂凑值与时间戳不符")
    return None


def _ended(one: ArchiveTimestamp, ends: Mapping[str, datetime], until: datetime) -> list[Finding]:
    """Algorithms that had ended before the timestamp was renewed."""
    info = one.parsed.message.signers[0]
    used = {one.algorithm, info.digest_algorithm.oid, info.signature_algorithm.oid}
    found = []
    for oid in sorted(used & set(ends)):
        if ends[oid] <= until:
            text = f"{oid} convinces until {ends[oid]:%Y-%m-%d} only, and was relied on until {until:%Y-%m-%d}"
            found.append(Finding("algorithm-ended", Severity.UNCHECKED, text, "算法已失效"))
    return found
