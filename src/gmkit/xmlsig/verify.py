"""The verdict on an XML document."""

from __future__ import annotations

from hmac import compare_digest
from typing import TYPE_CHECKING

from gmkit.errors import GmkitError, InvalidSignature, UnsupportedAlgorithm, VerificationError
from gmkit.verdict import (
    Check,
    Coverage,
    Extent,
    Finding,
    Severity,
    SignatureVerdict,
    SignerSummary,
    TimeProof,
    Trust,
    Verdict,
    judge_signer,
    no_timestamp,
    refused,
)
from gmkit.xmlsig import algorithms, einvoice
from gmkit.xmlsig.canonical import canonical, detached_copy
from gmkit.xmlsig.guard import parse
from gmkit.xmlsig.structure import Reference, Signature, find_signatures, read_signature

if TYPE_CHECKING:
    from lxml import etree

    from gmkit.x509 import Certificate

__all__ = ["verify"]

_KIND = "XML"
_MAX_SIGNATURES = 16
_ID_NAMES = ("Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id")
_NOBODY = Check.unchecked(
    "no-signer-certificate", "there is no certificate to judge", "没有签名证书"
)
_UNKNOWN = Coverage(Extent.UNKNOWN, (), "not known: the signature cannot be read", "未知")


def verify(data: bytes, *, trust: Trust, name: str = "document") -> Verdict:
    """
    Judge an XML document: XML signatures (W3C, with the identifiers of China Customs for SM2), e-invoices.

    DTDs, entities and other encodings than UTF-8, UTF-16 and GB 18030 are refused before parsing. What a
    signature covers is found by position, never by a name alone: an identifier that occurs twice is
    refused, and content outside what is signed makes the document *not verifiable*.

    Args:
        data: The document.
        trust: Roots, moment, evidence.
        name: What to call it.
    """
    try:
        tree = parse(data)
    except GmkitError as why:
        return refused(name, _KIND, trust.at, why)
    found = find_signatures(tree.getroot())
    if not found and einvoice.is_einvoice(tree.getroot()):
        return einvoice.verdict(tree.getroot(), trust, name)
    several = len(found) > 1
    verdicts = tuple(
        _judged(tree, one, trust, f"signature {number}" if several else "signature")
        for number, one in enumerate(found[:_MAX_SIGNATURES], 1)
    )
    findings: tuple[Finding, ...] = ()
    if len(found) > _MAX_SIGNATURES:
        text = f"only the first {_MAX_SIGNATURES} of {len(found)} signatures were looked at"
        findings = (Finding("too-many-signatures", Severity.UNCHECKED, text, "签名过多"),)
    return Verdict(name, _KIND, trust.at, verdicts, findings)


def _judged(
    tree: etree._ElementTree, element: etree._Element, trust: Trust, name: str
) -> SignatureVerdict:
    kind = "XML signature"
    try:
        signature = read_signature(element)
    except GmkitError as why:
        time = TimeProof(Check.passed("none", "无"), latest=trust.at)
        return SignatureVerdict(name, kind, _fault(why), None, _NOBODY, _NOBODY, time, _UNKNOWN)
    intact, certificate = _intact(tree, signature, trust)
    coverage, findings = _coverage(tree, signature)
    findings += _weaknesses(signature)
    chain, revocation = _NOBODY, _NOBODY
    if certificate is not None:
        judged = judge_signer(certificate, signature.certificates, trust)
        chain, revocation = judged.chain, judged.revocation
    return SignatureVerdict(
        name,
        kind,
        intact,
        None if certificate is None else SignerSummary.of(certificate),
        chain,
        revocation,
        no_timestamp(trust, signer=certificate),
        coverage,
        tuple(findings),
        algorithms.SIGNATURES.get(signature.algorithm, signature.algorithm),
    )


def _fault(why: GmkitError) -> Check:
    if isinstance(why, UnsupportedAlgorithm):
        return Check.unchecked("unsupported-algorithm", why.message, "不支持的算法")
    if isinstance(why, VerificationError):
        return Check.failed(why.reason, why.message, why.title_zh)
    return Check.failed("malformed", why.message, why.title_zh)


def _intact(
    tree: etree._ElementTree, signature: Signature, trust: Trust
) -> tuple[Check, Certificate | None]:
    """Digests first, then the value, by the key of the first certificate it fits."""
    candidates = signature.certificates or trust.certificates
    try:
        for reference in signature.references:
            octets = _referenced(tree, signature, reference)
            if not compare_digest(
                algorithms.digest(reference.digest_method, octets), reference.digest
            ):
                where = reference.uri or "the document"
                text = f"{where} does not have the digest that was signed"
                return Check.failed("digest", text, "杂凑值不符"), _first(candidates)
        signed = canonical(signature.signed_info, signature.method)
        return _by_whom(signature, signed, candidates, trust)
    except GmkitError as why:
        return _fault(why), _first(candidates)


