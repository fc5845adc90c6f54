"""``gmkit sm4 keygen``."""

from pathlib import Path

import click

from gmkit_cli import params
from gmkit_cli.context import Context, pass_context


@click.command()
@click.option("-o", "--output", type=params.PATH, required=True, help="File to make, mode 0600.")
@params.force_option
@pass_context
def command(context: Context, output: Path, force: bool) -> None:
    """
    Make an SM4 key: a file of 16 random bytes.

    \b
    Example:
      $ gmkit sm4 keygen -o archive.key
    """
    from gmkit import sm4

    context.write(output, sm4.generate_key(), secret=True, replace=force)
    if output != params.STDIO:
        context.emit({"file": str(output)}, text=())
        context.say(f"wrote the key to {output}; whoever has it can read what it seals")
