"""
Reads the files of `vectors/`, and refuses a file that does not hold what it says.

Which test runs a file is decided by its `algorithm`: a module of tests gives a dictionary from algorithm to
function, and a file whose algorithm nobody has fails the run instead of being passed over.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from tests.shared import ROOT

__all__ = ["FOLDER", "Check", "Refused", "checked", "every_file", "unhex"]

FOLDER = ROOT / "vectors"
Group = dict[str, Any]
Test = dict[str, Any]
Check = Callable[[Group, Test], None]


class Refused(AssertionError):
    """A vector file, or the folder, is not what it should be."""


def every_file(folder: Path = FOLDER) -> list[Path]:
    """All vector files; Refused if there are none, or if a folder of vectors is empty."""
    folders = [path for path in sorted(folder.iterdir()) if path.is_dir() and path.name != "schema"]
    files = []
    for each in folders:
        found = sorted(each.rglob("*.json"))
        if not found:
            raise Refused(f"{each} holds no vectors")
        files += found
    if not files:
        raise Refused(f"{folder} holds no vectors")
    return files


def checked(path: Path) -> dict[str, Any]:
    """The content of one file; Refused if counts, numbers, flags or members are off."""
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    try:
        _schema("file").validate(read)
        for group in read["testGroups"]:
            _schema(read["schema"]).validate(group)
    except jsonschema.ValidationError as error:
        raise Refused(f"{path.name}: {error.json_path}: {error.message}") from error
    tests = [test for _, test in _tests(read)]
    if len(tests) != read["numberOfTests"]:
        raise Refused(f"{path.name}: {len(tests)} tests, the head says {read['numberOfTests']}")
    if [test["tcId"] for test in tests] != list(range(1, len(tests) + 1)):
        raise Refused(f"{path.name}: tcId does not count from 1")
    flags = {flag for test in tests for flag in test["flags"]}
    if flags != set(read["notes"]):
        raise Refused(f"{path.name}: flags and notes differ: {sorted(flags ^ set(read['notes']))}")
    return read


def run(path: Path, checks: dict[str, Check]) -> int:
    """Every test of a file; returns how many. Refused if no check claims its algorithm."""
    read = checked(path)
    check = checks.get(read["algorithm"])
    if check is None:
        raise Refused(f"{path.name}: no test claims the algorithm {read['algorithm']!r}")
    ran = 0
    for group, test in _tests(read):
        try:
            check(group, test)
        except Exception as error:
            words = f"{path.name} tcId {test['tcId']} ({test['comment']}; {test['result']})"
            raise AssertionError(f"{words}: {type(error).__name__}: {error}") from error
        ran += 1
    return ran


def unhex(values: dict[str, Any], *names: str) -> tuple[bytes, ...]:
    """The members of that name, as bytes."""
    return tuple(bytes.fromhex(values[name]) for name in names)


def _tests(read: dict[str, Any]) -> Iterator[tuple[Group, Test]]:
    return ((group, test) for group in read["testGroups"] for test in group["tests"])


@cache
def _schema(name: str) -> jsonschema.Draft202012Validator:
    path = FOLDER / "schema" / f"{name}.json"
    if not path.exists():
        raise Refused(f"no schema {name!r}")
    return jsonschema.Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))
