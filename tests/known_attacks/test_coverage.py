"""Every known attack has a test by name, or a reason why none applies."""

import ast
import json
import re
from pathlib import Path

from tests.shared import ROOT, shared

COVERAGE = json.loads(Path(__file__).with_name("coverage.json").read_text(encoding="utf-8"))
# How many entries each prefix has, so that a plain clone misses none either.
ENTRIES = (
    {"SIG": 16, "RNG": 10, "PT": 10, "ENC": 14, "KEX": 1, "ENV": 1}
    | {
        "AR": 6,
        "SC": 8,
        "H": 6,
        "C": 14,
    }
    | {"EN": 12, "PKI": 12, "DOC": 7, "DUR": 7, "PK": 8}
)


def names_of_tests():
    found = set()
    for path in (ROOT / "tests").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for path in (ROOT / "rust").rglob("*.rs"):
        if "target" not in path.parts:
            text = path.read_text(encoding="utf-8")
            found |= set(re.findall(r"#\[test\](?:\s*#\[[^\]]*\])*\s*fn (\w+)", text))
            # Tests made by a macro for each CPU path carry the name as its argument.
            found |= set(re.findall(r"^\s*(?:\w+!\s*[({]\s*)?(\w+_\d\d_\w+)\b", text, re.MULTILINE))
    return found


def test_no_entry_is_missing():
    expected = {
        f"{prefix}-{n:02}" for prefix, count in ENTRIES.items() for n in range(1, count + 1)
    }
    assert set(COVERAGE) == expected


def test_the_list_is_the_one_of_the_collection():
    text = shared("known-attacks.md").read_text(encoding="utf-8")
    sections = text.partition("## 1. ")[2].partition("## 13. ")[0]
    assert set(re.findall(r"^\| ([A-Z]+-\d\d) \|", sections, re.MULTILINE)) == set(COVERAGE)


def test_every_entry_has_tests_that_exist_or_a_reason():
    known = names_of_tests()
    for entry, said in COVERAGE.items():
        assert said.get("tests") or said.get("reason"), entry
        for name in said.get("tests", []):
            assert name in known, f"{entry}: no test {name}"


def test_a_test_that_carries_an_identifier_is_listed():
    listed = {name for said in COVERAGE.values() for name in said.get("tests", [])}
    pattern = "|".join(prefix.lower() for prefix in ENTRIES)
    for name in names_of_tests():
        for prefix, number in re.findall(rf"(?:^|_)({pattern})_(\d\d)(?=_)", name):
            entry = f"{prefix.upper()}-{number}"
            if name.startswith("test_") and entry in COVERAGE:
                assert name in listed, f"{name} belongs into coverage.json"
                assert name in COVERAGE[entry].get("tests", ()), f"{name} carries {entry}"
