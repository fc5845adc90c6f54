"""The verdict on a receipt, and the reasons it can have."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from gmkit.errors import ReceiptRejected
from gmkit.errors.truth import NoTruthValue

__all__ = ["Outcome", "Reason", "Signer", "Verdict", "rejected"]


class Outcome(Enum):
    """
    What is known about a receipt.

    ``INVALID`` is a finding against the receipt itself; ``NOT_VERIFIABLE`` says that the evidence at
    hand (certificates, roots, time) does not suffice for either answer. Neither is to be relied on.
    """

    VALID = "valid"
    INVALID = "invalid"
    NOT_VERIFIABLE = "not verifiable"


class Reason(str, Enum):
    """Why a receipt was refused: stable identifiers for programs."""

    MALFORMED = "malformed"
    TOO_LONG = "too-long"
    HEADER = "header"
    TYPE = "type"
    ALGORITHM = "algorithm"
    SIGNATURE = "signature"
    PAYLOAD = "payload"
    DISCLOSURE = "disclosure"
    EVALUATION = "evaluation"
    DUPLICATE_ID = "duplicate-id"
    UNKNOWN_SIGNER = "unknown-signer"
    CERTIFICATE = "certificate"

    @property
    def outcome(self) -> Outcome:
        """The outcome that this reason leads to."""
        if self in {Reason.UNKNOWN_SIGNER, Reason.CERTIFICATE}:
            return Outcome.NOT_VERIFIABLE
        return Outcome.INVALID


@dataclass(frozen=True, slots=True)
class Signer:
    """
    Who signed.

    Attributes:
        key_id: The first 16 bytes of SM3 over the SubjectPublicKeyInfo.
        subject: The name in the certificate, RFC 4514; None for a key that was given bare.
        serial: Its serial number; None for a bare key.
    """

    key_id: bytes
    subject: str | None = None
    serial: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict(NoTruthValue):
    """
    The verdict on one receipt of many.

    Attributes:
        line: Its line or row in the input, from 1.
        outcome: Valid, invalid, or not verifiable.
        reason: Why not; None for a valid one.
        message: The same in a sentence; empty for a valid one.
        id: The identifier of the record. Of a receipt that is not valid it is only what is claimed,
            and None if it cannot be read.
        signer: Who signed. Of a receipt that is not valid: whose key it names, if that one is trusted.
        not_checked: What even a valid verdict leaves open.
    """

    line: int
    outcome: Outcome
    reason: Reason | None = None
    message: str = ""
    id: str | None = None
    signer: Signer | None = None
    not_checked: tuple[str, ...] = ()


def rejected(reason: Reason, message: str, *, hint: str | None = None) -> ReceiptRejected:
    """The exception for a refused receipt."""
    return ReceiptRejected(message, reason=reason.value, hint=hint)
