"""What the page of standards names exists: modules, functions, vectors, tests; and no vector file is left out."""

from __future__ import annotations

import re
from pathlib import Path
from pydoc import locate

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "standards.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (?!standard|---)(.+?) \| (.+?) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)


def spans(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]}: {row[1]}" for row in ROWS])
def test_a_clause_has_code_and_evidence_that_exist(row: tuple[str, str, str, str]):
    _, _, places, evidence = map(spans, row)
    assert places
    assert evidence
    for place in places:
        if place.startswith("rust/"):
            assert (ROOT / place).exists(), place
        else:
            assert locate(place) is not None, place
    for name in evidence:
        assert list(ROOT.glob(name)), name


def test_every_file_of_vectors_stands_behind_a_clause():
    named = {path for row in ROWS for name in spans(row[3]) for path in ROOT.glob(name)}
    vectors = set(ROOT.glob("vectors/*/*.json")) - set(ROOT.glob("vectors/schema/*.json"))
    assert len(vectors) > 60
    assert vectors - named == set()


def test_the_standards_of_the_field_are_all_there():
    for number in ("32918.2", "32905", "32907", "17964", "33190", "38540", "35275"):
        assert f"GB/T {number}" in PAGE
    for number in ("0002", "0003", "0004", "0009", "0010", "0015", "0018", "0031", "0033", "0092"):
        assert f"GM/T {number}" in PAGE
