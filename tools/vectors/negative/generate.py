#!/usr/bin/env python3
"""
Makes `vectors/sm2/negative_*.json`: what a careful SM2 implementation must accept, and what it must refuse.

    tools/vectors/negative/generate.py            write them
    tools/vectors/negative/generate.py --check    fail if they differ from what would be written

Everything is computed with `tests/reference/`, from fixed labels: the same bytes on every run. What other
implementations answer differently is read from `peers/answers.json`, which `peers/compare.py` writes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(HERE), str(HERE.parent), str(ROOT)]

import ciphertexts  # noqa: E402
import exchanges  # noqa: E402
import signatures  # noqa: E402
from form import VectorFile  # noqa: E402


def made() -> list[VectorFile]:
    """All files, with the disagreements written in."""
    files = [*signatures.files(), *ciphertexts.files(), *exchanges.files()]
    answers = json.loads((HERE / "peers/answers.json").read_text(encoding="utf-8"))
    for file in files:
        tests = [test for group in file.groups for test in group.tests]
        for number, test in enumerate(tests, 1):
            differing = answers.get(file.path, {}).get(str(number))
            if differing:
                test["disagreements"] = differing
    return files


def main(arguments: list[str]) -> int:
    """The command; returns the exit code."""
    check, changed = arguments == ["--check"], 0
    for file in made():
        data, path = file.to_bytes(), ROOT / "vectors" / file.path
        tests = [test for group in file.groups for test in group.tests]
        invalid = sum(test["result"] == "invalid" for test in tests)
        print(f"{file.path}: {len(tests)} tests, {invalid} invalid", file=sys.stderr)
        if not path.exists() or path.read_bytes() != data:
            changed += 1
            if not check:
                path.write_bytes(data)
    print(f"generate: {changed} files {'differ' if check else 'written'}", file=sys.stderr)
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
