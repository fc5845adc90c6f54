"""The two languages: a link from each page to the same page in the other one, and search that reads Chinese."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.search import SearchLanguage
from sphinx.search.zh import SearchChinese

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

DOCS = Path(__file__).resolve().parents[2] / "docs"
HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORDS = re.compile(rf"[{HAN}]+|[a-zA-Z0-9_]+")


class ChineseInPairs(SearchLanguage):
    """
    Chinese text as overlapping pairs of characters, Latin words as they are.

    The usual way to search Chinese without a dictionary of words: 证书吊销 is found under 证书, 书吊 and 吊销, and so
    is every part of it. The browser splits what is asked in the same way.
    """

    lang = "zh"
    language_name = "Chinese"
    stopwords = SearchChinese.stopwords
    js_splitter_code = f"""
function splitQuery(query) {{
  const words = query.match(/[{HAN}]+|[a-zA-Z0-9_]+/g) || [];
  return words.flatMap((word) => {{
    if (!/[{HAN}]/.test(word) || word.length < 2) return [word];
    return Array.from({{ length: word.length - 1 }}, (_, at) => word.slice(at, at + 2));
  }});
}}
"""

    def split(self, input: str) -> list[str]:  # noqa: A002  Sphinx's name
        """Words and pairs."""
        terms = []
        for word in WORDS.findall(input):
            if word.isascii() or len(word) == 1:
                terms.append(word.lower())
            else:
                terms += [word[at : at + 2] for at in range(len(word) - 1)]
        return terms


def other_language(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Give the templates the address of this page in the other language, or of its first page."""
    del templatename
    chinese = app.tags.has("zh")
    folder = DOCS if chinese else DOCS / "zh"
    there = doctree is None and pagename == "search"
    page = pagename if there or (folder / f"{pagename}.md").is_file() else "index"
    context["other_language_url"] = context["pathto"](f"{'..' if chinese else 'zh'}/{page}.html", 1)
    context["other_language_code"] = "en" if chinese else "zh-CN"
    context["other_language_name"] = "English" if chinese else "中文"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_search_language(ChineseInPairs)
    app.connect("html-page-context", other_language)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
