"""
Receipts on Apache Spark: the cluster schedules, every verdict is the one of :mod:`gmkit.receipts`.

``verify_receipts`` adds a verdict to every row of a DataFrame. What is needed to judge travels to the
workers as a :class:`Trust`; nothing secret does. Needs ``gmkit[spark]`` on the driver and on the workers.
"""

from gmkit.spark.rows import VERDICT_SCHEMA, summarize, verify_receipts
from gmkit.spark.trust import Trust

__all__ = ["VERDICT_SCHEMA", "Trust", "summarize", "verify_receipts"]
