"""Help in Chinese: of every command, all of it, with the same commands, options and names as the English."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from importlib import import_module
from pkgutil import iter_modules

import click
import pytest
from click.testing import CliRunner

from gmkit_cli import language, output
from gmkit_cli.app import root
from gmkit_cli.chinese import formatter, in_chinese, nouns, texts
from gmkit_cli.chinese.nouns import shared

NOUNS = [None, *root.list_commands(click.Context(root))]
HAN = re.compile(r"[\u4e00-\u9fff]")
# What both languages write alike: code, options, placeholders and abbreviations, file names, figures.
ALIKE = re.compile(
    r"`[^`]+`|--[a-z][a-z-]+|-[a-z]\b|(?<![A-Za-z])[A-Z][A-Z0-9]+(?:/[A-Z])?(?![a-z])|\.[a-z][a-z0-9]+\b"
    r"|\d[\d.]*\d|\d"
)


def walk(command, context, path=()):
    """Every command below a command, with the words that lead to it and a context of it."""
    yield path, command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            inner = type(context)(below, info_name=name, parent=context)
            yield from walk(below, inner, (*path, name))


def commands():
    return walk(root, root.context_class(root, info_name="gmkit", **root.context_settings))


def said(noun):
    """Each text of a noun's help, as it stands in English."""
    for path, command, context in commands():
        if (path[0] if path else None) == noun:
            options = [p for p in command.get_params(context) if isinstance(p, click.Option)]
            for text in (command.help, command.epilog, *(option.help for option in options)):
                for paragraph in texts.paragraphs(text or ""):
                    if paragraph:
                        yield texts.key_of(paragraph)


def run(*arguments, columns=100, **environment):
    environment = {"LC_ALL": "C.UTF-8", **environment}
    return CliRunner().invoke(
        root, list(arguments), prog_name="gmkit", env=environment, terminal_width=columns
    )


@pytest.mark.parametrize("noun", NOUNS)
def test_every_text_has_its_chinese(noun):
    catalogue = texts.catalogue(noun)
    assert [text for text in said(noun) if text not in catalogue] == []
    words = [text for text in catalogue if re.search(r"\b[a-z]{2}", text)]
    assert [text for text in words if not HAN.search(catalogue[text])] == []


def test_every_chinese_text_is_somebodys():
    """None is left over from a help that was changed, and none is there twice."""
    files = {module.name for module in iter_modules(nouns.__path__)}
    assert files == {noun or "root" for noun in NOUNS} | {"shared"}
    uses = Counter()
    for noun in NOUNS:
        own = import_module(f"gmkit_cli.chinese.nouns.{noun or 'root'}").TEXTS
        spoken = set(said(noun))
        assert set(own) - spoken == set()
        assert set(own) & set(shared.TEXTS) == set()
        uses.update(spoken)
    assert set(shared.TEXTS) - set(uses) == set()


@pytest.mark.parametrize("noun", [*NOUNS, "shared"])
def test_chinese_has_the_same_code_names_and_figures(noun):
    module = import_module(f"gmkit_cli.chinese.nouns.{noun or 'root'}")
    for english, chinese in module.TEXTS.items():
        # The one abbreviation that Chinese has where English has a word: 签发 CA, the issuing authority.
        first = set(ALIKE.findall(english.replace("NOT", "not")))
        assert set(ALIKE.findall(chinese)) - {"CA"} == first - {"CA"}, english
        assert chinese.count("\n") == english.count("\n")


def test_examples_are_the_same_commands():
    for path, command, context in commands():
        if not command.help:
            continue
        shown = in_chinese(command, path[0] if path else None)
        for english, chinese in ((command.help, shown.help), (command.epilog, shown.epilog)):
            first, second = (list(texts.paragraphs(text or "")) for text in (english, chinese))
            assert len(first) == len(second)
            for before, after in zip(first, second, strict=True):
                assert before.startswith("\b") == after.startswith("\b")
                if before != texts.key_of(before) and "$ " in before:
                    assert before.split("\n")[2:] == after.split("\n")[2:]
        assert [p.name for p in shown.params] == [p.name for p in command.params]
        assert context.command is command


def test_a_page_is_laid_out_in_columns():
    """No line is too wide unless it is an example or one word, and none begins with a mark that ends."""
    for path, command, _ in commands():
        shown = in_chinese(command, path[0] if path else None)
        kept = {
            line.strip()
            for text in (shown.help, shown.epilog)
            for paragraph in texts.paragraphs(text or "")
            if paragraph.startswith("\b")
            for line in paragraph.splitlines()
        }
        for line in run(*path, "--help", "--lang", "zh", columns=70).output.splitlines():
            assert line.lstrip()[:1] not in set("，。；：、？）”"), line
            words = line.split()
            assert line.strip() in kept or output.columns(line) <= 70 or len(words) < 3, line


