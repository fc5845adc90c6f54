"""Help in the language of the line."""

from __future__ import annotations

import click

from gmkit_cli import language
from gmkit_cli.context import Context

__all__ = ["HelpContext"]


class HelpContext(click.Context):
    """A context whose help is Chinese where Chinese was asked for."""

    def get_help(self) -> str:
        """The page that ``--help`` prints."""
        context = self.find_object(Context)
        if context is None or context.lang != language.CHINESE:
            return super().get_help()
        from gmkit_cli import chinese

        return chinese.help_page(self)
