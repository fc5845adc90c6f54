"""
Run the matrix with as many cases as told, and write the table of docs/interoperation.md and of its Chinese page.

    python -m tests.interop.matrix --count 100000 [--peer NAME ...] [--artefact NAME ...] [--write]
"""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

from tests.interop.matrix import ARTEFACTS, PEERS, Direction, Mismatch, reason_for, render, run_cell
from tests.interop.matrix.chinese import in_chinese
from tests.interop.matrix.table import inserted
from tests.peers import install, peer

DOCS = Path(__file__).resolve().parents[3] / "docs"
_STEP = 500  # cases between two looks at the clock


def main() -> int:
    """Exit code 1 if a cell failed or a peer is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="cases a cell")
    parser.add_argument("--seconds", type=float, default=None, help="at most so long a cell")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--peer", nargs="*", default=list(PEERS))
    parser.add_argument("--artefact", nargs="*", default=None)
    parser.add_argument("--write", action="store_true", help="write the table into the page")
    options = parser.parse_args()
    seed = secrets.randbits(32) if options.seed is None else options.seed
    print(f"seed {seed}")
    failed = cases = cells = 0
    least = options.count
    versions = {}
    for name in options.peer:
        try:
            install.PEERS[name]()
        except install.NotInstalled as error:
            print(f"{name}: NOT INSTALLED: {error}", file=sys.stderr)
            return 1
        running = peer(name)
        versions[name] = running.version
        for artefact in ARTEFACTS:
            if options.artefact and artefact.name not in options.artefact:
                continue
            for direction in Direction:
                if reason_for(artefact, name, direction) is not None:
                    continue
                start, done, verdict = time.monotonic(), 0, "ok"
                try:
                    while done < options.count and (
                        options.seconds is None or time.monotonic() - start < options.seconds
                    ):
                        part = min(_STEP, options.count - done)
                        run_cell(artefact, running, direction, part, seed + done)
                        done += part
                except Mismatch as fault:
                    failed += 1
                    verdict = str(fault)
                cases, cells, least = cases + done, cells + 1, min(least, done)
                spent = time.monotonic() - start
                print(f"{name:13}{artefact.name:24}{direction.name:10}{done:8}{spent:8.1f} s  {verdict}",
                      flush=True)  # fmt: skip
    print(f"{cells} cells, {cases:,} cases, {failed} cells failed")
    if options.write and not failed:
        day = datetime.now(timezone.utc).date()
        counts = f"{cells} cells were run with {cases:,} random cases in all, {least:,} at least in each, on {day}."
        write(render(versions, counts))
    return 1 if failed else 0


def write(table: str) -> None:
    """Put the table into the page, in both languages."""
    for folder, text in ((DOCS, table), (DOCS / "zh", in_chinese(table))):
        page = folder / "interoperation.md"
        page.write_text(inserted(page.read_text("utf-8"), text), "utf-8")


sys.exit(main())
