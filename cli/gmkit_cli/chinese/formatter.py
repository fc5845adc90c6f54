"""How a page of help is laid out in Chinese: click's own words, and lines that break between characters."""

from __future__ import annotations

import re
from collections.abc import Iterable

import click

from gmkit_cli import output
from gmkit_cli.chinese.texts import VERBATIM, paragraphs

__all__ = ["ChineseContext", "ChineseFormatter", "wrapped"]

HEADINGS = {"Options": "选项", "Commands": "命令", "Positional arguments": "参数"}
USAGE = "用法："
# What click puts behind the help of an option: [default: DER; required].
_EXTRAS = re.compile(r"(?:^|(?<=  ))\[([^\[\]]+)\]$")

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_OPENING, _CLOSING = "（《“「", "，。；：、？）》”」"
# What stays on one line: a default, or a character or a word with the marks that belong to it.
_UNIT = re.compile(
    rf"\s+|\[默认：[^\[\]]{{1,30}}\]|[{_OPENING}]*(?:[{_HAN}]|[^\s{_HAN}{_OPENING}{_CLOSING}]+)[{_CLOSING}]*|[{_OPENING}{_CLOSING}]+"
)


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of so many columns, a Chinese character being two wide; what does not fit alone sticks out."""
    lines = [""]
    blank = ""
    for unit in _UNIT.findall(text):
        if unit.isspace():
            blank = unit
        elif output.columns(lines[-1] + blank + unit) <= width or not lines[-1]:
            lines[-1] += blank + unit
            blank = ""
        else:
            lines.append(unit)
            blank = ""
    return lines


class ChineseFormatter(click.HelpFormatter):
    """Writes a page of help in Chinese."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """How the command is called."""
        beginning = f"{USAGE if prefix is None else prefix}{prog} "
        before = output.columns(beginning)
        lines = wrapped(args, max(self.width - before, 20))
        self.write(f"{beginning}{lines[0]}\n")
        self.write("".join(f"{'':{before}}{line}\n" for line in lines[1:]))

    def write_heading(self, heading: str) -> None:
        """Options, commands."""
        self.write(f"{'':{self.current_indent}}{HEADINGS.get(heading, heading)}：\n")

    def write_text(self, text: str) -> None:
        """Paragraphs; one that begins with ``\\b`` keeps its lines."""
        shown = []
        for paragraph in paragraphs(text):
            if paragraph.startswith(VERBATIM):
                lines = paragraph.split("\n")[1:]
            else:
                lines = wrapped(paragraph, self.width - self.current_indent)
            shown.append("".join(f"{'':{self.current_indent}}{line}\n" for line in lines))
        self.write("\n".join(shown))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Options or commands on the left, and what they are on the right."""
        listed = [(first, _EXTRAS.sub(_extras, second)) for first, second in rows]
        left = min(max(output.columns(first) for first, _ in listed), col_max) + col_spacing
        for first, second in listed:
            lines = wrapped(second, max(self.width - self.current_indent - left, 20))
            blanks = left - output.columns(first)
            if blanks < col_spacing:
                lines.insert(0, "")
            self.write(f"{'':{self.current_indent}}{first}{' ' * blanks}{lines[0]}".rstrip())
            self.write("".join(f"\n{'':{self.current_indent + left}}{line}" for line in lines[1:]))
            self.write("\n")


class ChineseContext(click.Context):
    """A context whose help is laid out in Chinese."""

    formatter_class = ChineseFormatter


def _extras(found: re.Match[str]) -> str:
    return f"[{'；'.join(map(_extra, found[1].split('; ')))}]"


def _extra(extra: str) -> str:
    if extra == "required":
        return "必需"
    return re.sub(r"^default: ", "默认：", extra)
