"""Writes docs/errors.md and its Chinese page from the errors themselves: ``python -m tools.errors_page``."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from gmkit import errors
from gmkit.errors import texts
from gmkit.errors.chinese import REASONS
from gmkit.pki.reasons import REASONS as PATH

DOCS = Path(__file__).resolve().parent.parent / "docs"

EXAMPLE = """\
```python
from gmkit import sm2
from gmkit.errors import InvalidKey

try:
    sm2.SM2PrivateKey.from_bytes(bytes(31))
except InvalidKey as error:
    print(error.code, error, "|", error.hint)
    print(*error.in_chinese())
```
"""


class Words(NamedTuple):
    """What the page says in one language around what the errors say."""

    head: str
    after_example: str
    kinds: str
    mistakes: str
    after_mistakes: str
    reasons: str
    others: str
    end: str


ENGLISH = Words(
    head="""\
# Errors

Every error of the library is a `gmkit.errors.GmkitError` with a stable `code`, a `message`, a `hint`, and both in Chinese from
`in_chinese()`. The command line prints message, code and hint, in Chinese with `--lang zh` or where the locale is Chinese; `--json`
gives all of it. Codes and reasons never change their meaning; messages may.
""",
    after_example="""\
Exit codes of the command line: 0 done, 1 failure, 2 wrong usage, 3 not verified, 130 interrupted, 143 terminated.
""",
    kinds="""\
## Kinds

| code | class | what failed | what to do |
|---|---|---|---|
""",
    mistakes="""
## Common mistakes

Messages that mostly have one cause carry a hint that names it; here is what is hinted.

| hint |
|---|
""",
    after_mistakes="""
`gmkit sm2 verify` and `gmkit sm2 decrypt` try the known mistakes after a failure (form, identifier, digest, order, 04, text) and name the one
that fits; they accept nothing by it. `gmkit cert verify --explain` does the same for certificates, `gmkit inspect` for anything.
""",
    reasons="""
## Reasons

Verification errors carry a `reason`. Those of certificate paths, with the clause (of RFC 5280 where no other document is named):

| reason | clause | rule |
|---|---|---|
""",
    others="\nOthers: ",
    end=".\n",
)

CHINESE = Words(
    head="""\
# 错误

库中每个错误都是 `gmkit.errors.GmkitError`，带有稳定的 `code`、`message` 与 `hint`，后两者的中文由 `in_chinese()` 给出。命令行显示错误信息、代码与提示，使用 `--lang zh` 或中文区域设置时为中文；`--json` 给出全部内容。代码与原因码的含义不会改变，文字可能改变。
""",
    after_example="""\
命令行退出码：0 完成，1 失败，2 用法错误，3 未通过验证，130 被中断，143 被终止。
""",
    kinds="""\
## 类别

| 代码 | 类 | 含义 | 处理 |
|---|---|---|---|
""",
    mistakes="""
## 常见错误

多半只有一个原因的错误信息，会附带指明该原因的提示；所提示的内容如下。

| 提示 |
|---|
""",
    after_mistakes="""
`gmkit sm2 verify` 与 `gmkit sm2 decrypt` 在失败之后尝试已知的错误（格式、用户身份标识、杂凑值、顺序、04、文本），并指出相符的那一种；任何东西都不会因此被接受。`gmkit cert verify --explain` 对证书、`gmkit inspect` 对任何内容做同样的事。
""",
    reasons="""
## 原因码

验证错误带有 `reason`。证书路径的原因码及其条款如下（未注明文件的均为 RFC 5280）：

| 原因码 | 条款 | 规则 |
|---|---|---|
""",
    others="\n其他：",
    end="。\n",
)


def page(words: Words) -> str:
    """The page in one language."""
    zh = words is CHINESE
    return "".join(
        (
            words.head, "\n", EXAMPLE, "\n", words.after_example, "\n", words.kinds,
            *(_row(*_kind(kind, zh=zh)) for kind in _classes()),
            words.mistakes,
            *(_row(chinese if zh else english) for _, english, chinese in texts.MISTAKES),
            words.after_mistakes,
            words.reasons,
            *(_row(f"`{r}`", PATH[r].clause, PATH[r].zh if zh else PATH[r].text) for r in sorted(PATH)),
            words.others, _others(zh=zh), words.end,
        )
    )  # fmt: skip


def _kind(kind: type[errors.GmkitError], *, zh: bool) -> tuple[str, ...]:
    text = texts.KINDS[kind.code]
    said = (kind.title_zh, text.hint_zh) if zh else (text.title, text.hint)
    return f"`{kind.code}`", f"`{kind.__name__}`", *said


def _others(*, zh: bool) -> str:
    return ("、" if zh else ", ").join(
        f"`{r}` {REASONS[r]}" if zh else f"`{r}`" for r in sorted(set(REASONS) - set(PATH))
    )


def _classes() -> list[type[errors.GmkitError]]:
    found: list[type[errors.GmkitError]] = [errors.GmkitError]
    for each in found:
        found += each.__subclasses__()
    return [each for each in found if each.__module__ == "gmkit.errors"]


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    (DOCS / "errors.md").write_text(page(ENGLISH), encoding="utf-8")
    (DOCS / "zh" / "errors.md").write_text(page(CHINESE), encoding="utf-8")
