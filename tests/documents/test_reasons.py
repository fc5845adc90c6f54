"""Every reason code that a verdict can have is in the documentation, and in no other spelling."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("verdict", "xmlsig", "documents", "cms", "tsp")


def codes_in(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        values = [keyword.value for keyword in node.keywords if keyword.arg == "reason"]
        if name in {"Check.failed", "Check.unchecked", "Finding"}:
            values += node.args[:1]
        found |= {each.value for each in values if isinstance(each, ast.Constant)}
    return found


def test_every_code_is_documented():
    documented = (ROOT / "docs/documents.md").read_text(encoding="utf-8")
    files = [path for part in PARTS for path in (ROOT / "src/gmkit" / part).rglob("*.py")]
    codes = set().union(*map(codes_in, files))
    assert len(codes) > 35
    assert [code for code in sorted(codes) if f"`{code}`" not in documented] == []
    for code in codes:
        assert code == code.lower().strip("-")
        assert " " not in code
