"""The verdict on the signatures of a CMS message, wherever it stands: alone, in a PDF, in an OFD."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO

from gmkit.cms import Compat, Family, SignedData, SignerInfo, oids
from gmkit.cms.content import Content
from gmkit.cms.verify import (
    VerifiedSignature,
    verify_counter_signature,
    verify_signature,
)
from gmkit.errors import EncodingError, VerificationError
from gmkit.pki import Purpose
from gmkit.verdict.model import (
    Check,
    Coverage,
    Extent,
    Finding,
    Severity,
    SignatureVerdict,
    SignerSummary,
    State,
    TimeProof,
)
from gmkit.verdict.signature import (
    algorithm_name,
    certificate_of,
    check_intact,
    claim_findings,
    claimed_time,
    named_type,
    responses_in,
    unsigned_values,
)
from gmkit.verdict.signer import judge_signer
from gmkit.verdict.stamp import judge_timestamp, no_timestamp
from gmkit.verdict.trust import Trust
from gmkit.x509 import Certificate, CertificateList
from gmkit.x509.ocsp import OcspResponse

__all__ = ["Evidence", "judge_message"]

_MAX_NESTED = 8  # counter-signatures upon counter-signatures
_MAX_SIGNATURES = 256  # of a message, counter-signatures included
_MAX_CERTIFICATES = 1024
_MAX_STATUS = 256  # revocation lists, and OCSP responses
_MAX_TIMESTAMPS = 16
_WHOLE = Coverage(Extent.WHOLE, (), "all of the content", "全部内容")
_NO_CHAIN = Check.unchecked(
    "no-signer-certificate", "there is no certificate to judge", "没有签名证书"
)
_NO_STATUS = Check.unchecked(
    "revocation-not-checked", "there is no certificate to judge", "没有签名证书"
)
_Verify = Callable[[], VerifiedSignature]


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    What came with a document and may help to judge; trusted for nothing by itself.

    Attributes:
        certificates, crls, ocsp: As found.
        known_at: When the signature and everything above is proved to have existed by something outside
            the message (a document timestamp, an evidence file); None: by nothing.
    """

    certificates: tuple[Certificate, ...] = ()
    crls: tuple[CertificateList, ...] = ()
    ocsp: tuple[OcspResponse, ...] = ()
    known_at: datetime | None = None


def judge_message(
    message: SignedData,
    trust: Trust,
    *,
    content: bytes | BinaryIO | Content | None = None,
    evidence: Evidence | None = None,
    compat: Compat | None = None,
    coverage: Coverage = _WHOLE,
    name: str = "signature",
    purpose: Purpose = Purpose.SIGNING,
) -> tuple[SignatureVerdict, ...]:
    """
    Judge every signature of a message: RFC 5652 section 5.6, then the signer, then the time.

    Args:
        message: The message.
        trust: Roots, moment, evidence.
        content: The content if it is detached; see :func:`gmkit.cms.verify_signatures`.
        evidence: What came with the document beside the message.
        compat: The one non-conforming form to accept; the verdict says that it was used.
        coverage: What the signed content is to the document.
        name: What to call the signatures; they are numbered if there are several.
        purpose: What the signers' keys are to be trusted for.

    Returns:
        One verdict for each signature, in the order of the message; none if it has none.
    """
    found = evidence or Evidence()
    given = Evidence(
        (
            *message.certificates[:_MAX_CERTIFICATES],
            *found.certificates[:_MAX_CERTIFICATES],
            *trust.certificates,
        ),
        (*message.lists[:_MAX_STATUS], *found.crls[:_MAX_STATUS]),
        (*responses_in(message)[:_MAX_STATUS], *found.ocsp[:_MAX_STATUS]),
        found.known_at,
    )
    judge = _Judge(message, trust, given, compat, coverage, purpose)
    try:
        source: Content | VerificationError = (
            content if isinstance(content, Content) else Content(message, content)
        )
    except VerificationError as why:
        source = why
    several = len(message.signers) > 1
    verdicts = [
        judge.one(info, source, f"{name} {number}" if several else name)
        for number, info in enumerate(message.signers[:_MAX_SIGNATURES], 1)
    ]
    if len(message.signers) > len(verdicts):
        verdicts[-1] = replace(verdicts[-1], findings=(*verdicts[-1].findings, _too_many(name)))
    return tuple(verdicts)


def _too_many(where: str) -> Finding:
    text = f"more than {_MAX_SIGNATURES} signatures are not looked at"
    return Finding("too-many-signatures", Severity.UNCHECKED, text, "签名过多", where)


