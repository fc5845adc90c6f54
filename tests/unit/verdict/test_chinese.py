"""A verdict in Chinese, and that every check and finding has words for it."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from gmkit.verdict import (
    Check,
    Coverage,
    Extent,
    Finding,
    Severity,
    State,
    TimeProof,
    to_chinese,
    to_dict,
)
from gmkit.verdict.chinese import _EXTENTS, _SEVERITIES, _STATES
from tests.unit.verdict.test_model import AT, FAILED, GOOD, document

ROOT = Path(__file__).resolve().parents[3]


def test_the_answer_comes_first_and_every_check_is_told():
    finding = Finding("some-note", Severity.WARNING, "a note", "一条说明", "page 1")
    one = replace(
        GOOD, chain=FAILED, time=TimeProof(Check.passed(), claimed=AT), findings=(finding,)
    )
    lines = to_chinese(to_dict(document(one)))
    assert lines[0] == "file.p7：无效  [CMS]"
    assert lines[1] == "  原因码：some-failure"
    assert "    证书链：未通过：失败 [some-failure]" in lines
    assert "    完整性：通过" in lines
    assert "    警告：page 1：一条说明 [some-note]" in lines
    assert any("为签名人声称，没有证明" in line for line in lines)


def test_what_has_no_chinese_of_its_own_is_looked_up():
    one = replace(GOOD, intact=Check.failed("digest", "the signature does not verify"))
    assert "    完整性：未通过：签名验证不通过 [digest]" in to_chinese(to_dict(document(one)))


def test_a_counter_signature_and_what_lies_outside_are_told():
    inner = replace(
        GOOD, name="inner", coverage=Coverage(Extent.PART, ("a.xml",), "some", "部分内容")
    )
    lines = to_chinese(to_dict(document(replace(GOOD, nested=(inner,)))))
    assert "    inner：有效  [CMS]" in lines
    assert "      覆盖范围：部分（部分内容）；范围之外：a.xml" in lines


def test_every_state_severity_and_extent_has_chinese():
    assert {each.value for each in State} == set(_STATES)
    assert {each.value for each in Severity} == set(_SEVERITIES)
    assert {each.value for each in Extent} == set(_EXTENTS)


@pytest.mark.parametrize(
    ("call", "arguments"), [("Check.failed", 3), ("Check.unchecked", 3), ("Check.passed", 2)]
)
def test_every_check_has_words_in_chinese(call, arguments):
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, node in _calls()
        if ast.unparse(node.func) == call
        and 0 < len(node.args) < arguments
        and not any(isinstance(each, ast.Starred) for each in node.args)
        and all(each.arg != "zh" for each in node.keywords)
    ]
    assert found == []


def test_every_finding_has_words_in_chinese():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, node in _calls()
        if ast.unparse(node.func) == "Finding"
        and len(node.args) > 1
        and ast.unparse(node.args[1]).startswith("Severity.")
        and len(node.args) < 4
    ]
    assert found == []


def _calls():
    for path in sorted((ROOT / "src/gmkit").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield path, node
