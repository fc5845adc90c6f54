"""The language in which help, errors and findings are told: asked for with ``--lang``, or the locale's."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from itertools import pairwise

__all__ = ["CHINESE", "ENGLISH", "WORDS", "of_line", "of_locale", "spoken"]

ENGLISH, CHINESE = "en", "zh"

WORDS = {
    ENGLISH: {"error": "error", "not verified": "not verified", "hint": "hint"},
    CHINESE: {"error": "错误", "not verified": "未通过验证", "hint": "提示"},
}


def of_locale(environment: Mapping[str, str] = os.environ) -> str:
    """``zh`` if the locale for messages is Chinese, otherwise ``en`` (POSIX: the first that is set counts)."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return CHINESE if value.lower().startswith("zh") else ENGLISH
    return ENGLISH


def of_line(arguments: Sequence[str]) -> str:
    """
    The language of a command line: the last one it names, wherever it does, otherwise that of the locale.

    It has to be known before click has read the line: of ``--help --lang zh`` click sees the help first, and a
    line that is wrong is not read to its end.
    """
    chosen = of_locale()
    words = [*arguments, ""]
    for word, following in pairwise(words):
        if word == "--":
            break
        option, equals, value = word.partition("=")
        if option == "--lang" and (value if equals else following) in {ENGLISH, CHINESE}:
            chosen = value if equals else following
    return chosen


def spoken(text: str, language: str) -> str:
    """The text in the language; what has no Chinese stays English."""
    if language != CHINESE:
        return text
    from gmkit.errors.chinese import translated

    return translated(text) or text
