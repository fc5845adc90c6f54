"""Every error has a code, a title and a hint in two languages, and the page that lists them is current."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from gmkit import errors
from gmkit.errors import texts
from gmkit.errors.chinese import REASONS
from gmkit.pki.reasons import REASONS as PATH_REASONS
from gmkit_cli import language
from gmkit_cli.app import root
from gmkit_cli.errors import one_line
from tools import errors_page

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ROOT = Path(__file__).resolve().parents[2]


def every_class():
    found = [errors.GmkitError]
    for each in found:
        found += each.__subclasses__()
    return [each for each in found if each.__module__ == "gmkit.errors"]


CLASSES = every_class()


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_class_has_its_texts(kind):
    assert re.fullmatch(r"GMK-[A-Z]+", kind.code)
    more = {"reason": "erased"} if kind is errors.DataUnavailable else {}
    made = kind("something special", **more)
    assert made.title
    assert made.hint
    assert CHINESE.search(kind.title_zh)
    assert all(CHINESE.search(text) for text in made.in_chinese())
    assert kind.__doc__


def test_codes_are_unique_and_each_has_one_entry():
    codes = [kind.code for kind in CLASSES]
    assert sorted(codes) == sorted(set(codes))
    assert set(codes) == set(texts.KINDS)


def test_a_hint_of_its_own_comes_first():
    error = errors.InvalidKey("no", hint="do this")
    assert (error.hint, error.own_hint) == ("do this", "do this")
    assert errors.InvalidKey("no").own_hint is None
    assert errors.InvalidKey("no").hint == texts.KINDS["GMK-KEY"].hint


def test_mistakes_are_patterns_and_told_in_both_languages():
    for pattern, en, zh in texts.MISTAKES:
        assert re.compile(pattern)
        assert en
        assert CHINESE.search(zh)


def test_reasons_of_paths_are_told_in_the_same_words():
    shared = set(REASONS) & set(PATH_REASONS)
    assert len(shared) > 10
    assert {r: REASONS[r] for r in shared} == {r: PATH_REASONS[r].zh for r in shared}


def test_messages_are_translated_with_their_values():
    error = errors.InvalidKey("an SM2 private key has 32 bytes, not 31")
    assert error.in_chinese() == (
        "SM2 私钥为 32 字节，此处为 31 字节",
        "前导零丢失：请在左侧补零至 32 字节",
    )
    untold = errors.StorageError("something nobody has translated")
    assert untold.in_chinese()[0] == "存储错误：something nobody has translated"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LC_ALL": "", "LANG": "zh"}, "zh"),
    ],
)
def test_the_locale_decides_where_nothing_is_said(environment, expected):
    assert language.of_locale(environment) == expected


@pytest.mark.parametrize("place", ["before", "after"])
def test_the_option_stands_anywhere(place, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    verb = ["key", "show", "nothing.key"]
    arguments = ["--lang", "zh", *verb] if place == "before" else [*verb, "--lang", "zh"]
    ran = CliRunner().invoke(root, arguments)
    assert ran.exit_code == 1
    assert "错误：nothing.key：没有此文件或目录 [GMK-STORAGE]" in ran.stderr
    assert "提示：" in ran.stderr
    assert "error: " in CliRunner().invoke(root, verb).stderr


def test_the_document_has_both_languages():
    ran = CliRunner().invoke(root, ["key", "show", "nothing.key", "--json"])
    import json

    error = json.loads(ran.stdout)["error"]
    assert error["code"] == "GMK-STORAGE"
    assert error["hint"]
    assert CHINESE.search(error["message_zh"])
    assert CHINESE.search(error["hint_zh"])


@pytest.mark.parametrize(
    ("page", "words"),
    [("errors.md", errors_page.ENGLISH), ("zh/errors.md", errors_page.CHINESE)],
    ids=["en", "zh"],
)
def test_the_page_is_what_the_errors_say(page, words):
    """`python -m tools.errors_page` writes it."""
    assert (ROOT / "docs" / page).read_text(encoding="utf-8") == errors_page.page(words)


def test_file_and_place_are_told_in_chinese():
    error = errors.EncodingError("not base64", what="certificate", offset=3)
    error.source = "a.pem"
    line = one_line(error, language.CHINESE)
    assert line == "a.pem：证书，第 3 字节：不是 base64 [GMK-ENCODING]"
    record = errors.RecordError("an identifier is text", line=2, field="id")
    assert one_line(record, language.CHINESE) == "第 2 行：字段 id：标识须为文本 [GMK-RECORD]"


def test_wrong_usage_is_told_in_chinese():
    ran = CliRunner().invoke(root, ["--lang", "zh", "key", "show"])
    assert ran.exit_code == 2
    assert "错误：缺少参数“KEY”。" in ran.stderr
    ran = CliRunner().invoke(root, ["--lang", "zh", "receipt", "verify", "x", "--html", "y"])
    assert ran.exit_code in (1, 2)
    assert CHINESE.search(ran.stderr)
