"""What a self-test found, as data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Outcome", "Report"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What one check gave.

    Attributes:
        name: The algorithm, as ``SM3`` or ``SM4-GCM``.
        against: What ours was compared with: ``known answer``, or the name of another implementation.
        status: ``passed``, ``failed`` or ``not run``.
        cases: How many inputs were tried.
        detail: Why it was not run, or which input failed; empty otherwise.
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
        seed: Where the random inputs came from, in hexadecimal; None if there were none.
    """

    version: str
    cpu_path: str
    cpu_paths: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    seed: str | None = None

    @property
    def passed(self) -> bool:
        """Whether nothing failed. What was not run did not fail: see ``outcomes``."""
        return all(outcome.status != "failed" for outcome in self.outcomes)

    def to_dict(self) -> dict[str, Any]:
        """The report in plain types, for JSON."""
        return {"passed": self.passed, **asdict(self)}
