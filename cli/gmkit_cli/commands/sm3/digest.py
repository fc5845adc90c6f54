"""``gmkit sm3 digest``."""

from pathlib import Path

import click

from gmkit_cli import params
from gmkit_cli.context import Context, pass_context


@click.command()
@click.argument("files", metavar="[FILE]...", nargs=-1, type=params.PATH)
@pass_context
def command(context: Context, files: tuple[Path, ...]) -> None:
    """
    Print the SM3 digest of files, or of standard input.

    \b
    Example:
      $ gmkit sm3 digest orders.jsonl
      9f1c…  orders.jsonl
    """
    from gmkit import sm3

    rows = []
    for path in files or (params.STDIO,):
        with params.open_input(path) as file:
            rows.append({"file": str(path), "digest": sm3.file_digest(file).hex()})
    context.emit({"files": rows}, text=[f"{row['digest']}  {row['file']}" for row in rows])
