"""``gmkit ca escrow withdraw``."""

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("request", type=click.IntRange(min=1))
@pass_context
def command(context: Context, folder: Path, request: int) -> None:
    """
    Close a request without recovery.

    \b
    Example:
      $ gmkit ca escrow withdraw authority 1
    """
    from gmkit import ca

    with ca.Authority(folder) as authority:
        authority.escrow.withdraw(request, now=datetime.now(timezone.utc))
    context.emit(
        {"request": request, "state": "withdrawn"}, text=told(f"request {request} is withdrawn")
    )
