"""Whatever gmkit says to a person when something is wrong has Chinese, and the Chinese has nothing to say without a cause."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from gmkit.errors import EncodingError, GmkitError, InvalidArgument, StorageError, texts
from gmkit.errors.chinese import TEXTS, THINGS, system, translated, usage
from tests.errors.templates import ROOT, raised

CHINESE = re.compile(r"[\u4e00-\u9fff]")
RAISED = raised()
# What rust/ says: the literal behind what makes an error.
RUST = re.compile(
    r"(?:errors::\w+\(\s*py,\s*&?(?:format!\(\s*)?|\.error\(\s*(?:format!\(\s*)?|\.error_at\([^\"]*?,\s*(?:format!\(\s*)?"
    r"|Error::new\([^\";]*?,\s*|Invalid\(\s*(?:format!\(\s*)?|\bmessage(?: =|:) (?:format!\(\s*)?|Err\(\(\s*)"
    r"\"((?:[^\"\\]|\\[\s\S])*)\""
)


def rust_sources():
    for crate in ("gmkit-core", "gmkit-encoding", "gmkit-py"):
        for path in sorted((ROOT / "rust" / crate / "src").rglob("*.rs")):
            if path.stem != "tests" and "tests" not in path.parts:
                code = path.read_text(encoding="utf-8").partition("#[cfg(test)]\nmod tests {")[0]
                code = re.sub(r"^\s*//.*$", "", code, flags=re.MULTILINE)
                yield re.sub(r"b?'(?:\\.|[^'\\])'", "' '", code)


def of_rust(literal):
    """A literal as the template that the catalogue has."""
    joined = re.sub(r"\\\n\s*", "", literal)
    return re.sub(r"\{[^}]*\}", "{}", joined).replace('\\"', '"')


def of_python(path):
    """Every text and template of a module, without docstrings."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    inside = {
        id(part)
        for node in ast.walk(module)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    said = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr):
            yield "".join(p.value if isinstance(p, ast.Constant) else "{}" for p in node.values)
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in inside | said
        ):
            yield node.value


@pytest.mark.parametrize("place", sorted({each.partition(":")[0] for each in RAISED.values()}))
def test_every_message_and_hint_has_chinese(place):
    missing = [
        f"{where}: {template}"
        for template, where in RAISED.items()
        if where.partition(":")[0] == place and template not in TEXTS
    ]
    assert missing == []


def test_every_message_of_the_native_core_has_chinese():
    found = {of_rust(each) for text in rust_sources() for each in RUST.findall(text)}
    found = {each for each in found if re.search("[a-z]{3}", each)}
    assert len(found) > 80
    assert sorted(found - set(TEXTS)) == []


def test_every_finding_of_inspect_has_chinese():
    commands = re.compile(
        r"gmkit |openssl |[^a-z]*$|[a-z-]+$|\(\?:|\\|Octets that|(It|A|Nothing) .*\.$"
    )
    found = {
        text
        for path in (ROOT / "src/gmkit/inspect").glob("*.py")
        for text in of_python(path)
        if " " in text.strip() and not commands.match(text)
    }
    assert len(found) > 150
    assert sorted(each for each in found if translated(each) is None) == []


def test_the_catalogue_has_nothing_that_nobody_says():
    said = {template for path in _python() for template in of_python(path)}
    for text in rust_sources():
        said |= {of_rust(each) for each in re.findall(r'"((?:[^"\\]|\\[\s\S])*)"', text)}
    said |= set(RAISED) | set(system.TEXTS) | set(usage.TEXTS)
    joined = {"the signature is hex text, not bytes", "out of hex text", "it opens as {}: {}"}
    assert sorted(set(TEXTS) - said - joined) == []


def _python():
    for top in ("src/gmkit", "cli/gmkit_cli"):
        for path in (ROOT / top).rglob("*.py"):
            if "chinese" not in path.parts:
                yield Path(path)


@pytest.mark.parametrize("english", TEXTS)
def test_the_chinese_has_the_same_values(english):
    chinese = TEXTS[english]
    count = english.count("{}")
    names = not re.search("[a-z]{2}", english)
    assert CHINESE.search(chinese) or names
    numbered = re.findall(r"\{(\d+)\}", chinese)
    if numbered:
        assert sorted(map(int, numbered)) == list(range(count))
        assert "{}" not in chinese
    else:
        assert chinese.count("{}") == count
    values = [f"«{number}»" for number in range(count)]
    filled = english
    for value in values:
        filled = filled.replace("{}", value, 1)
    spoken = translated(filled)
    assert spoken is not None
    assert all(value in spoken for value in values)


def test_every_thing_that_is_read_has_chinese():
    named = set()
    for path in _python():
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r'\b(?:what|_WHAT)\s*=\s*"([^"]+)"', text))
    for text in rust_sources():
        named |= set(re.findall(r'const \w+: &str = "([a-z][a-z ]+)"', text))
    words = {each for each in named if re.search(r"(^|\s)[a-z]{3,}", each)}
    assert len(words) > 30
    assert sorted(words - set(THINGS) - {"private"}) == []


def test_what_is_filled_in_is_translated_if_it_is_a_message():
    error = StorageError("cannot read shop.key: no such file or directory")
    assert error.in_chinese()[0] == "无法读取 shop.key：没有此文件或目录"
    assert translated("cannot read empty: permission denied") == "无法读取 empty：没有权限"


def test_messages_are_joined_and_none_is_left_in_english():
    both = "r and s stand in the wrong order; the signature is DER: say --format DER"
    assert translated(both) == "r 与 s 的顺序颠倒；签名为 DER：请用 --format DER"
    assert translated("r and s stand in the wrong order; something else") is None


def test_the_template_with_most_words_is_taken():
    assert translated("profile shop: keyUsage is missing") == "证书模板 shop：缺少 keyUsage"


def test_several_messages_may_be_filled_in():
    both = "it opens as C1C3C2: out of hex text; r and s stand in the wrong order"
    assert translated(both) == "按 C1C3C2 可以解密：先由十六进制文本还原；r 与 s 的顺序颠倒"


def test_a_value_is_not_read_as_a_placeholder():
    assert translated("cannot read {}{0}: permission denied") == "无法读取 {}{0}：没有权限"


@pytest.mark.parametrize("hint", [kind.hint for kind in texts.KINDS.values()])
def test_a_hint_of_a_kind_given_anew_is_told_in_chinese(hint):
    assert CHINESE.search(GmkitError("x", hint=hint).in_chinese()[1])


def test_order_of_values_may_differ():
    error = InvalidArgument("2 of 9 is no board: at least 2 must approve, of at most 5")
    assert error.in_chinese()[0] == "9 人中 2 人不能组成审批组：至少 2 人批准，总人数至多 5"
    assert (
        EncodingError("expected SEQUENCE, found INTEGER").in_chinese()[0]
        == "应为 SEQUENCE，此处为 INTEGER"
    )
