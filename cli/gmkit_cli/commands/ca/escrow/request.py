"""``gmkit ca escrow request``."""

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import inputs, issued, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("serial", metavar="SERIAL")
@click.option(
    "--receiver",
    type=params.PATH,
    required=True,
    help="The certificate of whoever is to get the key.",
)
@click.option("--reason", required=True, help="Why; the approvers read it.")
@click.option("--by", required=True, metavar="NAME", help="Who asks.")
@pass_context
def command(
    context: Context, folder: Path, serial: str, receiver: Path, reason: str, by: str
) -> None:
    """
    Ask for the escrowed key of the encryption certificate SERIAL. The request is valid for 30 days.

    \b
    Example:
      $ gmkit ca escrow request authority 7d64965f359920fd93882a9c33da76ec --receiver shop-new.pem \\
          --reason "card lost, ticket 4711" --by "Helpdesk"
    """
    from gmkit import ca

    with ca.Authority(folder) as authority:
        made = authority.escrow.request(
            issued.serial(serial), receiver=inputs.certificates((receiver,))[0], reason=reason,
            by=by, now=datetime.now(timezone.utc),
        )  # fmt: skip
    context.emit(
        {"request": made.number, "serial": f"{made.serial:x}", "threshold": made.threshold},
        text=told(f"request {made.number}: {made.threshold} must approve"),
    )
