"""
Receipts on Apache Spark: the cluster schedules, every verdict is the one of :mod:`gmkit.receipts`.

``verify_receipts`` adds a verdict to every row of a DataFrame; ``audit_segments`` audits the sealed segments
of a ledger, a task each. What is needed to judge travels to the workers as a :class:`Trust`; nothing secret
does. Needs ``gmkit[spark]`` on the driver and on the workers.
"""

from gmkit.spark.rows import VERDICT_SCHEMA, summarize, verify_receipts
from gmkit.spark.segments import ClusterAudit, audit_segments
from gmkit.spark.trust import Trust

__all__ = [
    "VERDICT_SCHEMA",
    "ClusterAudit",
    "Trust",
    "audit_segments",
    "summarize",
    "verify_receipts",
]
