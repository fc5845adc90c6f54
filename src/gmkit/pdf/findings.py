"""What is said about a signature beside the fixed checks, and verdicts on what is none."""

from __future__ import annotations

from collections.abc import Iterator

from gmkit.cms import SignedData, oids
from gmkit.errors import EncodingError, GmkitError, UnsupportedAlgorithm, VerificationError
from gmkit.pdf.changes import Change, Changes
from gmkit.pdf.store import SecurityStore
from gmkit.pdf.structure import Document, SignatureField
from gmkit.verdict import (
    Check,
    Coverage,
    Extent,
    Finding,
    Severity,
    SignatureVerdict,
    TimeProof,
    Trust,
)

__all__ = [
    "attribute_findings",
    "change_findings",
    "coverage_words",
    "document_findings",
    "message_problem",
    "not_judged",
    "place_findings",
]

_DETACHED = frozenset({"adbe.pkcs7.detached", "ETSI.CAdES.detached"})
_NOBODY = Check.unchecked(
    "no-signer-certificate", "there is no signature to judge", "没有可验证的签名"
)
_NOWHERE = Coverage(Extent.UNKNOWN, (), "not known", "未知")


def coverage_words(field: SignatureField, changes: Changes) -> Coverage:
    """What of the file a signature covers."""
    here = f"revision {field.revision} of {field.revisions}"
    if changes.level is Change.NONE:
        return Coverage(Extent.WHOLE, (), f"the whole file ({here})", "整个文件")
    if changes.level is Change.LONG_TERM:
        text = f"all of {here}; later revisions hold evidence for verification only"
        return Coverage(Extent.WHOLE, (), text, "签名版本的全部内容，其后仅增加验证信息")
    outside = [f"revision {number}" for number in range(field.revision + 1, field.revisions + 1)]
    outside += [f"field {name}" for name in changes.fields]
    text = f"all of {here}; what came later is not covered"
    return Coverage(
        Extent.PART, tuple(outside), text, "签名版本的全部内容，其后的修改不在签名范围内"
    )


def change_findings(changes: Changes) -> Iterator[Finding]:
    """What came after a signature and what it says about that itself."""
    if changes.permission is not None:
        allowed = {1: "nothing", 2: "form filling and signatures", 3: "also remarks"}
        text = f"DocMDP {changes.permission}: allows {allowed[changes.permission]} to be added"
        yield Finding("docmdp", Severity.NOTE, text, "认证签名限定了允许的修改")
    if changes.locked:
        yield Finding("fieldmdp", Severity.NOTE, f"locks {changes.locked}", "签名锁定了表单域")
    if changes.problem is not None:
        if changes.unclear:
            yield Finding(
                "changes-unclear", Severity.UNCHECKED, changes.problem, "无法判定签名后的修改"
            )
        else:
            yield Finding(
                "changed-after-signing", Severity.ERROR, changes.problem, "签名后文件被修改"
            )
    elif changes.level is Change.LONG_TERM:
        text = "certificates, revocation information or timestamps were added"
        yield Finding("long-term-update", Severity.NOTE, text, "签名后增加了长期验证信息")
    elif changes.level is Change.FORM:
        names = ", ".join(changes.fields) or "signatures or their appearance"
        text = f"fields were filled or signatures added after this signature: {names}"
        yield Finding("form-filled", Severity.WARNING, text, "签名后填写了表单或增加了签名")
    elif changes.level is Change.REMARKS:
        text = "remarks were added after this signature; they may hide what is beneath"
        yield Finding("remarks-added", Severity.WARNING, text, "签名后增加了批注")


def place_findings(field: SignatureField) -> Iterator[Finding]:
    """Oddities of the signature dictionary."""
    if not field.padding_is_zero:
        text = "octets that are no zeros follow the message in /Contents"
        yield Finding("contents-padding", Severity.WARNING, text, "签名值后有非零填充")
    if field.is_timestamp:
        if field.sub_filter != "ETSI.RFC3161":
            text = f"/SubFilter {field.sub_filter or 'absent'} does not name a timestamp"
            yield Finding("sub-filter", Severity.WARNING, text, "SubFilter 与内容不符")
    elif field.sub_filter not in _DETACHED:
        text = f"/SubFilter {field.sub_filter or 'absent'} is unknown; judged by what is there"
        yield Finding("sub-filter", Severity.WARNING, text, "未知的 SubFilter")


def attribute_findings(field: SignatureField, message: SignedData) -> Iterator[Finding]:
    """What PAdES asks of the signed attributes (ETSI EN 319 142-1, 6.3)."""
    if field.sub_filter != "ETSI.CAdES.detached":
        return
    attributes = message.signers[0].signed_attributes
    there = {oid for oid, _ in attributes.entries} if attributes is not None else set()
    named = {oids.ATTRIBUTE_SIGNING_CERTIFICATE, oids.ATTRIBUTE_SIGNING_CERTIFICATE_V2}
    if not there & named:
        text = "PAdES wants the signed attributes to name the certificate"
        yield Finding("pades-certificate", Severity.WARNING, text, "缺少签名证书属性")
    if oids.ATTRIBUTE_SIGNING_TIME in there:
        text = "PAdES wants the claimed time in /M, not in the signed attributes"
        yield Finding("pades-time", Severity.WARNING, text, "PAdES 不使用签名时间属性")


def document_findings(document: Document, store: SecurityStore) -> Iterator[Finding]:
    """About the file as a whole."""
    if document.reader.deviates:
        text = "the file's structure deviates from ISO 32000 and was read leniently"
        yield Finding("lenient-structure", Severity.WARNING, text, "文件结构不符合 ISO 32000")
    if document.reader.encrypted:
        yield Finding("encrypted", Severity.NOTE, "the file is encrypted", "文件已加密")
    for place in document.unreferenced[:20]:
        text = "a signature that no field leads to; it was not verified and counts for nothing"
        where = f"byte {place}"
        yield Finding("unreferenced-signature", Severity.WARNING, text, "存在未被引用的签名", where)
    for text in store.unreadable[:20]:
        yield Finding("security-store", Severity.WARNING, text, "验证信息无法读取", "/DSS")
    if document.empty:
        text = f"fields nobody has signed: {', '.join(document.empty)}"
        yield Finding("unsigned-field", Severity.NOTE, text, "存在未签名的签名域")


def message_problem(message: SignedData) -> GmkitError | None:
    """Why a message is no signature of a PDF, whatever it holds (ISO 32000-2, 12.8.3.3)."""
    if len(message.signers) != 1:
        return EncodingError(
            f"a signature in a PDF has one signer, this has {len(message.signers)}", what="PDF"
        )
    if message.content is not None:
        return VerificationError(
            "the message brings content of its own beside the file", reason="content-inside"
        )
    return None


def not_judged(
    name: str, kind: str, why: GmkitError, trust: Trust, coverage: Coverage = _NOWHERE
) -> SignatureVerdict:
    """The verdict on a field whose signature cannot be judged: wrong, or of a kind not done here."""
    if isinstance(why, UnsupportedAlgorithm):
        check = Check.unchecked("unsupported-algorithm", why.message, "不支持的签名类型")
    elif isinstance(why, VerificationError):
        check = Check.failed(why.reason, why.message, "签名结构无效")
    else:
        check = Check.failed("malformed", why.message, "签名格式错误")
    time = TimeProof(Check.passed("not looked at", "未检查"), latest=trust.at)
    return SignatureVerdict(name, kind, check, None, _NOBODY, _NOBODY, time, coverage)
