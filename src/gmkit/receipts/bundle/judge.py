"""
The verdict on a bundle, step by step.

1. The log's signature under the checkpoint, and the way of its certificate to a root.
2. The timestamp over the checkpoint: from then on nothing under it can have been made up.
3. The place of the receipt under the checkpoint.
4. The signer's signature, the payload, the disclosures; the certificate, judged for the proved time.

A step that fails makes the bundle invalid, or, where the evidence merely does not suffice, not verifiable.
Steps for which there is nothing in the bundle are said to be missing; they fail nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from gmkit.errors import EncodingError, GmkitError, VerificationError
from gmkit.errors.truth import NoTruthValue
from gmkit.pki import Purpose, Revocation, Verifier
from gmkit.receipts.bundle.make import Bundle
from gmkit.receipts.ledger.checks import Included, check_inclusion
from gmkit.receipts.path import Path
from gmkit.receipts.signers import Signers
from gmkit.receipts.verdict import Outcome, Reason
from gmkit.receipts.verify import VerifiedReceipt, verify
from gmkit.sm2 import SM2PublicKey
from gmkit.tsp import TimestampToken, verify_token
from gmkit.x509 import Certificate

__all__ = ["BundleVerdict", "Status", "Step", "judge_bundle"]

STEPS = ("log", "timestamp", "ledger", "receipt", "revocation")


class Status(Enum):
    """What came of a step."""

    OK = "ok"
    FAILED = "failed"
    UNDECIDED = "undecided"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Step:
    """
    One step.

    Attributes:
        name: ``log``, ``timestamp``, ``ledger``, ``receipt`` or ``revocation``.
        status: What came of it.
        detail: In a sentence, if something is to be said.
    """

    name: str
    status: Status
    detail: str = ""


@dataclass
class BundleVerdict(NoTruthValue):
    """
    What is known about the receipt in a bundle.

    Attributes:
        steps: What was done, in order.
        verified: The verified receipt; None if it is refused.
        reason: Why it is refused; None if it is not.
        proved: The moment at which it existed at the latest, by an authority's timestamp; None without.
        judged_for: The time certificates were judged for.
        included: Its place in a ledger; None without.
        signer: Name of who signed, from the certificate.
        authority: Name of who dated the checkpoint.
    """

    steps: list[Step] = field(default_factory=list)
    verified: VerifiedReceipt | None = None
    reason: Reason | None = None
    proved: datetime | None = None
    judged_for: datetime | None = None
    included: Included | None = None
    signer: str | None = None
    authority: str | None = None

    @property
    def outcome(self) -> Outcome:
        """Valid, invalid or not verifiable."""
        if any(step.status is Status.FAILED for step in self.steps):
            return Outcome.INVALID
        if self.verified is None or any(step.status is Status.UNDECIDED for step in self.steps):
            return Outcome.NOT_VERIFIABLE
        return Outcome.VALID

    def step(self, name: str, status: Status, detail: str = "") -> None:
        """Note what came of a step."""
        self.steps.append(Step(name, status, detail))


def judge_bundle(bundle: Bundle, *, roots: Sequence[Certificate], now: datetime) -> BundleVerdict:
    """
    Judge the receipt in a bundle.

    Args:
        bundle: The bundle.
        roots: The roots that are trusted.
        now: The present. Certificates are judged for it where the bundle proves no earlier time.
    """
    verdict = BundleVerdict(judged_for=now)
    if bundle.proof is None:
        for name in ("log", "timestamp", "ledger"):
            verdict.step(name, Status.MISSING)
    else:
        _ledger(bundle, bundle.proof, roots, verdict, now)
    moment = verdict.proved or now
    verdict.judged_for = moment
    _receipt(bundle, roots, verdict, moment)
    return verdict


def _ledger(
    bundle: Bundle,
    proof: Any,
    roots: Sequence[Certificate],
    verdict: BundleVerdict,
    now: datetime,
) -> None:
    try:
        log, included = _log_of(bundle, proof)
    except GmkitError as fault:
        verdict.step("ledger", Status.FAILED, fault.message)
        return
    verdict.proved = _dated(bundle, included, roots, verdict)
    moment = verdict.proved or now
    try:
        Path(roots, time=moment, crls=bundle.crls).judge(log, bundle.certificates)
    except GmkitError as fault:
        verdict.step("log", Status.UNDECIDED, f"{log.subject}: {fault.message}")
    else:
        verdict.step("log", Status.OK, str(log.subject))
    verdict.included = included


def _log_of(bundle: Bundle, proof: Any) -> tuple[Certificate, Included]:
    """The certificate whose key signed the checkpoint, and what the proof shows under it."""
    fault: GmkitError | None = None
    for certificate in bundle.certificates:
        try:
            key = certificate.public_key()
        except GmkitError:
            continue  # of a kind that signs no checkpoints
        if not isinstance(key, SM2PublicKey):
            continue
        try:
            return certificate, check_inclusion(proof, key)
        except VerificationError as error:
            if fault is None or error.reason != "checkpoint-signers":
                fault = error
    raise fault or VerificationError(
        "there is no certificate of the log in the bundle", reason="log"
    )


def _dated(
    bundle: Bundle, included: Included, roots: Sequence[Certificate], verdict: BundleVerdict
) -> datetime | None:
    if included.token is None:
        verdict.step("timestamp", Status.MISSING)
        return None

    def trust(moment: datetime) -> Verifier:
        return Verifier(
            roots, time=moment, purpose=Purpose.TIMESTAMPING,
            revocation=Revocation.REQUIRE if bundle.crls else Revocation.NONE, crls=bundle.crls,
        )  # fmt: skip

    try:
        stamp = verify_token(
            TimestampToken.parse(included.token), included.note.body, trust=trust,
            certificates=bundle.certificates,
        )  # fmt: skip
    except (VerificationError, EncodingError) as fault:
        status = Status.UNDECIDED if fault.code == "GMK-CERTIFICATE" else Status.FAILED
        verdict.step("timestamp", status, fault.message)
        return None
    except GmkitError as fault:
        verdict.step("timestamp", Status.UNDECIDED, fault.message)
        return None
    verdict.authority = str(stamp.chain.certificates[0].subject)
    verdict.step("timestamp", Status.OK, verdict.authority)
    return stamp.time


def _receipt(
    bundle: Bundle, roots: Sequence[Certificate], verdict: BundleVerdict, moment: datetime
) -> None:
    signers = Signers(roots=roots, certificates=bundle.certificates, time=moment, crls=bundle.crls)
    try:
        verified = verify(bundle.receipt, signers)
    except GmkitError as fault:
        reason = Reason(getattr(fault, "reason", Reason.MALFORMED.value))
        verdict.reason = reason
        undecided = reason.outcome is Outcome.NOT_VERIFIABLE
        verdict.step("receipt", Status.UNDECIDED if undecided else Status.FAILED, fault.message)
        return
    verdict.verified, verdict.signer = verified, verified.signer.subject
    verdict.step("receipt", Status.OK, verified.signer.subject or "")
    looked = "revocation" not in verified.not_checked
    verdict.step("revocation", Status.OK if looked else Status.MISSING)
    if verdict.included is not None:
        entry = verdict.included.entry
        same = (
            entry.signature == verified.receipt.signature
            and entry.key_id == verified.signer.key_id
            and entry.kind == verified.record.kind.value
            and entry.e == _digest(verified, signers)
        )
        if same:
            verdict.step("ledger", Status.OK)
        else:
            verdict.step("ledger", Status.FAILED, "the proof is of another receipt")


def _digest(verified: VerifiedReceipt, signers: Signers) -> bytes:
    from gmkit._native.sm2 import SM2Digest  # noqa: PLC0415

    key = signers.find(verified.signer.key_id).key
    return bytes(SM2Digest.from_message(key, verified.receipt.signed))
