"""
The reference of the command line: each command of ``gmkit`` as an attribute that sphinx-click finds.

Help texts are written for a terminal. Here their examples become blocks of code, and ``default_role`` makes code of
what stands between single backquotes. In the Chinese site commands show their Chinese faces.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import click
from docutils import nodes
from sphinx_click.ext import ClickDirective

from gmkit_cli.app import root
from gmkit_cli.chinese import in_chinese

if TYPE_CHECKING:
    from sphinx.application import Sphinx

VERBATIM = "| "  # how sphinx-click marks the lines that click is told not to wrap
# What sphinx-click says itself, as it stands at the beginning of a line or above a list.
RUBRICS = {"Usage": "用法", "Options": "选项", "Arguments": "参数"}
WORDS = {
    "**Required**": "**必需**",
    ":default:": ":默认值:",
    ":options:": ":可选值:",
    "Required argument(s)": "必需，可给出多个",
    "Optional argument(s)": "可选，可给出多个",
    "Required argument": "必需",
    "Optional argument": "可选",
}


def __getattr__(name: str) -> click.Command:
    """The command ``gmkit NAME``."""
    command = root.get_command(click.Context(root, info_name="gmkit"), name)
    if command is None:
        raise AttributeError(name)
    return command


class Commands(ClickDirective):  # type: ignore[misc]  # untyped
    """``.. click::`` in the language of the site."""

    def run(self) -> Sequence[nodes.section]:
        """The sections, one for each command."""
        sections: Sequence[nodes.section] = super().run()
        if _is_chinese(self.env.config.language):
            for section in sections:
                for rubric in section.findall(nodes.rubric):
                    rubric[:] = [nodes.Text(RUBRICS[rubric.astext()])]
        return sections

    def _load_module(self, module_path: str) -> click.Command:
        command: click.Command = super()._load_module(module_path)
        language = self.state.document.settings.env.config.language
        return in_chinese(command, command.name) if _is_chinese(language) else command


def examples(app: Sphinx | None, ctx: click.Context | None, lines: list[str]) -> None:
    """Make a block of code of each run of lines that were not to be wrapped, below its first line."""
    del app, ctx
    shown: list[str] = []
    for verbatim, run in groupby(lines, key=lambda line: line.startswith(VERBATIM)):
        first, *rest = (line.removeprefix(VERBATIM) for line in run)
        if verbatim and rest:
            block = (f"   {line}" for line in rest)
            shown += [first, "", ".. code-block:: text", "", *block, ""]
        else:
            shown += [first, *rest]
    lines[:] = shown


def words(app: Sphinx, ctx: click.Context, lines: list[str]) -> None:
    """Put sphinx-click's own words into the language of the site."""
    del ctx
    if _is_chinese(app.config.language):
        lines[:] = [_in_chinese(line) for line in lines]


def _in_chinese(line: str) -> str:
    text = line.lstrip()
    for english, chinese in WORDS.items():
        if text.startswith(english):
            return f"{line[: len(line) - len(text)]}{chinese}{text.removeprefix(english)}"
    return line


def _is_chinese(language: str) -> bool:
    return language.startswith("zh")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("sphinx_click")
    app.add_directive("click", Commands, override=True)
    app.connect("sphinx-click-process-description", examples)
    app.connect("sphinx-click-process-epilog", examples)
    app.connect("sphinx-click-process-options", words)
    app.connect("sphinx-click-process-arguments", words)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
