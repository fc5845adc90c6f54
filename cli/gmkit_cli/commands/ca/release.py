"""``gmkit ca release``."""

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import issued
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("serials", metavar="SERIAL...", nargs=-1, required=True)
@pass_context
def command(context: Context, folder: Path, serials: tuple[str, ...]) -> None:
    """
    Take certificates off hold.

    \b
    Example:
      $ gmkit ca release authority 7d64965f359920fd93882a9c33da76ec
    """
    from gmkit import ca

    numbers = [issued.serial(text) for text in serials]
    with ca.Authority(folder) as authority:
        authority.release(numbers, now=datetime.now(timezone.utc))
    issued.report(context, told("released"), numbers)