def test_a_page_in_chinese():
    assert run("cert", "needs-renewal", "--help", "--lang", "zh", columns=78).output == (
        "用法：gmkit cert needs-renewal [选项] [FILE]\n"
        "\n"
        "  以退出码说明证书现在是否应当续期。\n"
        "\n"
        "  退出码：\n"
        "    0  应当续期，或已经过期\n"
        "    4  尚早\n"
        "    1  无法读取\n"
        "    2  用法错误\n"
        "\n"
        "  示例：\n"
        "    $ gmkit cert needs-renewal shop.pem --expires-in 30d && gmkit ca renew authority 7d64…\n"
        "\n"
        "选项：\n"
        "  --expires-in 30d|12h|75%  剩余时间不超过此值，或有效期已过去这一比例时，即为\n"
        "                            到时。  [默认：75%]\n"
        "  --bundle                  FILE 中任何一张证书到时即算到时，而不只看第一张。\n"
        "  --at TIME                 按这一时间判断；默认为现在。\n"
        "  --json                    结果以一个 JSON 文档写到标准输出。\n"
        "  --lang [en|zh]            帮助、错误信息与结果所用的语言；默认随区域设置。\n"
        "  -h, --help                显示本帮助并退出。\n"
    )


def test_a_group_in_chinese():
    """One that is called without a command shows its help: that is no error to be told of."""
    for shown in (run("sm3", "--help", LC_ALL="zh_CN.UTF-8"), run("sm3", LC_ALL="zh_CN.UTF-8")):
        assert shown.output == (
            "用法：gmkit sm3 [选项] 命令 [参数]...\n"
            "\n"
            "  SM3 杂凑值与消息鉴别码。\n"
            "\n"
            "选项：\n"
            "  --lang [en|zh]  帮助、错误信息与结果所用的语言；默认随区域设置。\n"
            "  -h, --help      显示本帮助并退出。\n"
            "\n"
            "命令：\n"
            "  digest  显示各文件或标准输入的 SM3 杂凑值\n"
            "  hmac    显示或验证 FILE 或标准输入的 HMAC-SM3 鉴别码\n"
        )


def test_the_first_page_in_chinese():
    shown = run("--lang", "zh", "-h").output
    assert shown.startswith("用法：gmkit [选项] 命令 [参数]...\n\n  国密工具箱：")
    assert "\n  key         密钥文件：生成、查看、转换；申请证书\n" in shown
    assert shown.endswith(
        "退出码：0 完成，1 失败，2 用法错误，3 未通过验证，130 被中断，143 被终止。\n"
    )


@pytest.mark.parametrize(
    "line",
    [
        ["--lang", "zh", "sm4", "keygen", "--help"],
        ["sm4", "keygen", "--help", "--lang", "zh"],
        ["sm4", "keygen", "--lang=zh", "-h"],
        ["--lang", "en", "sm4", "keygen", "-h", "--lang", "zh"],
    ],
)
def test_the_language_stands_anywhere_on_the_line(line):
    assert "生成 SM4 密钥：16 个随机字节的文件。" in run(*line).output


def test_what_is_not_the_language_is_not_taken_for_it():
    chinese = {"LANG": "zh_CN.UTF-8"}
    assert language.of_line(["a", "--lang", "zh", "--lang", "en"]) == "en"
    for line in (["--", "--lang", "zh"], ["--lang", "fr"], ["--lang"], ["zh"], ["--lang="]):
        assert language.of_line(line) == language.of_locale()
    assert language.of_locale(chinese) == "zh"


def test_required_options_and_ranges_say_so():
    shown = run("sm4", "keygen", "--lang", "zh", "--help").output
    assert "要建立的文件，权限为 0600。  [必需]" in shown
    assert "[默认：20；1<=x<=100000]" in run("selftest", "--lang", "zh", "--help").output


def test_wrong_usage_has_the_usage_in_chinese():
    for shown in (run("sm4", "keygen", "--no", "--lang", "zh"), run("--lang=zh", "sm4", "keygen")):
        assert shown.exit_code == 2
        assert shown.output.startswith("用法：gmkit sm4 keygen [选项]\n用“gmkit sm4 keygen --help”")
    assert run("--nothing", "--lang", "zh").output.endswith("错误：没有选项“--nothing”。\n")


def test_english_is_what_it_was():
    """Showing a command in Chinese changes nothing about it."""
    before = {path: run(*path, "--help").output for path, _, _ in commands()}
    assert len(before) > 100
    for path in before:
        run(*path, "--help", "--lang", "zh")
    assert {path: run(*path, "--help").output for path in before} == before
    assert [
        path for path, page in before.items() if HAN.search(page) and path != ("seal", "new")
    ] == []


def test_chinese_is_imported_when_it_is_asked_for():
    program = (
        "import sys\n"
        "from gmkit_cli.app import root\n"
        "root(sys.argv[1:], standalone_mode=False)\n"
        "print([name for name in sys.modules if 'chinese' in name])\n"
    )
    shown = {
        lang: subprocess.run(
            [sys.executable, "-c", program, "sm3", "--help", "--lang", lang],
            capture_output=True, text=True, check=True,
        ).stdout.splitlines()[-1]
        for lang in ("en", "zh")
    }  # fmt: skip
    assert shown["en"] == "[]"
    assert "gmkit_cli.chinese.nouns.sm3" in shown["zh"]
    assert "gmkit_cli.chinese.nouns.ca" not in shown["zh"]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("密码算法", 4, ["密码", "算法"]),
        ("密码，算法", 5, ["密", "码，", "算法"]),
        ("用（密码）", 5, ["用", "（密", "码）"]),
        ("按 DER 读取", 8, ["按 DER", "读取"]),
        ("a-very-long-word 读", 4, ["a-very-long-word", "读"]),
        ("密码  [默认：a b]", 12, ["密码", "[默认：a b]"]),
        ("", 4, [""]),
    ],
)
def test_lines_break_between_characters(text, width, lines):
    assert formatter.wrapped(text, width) == lines
