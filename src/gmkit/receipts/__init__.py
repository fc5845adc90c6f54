"""
Signed records of transactions.

``sign`` makes a :class:`Receipt` of a :class:`Record`, ``verify`` gives the verified receipt back or
raises ``ReceiptRejected``. ``gmkit.receipts.bulk`` does both for files of any length.
"""

from gmkit.receipts.batch import sign_batch, verify_batch, verify_batches
from gmkit.receipts.disclosure import Disclosure, conceal
from gmkit.receipts.receipt import Receipt
from gmkit.receipts.record import Kind, Record
from gmkit.receipts.sign import key_id, sign
from gmkit.receipts.signers import Signers
from gmkit.receipts.verdict import Outcome, Reason, Signer, Verdict
from gmkit.receipts.verify import VerifiedReceipt, judge, judge_many, verify

__all__ = [
    "Disclosure",
    "Kind",
    "Outcome",
    "Reason",
    "Receipt",
    "Record",
    "Signer",
    "Signers",
    "Verdict",
    "VerifiedReceipt",
    "conceal",
    "judge",
    "judge_many",
    "key_id",
    "sign",
    "sign_batch",
    "verify",
    "verify_batch",
    "verify_batches",
]
