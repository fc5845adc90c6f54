"""Is the signer to be believed? Chain and revocation, at the time that is proved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gmkit.errors import CertificateRejected, EncodingError, GmkitError
from gmkit.pki import REASONS, Purpose, Revocation, VerifiedChain
from gmkit.verdict.model import Check
from gmkit.verdict.trust import Trust
from gmkit.x509 import Certificate, CertificateList, RevocationReason
from gmkit.x509.ocsp import CertificateStatus, OcspResponse

__all__ = ["Judgement", "judge_signer"]

#: Refusals that say "the evidence does not suffice", not "this is wrong".
_INSUFFICIENT = frozenset(
    {
        "expired",
        "unknown-issuer",
        "untrusted-root",
        "unsupported-algorithm",
        "revocation-unknown",
        "revocation-stale",
        "too-complex",
        "too-deep",
    }
)
_REVOCATION = frozenset({"revoked", "revocation-unknown", "revocation-stale"})
_NOT_REACHED = Check.unchecked(
    "revocation-not-checked",
    "not checked: there is no chain to ask about",
    "未检查撤销状态，因为没有可信证书链",
)
#: Later moments at which revocation is looked at, for a signature whose time is proved.
_MAX_MOMENTS = 16


@dataclass(frozen=True, slots=True)
class Judgement:
    """
    What is known about a signer.

    Attributes:
        chain: Whether a chain to a given root holds.
        revocation: Whether none of its certificates was revoked.
        certificates: The chain, leaf first, if there is one.
    """

    chain: Check
    revocation: Check
    certificates: tuple[Certificate, ...] = ()


def judge_signer(
    certificate: Certificate,
    intermediates: Sequence[Certificate],
    trust: Trust,
    *,
    purpose: Purpose = Purpose.SIGNING,
    time: datetime | None = None,
    crls: Sequence[CertificateList] = (),
    ocsp: Sequence[OcspResponse] = (),
) -> Judgement:
    """
    Judge a signer's certificate.

    Args:
        certificate: The signer's.
        intermediates: Certificates that came with the document; trusted for nothing.
        trust: Roots, moment, evidence.
        purpose: What the signer's key was used for.
        time: When the signature is *proved* to have existed (a timestamp); None: judged at ``trust.at``.
        crls: Revocation lists that came with the document; believed only if an authority of the chain
            signed them.
        ocsp: OCSP responses that came with the document; believed under the same condition.

    Returns:
        The judgement. A chain that ends in no given root, or in a certificate that has expired, is *not
        checked* rather than failed: the evidence does not suffice.
    """
    if not trust.roots_for(purpose):
        none = Check.unchecked("no-trusted-root", "no trusted root was given", "未提供可信根证书")
        return Judgement(none, _NOT_REACHED)
    moment = trust.at if time is None else time
    between = (*intermediates, *trust.certificates)
    try:
        found = trust.verifier(time=moment, purpose=purpose, revocation=Revocation.NONE).verify(
            certificate, between
        )
    except CertificateRejected as why:
        if why.reason == "bad-signature" and _other_issuer(why, certificate, between, trust):
            text = f"{why.subject}: the issuer at hand has the right name and another key"
            other = Check.unchecked("unknown-issuer", text, REASONS["unknown-issuer"].zh)
            return Judgement(other, _NOT_REACHED)
        return Judgement(_refusal(why, time), _NOT_REACHED)
    except GmkitError as why:
        return Judgement(_unreadable(why), _NOT_REACHED)
    chain = Check.passed(_chain_words(found), "证书链有效")
    if trust.revocation is Revocation.NONE:
        revocation = Check.unchecked(
            "revocation-not-checked",
            "not checked, as the caller asked",
            "按调用者要求未检查撤销状态",
        )
    else:
        revocation = _Revocation(certificate, between, trust, purpose, crls, ocsp).judge(moment)
    return Judgement(chain, revocation, found.certificates)


def _other_issuer(
    why: CertificateRejected,
    leaf: Certificate,
    between: Sequence[Certificate],
    trust: Trust,
) -> bool:
    """Whether the certificate with the bad signature names a key of its issuer that nobody has given."""
    failed = [one for one in (leaf, *between) if str(one.subject) == why.subject]
    present = {
        one.subject_key_identifier
        for one in (*between, *trust.roots, *(trust.timestamp_roots or ()))
    }
    named = {one.authority_key_identifier for one in failed}
    return bool(failed) and None not in named and not named & present


def _refusal(why: CertificateRejected, proved: datetime | None) -> Check:
    rule = REASONS.get(why.reason)
    zh = "" if rule is None else rule.zh
    who = "" if why.subject is None else f"{why.subject}: "
    text = f"{who}{why.message}"
    if why.reason not in _INSUFFICIENT:
        return Check.failed(why.reason, text, zh)
    if why.reason == "expired" and proved is None:
        text += "; no timestamp proves that the signature is older"
        zh += ", 且没有时间戳证明签名早于到期时间"
    return Check.unchecked(why.reason, text, zh)


def _unreadable(why: GmkitError) -> Check:
    if isinstance(why, EncodingError):
        return Check.failed("malformed-certificate", why.message, "证书格式错误")
    return Check.unchecked("unsupported-algorithm", why.message, "不支持的算法")


def _chain_words(found: VerifiedChain) -> str:
    names = " <- ".join(str(one.subject) for one in found.certificates)
    return f"{names}, at {found.time:%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True, slots=True)
class _Revocation:
    """Revocation of one chain, at a moment and, where that is past, from what was issued later."""

    certificate: Certificate
    between: tuple[Certificate, ...]
    trust: Trust
    purpose: Purpose
    crls: Sequence[CertificateList]
    ocsp: Sequence[OcspResponse]

    def judge(self, moment: datetime) -> Check:
        """Good if nothing was revoked at *moment*, as far as is known today."""
        first = self._ask(moment)
        if first is not None and first.reason == "revoked":
            return self._revoked(first, moment)
        good = moment if first is None else None
        # What was issued after the proved moment knows about it too, and more: a revocation that was
        # entered late, or dated back, counts although the list of the moment did not have it.
        for later in self._later(moment):
            answer = self._ask(later)
            if answer is None:
                good = good or later
            elif answer.reason == "revoked":
                return self._revoked(answer, moment)
        if good is None:
            assert first is not None
            return _refusal(first, moment)
        return Check.passed(self._by_what(good), "未被撤销")

    def _ask(self, moment: datetime) -> CertificateRejected | None:
        verifier = self.trust.verifier(
            time=moment, purpose=self.purpose, revocation=Revocation.REQUIRE
        )
        try:
            verifier.verify(self.certificate, self.between, crls=self.crls, ocsp=self.ocsp)
        except CertificateRejected as why:
            return why
        except GmkitError as why:
            return CertificateRejected(why.message, reason="revocation-unknown")
        return None

    def _later(self, moment: datetime) -> list[datetime]:
        """Moments after *moment* at which something was issued, and the moment of judging."""
        issued = {one.this_update for one in (*self.trust.crls, *self.crls)}
        for response in (*self.trust.ocsp, *self.ocsp):
            issued |= {one.this_update for one in response.responses}
        later = sorted(one for one in issued | {self.trust.at} if moment < one <= self.trust.at)
        # The newest know most.
        return later[-_MAX_MOMENTS:]

    def _revoked(self, why: CertificateRejected, moment: datetime) -> Check:
        """Revoked after the proved moment for no fault of the key: the signature stands."""
        if moment < self.trust.at and why.depth == 0:
            since = self._revoked_since()
            if since is not None and since > moment:
                return Check.passed(
                    f"revoked at {since:%Y-%m-%dT%H:%M:%SZ}, after the proved time of the signature",
                    "签名时间之后才被撤销",
                )
        return _refusal(why, moment)

    def _revoked_since(self) -> datetime | None:
        """The earliest moment any list or response names for the signer's certificate."""
        found: list[datetime] = []
        for crl in (*self.trust.crls, *self.crls):
            for entry in crl.find(self.certificate.serial):
                if entry.reason is not RevocationReason.REMOVE_FROM_CRL:
                    found += [entry.date, *filter(None, [entry.invalidity_date])]
        for response in (*self.trust.ocsp, *self.ocsp):
            for one in response.responses:
                if (
                    one.certificate_id.serial == self.certificate.serial
                    and one.status is CertificateStatus.REVOKED
                    and one.revocation_time is not None
                ):
                    found.append(one.revocation_time)
        return min(found, default=None)

    def _by_what(self, moment: datetime) -> str:
        lists = len(self.trust.crls) + len(self.crls)
        answers = len(self.trust.ocsp) + len(self.ocsp)
        kinds = [f"{lists} revocation lists"] if lists else []
        kinds += [f"{answers} OCSP responses"] if answers else []
        by = " and ".join(kinds) or "nothing to revoke: the signer is trusted itself"
        return f"checked by {by}, at {moment:%Y-%m-%dT%H:%M:%SZ}"
