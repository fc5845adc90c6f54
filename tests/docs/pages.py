"""What two pages in two languages must share, taken out of their Markdown."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENGLISH, CHINESE = ROOT / "docs", ROOT / "docs" / "zh"
_BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) \S", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_SPAN = re.compile(r"`([^`]+)`")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FIGURE = re.compile(r"\d[\d,.]*\d|\d")
_ROW = re.compile(r"^\|.*\|$", re.MULTILINE)
_PLACEHOLDERS = {"新文件": "NEW", "文件": "FILE", "私钥": "KEY", "名称": "NAME"}
_PLACEHOLDER = re.compile("|".join(_PLACEHOLDERS))
_CELLS = re.compile(r"(?<!\\)\|")


def code_blocks(text: str) -> list[str]:
    """Fenced blocks with their fences, in order."""
    return _BLOCK.findall(text)


def headings(text: str) -> list[int]:
    """The levels of the headings, in order."""
    return [len(marks) for marks in _HEADING.findall(_prose(text))]


def links(page: Path, text: str) -> Counter[str]:
    """
    Targets of links, with a page of the other language counted as the English one.

    Args:
        page: Where the text stands: relative targets are resolved against it.
        text: The page's Markdown.
    """
    return Counter(_target(page, found) for found in _LINK.findall(_prose(text)))


def code_spans(text: str) -> set[str]:
    """Names, options and commands inside the prose; placeholders in Chinese count as the English ones."""
    return {_PLACEHOLDER.sub(_english, " ".join(s.split())) for s in _SPAN.findall(_prose(text))}


def comments(text: str) -> list[str]:
    """Marks for the tests and the generators."""
    return _COMMENT.findall(text)


def tables(text: str) -> list[tuple[int, set[str]]]:
    """For each row of a table: how many cells it has, and which figures are in it."""
    rows = _ROW.findall(_BLOCK.sub("", text))
    return [(len(_CELLS.findall(row)) - 1, set(_FIGURE.findall(row))) for row in rows]


def _prose(text: str) -> str:
    return _COMMENT.sub("", _BLOCK.sub("", text))


def _english(placeholder: re.Match[str]) -> str:
    return _PLACEHOLDERS[placeholder[0]]


def _target(page: Path, target: str) -> str:
    if "://" in target:
        return target
    name, _, anchor = target.partition("#")
    place = (page.parent / name).resolve() if name else page
    assert place.exists(), f"{page.name}: nothing at {target}"
    if place.is_relative_to(CHINESE):
        place = ENGLISH / place.relative_to(CHINESE)
    if place.name == "README.zh-CN.md":
        place = place.with_name("README.md")
    if place == ENGLISH / "security.md":
        place = ROOT / "SECURITY.md"
    return f"{place.relative_to(ROOT)}{'#' if anchor else ''}"
