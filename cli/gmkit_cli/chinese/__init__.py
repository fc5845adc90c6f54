"""
The help of the command line in Chinese: what ``--help`` prints, and the site's reference of the commands.

Imported only when Chinese is asked for. The texts stand in :mod:`gmkit_cli.chinese.nouns`, one file for each noun;
their terms are those of docs/zh/glossary.md.
"""

from gmkit_cli.chinese.page import help_page, usage
from gmkit_cli.chinese.view import in_chinese

__all__ = ["help_page", "in_chinese", "usage"]
