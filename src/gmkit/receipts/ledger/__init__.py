"""
The ledger under the receipts: an append-only SM3 tree that nobody can rewrite unseen.

::

    Ledger.append         verified receipts, entry and tree in one transaction
    checkpoint            what the log puts its name to; witnesses cosign it, an authority dates it
    seal                  full segments into Parquet, tiles and a signed manifest
    prove_…, check_…      inclusion, consistency, absence: checked with the log's public key alone
    audit                 everything again from the disk, against what others kept
"""

from gmkit.receipts.ledger.audit import Audit, Finding, audit
from gmkit.receipts.ledger.checkpointing import (
    Commitment,
    add_cosignature,
    add_token,
    checkpoint,
    commitment_of,
)
from gmkit.receipts.ledger.checks import (
    Included,
    check_absence,
    check_consistency,
    check_inclusion,
    read_document,
)
from gmkit.receipts.ledger.entry import Entry
from gmkit.receipts.ledger.ledger import Ledger, Stored
from gmkit.receipts.ledger.proving import prove_absence, prove_consistency, prove_inclusion
from gmkit.receipts.ledger.pruning import prune
from gmkit.receipts.ledger.reverify import Reverified, Standing, reverify
from gmkit.receipts.ledger.sealing import Manifest, read_manifest, seal
from gmkit.receipts.ledger.segments import (
    SegmentAudit,
    audit_segment,
    read_manifests,
    root_of,
)
from gmkit.receipts.ledger.storing import Appended, Refusal
from gmkit.receipts.ledger.witness import Witness

__all__ = [
    "Appended",
    "Audit",
    "Commitment",
    "Entry",
    "Finding",
    "Included",
    "Ledger",
    "Manifest",
    "Refusal",
    "Reverified",
    "SegmentAudit",
    "Standing",
    "Stored",
    "Witness",
    "add_cosignature",
    "add_token",
    "audit",
    "audit_segment",
    "check_absence",
    "check_consistency",
    "check_inclusion",
    "checkpoint",
    "commitment_of",
    "prove_absence",
    "prove_consistency",
    "prove_inclusion",
    "prune",
    "read_document",
    "read_manifest",
    "read_manifests",
    "reverify",
    "root_of",
    "seal",
]  # fmt: skip
