"""``gmkit ca escrow approve``."""

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import Told, told
from gmkit_cli.params import Password


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("request", type=click.IntRange(min=1))
@click.option("--key", required=True, metavar="FILE|URI", help="Your key for signatures.")
@click.option(
    "--encryption-key", required=True, metavar="FILE|URI", help="Your key for encryption."
)
@params.password_option()
@pass_context
def command(
    context: Context, folder: Path, request: int, key: str, encryption_key: str, password: Password
) -> None:
    """
    Approve a request: read it with `gmkit ca escrow list` first.

    Your share of this one key is opened, encrypted for the receiver that the request names, and signed.

    \b
    Example:
      $ gmkit ca escrow approve authority 1 --key alice.key --encryption-key alice-enc.key
    """
    from gmkit import ca

    signing = inputs.private_key(key, password)
    encryption = inputs.private_key(encryption_key, password)
    with ca.Authority(folder) as authority:
        made = authority.escrow.approve(
            request, signing=signing, encryption=encryption, now=datetime.now(timezone.utc)
        )
    state = context.spoken(Told(made.state))
    context.emit(
        {"request": made.number, "state": made.state, "approved": list(made.approved)},
        text=told(
            f"request {made.number} is {state}: {len(made.approved)} of {made.threshold} "
            f"({', '.join(made.approved)})"
        ),
    )
