"""How a run is summed up."""

from __future__ import annotations

import math
from collections import Counter


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a proportion (Wilson 1927)."""
    z = 1.959964
    middle = (hits + z * z / 2) / (total + z * z)
    width = z / (total + z * z) * math.sqrt(hits * (total - hits) / total + z * z / 4)
    return middle - width, middle + width


def sentence(name: str, counts: Counter[str], population: int) -> str:
    """The score with its interval; a mutant that no test sees counts as one that survived."""
    total = sum(counts.values())
    noticed = total - counts["survived"] - counts["unseen"]
    low, high = wilson(noticed, total)
    return (
        f"{name}: {noticed} of {total} noticed, {noticed / total:.1%} (95 %: {low:.1%} to {high:.1%}),"
        f" out of {population} mutants; {dict(counts)}"
    )
