"""``gmkit ledger prune``."""

from __future__ import annotations

from datetime import datetime, timezone

import click

from gmkit_cli import inputs, ledgers, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told
from gmkit_cli.params import TIME, Password


@click.command()
@ledgers.ledger_argument
@inputs.key_option()
@params.password_option()
@click.option("--before", type=TIME, required=True, help="What was complete before has expired.")
@click.option("--hold", multiple=True, metavar="ORDER", help="An order that must be kept.")
@click.option("--yes", is_flag=True, help="Do it; receipts that are dropped do not come back.")
@pass_context
def command(
    context: Context, ledger: str, key: str, password: Password, before: datetime,
    hold: tuple[str, ...], yes: bool,
) -> None:  # fmt: skip
    """
    Drop receipts after their time; entries, tree and every proof stay.

    An order expires when it is complete (delivered or refunded) and nothing came after --before; a
    segment is pruned when everything in it has expired.

    \b
    Example:
      $ gmkit ledger prune ledger --key log.key --before 2023-01-31T00:00:00Z --yes
    """
    from gmkit.receipts import ledger as library

    if not yes:
        raise click.UsageError("receipts that are dropped do not come back: say --yes")
    signer = inputs.private_key(key, password)
    with ledgers.opened(ledger) as opened:
        with context.progress(opened.sealed() // opened.segment, unit="segments") as bar:
            done = library.prune(
                opened,
                signer,
                before=before,
                now=datetime.now(timezone.utc),
                hold=hold,
                progress=bar.reach,
            )
        count = len(done) * opened.segment
    context.emit(
        {"segments": done, "receipts": count},
        text=told(f"pruned {len(done)} segments, {count:,} receipts"),
    )
