"""
Every page has its Chinese page, which says the same: the examples, the headings, the links, the names and the figures of one are those of the other.

The examples of the English pages are run; equal octets need no second run.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks import chinese as benchmarks
from tests.docs import pages
from tools.constant_time_chinese import in_chinese

HAN = re.compile(r"[\u4e00-\u9fff]")
ONLY_CHINESE = {"glossary.md"}
ONLY_ENGLISH = {"changelog.md", "contributing.md"}  # for those who work on it
FRAME = {"index.md", "404.md"}  # of the site: tests/docs/test_site.py
INCLUDED = {"security.md"}  # whose English is SECURITY.md
COMMANDS = {f"cli/{page.name}" for page in (pages.ENGLISH / "cli").glob("*.md")}
PAGES = sorted(
    ({page.name for page in pages.ENGLISH.glob("*.md")} | COMMANDS)
    - ONLY_ENGLISH
    - FRAME
    - INCLUDED
)
PAIRS = {
    "README": (pages.ROOT / "README.md", pages.ROOT / "README.zh-CN.md"),
    "SECURITY": (pages.ROOT / "SECURITY.md", pages.CHINESE / "security.md"),
    **{name: (pages.ENGLISH / name, pages.CHINESE / name) for name in PAGES},
}


@pytest.fixture(params=PAIRS.values(), ids=PAIRS)
def pair(request):
    """Two pages, and their text."""
    english, chinese = request.param
    return (
        english,
        chinese,
        english.read_text(encoding="utf-8"),
        chinese.read_text(encoding="utf-8"),
    )


def test_no_chinese_page_is_left_over():
    written = {page.relative_to(pages.CHINESE).as_posix() for page in pages.CHINESE.rglob("*.md")}
    assert written - set(PAGES) - FRAME - INCLUDED == ONLY_CHINESE


def test_code_blocks_are_the_same_octets(pair):
    _, _, english, chinese = pair
    assert pages.code_blocks(chinese) == pages.code_blocks(english)


def test_headings_have_the_same_levels(pair):
    _, _, english, chinese = pair
    assert pages.headings(chinese) == pages.headings(english)


def test_links_lead_to_the_same_pages(pair):
    first, second, english, chinese = pair
    assert pages.links(second, chinese) == pages.links(first, english)


def test_links_stay_in_the_language(pair):
    _, page, _, chinese = pair
    if page.name == "README.zh-CN.md":
        assert not re.search(r"\]\(docs/(?!zh/)[a-z-]+\.md\)", chinese)
    else:
        assert not re.search(r"\]\(\.\./[a-z-]+\.md\)", chinese)


def test_names_options_and_commands_are_the_same(pair):
    _, _, english, chinese = pair
    assert pages.code_spans(chinese) == pages.code_spans(english)


def test_marks_are_the_same(pair):
    _, _, english, chinese = pair
    assert pages.comments(chinese) == pages.comments(english)


def test_tables_have_the_same_shape_and_figures(pair):
    _, _, english, chinese = pair
    assert pages.tables(chinese) == pages.tables(english)


def test_it_is_chinese(pair):
    """Each section has words of its own, in Chinese."""
    _, page, _, chinese = pair
    prose = re.sub(r"^```.*?^```$", "", chinese, flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.*)$", prose, re.MULTILINE)
    assert [t for t in titles if not HAN.search(t) and t not in {"gmkit", "PostgreSQL"}] == []
    generated = page.parent.name == "cli" and page.name != "index.md"  # a title, and the commands
    assert len(HAN.findall(prose)) > (0 if generated else 40 * len(titles))


def test_the_glossary_gives_one_term_for_one():
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|", _glossary(), re.MULTILINE)
    terms = [row for row in rows if row[0] not in {"英文", "---"}]
    assert len(terms) > 80
    for column in (0, 1):
        said = [term[column] for term in terms]
        assert sorted(said) == sorted(set(said))


@pytest.mark.parametrize("rejected", ["吊销", "散列", "哈希", "签发者", "用户标识", "摘要"])
def test_terms_that_the_glossary_replaces_are_not_used(rejected):
    """One English term is one Chinese term, on the pages and in what the program says."""
    places = [
        *pages.CHINESE.rglob("*.md"),
        pages.ROOT / "README.zh-CN.md",
        *(pages.ROOT / "src").rglob("*.py"),
        *(pages.ROOT / "cli").rglob("*.py"),
    ]
    found = [str(page) for page in places if rejected in Path(page).read_text(encoding="utf-8")]
    assert found == []


def _glossary() -> str:
    return (pages.CHINESE / "glossary.md").read_text(encoding="utf-8")


def test_generated_pages_are_the_english_ones_in_chinese():
    """`make bench` writes both; so does `make ct`, whose text around the figures is written by hand."""
    english = (pages.ENGLISH / "benchmarks.md").read_text(encoding="utf-8")
    chinese = (pages.CHINESE / "benchmarks.md").read_text(encoding="utf-8")
    assert chinese == benchmarks.page(english)
    first, second = (path.read_text(encoding="utf-8") for path in PAIRS["constant-time.md"])
    for name in ("conditions", "memcheck", "timing"):
        part = _between(first, f"<!-- {name} -->\n", f"\n<!-- end of {name} -->")
        assert _between(second, f"<!-- {name} -->\n", f"\n<!-- end of {name} -->") == in_chinese(
            part
        )
    first, second = (path.read_text(encoding="utf-8") for path in PAIRS["README"])
    marks = "<!-- speed -->\n", "\n<!-- end of speed -->"
    assert _between(second, *marks) == benchmarks.in_short(_between(first, *marks))


def test_every_case_of_the_harness_of_constant_time_has_its_chinese():
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in (pages.ROOT / "rust/gmkit-ct/src").glob("**/*.rs")
    )
    cases = set(re.findall(r'"((?:sm[234]|hmac|pbkdf2)[ ,][a-zA-Z0-9 ,]+)"', source))
    assert len(cases) > 30
    for case in cases:
        in_chinese(f"| {case} |")


def test_words_without_chinese_are_not_passed_over():
    with pytest.raises(KeyError, match="no Chinese for: Something new"):
        benchmarks.page("Something new.\n")
    with pytest.raises(KeyError, match="no Chinese for the cell: something new"):
        benchmarks.page("| something new | 1 |\n")


def _between(text: str, begin: str, end: str) -> str:
    return text.partition(begin)[2].partition(end)[0]
