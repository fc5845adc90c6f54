"""
What is this? For people who hold bytes or text from somewhere else.

::

    report = inspect.examine("BD6C…hex…")
    print(report.readings[0].title, report.readings[0].peers, report.readings[0].commands)

Every reading that fits is named, with what looks damaged, who writes it so, and the command that turns it into
something else. It guesses, on purpose: no decoder of gmkit may use it, and the layer check sees to that.
"""

from gmkit.inspect.examination import examine
from gmkit.inspect.failures import why_not_decrypted, why_not_verified
from gmkit.inspect.report import Command, Damage, Reading, Report

__all__ = [
    "Command",
    "Damage",
    "Reading",
    "Report",
    "examine",
    "why_not_decrypted",
    "why_not_verified",
]
