"""``gmkit ca export``."""

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import issued, params
from gmkit_cli.context import Context, pass_context


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@issued.filter_options
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, /, folder: Path, output: Path, force: bool, **filters: object
) -> None:
    """
    Write the certificates that an authority issued as one PEM file, oldest first.

    \b
    Example:
      $ gmkit ca export authority --profile merchant-signing -o merchants.pem
    """
    from gmkit import ca

    with ca.Authority(folder) as authority:
        criteria = issued.criteria(filters, datetime.now(timezone.utc))
        data = b"".join(each.certificate.to_pem() for each in authority.each(**criteria))
    context.deliver(output, data, replace=force)
