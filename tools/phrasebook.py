"""Generated pages in Chinese: made from the English text, line by line and cell by cell, by a list of phrases."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

__all__ = ["translated"]

_WORD = re.compile(r"[a-z]{3,}")  # of names of algorithms and numbers there is nothing to translate
_NAME = re.compile(r"`[^`]*`")


def translated(text: str, *, phrases: Sequence[tuple[str, str]], cells: Mapping[str, str]) -> str:
    r"""
    The text with every line and every cell replaced by its Chinese.

    Args:
        text: Paragraphs of Markdown and tables.
        phrases: Patterns that whole paragraphs match, and what they become (``\1`` for a group).
        cells: Cells of tables. What is not there stays: figures and names.

    Raises:
        KeyError: A paragraph, or the first cell of a row, is in words that have no Chinese.
    """
    parts = re.split(r"(\n{2,})", text)
    return "".join(_part(part, phrases, cells) if part.strip() else part for part in parts)


def _part(part: str, phrases: Sequence[tuple[str, str]], cells: Mapping[str, str]) -> str:
    if part.lstrip().startswith("|"):
        return "\n".join(_row(line, cells) for line in part.split("\n"))
    end = "\n" if part.endswith("\n") else ""
    body = part.rstrip("\n")
    if re.match(r"\d+\. ", body):
        return "\n".join(_phrase(line, phrases) for line in body.split("\n")) + end
    return _phrase(body.replace("\n", " "), phrases) + end


def _phrase(text: str, phrases: Sequence[tuple[str, str]]) -> str:
    for pattern, chinese in phrases:
        if (match := re.fullmatch(pattern, text)) is not None:
            return match.expand(chinese)
    raise KeyError(f"no Chinese for: {text}")


def _row(line: str, cells: Mapping[str, str]) -> str:
    found = line.split(" | ")
    inner = [cell.removeprefix("| ").removesuffix(" |") for cell in found]
    if inner[0] not in cells and _WORD.search(_NAME.sub("", inner[0])):
        raise KeyError(f"no Chinese for the cell: {inner[0]}")
    return " | ".join(
        cell.replace(text, cells.get(text, text), 1) if text else cell
        for cell, text in zip(found, inner, strict=True)
    )