class _Judge:
    """Judges the signatures of one message."""

    def __init__(
        self,
        message: SignedData,
        trust: Trust,
        given: Evidence,
        compat: Compat | None,
        coverage: Coverage,
        purpose: Purpose,
    ) -> None:
        self._message = message
        self._trust = trust
        self._given = given
        self._compat = compat
        self._coverage = coverage
        self._purpose = purpose
        self._left = _MAX_SIGNATURES - len(message.signers)
        family = "GM/T 0010" if message.family is Family.GM else "RFC 5652"
        self._kind = f"CMS, {family}"

    def one(
        self, info: SignerInfo, source: Content | VerificationError, name: str
    ) -> SignatureVerdict:
        """One signature over the content."""

        def verify() -> VerifiedSignature:
            if isinstance(source, VerificationError):
                raise source
            return verify_signature(
                self._message,
                info,
                self._given.certificates,
                source,
                user_id=self._trust.user_id,
                compat=self._compat,
            )

        return self._judged(info, verify, name, self._kind, self._coverage, 0)

    def _counter(
        self, parent: SignerInfo, info: SignerInfo, name: str, depth: int
    ) -> SignatureVerdict:
        """One signature over the value of another."""

        def verify() -> VerifiedSignature:
            return verify_counter_signature(
                parent, info, self._given.certificates, user_id=self._trust.user_id
            )

        covers = Coverage(
            Extent.PART, ("the content",), "the value of another signature", "另一签名值"
        )
        return self._judged(info, verify, name, "counter-signature", covers, depth)

    def _judged(
        self,
        info: SignerInfo,
        verify: _Verify,
        name: str,
        kind: str,
        coverage: Coverage,
        depth: int,
    ) -> SignatureVerdict:
        certificate = certificate_of(info, self._given.certificates)
        intact = check_intact(verify, info)
        findings = self._findings(info, depth)
        claimed = claimed_time(info)
        time = self._time(info, claimed, certificate)
        chain, revocation = _NO_CHAIN, _NO_STATUS
        if certificate is not None:
            judgement = judge_signer(
                certificate,
                self._given.certificates,
                self._trust,
                purpose=self._purpose,
                time=time.proved or self._given.known_at,
                crls=self._given.crls,
                ocsp=self._given.ocsp,
            )
            chain, revocation = judgement.chain, judgement.revocation
            findings += claim_findings(time, certificate)
        nested, more = self._nested(info, name, depth)
        return SignatureVerdict(
            name,
            kind,
            intact,
            None if certificate is None else SignerSummary.of(certificate),
            chain,
            revocation,
            time,
            coverage,
            (*findings, *more),
            algorithm_name(info),
            nested,
        )

    def _time(
        self, info: SignerInfo, claimed: datetime | None, certificate: Certificate | None
    ) -> TimeProof:
        """The earliest timestamp that holds; otherwise what is wrong with the first."""
        tokens = [one.raw for one in unsigned_values(info, oids.ATTRIBUTE_TIMESTAMP)]
        if not tokens:
            return no_timestamp(self._trust, claimed=claimed, signer=certificate)
        proofs = [
            judge_timestamp(
                token,
                info.signature,
                self._trust,
                known_at=self._given.known_at,
                certificates=self._given.certificates,
                crls=self._given.crls,
                ocsp=self._given.ocsp,
                claimed=claimed,
                signer=certificate,
            )
            for token in tokens[:_MAX_TIMESTAMPS]
        ]
        good = [one for one in proofs if one.check.state is State.PASSED and one.proved]
        return min(good, key=lambda one: one.proved or self._trust.at, default=proofs[0])

    def _nested(
        self, info: SignerInfo, name: str, depth: int
    ) -> tuple[tuple[SignatureVerdict, ...], tuple[Finding, ...]]:
        """Counter-signatures upon this one."""
        values = unsigned_values(info, oids.ATTRIBUTE_COUNTER_SIGNATURE)
        if not values:
            return (), ()
        if depth >= _MAX_NESTED:
            text = f"counter-signatures nested deeper than {_MAX_NESTED} are not looked at"
            return (), (Finding("too-deep", Severity.UNCHECKED, text, "副签嵌套过深", name),)
        nested, broken = [], []
        for number, value in enumerate(values, 1):
            if self._left <= 0:
                broken.append(_too_many(name))
                break
            self._left -= 1
            try:
                inner = SignerInfo.read(value)
            except EncodingError as why:
                broken.append(
                    Finding(
                        "malformed-counter-signature",
                        Severity.ERROR,
                        why.message,
                        "副签格式错误",
                        name,
                    )
                )
                continue
            label = f"counter-signature {number} on {name}"
            nested.append(self._counter(info, inner, label, depth + 1))
        return tuple(nested), tuple(broken)

    def _findings(self, info: SignerInfo, depth: int) -> list[Finding]:
        """What the message as a whole deviates in; said once, not at every counter-signature."""
        if depth:
            return []
        found = [
            Finding(one.id, Severity.WARNING, one.text, "编码不符合 DER", f"byte {one.offset}")
            for one in self._message.findings[:_MAX_SIGNATURES]
        ]
        families = {self._message.family}
        for oid in (self._message.content_type, named_type(info)):
            if oid in oids.CONTENT_TYPES:
                families.add(oids.CONTENT_TYPES[oid][0])
        if len(families) > 1:
            text = "the content types of RFC 5652 and GM/T 0010 are mixed"
            found.append(Finding("mixed-families", Severity.WARNING, text, "混用两套内容类型"))
        if self._compat is not None:
            text = (
                f"accepted only because the non-conforming form {self._compat.value} was asked for"
            )
            found.append(Finding("compat", Severity.WARNING, text, "仅按非标准形式验证"))
        return found
