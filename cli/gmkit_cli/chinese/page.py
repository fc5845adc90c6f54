"""The page that ``--help`` prints, and the line that stands above a wrong usage."""

from __future__ import annotations

import click

from gmkit_cli.chinese.formatter import ChineseContext
from gmkit_cli.chinese.texts import catalogue
from gmkit_cli.chinese.view import in_chinese, option_in_chinese

__all__ = ["help_page", "usage"]


def help_page(ctx: click.Context) -> str:
    """The help of the command that the context is of."""
    shown = _shown(ctx)
    return shown.command.get_help(shown)


def usage(ctx: click.Context) -> str:
    """How the command that the context is of is called."""
    shown = _shown(ctx)
    return shown.command.get_usage(shown)


def _shown(ctx: click.Context) -> click.Context:
    noun = _noun(ctx)
    command = in_chinese(ctx.command, noun)
    if (option := ctx.command.get_help_option(ctx)) is not None:
        command.params.append(option_in_chinese(option, catalogue(noun)))
    return ChineseContext(
        command,
        info_name=ctx.info_name,
        parent=ctx.parent,
        terminal_width=ctx.terminal_width,
        max_content_width=ctx.max_content_width,
    )


def _noun(ctx: click.Context) -> str | None:
    noun = None
    while ctx.parent is not None:
        noun, ctx = ctx.info_name, ctx.parent
    return noun
