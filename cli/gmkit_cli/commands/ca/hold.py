"""``gmkit ca hold``."""

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
    Put certificates on hold: revoked until `gmkit ca release` takes it back.

    \b
    Example:
      $ gmkit ca hold authority 7d64965f359920fd93882a9c33da76ec
    """
    from gmkit import ca
    from gmkit.x509 import RevocationReason

    numbers = [issued.serial(text) for text in serials]
    with ca.Authority(folder) as authority:
        authority.revoke(
            numbers, reason=RevocationReason.CERTIFICATE_HOLD, now=datetime.now(timezone.utc)
        )
    issued.report(context, told("held"), numbers)
