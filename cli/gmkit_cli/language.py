"""The language in which people are told help, errors and results: asked for with ``--lang``, or the locale's."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from itertools import pairwise

__all__ = ["CHINESE", "ENGLISH", "WORDS", "Told", "of_line", "of_locale", "spoken", "told"]

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


class Told(str):
    """Words of our own, which are told in the person's language; other text is what others wrote, or a name."""

    __slots__ = ()


def told(text: str) -> Told:
    """
    Mark words of our own; each has its Chinese in :mod:`gmkit.errors.chinese`.

    Args:
        text: A literal, with values filled in or without.
    """
    return Told(text)


def spoken(text: str, language: str) -> str:
    """The text in the language; what has no Chinese stays English."""
    if language != CHINESE:
        return text
    from gmkit.errors.chinese import translated

    return translated(text) or text
