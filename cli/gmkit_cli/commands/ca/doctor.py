"""``gmkit ca doctor``."""

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import Told, told


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@pass_context
def command(context: Context, folder: Path) -> None:
    """
    Examine an authority: keys, certificates, lists, store, audit log.

    The exit code is the worst that was found: 0 healthy, 4 warning, 5 error.

    \b
    Example:
      $ gmkit ca doctor authority
    """
    from gmkit import ca

    with ca.Authority(folder) as authority:
        found = authority.examine(now=datetime.now(timezone.utc))
    context.emit(
        {
            "findings": [
                {"severity": each.urgency.name.lower(), "code": each.code, "message": each.message}
                for each in found
            ]
        },
        text=[
            f"{context.spoken(Told(each.urgency.name.lower()))} {each.code}: {context.spoken(Told(each.message))}"
            for each in found
        ]
        or told("healthy"),
    )
    if found:
        context.leave(int(max(each.urgency for each in found)))
