"""
The self-test: known answers of every algorithm, on the CPU path in use.

They are computed before the first operation of a process, without being asked; ``run`` computes them again
and reports. One wrong answer puts the module out of service: from then on every operation raises
``SelfTestError``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from gmkit import __version__
from gmkit._native import cpu as _cpu
from gmkit._native import selftest as _selftest

__all__ = ["Outcome", "Report", "run"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What one check gave.

    Attributes:
        name: The algorithm, as ``SM3`` or ``SM4-GCM``.
        against: What ours was compared with: ``known answer``, or the name of another implementation.
        status: ``passed``, ``failed`` or ``not run``.
        cases: How many inputs were tried.
        detail: Why it was not run, or the input that failed; empty otherwise.
    """

    name: str
    against: str
    status: str
    cases: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """
    What the self-test found.

    Attributes:
        version: Of gmkit.
        cpu_path: The instruction path in use, which the answers are about.
        cpu_paths: Every path this processor has, lowest first.
        outcomes: One for each check, in order.
    """

    version: str
    cpu_path: str
    cpu_paths: tuple[str, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing failed. What was not run did not fail: see ``outcomes``."""
        return all(outcome.status != "failed" for outcome in self.outcomes)

    def to_dict(self) -> dict[str, Any]:
        """The report in plain types, for JSON."""
        return {"passed": self.passed, **asdict(self)}


def run() -> Report:
    """
    Compute every known answer now.

    Returns:
        The report. Where its ``passed`` is false, every operation of this process raises
        ``SelfTestError`` from now on.
    """
    outcomes = [
        Outcome(name, "known answer", "passed" if held else "failed", 1)
        for name, held in _selftest.run()
    ]
    return Report(__version__, _cpu.active(), tuple(_cpu.available()), tuple(outcomes))
