"""
Evaluations of what was delivered, and lists of them that nobody shortens unseen.

The buyer, or the platform for him, signs an evaluation bound to a delivery (:func:`evaluate`,
:func:`verify_evaluation`). An evaluator seals all of them (:func:`seal`) and gives out the list for an item
(:func:`prove_item`), which anybody checks by himself (:func:`verify_item`): count and average are proved.
"""

from gmkit.receipts.evaluation.evaluation import Evaluation, Level, evaluate, verify_evaluation
from gmkit.receipts.evaluation.files import (
    deliveries_in,
    read_evaluations,
    read_sealed,
    write_sealed,
)
from gmkit.receipts.evaluation.listing import ItemEvaluations, prove_item, verify_item
from gmkit.receipts.evaluation.seal import Entry, Sealed, seal

__all__ = [
    "Entry",
    "Evaluation",
    "ItemEvaluations",
    "Level",
    "Sealed",
    "deliveries_in",
    "evaluate",
    "prove_item",
    "read_evaluations",
    "read_sealed",
    "seal",
    "verify_evaluation",
    "verify_item",
    "write_sealed",
]
