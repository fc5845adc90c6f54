"""Verifying receipts, each on its own; the same steps whether one or many are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gmkit.errors import InvalidSignature, ReceiptRejected
from gmkit.receipts.receipt import Receipt
from gmkit.receipts.record import Record
from gmkit.receipts.signers import Signers, TrustedKey
from gmkit.receipts.verdict import Outcome, Reason, Signer, Verdict, rejected
from gmkit.sm2 import SignatureFormat

__all__ = ["NOT_CHECKED", "VerifiedReceipt", "judge", "judge_many", "verify"]

# The record states its time itself, and nobody else vouches for it yet.
NOT_CHECKED = ("time",)


@dataclass(frozen=True, slots=True)
class VerifiedReceipt:
    """
    A receipt whose signature, form and signer were verified.

    Attributes:
        record: What was stated.
        signer: Who stated it.
        receipt: The receipt as it was given.
        not_checked: What is left open: ``time`` (the claimed time is not proved), ``revocation``
            (whether the certificate was revoked), ``certificate`` (a bare key was trusted).
    """

    record: Record
    signer: Signer
    receipt: Receipt
    not_checked: tuple[str, ...]


def verify(data: bytes | str, signers: Signers) -> VerifiedReceipt:
    """
    Verify one receipt.

    1. Take it apart in its one spelling: three parts of base64url, a canonical header of ``alg``,
       ``kid`` and ``typ`` that are known here.
    2. Find the signer by ``kid``, and its certificate's path to a root.
    3. Verify the SM2 signature over the stored octets (GB/T 32918.2-2016, default user identifier).
    4. Read the payload: canonical, of a known version and kind.

    Args:
        data: The receipt, without a line end.
        signers: Whom to trust: roots with the certificates at hand, or bare keys.

    Returns:
        The verified receipt with its record.

    Raises:
        ReceiptRejected: With the *reason*, one of :class:`gmkit.receipts.Reason`.
    """
    receipt = Receipt.parse(data)
    trusted = signers.find(receipt.key_id)
    try:
        trusted.key.verify(receipt.signature, receipt.signed, format=SignatureFormat.RAW)
    except InvalidSignature:
        raise _wrong_signature(trusted) from None
    return _verified(receipt, trusted)


def judge(data: bytes | str, signers: Signers, *, line: int = 1) -> Verdict:
    """
    The verdict on one receipt, as a value.

    Args:
        data: The receipt, without a line end.
        signers: Whom to trust.
        line: Its place in the input, for the verdict.
    """
    return judge_many([(line, data)], signers)[0]


def judge_many(lines: Sequence[tuple[int, bytes | str]], signers: Signers) -> list[Verdict]:
    """
    The verdicts on many receipts, each the one that :func:`verify` would come to.

    Signatures of one key are verified together, which is faster, and judged one by one.

    Args:
        lines: Pairs of line number and receipt.
        signers: Whom to trust.

    Returns:
        A verdict for each, in the same order.
    """
    verdicts: list[Verdict | None] = [None] * len(lines)
    by_key: dict[bytes, tuple[TrustedKey, list[tuple[int, Receipt]]]] = {}
    for place, (line, data) in enumerate(lines):
        try:
            receipt = Receipt.parse(data)
            trusted = signers.find(receipt.key_id)
        except ReceiptRejected as fault:
            verdicts[place] = _refusal(line, data, fault)
        else:
            by_key.setdefault(receipt.key_id, (trusted, []))[1].append((place, receipt))
    for trusted, group in by_key.values():
        good = trusted.verify_many([(each.signature, each.signed) for _, each in group])
        for (place, receipt), fits in zip(group, good, strict=True):
            line, data = lines[place]
            try:
                if not fits:
                    raise _wrong_signature(trusted)
                verified = _verified(receipt, trusted)
            except ReceiptRejected as fault:
                verdicts[place] = _refusal(line, data, fault, trusted.signer)
            else:
                verdicts[place] = Verdict(
                    line, Outcome.VALID, id=verified.record.id, signer=verified.signer,
                    not_checked=verified.not_checked,
                )  # fmt: skip
    return [verdict for verdict in verdicts if verdict is not None]


def refuse_duplicates(verdicts: Iterable[Verdict], seen: set[tuple[bytes, str]]) -> list[Verdict]:
    """
    Turn a valid verdict on an identifier that its signer used before into an invalid one.

    Args:
        verdicts: In the order of the input.
        seen: The pairs of key identifier and record identifier so far; added to.
    """
    result = []
    for verdict in verdicts:
        each = verdict
        if each.outcome is Outcome.VALID and each.signer is not None and each.id is not None:
            mark = (each.signer.key_id, each.id)
            if mark in seen:
                each = Verdict(
                    each.line, Outcome.INVALID, Reason.DUPLICATE_ID,
                    "this signer's record of that identifier came before", each.id, each.signer,
                )  # fmt: skip
            seen.add(mark)
        result.append(each)
    return result


def _verified(receipt: Receipt, trusted: TrustedKey) -> VerifiedReceipt:
    return VerifiedReceipt(
        receipt.record(), trusted.signer, receipt, NOT_CHECKED + trusted.not_checked
    )


def _wrong_signature(trusted: TrustedKey) -> ReceiptRejected:
    name = trusted.signer.subject or "the key it names"
    return rejected(
        Reason.SIGNATURE,
        f"the signature is not one of {name} over these octets",
        hint="the receipt was changed after it was signed, or signed with another key",
    )


def _refusal(
    line: int, data: bytes | str, fault: ReceiptRejected, signer: Signer | None = None
) -> Verdict:
    reason = Reason(fault.reason)
    return Verdict(line, reason.outcome, reason, fault.message, _claimed_id(data), signer)


def _claimed_id(data: bytes | str) -> str | None:
    """What a refused receipt calls itself, to find it by: nothing vouches for it."""
    try:
        return Receipt.parse(data).record().id
    except ReceiptRejected:
        return None
