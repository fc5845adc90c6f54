"""What a verdict consists of, and the one rule by which the answer follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from gmkit.errors.truth import NoTruthValue
from gmkit.x509 import Certificate

__all__ = [
    "Check",
    "Coverage",
    "Extent",
    "Finding",
    "Outcome",
    "Severity",
    "SignatureVerdict",
    "SignerSummary",
    "State",
    "TimeProof",
    "Verdict",
]


class Outcome(Enum):
    """
    What is known about a signature or a document.

    ``INVALID`` is a finding against it; ``NOT_VERIFIABLE`` says that the evidence at hand does not
    suffice for either answer. Neither is to be relied on.
    """

    VALID = "valid"
    INVALID = "invalid"
    NOT_VERIFIABLE = "not verifiable"


class State(Enum):
    """How one check ended."""

    PASSED = "passed"
    FAILED = "failed"
    UNCHECKED = "not checked"


class Severity(Enum):
    """What a finding does to the verdict."""

    #: Worth knowing.
    NOTE = "note"
    #: A deviation from a standard that leaves no doubt about what is signed.
    WARNING = "warning"
    #: Something that had to be checked and was not: the verdict cannot be *valid*.
    UNCHECKED = "not checked"
    #: The verdict is *invalid*.
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Check:
    """
    One check and how it ended.

    Attributes:
        state: Passed, failed or not checked.
        reason: Stable lower-case code of why not; "" if it passed.
        text: What was found, in English.
        zh: The same, or the rule, in Chinese.
    """

    state: State
    reason: str = ""
    text: str = ""
    zh: str = ""

    @classmethod
    def passed(cls, text: str = "", zh: str = "") -> Check:
        """A check that passed; *text* says by what."""
        return cls(State.PASSED, "", text, zh)

    @classmethod
    def failed(cls, reason: str, text: str, zh: str = "") -> Check:
        """A check that failed."""
        return cls(State.FAILED, reason, text, zh)

    @classmethod
    def unchecked(cls, reason: str, text: str, zh: str = "") -> Check:
        """A check that could not be made with what was at hand."""
        return cls(State.UNCHECKED, reason, text, zh)


@dataclass(frozen=True, slots=True)
class Finding:
    """
    Something found beside the fixed checks.

    Attributes:
        code: Stable lower-case identifier.
        severity: What it does to the verdict.
        text: In English.
        zh: In Chinese.
        where: The part, page, field or offset it is about; "" for the whole.
    """

    code: str
    severity: Severity
    text: str
    zh: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class SignerSummary:
    """
    Who signed, as the certificate has it. Trusted only if the chain's check passed.

    Attributes:
        subject, issuer: Names, RFC 4514.
        serial: Serial number.
        not_before, not_after: Validity.
        fingerprint: SM3 of the certificate, 32 bytes.
        certificate: The certificate itself.
    """

    subject: str
    issuer: str
    serial: int
    not_before: datetime
    not_after: datetime
    fingerprint: bytes
    certificate: Certificate

    @classmethod
    def of(cls, certificate: Certificate) -> SignerSummary:
        """What a certificate says about its holder."""
        return cls(
            str(certificate.subject),
            str(certificate.issuer),
            certificate.serial,
            certificate.not_before,
            certificate.not_after,
            certificate.fingerprint(),
            certificate,
        )


@dataclass(frozen=True, slots=True)
class TimeProof:
    """
    When the signature was made, as far as it is known.

    Attributes:
        check: Of the timestamp: passed if one holds, failed if one does not, and also passed, with a
            text that says so, if there is none: then the signer is judged at the present.
        claimed: What the signer says; proved by nothing.
        proved: The signature existed at this time, by a timestamp; or None.
        by: Who proves it, and with what; "" for nobody.
        earliest: It cannot be older: the signer's certificate begins, or None.
        latest: It cannot be younger: the timestamp, or the moment of judging.
    """

    check: Check
    claimed: datetime | None = None
    proved: datetime | None = None
    by: str = ""
    earliest: datetime | None = None
    latest: datetime | None = None


class Extent(Enum):
    """How much of a document a signature covers."""

    WHOLE = "whole"
    PART = "part"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Coverage:
    """
    What a signature covers.

    Attributes:
        extent: All of the document, or a part of it.
        outside: What is not covered, in words or as names of parts.
        text: The same in a sentence, in English.
        zh: In Chinese.
    """

    extent: Extent
    outside: tuple[str, ...] = ()
    text: str = ""
    zh: str = ""


@dataclass(frozen=True, slots=True)
class SignatureVerdict(NoTruthValue):
    """
    The verdict on one signature.

    Attributes:
        name: Which one: a field, a path, "signature 1".
        kind: What it is: "CMS, RFC 5652", "SES v4", "document timestamp", ...
        intact: Digests and signature value fit what is signed.
        signer: Who signed, or None if no certificate is at hand.
        chain: From the signer to a given root.
        revocation: Of the chain; the text says checked by what.
        time: When.
        coverage: What is signed.
        findings: Whatever else was found.
        algorithm: Names of the algorithms, for people.
        nested: Counter-signatures upon this one; they count like signatures of their own.
    """

    name: str
    kind: str
    intact: Check
    signer: SignerSummary | None
    chain: Check
    revocation: Check
    time: TimeProof
    coverage: Coverage
    findings: tuple[Finding, ...] = ()
    algorithm: str = ""
    nested: tuple[SignatureVerdict, ...] = ()

    @property
    def checks(self) -> tuple[tuple[str, Check], ...]:
        """The fixed checks by name."""
        return (
            ("intact", self.intact),
            ("chain", self.chain),
            ("revocation", self.revocation),
            ("time", self.time.check),
        )

    @property
    def outcome(self) -> Outcome:
        """The answer, by the rule of this package."""
        return _outcome(
            [check.state for _, check in self.checks],
            self.findings,
            [one.outcome for one in self.nested],
        )

    @property
    def reasons(self) -> tuple[str, ...]:
        """Stable codes of why the answer is not *valid*: failures first, then what was not checked."""
        found = [*_reasons(self.checks, self.findings, State.FAILED, Severity.ERROR)]
        found += _reasons(self.checks, self.findings, State.UNCHECKED, Severity.UNCHECKED)
        for one in self.nested:
            found += one.reasons
        return tuple(dict.fromkeys(found))

    @property
    def not_checked(self) -> tuple[Finding, ...]:
        """What was not checked, and why not."""
        found = [
            Finding(check.reason, Severity.UNCHECKED, check.text, check.zh, name)
            for name, check in self.checks
            if check.state is State.UNCHECKED
        ]
        found += [one for one in self.findings if one.severity is Severity.UNCHECKED]
        for one in self.nested:
            found += one.not_checked
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Verdict(NoTruthValue):
    """
    The verdict on a document.

    Attributes:
        name: The file, or what the caller calls it.
        kind: "PDF", "OFD", "CMS", "XML", "detached CMS", "unknown", ...
        at: The moment it was judged for.
        signatures: One for each signature, in the order of the document.
        findings: About the document as a whole.
    """

    name: str
    kind: str
    at: datetime
    signatures: tuple[SignatureVerdict, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The answer, by the rule of this package."""
        answer = _outcome([], self.findings, [one.outcome for one in self.signatures])
        if answer is Outcome.VALID and not self.signatures:
            return Outcome.NOT_VERIFIABLE
        return answer

    @property
    def reasons(self) -> tuple[str, ...]:
        """Stable codes of why the answer is not *valid*."""
        found = [one.code for one in self.findings if one.severity is Severity.ERROR]
        for signature in self.signatures:
            found += signature.reasons
        found += [one.code for one in self.findings if one.severity is Severity.UNCHECKED]
        if not self.signatures and not found:
            found.append("no-signature")
        return tuple(dict.fromkeys(found))

    @property
    def not_checked(self) -> tuple[Finding, ...]:
        """What was not checked, and why not."""
        found = [one for one in self.findings if one.severity is Severity.UNCHECKED]
        for signature in self.signatures:
            found += signature.not_checked
        return tuple(found)


def _outcome(states: list[State], findings: tuple[Finding, ...], inner: list[Outcome]) -> Outcome:
    severities = {one.severity for one in findings}
    if State.FAILED in states or Severity.ERROR in severities or Outcome.INVALID in inner:
        return Outcome.INVALID
    if State.UNCHECKED in states or Severity.UNCHECKED in severities:
        return Outcome.NOT_VERIFIABLE
    if Outcome.NOT_VERIFIABLE in inner:
        return Outcome.NOT_VERIFIABLE
    return Outcome.VALID


def _reasons(
    checks: tuple[tuple[str, Check], ...],
    findings: tuple[Finding, ...],
    state: State,
    severity: Severity,
) -> Iterator[str]:
    yield from (check.reason for _, check in checks if check.state is state)
    yield from (one.code for one in findings if one.severity is severity)