def _by_whom(
    signature: Signature, signed: bytes, candidates: tuple[Certificate, ...], trust: Trust
) -> tuple[Check, Certificate | None]:
    if not candidates:
        text = "the signer's certificate is neither in the document nor among those given"
        return Check.unchecked("signer-certificate-missing", text, "缺少签名证书"), None
    failure: GmkitError | None = None
    for certificate in candidates:
        try:
            algorithms.verify(
                signature.algorithm, certificate, signed, signature.value, user_id=trust.user_id
            )
        except GmkitError as why:
            failure = failure or why
        else:
            text = "digests and signature value fit"
            return Check.passed(text, "杂凑值与签名值相符"), certificate
    assert failure is not None
    return _fault(failure), candidates[0]


def _first(candidates: tuple[Certificate, ...]) -> Certificate | None:
    return candidates[0] if candidates else None


def _referenced(tree: etree._ElementTree, signature: Signature, reference: Reference) -> bytes:
    """The canonical octets a Reference points at."""
    if reference.uri == "":
        whole = detached_copy(tree, signature.element) if reference.enveloped else tree
        return canonical(whole, reference.method)
    target = _target(tree, reference)
    if not reference.enveloped:
        return canonical(target, reference.method)
    if signature.element not in set(target.iterdescendants()):
        return canonical(target, reference.method)
    place = [target, *target.iterancestors()]
    copy = detached_copy(tree, signature.element)
    same = copy.getroot()
    for below in reversed(place[:-1]):
        parent = below.getparent()
        assert parent is not None
        same = same[parent.index(below)]
    return canonical(same, reference.method)


def _target(tree: etree._ElementTree, reference: Reference) -> etree._Element:
    """The one element with an identifier; two would let one be verified and the other be read."""
    if not reference.uri.startswith("#") or "(" in reference.uri:
        raise UnsupportedAlgorithm(f"what is signed lies elsewhere: {reference.uri!r}")
    wanted = reference.uri[1:]
    found = [
        one
        for one in tree.getroot().iter()
        if any(one.get(name) == wanted for name in _ID_NAMES if isinstance(one.tag, str))
    ]
    if len(found) > 1:
        raise VerificationError(
            f"the identifier {wanted!r} occurs {len(found)} times", reason="duplicate-id"
        )
    if not found:
        raise InvalidSignature(f"there is no element with the identifier {wanted!r}")
    return found[0]


def _coverage(tree: etree._ElementTree, signature: Signature) -> tuple[Coverage, list[Finding]]:
    """What of the document is signed, and what is not."""
    root = tree.getroot()
    findings = []
    outside = ["KeyInfo"] if signature.certificates or signature.key_names else []
    if signature.extra:
        outside += signature.extra
        text = "elements inside the signature itself are signed by nobody"
        findings.append(
            Finding("uncovered-object", Severity.UNCHECKED, text, "签名元素内的内容未被签名")
        )
    covered = []
    for reference in signature.references:
        if reference.uri == "":
            covered.append(root)
            continue
        try:
            covered.append(_target(tree, reference))
        except GmkitError:  # said by the check of the digests
            return _UNKNOWN, findings
    if not any(one.method.comments for one in signature.references) and _has_comments(root):
        outside.append("comments")
    if any(one is root for one in covered):
        text = "the whole document but the signature itself"
        return Coverage(Extent.WHOLE, tuple(outside), text, "除签名本身外的全部文档"), findings
    paths = ", ".join(tree.getpath(one) for one in covered)
    text = f"content outside {paths} is signed by nobody"
    findings.append(Finding("uncovered-content", Severity.UNCHECKED, text, "部分内容未被签名"))
    covers = Coverage(Extent.PART, (*outside, "everything else"), f"only {paths}", f"仅 {paths}")
    return covers, findings


def _has_comments(root: etree._Element) -> bool:
    return any(not isinstance(one.tag, str) for one in root.iter())


def _weaknesses(signature: Signature) -> list[Finding]:
    if not any(algorithms.is_weak(one.digest_method) for one in signature.references):
        return []
    text = "the digest is SHA-1: other content with the same digest can be made"
    return [Finding("weak-digest", Severity.UNCHECKED, text, "杂凑算法 SHA-1 强度不足")]
