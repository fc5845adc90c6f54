"""Writes docs/errors.md from the errors themselves: ``python -m tools.errors_page``."""

from __future__ import annotations

from pathlib import Path

from gmkit import errors
from gmkit.errors import texts
from gmkit.errors.chinese import REASONS
from gmkit.pki.reasons import REASONS as PATH

PAGE = Path(__file__).resolve().parent.parent / "docs" / "errors.md"

HEAD = """\
# Errors / 错误代码

Every error of the library is a `gmkit.errors.GmkitError` with a stable `code`, a `message`, a `hint`, and both in Chinese from
`in_chinese()`. The command line prints message, code and hint, in Chinese with `--lang zh` or where the locale is Chinese; `--json`
gives all of it. Codes and reasons never change their meaning; messages may.

库中每个错误都是 `gmkit.errors.GmkitError`，带有稳定的 `code`、`message` 与 `hint`，`in_chinese()` 给出中文。命令行用 `--lang zh`
或中文区域设置显示中文；`--json` 给出全部内容。代码与原因码的含义不会改变，文字可能改变。

```python
from gmkit import sm2
from gmkit.errors import InvalidKey

try:
    sm2.SM2PrivateKey.from_bytes(bytes(31))
except InvalidKey as error:
    print(error.code, error, "|", error.hint)
    print(*error.in_chinese())
```

Exit codes of the command line / 命令行退出码: 0 done 完成, 1 failure 失败, 2 wrong usage 用法错误, 3 not verified 未通过验证.

## Kinds / 类别
"""


def page() -> str:
    """The page."""
    lines = [
        HEAD,
        "| code 代码 | class 类 | what failed 含义 | what to do 处理 |",
        "|---|---|---|---|",
    ]
    for kind in _classes():
        text = texts.KINDS[kind.code]
        cells = (
            f"`{kind.code}`",
            f"`{kind.__name__}`",
            f"{text.title}<br>{kind.title_zh}",
            f"{text.hint}<br>{text.hint_zh}",
        )
        lines.append(_row(*cells))
    lines += [
        "",
        "## Common mistakes / 常见错误",
        "",
        "Messages that mostly have one cause carry a hint that names it; here is what is hinted.",
        "",
        "| hint | 提示 |",
        "|---|---|",
        *(_row(en, zh) for _, en, zh in texts.MISTAKES),
        "",
        "`gmkit sm2 verify` and `gmkit sm2 decrypt` try the known mistakes after a failure (form, identifier, digest, order, 04, text) and name the one",
        "that fits; they accept nothing by it. `gmkit cert verify --explain` does the same for certificates, `gmkit inspect` for anything.",
        "",
        "## Reasons / 原因码",
        "",
        "Verification errors carry a `reason`. Those of certificate paths, with the clause (of RFC 5280 where no other document is named):",
        "",
        "| reason 原因码 | clause 条款 | rule | 规则 |",
        "|---|---|---|---|",
        *(_row(f"`{r}`", PATH[r].clause, PATH[r].text, PATH[r].zh) for r in sorted(PATH)),
        "",
        "Others / 其他: " + ", ".join(f"`{r}` {REASONS[r]}" for r in sorted(set(REASONS) - set(PATH))) + ".",
        "",
    ]  # fmt: skip
    return "\n".join(lines)


def _classes() -> list[type[errors.GmkitError]]:
    found: list[type[errors.GmkitError]] = [errors.GmkitError]
    for each in found:
        found += each.__subclasses__()
    return [each for each in found if each.__module__ == "gmkit.errors"]


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
