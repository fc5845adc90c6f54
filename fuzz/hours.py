"""What was run: hours, executions and coverage of every target, in ``hours.json`` and on the page, in both languages."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from fuzz.turn import Turn
from gmkit.atomic import write_bytes

__all__ = ["Hours", "read", "write"]

_FILE = Path(__file__).parent / "hours.json"
_DOCS = Path(__file__).parent.parent / "docs"
_PAGES = (_DOCS / "fuzzing.md", _DOCS / "zh" / "fuzzing.md")
_BEGIN, _END = "<!-- hours: written by fuzz/hours.py -->\n", "<!-- end of hours -->\n"


class Words(NamedTuple):
    """The words of the table."""

    head: str
    all: str
    hours: str


_ENGLISH = Words(
    "| target | core-minutes | executions | edges reached | inputs kept | findings |",
    "all",
    "core-hours",
)
_CHINESE = Words("| 目标 | 核·分钟 | 执行次数 | 到达的边 | 保留的输入 | 发现 |", "合计", "核·小时")


@dataclass
class Hours:
    """
    Of one target, over all runs.

    Attributes:
        seconds: Of processor time, start of the processes included.
        executions: Inputs.
        edges: Of the code that counts, reached by the corpus; of the last run.
        corpus: Inputs kept; of the last run.
        findings: Different faults that were found.
    """

    seconds: float = 0.0
    executions: int = 0
    edges: int = 0
    corpus: int = 0
    findings: int = 0

    def add(self, turn: Turn) -> None:
        """Count a turn."""
        self.seconds += turn.seconds
        self.executions += turn.executions
        self.edges, self.corpus = turn.edges, turn.corpus


def read() -> dict[str, Hours]:
    """By name of the target, ``python/…`` or ``rust/…``."""
    if not _FILE.exists():
        return {}
    return {name: Hours(**each) for name, each in json.loads(_FILE.read_bytes()).items()}


def write(hours: dict[str, Hours]) -> None:
    """Write all files."""
    ordered = dict(sorted(hours.items()))
    text = json.dumps({name: asdict(each) for name, each in ordered.items()}, indent=1)
    write_bytes(_FILE, text.encode() + b"\n", replace=True)
    for page, words in zip(_PAGES, (_ENGLISH, _CHINESE), strict=True):
        before, begin, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
        _, end, after = rest.partition(_END)
        text = f"{before}{begin}{table(ordered, words)}{end}{after}"
        write_bytes(page, text.encode(), replace=True)


def table(hours: dict[str, Hours], words: Words) -> str:
    """As Markdown."""
    lines = [words.head, "|---|---:|---:|---:|---:|---:|"]
    lines += [
        f"| {name} | {each.seconds / 60:.1f} | {each.executions:,} | {each.edges:,} | {each.corpus:,} "
        f"| {each.findings} |"
        for name, each in hours.items()
    ]
    total = sum(each.seconds for each in hours.values()) / 3600
    runs = sum(each.executions for each in hours.values())
    found = sum(each.findings for each in hours.values())
    lines.append(
        f"| **{words.all}** | **{total:.2f} {words.hours}** | **{runs:,}** | | | **{found}** |"
    )
    return "\n".join(lines) + "\n"
