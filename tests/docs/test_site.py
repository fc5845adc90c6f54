"""
The site builds in both languages without a warning, and holds together as it stands on the disk.

Nothing here needs a network: a page that asked for one would fail its reader too.
"""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tools.site.__main__ import build

ROOT = Path(__file__).resolve().parents[2]
LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}


class Page(HTMLParser):
    """What a page loads, where its links lead, and which anchors it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.language = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.anchors.add(values["id"])
        if tag == "html":
            self.language = values.get("lang", "")
        elif tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif values.get(LOADS.get(tag, "")):
            self.loads.append(values[LOADS[tag]])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs") / "site"
    assert build(folder) == 0, "a language did not build: its warnings stand above"
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[Path, Page]):
    assert {
        load for page in pages.values() for load in page.loads if urlsplit(load).netloc
    } == set()
    for sheet in site.rglob("*.css"):
        assert re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//", sheet.read_text()) == [], (
            sheet
        )


def test_every_link_and_every_file_is_there(site: Path, pages: dict[Path, Page]):
    broken = []
    for path, page in pages.items():
        for link in {*page.links, *page.loads}:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            written = unquote(parts.path)
            target = site / written[1:] if written.startswith("/") else path.parent / written
            target = (target if written else path).resolve()
            target = target / "index.html" if target.is_dir() else target
            anchors = pages[target].anchors if target in pages else set()
            anchored = not parts.fragment or unquote(parts.fragment) in anchors
            if not (target.is_file() and anchored):
                broken.append((str(path.relative_to(site)), link))
    assert broken == []


def test_a_page_leads_to_itself_in_the_other_language(site: Path, pages: dict[Path, Page]):
    for path, page in pages.items():
        name = path.relative_to(site)
        chinese = name.parts[0] == "zh"
        assert page.language == ("zh-CN" if chinese else "en"), name
        other = site / Path(*name.parts[1:]) if chinese else site / "zh" / name
        if not other.is_file():
            other = site / "index.html" if chinese else site / "zh" / "index.html"
        switch = re.search(
            r'class="language-link" href="([^"]+)"', path.read_text(encoding="utf-8")
        )
        assert switch, name
        folder = site if switch[1].startswith("/") else path.parent
        assert (folder / switch[1].lstrip("/")).resolve() == other.resolve(), name


def test_the_missing_page_stands_at_any_depth(pages: dict[Path, Page]):
    found = [page for path, page in pages.items() if path.name == "404.html"]
    assert len(found) == 2
    for page in found:
        inside = [link for link in page.loads + page.links if not urlsplit(link).scheme]
        assert [link for link in inside if not link.startswith(("/", "#"))] == []


def test_chinese_words_are_found(site: Path):
    text = (site / "zh" / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").rstrip().removesuffix(")"))
    assert "文档" in index["titleterms"]
    splitter = (site / "zh" / "_static" / "language_data.js").read_text(encoding="utf-8")
    assert "function splitQuery" in splitter


def test_the_reference_has_signatures_and_links(site: Path):
    sm2 = (site / "api" / "sm2.html").read_text(encoding="utf-8")
    assert 'id="gmkit.sm2.SM2PrivateKey.sign"' in sm2
    assert "user_id" in sm2
    assert "Ellipsis" not in sm2, "a native function shows the signature of its compiled form"
    pki = (site / "api" / "pki.html").read_text(encoding="utf-8")
    assert 'href="x509.html#gmkit.x509.Certificate"' in pki
    assert 'id="gmkit-ca-issue"' in (site / "cli" / "authority.html").read_text(encoding="utf-8")


def test_the_reference_of_the_commands_is_chinese_in_chinese(site: Path):
    words = {
        "en": ("Usage", "Options", "Required", "Default"),
        "zh": ("用法", "选项", "必需", "默认值"),
    }
    pages = {"en": site / "cli" / "authority.html", "zh": site / "zh" / "cli" / "authority.html"}
    for language, page in pages.items():
        text = page.read_text(encoding="utf-8")
        assert 'id="gmkit-ca-issue"' in text
        assert "$ gmkit ca issue authority shop.csr --profile merchant-signing -o shop.pem" in text
        shown = set(re.findall(r'(?:rubric">|<strong>|<dt class="field-\w+">)(\w+)', text))
        for other, expected in words.items():
            assert (shown >= set(expected)) == (other == language)
            assert shown.isdisjoint(expected) == (other != language)


def test_both_languages_have_the_same_pages_in_the_same_order():
    english, chinese = (_entries(ROOT / "docs" / name) for name in ("index.md", "zh/index.md"))
    only_english = {"api/index", "contributing", "changelog"}
    assert [name for name in chinese if name != "glossary"] == [
        name for name in english if name not in only_english
    ]
    assert len(set(english)) == len(english) > 25


def _entries(page: Path) -> list[str]:
    trees = re.findall(
        r"^```{toctree}\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    return [line for tree in trees for line in tree.splitlines() if line and line[0] != ":"]
