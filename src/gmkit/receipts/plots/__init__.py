"""
Pictures where looking beats reading: a day's receipts, and the audit of a ledger.

``figures_of_day`` and ``history`` count, without matplotlib; ``plot_day`` and ``plot_audit`` draw what was counted
into a PNG or SVG file, which needs ``gmkit[plot]``.
"""

from gmkit.receipts.plots.canvas import refuse_target
from gmkit.receipts.plots.day import plot_day
from gmkit.receipts.plots.figures import DayFigures, figures_of_day
from gmkit.receipts.plots.history import History, Inclusion, history
from gmkit.receipts.plots.ledger import plot_audit

__all__ = [
    "DayFigures",
    "History",
    "Inclusion",
    "figures_of_day",
    "history",
    "plot_audit",
    "plot_day",
    "refuse_target",
]
