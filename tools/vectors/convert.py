#!/usr/bin/env python3
"""
Lays the collected numbers out anew, in the one form of `vectors/`.

    tools/vectors/convert.py            write vectors/
    tools/vectors/convert.py --check    say what would change, and fail if anything would

The collected files are read from `../shared/vectors-raw` or from $GMKIT_SHARED/vectors-raw. The same input
gives the same bytes. Files of others (certificates, documents), values under the GPL or without a licence,
and algorithms that gmkit does not have are left out.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(Path(__file__).resolve().parent))

from form import VectorFile  # noqa: E402
from sources import (  # noqa: E402
    emmansun,
    guanzhi,
    june_and_green,
    known_faults,
    oscca,
    tongsuo,
    tongsuo_python,
    wycheproof,
)

SOURCES = (
    oscca,
    emmansun,
    guanzhi,
    june_and_green,
    known_faults,
    tongsuo,
    tongsuo_python,
    wycheproof,
)


def converted(shared: Path) -> Iterator[VectorFile]:
    """Every vector file that the collected files give."""
    for source in SOURCES:
        yield from source.files(shared)


def main(arguments: list[str]) -> int:
    """The command; returns the exit code."""
    shared = Path(os.environ.get("GMKIT_SHARED") or ROOT.parent / "shared")
    if not (shared / "vectors-raw").is_dir():
        print(f"convert: error: no {shared}/vectors-raw; set GMKIT_SHARED", file=sys.stderr)
        return 2
    check = arguments == ["--check"]
    files = tests = changed = 0
    for made in converted(shared):
        data = made.to_bytes()
        path = ROOT / "vectors" / made.path
        files += 1
        tests += sum(len(group.tests) for group in made.groups)
        if not path.exists() or path.read_bytes() != data:
            changed += 1
            print(
                f"convert: {'differs' if check else 'wrote'} vectors/{made.path}", file=sys.stderr
            )
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
    print(f"convert: {files} files, {tests} tests, {changed} changed", file=sys.stderr)
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
