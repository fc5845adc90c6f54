"""The value of a signature: a plain digital signature, or an electronic seal."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hmac import compare_digest

from gmkit import asn1, sm2, sm3
from gmkit.asn1 import Tag
from gmkit.cms import Compat, SignedData
from gmkit.errors import EncodingError, GmkitError, InvalidSignature
from gmkit.ofd.description import (
    check_description,
    check_property,
    check_stamps,
    check_times,
    warning,
)
from gmkit.ofd.digests import References
from gmkit.ofd.package import Package
from gmkit.ofd.signature import Listed, SignatureFile
from gmkit.seal import Seal, SealSignature
from gmkit.seal.lenient import claimed_time, signature_value
from gmkit.seal.verify import first_failure, judge_sealed, note_findings
from gmkit.verdict import (
    Check,
    Coverage,
    Evidence,
    Finding,
    Severity,
    SignatureVerdict,
    SignerSummary,
    Trust,
    judge_message,
    judge_signer,
    no_timestamp,
)
from gmkit.x509 import Certificate

__all__ = ["judge_value"]

_SIGN, _SEAL = "Sign", "Seal"
_MAX_VALUE = 16 << 20


def judge_value(
    package: Package,
    listed: Listed,
    file: SignatureFile,
    references: References,
    trust: Trust,
    evidence: Evidence,
    *,
    name: str,
    coverage: Coverage,
    pages: frozenset[str],
) -> SignatureVerdict:
    """
    The verdict on one signature.

    Args:
        package: The package.
        listed: Its line in the list of signatures.
        file: Its description.
        references: What came of the parts it names.
        trust: Roots, moment, revocation information.
        evidence: What came with the document.
        name: What to call it.
        coverage: What it covers.
        pages: Identifiers of the document's pages.
    """
    judge = _Judge(package, file, references, trust, evidence, name, coverage)
    findings = [*references.findings, *check_description(file)]
    if file.value is None:
        check = Check.failed("value-missing", "the signature has no value", "签名值缺失")
        return judge.without_value("unknown", check, findings)
    try:
        value = _stored_value(package, file.value)
        form = _form(value)
    except EncodingError as why:
        check = Check.failed("value-malformed", f"{file.value}: {why.message}", "签名值格式错误")
        return judge.without_value("unknown", check, findings)
    if (form == _SEAL) != (listed.type == _SEAL):
        text = f"the list of signatures says {listed.type}, and the value is of the type {form}"
        findings.append(warning("signature-type", text, "签名类型与签名值不符"))
    if form != _SEAL and file.seal is not None:
        text = f"a plain signature names a seal, {file.seal}, which is not looked at"
        findings.append(
            Finding("seal-beside-plain", Severity.UNCHECKED, text, "数字签名附带印章，未验证")
        )
    try:
        if form == _SEAL:
            return judge.seal(value, [*findings, *check_stamps(file, pages)])
        if form == _SIGN:
            return judge.message(value, findings)
    except EncodingError as why:
        check = Check.failed("value-malformed", f"{file.value}: {why.message}", "签名值格式错误")
        return judge.without_value(form, check, findings)
    return judge.bare(value, findings)


class _Judge:
    """What the three kinds of value have in common."""

    def __init__(
        self,
        package: Package,
        file: SignatureFile,
        references: References,
        trust: Trust,
        evidence: Evidence,
        name: str,
        coverage: Coverage,
    ) -> None:
        self._package = package
        self._file = file
        self._references = references
        self._trust = trust
        self._evidence = evidence
        self._name = name
        self._coverage = coverage

    def seal(self, value: bytes, findings: Sequence[Finding]) -> SignatureVerdict:
        """An electronic seal: SES of any layout."""
        signed = SealSignature.parse(value)
        more = [
            *check_property(signed, self._file),
            *self._same_seal(signed),
            *check_times(signed, self._file),
        ]
        return judge_sealed(
            signed,
            self._file.octets,
            self._trust,
            name=self._name,
            coverage=self._coverage,
            before=[self._references.check],
            findings=[*findings, *more],
            evidence=self._evidence,
        )

    def message(self, value: bytes, findings: Sequence[Finding]) -> SignatureVerdict:
        """
        A plain digital signature: SignedData of GB/T 35275-2017.

        Its content is Signature.xml, left out; or the digest of it, written out in 32 octets or in Base64.
        """
        message = SignedData.parse(value)
        notes: list[tuple[str, str]] = []
        bound = self._bound(message, notes)
        detached = self._file.octets if message.content is None else None
        verdicts = judge_message(
            message,
            self._trust,
            content=detached,
            evidence=self._evidence,
            compat=Compat.RAW_SIGNATURE if _is_raw(message, notes) else None,
            coverage=self._coverage,
            name=self._name,
        )
        said = [*findings, *note_findings(notes)]
        if not verdicts:
            check = Check.failed("no-signature", "the message carries no signature", "没有签名")
            return self.without_value("digital signature", check, said)
        first, *others = (self._merged(one, bound, said) for one in verdicts)
        # Several signers of one value are one signature of the document: each of them counts.
        return replace(first, nested=(*first.nested, *others)) if others else first

    def bare(self, value: bytes, findings: Sequence[Finding]) -> SignatureVerdict:
        """A signature without anything around it: whose it is must be known from elsewhere."""
        notes: list[tuple[str, str]] = []
        raw = signature_value(value, "the signature", notes)
        kind = "bare SM2 signature"
        said = [*findings, *note_findings(notes)]
        if raw is None:
            check = Check.failed(
                "value-malformed", "the value is not an SM2 signature", "签名值格式错误"
            )
            return self.without_value(kind, check, said)
        holder = self._whose(raw)
        if holder is None:
            text = "the signature carries no certificate, and none of those at hand fits"
            check = Check.unchecked("no-certificate", text, "签名未携带证书")
            return self.without_value(kind, check, said)
        given = (*self._evidence.certificates, *self._trust.certificates)
        judged = judge_signer(holder, given, self._trust, time=self._evidence.known_at)
        check = Check.passed("the signature holds under a certificate given", "签名值有效")
        intact, more = first_failure([self._references.check, check])
        return SignatureVerdict(
            self._name,
            kind,
            intact,
            SignerSummary.of(holder),
            judged.chain,
            judged.revocation,
            no_timestamp(self._trust, claimed=self._claimed(), signer=holder),
            self._coverage,
            (*said, *more),
            "SM2 with SM3",
        )

    def without_value(
        self, kind: str, check: Check, findings: Sequence[Finding]
    ) -> SignatureVerdict:
        """A signature whose value says nothing about a signer."""
        intact, more = first_failure([self._references.check, check])
        none = Check.unchecked(
            "no-certificate", "there is no certificate to judge", "没有可判断的证书"
        )
        return SignatureVerdict(
            self._name,
            kind,
            intact,
            None,
            none,
            none,
            no_timestamp(self._trust, claimed=self._claimed()),
            self._coverage,
            (*findings, *more),
        )

    def _merged(
        self, verdict: SignatureVerdict, bound: Check, findings: Sequence[Finding]
    ) -> SignatureVerdict:
        intact, more = first_failure([self._references.check, bound, verdict.intact])
        return replace(
            verdict,
            kind=f"digital signature, {verdict.kind}",
            intact=intact,
            findings=(*findings, *verdict.findings, *more),
        )

    def _bound(self, message: SignedData, notes: list[tuple[str, str]]) -> Check:
        """Whether the message's content, if it has one, stands for Signature.xml."""
        content = message.content
        if content is None:
            return Check.passed("made over Signature.xml", "签名原文为 Signature.xml")
        digest = sm3.digest(self._file.octets)
        if compare_digest(content, digest) or compare_digest(content, self._file.octets):
            return Check.passed("made over the digest of Signature.xml", "签名原文为其杂凑值")
        if compare_digest(content.strip(), b64encode(digest)):
            notes.append(
                ("content-base64", "the digest is signed as Base64 text, not as 32 octets")
            )
            return Check.passed("made over the digest of Signature.xml", "签名原文为其杂凑值")
        text = "the signature was made over other content than this Signature.xml"
        return Check.failed("data-hash", text, "原文杂凑值不符")

    def _same_seal(self, signed: SealSignature) -> list[Finding]:
        """The seal beside the signature, which some readers draw, must be the one that was signed with."""
        path = self._file.seal
        if path is None:
            return []
        if path not in self._package:
            return [warning("seal-part-missing", f"{path} is absent", "印章文件缺失", path)]
        try:
            octets = self._package.read(path)
            same = octets == signed.seal.der
            alike = same or Seal.parse(octets).info.raw == signed.seal.info.raw
        except EncodingError as why:
            text = f"{path}: {why.message}"
            return [Finding("seal-part-malformed", Severity.ERROR, text, "印章文件格式错误", path)]
        if same:
            return []
        if alike:
            text = f"{path} is another copy of the seal that was signed with"
            return [warning("seal-part-copy", text, "印章文件与签章中印章编码不同", path)]
        text = f"{path} is another seal than the one that was signed with"
        return [Finding("seal-differs", Severity.ERROR, text, "印章文件与签章中印章不一致", path)]

    def _whose(self, raw: bytes) -> Certificate | None:
        for certificate in (*self._evidence.certificates, *self._trust.certificates):
            try:
                key = certificate.public_key()
            except GmkitError:  # a key of another kind made no SM2 signature
                continue
            if not isinstance(key, sm2.SM2PublicKey):
                continue
            try:
                key.verify(
                    raw,
                    self._file.octets,
                    user_id=self._trust.user_id,
                    format=sm2.SignatureFormat.RAW,
                )
            except InvalidSignature:
                continue
            return certificate
        return None

    def _claimed(self) -> datetime | None:
        found = claimed_time(self._file.time or "")
        return None if found is None else found.value


def _is_raw(message: SignedData, notes: list[tuple[str, str]]) -> bool:
    """Whether all signature values are r ‖ s in 64 octets: another encoding, not another statement."""
    found: list[tuple[str, str]] = []
    for info in message.signers:
        signature_value(info.signature, "the signature", found)
    raw = [one for one in found if one[0] == "raw-signature"]
    notes += raw[:1]
    return bool(raw) and len(raw) == len(message.signers)


def _stored_value(package: Package, path: str) -> bytes:
    if package.archive.entries[path].length > _MAX_VALUE:
        raise EncodingError("too long for a signature's value", what="OFD")
    return package.read(path)


def _form(value: bytes) -> str:
    """Sign (a message), Seal, or bare, by the structure."""
    root = asn1.decode_lenient(value, what="signature value")
    members = root.children() if root.tag == Tag.SEQUENCE else []
    if not members:
        raise EncodingError("neither a message nor a seal nor a signature", what="signature value")
    tag = members[0].tag
    if tag == Tag.OBJECT_IDENTIFIER:
        return _SIGN
    return _SEAL if tag == Tag.SEQUENCE else "bare"
