"""From an English help text to the Chinese one, paragraph by paragraph."""

from __future__ import annotations

import inspect
import re
from collections import ChainMap
from collections.abc import Iterator, Mapping
from importlib import import_module

from gmkit_cli.chinese.nouns import shared

__all__ = ["VERBATIM", "catalogue", "key_of", "paragraphs", "translated"]

VERBATIM = "\b"  # the line with which click is told not to wrap a paragraph
_COMMAND = re.compile(r"^ *\$ ", re.MULTILINE)


def catalogue(noun: str | None) -> Mapping[str, str]:
    """The texts that a noun may use; None for the root's own."""
    module = import_module(f"gmkit_cli.chinese.nouns.{noun or 'root'}")
    return ChainMap(module.TEXTS, shared.TEXTS)


def paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of a help text: each on one line, or, where it begins with ``\\b``, as it is written."""
    for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(text).strip("\n")):
        if paragraph.startswith(VERBATIM):
            yield paragraph
        else:
            yield " ".join(paragraph.split())


def key_of(paragraph: str) -> str:
    """What of a paragraph is translated: all of it, or the line above its examples."""
    if not paragraph.startswith(VERBATIM):
        return paragraph
    lines = paragraph.removeprefix(VERBATIM).removeprefix("\n")
    return lines.partition("\n")[0] if _COMMAND.search(lines) else lines


def translated(text: str, texts: Mapping[str, str]) -> str:
    """The text in Chinese; a paragraph without Chinese stays English."""
    return "\n\n".join(_paragraph(each, texts) for each in paragraphs(text))


def _paragraph(paragraph: str, texts: Mapping[str, str]) -> str:
    key = key_of(paragraph)
    return paragraph.replace(key, texts.get(key, key), 1)
