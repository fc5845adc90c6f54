"""A command as it is shown in Chinese: another object, for reading only; the command itself stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy

import click

from gmkit_cli.chinese.formatter import ChineseContext
from gmkit_cli.chinese.texts import VERBATIM, catalogue, paragraphs, translated

__all__ = ["in_chinese", "option_in_chinese"]

OPTIONS, COMMANDS = "[选项]", "命令 [参数]..."


class ChineseCommand(click.Command):
    """The face of a command."""

    context_class = ChineseContext

    def __init__(self, command: click.Command, texts: Mapping[str, str]) -> None:
        super().__init__(
            command.name,
            context_settings=command.context_settings,
            params=[_parameter(each, texts) for each in command.params],
            help=command.help and translated(command.help, texts),
            short_help=_short(command, texts),
            epilog=command.epilog and translated(command.epilog, texts),
            options_metavar=OPTIONS,
            add_help_option=False,
            hidden=command.hidden,
            deprecated=command.deprecated,
        )


class ChineseGroup(ChineseCommand, click.Group):
    """The face of a group: its commands are found where they are, when they are asked for."""

    def __init__(self, group: click.Group, noun: str | None, texts: Mapping[str, str]) -> None:
        super().__init__(group, texts)
        self.subcommand_metavar = COMMANDS
        self.original, self.noun = group, noun

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, which have no language."""
        return self.original.list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The face of a command in the group."""
        command = self.original.get_command(ctx, cmd_name)
        return None if command is None else in_chinese(command, self.noun or cmd_name)


def in_chinese(command: click.Command, noun: str | None) -> click.Command:
    """
    A command or a group with its help in Chinese.

    Args:
        command: The command; it is not changed.
        noun: The first word after ``gmkit`` of those that lead to it; None for ``gmkit`` itself.
    """
    texts = catalogue(noun)
    if isinstance(command, click.Group):
        return ChineseGroup(command, noun, texts)
    return ChineseCommand(command, texts)


def option_in_chinese(option: click.Option, texts: Mapping[str, str]) -> click.Option:
    """A copy of an option with its help in Chinese."""
    shown = copy(option)
    shown.help = option.help and translated(option.help, texts)
    return shown


def _parameter(parameter: click.Parameter, texts: Mapping[str, str]) -> click.Parameter:
    return option_in_chinese(parameter, texts) if isinstance(parameter, click.Option) else parameter


def _short(command: click.Command, texts: Mapping[str, str]) -> str | None:
    """The first sentence: in a list of commands it is wrapped, not cut off."""
    if command.short_help or not command.help:
        return command.short_help and translated(command.short_help, texts)
    first = next(paragraphs(translated(command.help, texts))).removeprefix(VERBATIM)
    return first.partition("。")[0]
