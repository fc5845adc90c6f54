"""The language in which errors and findings are told: asked for with ``--lang``, or the locale's."""

from __future__ import annotations

import os
from collections.abc import Mapping

__all__ = ["CHINESE", "ENGLISH", "WORDS", "of_locale", "spoken"]

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


def spoken(text: str, language: str) -> str:
    """The text in the language; what has no Chinese stays English."""
    if language != CHINESE:
        return text
    from gmkit.errors.chinese import translated

    return translated(text) or text
