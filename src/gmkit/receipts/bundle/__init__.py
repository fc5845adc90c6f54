"""
Bundles: one receipt with everything it takes to verify it years later, offline, with nothing but a root.

``make_bundle`` puts receipt, certificates, revocation lists and the proof of a ledger into one file;
``judge_bundle`` goes through it step by step; ``tell`` and ``page`` say what came of it in people's words.
"""

from gmkit.receipts.bundle.judge import BundleVerdict, Status, Step, judge_bundle
from gmkit.receipts.bundle.make import MAX_BUNDLE, Bundle, is_bundle, make_bundle, read_bundle
from gmkit.receipts.bundle.page import page
from gmkit.receipts.bundle.words import tell

__all__ = [
    "MAX_BUNDLE",
    "Bundle",
    "BundleVerdict",
    "Status",
    "Step",
    "is_bundle",
    "judge_bundle",
    "make_bundle",
    "page",
    "read_bundle",
    "tell",
]
