"""
The reference of the command line: each command of ``gmkit`` as an attribute that sphinx-click finds.

Help texts are written for a terminal. Here their examples become blocks of code, and ``default_role`` makes code of
what stands between single backquotes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gmkit_cli.app import root

if TYPE_CHECKING:
    from sphinx.application import Sphinx

VERBATIM = "| "  # how sphinx-click marks the lines that click is told not to wrap


def __getattr__(name: str) -> click.Command:
    """The command ``gmkit NAME``."""
    command = root.get_command(click.Context(root, info_name="gmkit"), name)
    if command is None:
        raise AttributeError(name)
    return command


def examples(app: Sphinx, ctx: click.Context, lines: list[str]) -> None:
    """Make a block of code of each run of lines that were not to be wrapped."""
    del app, ctx
    shown: list[str] = []
    inside = False
    for line in lines:
        verbatim = line.startswith(VERBATIM)
        text = line.removeprefix(VERBATIM)
        if verbatim and not inside and not text.startswith(" "):
            shown += [f"{text.rstrip(':')}:", "", ".. code-block:: text", ""]
        elif verbatim:
            shown.append(f"   {text}")
        else:
            shown += ["", line] if inside else [line]
        inside = verbatim
    lines[:] = shown


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("sphinx_click")
    app.connect("sphinx-click-process-description", examples)
    app.connect("sphinx-click-process-epilog", examples)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
