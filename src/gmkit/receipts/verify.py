"""Verifying receipts, each on its own; the same steps whether one or many are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gmkit._native import receipts as _native
from gmkit.errors import InvalidSignature, ReceiptRejected
from gmkit.receipts.canonical import Value
from gmkit.receipts.disclosure import disclosed_by
from gmkit.receipts.receipt import TYPE_WITHHOLDING, Receipt, read_header
from gmkit.receipts.record import Record
from gmkit.receipts.signers import Signers, TrustedKey
from gmkit.receipts.verdict import Outcome, Reason, Signer, Verdict, rejected
from gmkit.sm2 import SignatureFormat

if TYPE_CHECKING:
    from gmkit.receipts.bulk.seen import Seen

__all__ = ["VerifiedReceipt", "judge", "judge_many", "refuse_duplicates", "verify"]


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
        disclosed: The groups of data shown beside the receipt, each proved to belong to it.
        withheld: How many digests in it nothing was shown for, decoys among them.
    """

    record: Record
    signer: Signer
    receipt: Receipt
    not_checked: tuple[str, ...]
    disclosed: Mapping[str, Value] = field(default_factory=dict)
    withheld: int = 0


def verify(data: bytes | str, signers: Signers) -> VerifiedReceipt:
    """
    Verify one receipt.

    1. Take it apart in its one spelling: three parts of base64url, a canonical header of ``alg``,
       ``kid`` and ``typ`` that are known here.
    2. Find the signer by ``kid``, and its certificate's path to a root.
    3. Verify the SM2 signature over the stored octets (GB/T 32918.2-2016, default user identifier).
    4. Read the payload: canonical, of a known version and kind.
    5. Find every disclosure behind it among the digests in the payload (RFC 9901, with SM3).

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
        name = trusted.signer.subject or "the key it names"
        raise rejected(
            Reason.SIGNATURE,
            f"the signature is not one of {name} over these octets",
            hint="the receipt was changed after it was signed, or signed with another key",
        ) from None
    record = receipt.record()
    shown = disclosed_by(record, receipt.disclosures)
    return VerifiedReceipt(
        record, trusted.signer, receipt, trusted.open_questions,
        disclosed=shown, withheld=len(record.digests) - len(shown),
    )  # fmt: skip


def judge(data: bytes | str, signers: Signers, *, line: int = 1) -> Verdict:
    """
    The verdict on one receipt, as a value: the outcome of :func:`verify`.

    Args:
        data: The receipt, without a line end.
        signers: Whom to trust.
        line: Its place in the input, for the verdict.

    Returns:
        *valid*, *invalid* or *not verifiable*, with a reason; nothing is raised for what is in *data*.
    """
    trusted: TrustedKey | None = None
    try:
        trusted = signers.find(Receipt.parse(data).key_id)
        verified = verify(data, signers)
    except ReceiptRejected as fault:
        reason = Reason(fault.reason)
        signer = None if trusted is None else trusted.signer
        return Verdict(line, reason.outcome, reason, fault.message, _claimed_id(data), signer)
    return _valid(line, verified.record.id, verified.signer, verified.not_checked)


def judge_many(lines: Sequence[tuple[int, bytes]], signers: Signers) -> list[Verdict]:
    """
    The verdicts on many receipts, each the one that :func:`judge` would come to, and many times as fast.

    The native core finds those that are valid in every respect; the others are judged one by one, for
    their reason. No combined check of several signatures is made.

    Args:
        lines: Pairs of line number and receipt.
        signers: Whom to trust.

    Returns:
        A verdict for each, in the same order.
    """
    valid, trusted = verified([data for _, data in lines], signers)
    return [
        judge(data, signers, line=line)
        if one is None
        else _valid(line, one[1], (found := trusted[one[0]]).signer, found.open_questions)
        for (line, data), one in zip(lines, valid, strict=True)
    ]


def verified(
    receipts: Sequence[bytes], signers: Signers
) -> tuple[list[_native.Valid | None], list[TrustedKey]]:
    """
    What the native core says of receipts that are valid in every respect; None for the others, and why
    is for :func:`verify` to say.

    Args:
        receipts: Without line ends.
        signers: Whom to trust.

    Returns:
        A row for each, and the keys that its place of the signer is in.
    """
    headers = {each.partition(b".")[0] for each in receipts}
    known = [found for header in headers if (found := _trusted(header, signers))]
    rows = _native.verify_many([(header, more, key.key) for header, more, key in known], receipts)
    return rows, [key for _, _, key in known]


def refuse_duplicates(verdicts: Iterable[Verdict], seen: Seen) -> list[Verdict]:
    """
    Turn a valid verdict on an identifier that its signer used before into an invalid one.

    Args:
        verdicts: In the order of the input.
        seen: Key identifier and record identifier of those so far; added to.
    """
    result = []
    for verdict in verdicts:
        each = verdict
        named = each.outcome is Outcome.VALID and each.signer is not None and each.id is not None
        if named and not seen.add(each.signer.key_id + each.id.encode()):  # type: ignore[union-attr]
            each = Verdict(
                each.line, Outcome.INVALID, Reason.DUPLICATE_ID,
                "this signer's record of that identifier came before", each.id, each.signer,
            )  # fmt: skip
        result.append(each)
    return result


def _trusted(header: bytes, signers: Signers) -> tuple[bytes, bool, TrustedKey] | None:
    """The first part of a receipt, whether such withhold data, and the key, if it is one of ours."""
    try:
        identifier, kind = read_header(header.decode("ascii"))
        return header, kind == TYPE_WITHHOLDING, signers.find(identifier)
    except (UnicodeDecodeError, ReceiptRejected):
        return None  # judged one by one, which finds the reason


def _valid(line: int, record: str, signer: Signer, not_checked: tuple[str, ...]) -> Verdict:
    return Verdict(line, Outcome.VALID, id=record, signer=signer, not_checked=not_checked)


def _claimed_id(data: bytes | str) -> str | None:
    """What a refused receipt calls itself, to find it by: nothing vouches for it."""
    try:
        return Receipt.parse(data).record().id
    except ReceiptRejected:
        return None
