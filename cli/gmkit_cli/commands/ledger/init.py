"""``gmkit ledger init``."""

from __future__ import annotations

from pathlib import Path

import click

from gmkit_cli import inputs, ledgers, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told
from gmkit_cli.params import Password


@click.command()
@ledgers.ledger_argument
@inputs.key_option()
@params.password_option()
@click.option(
    "--origin", required=True, help="Name of the ledger in its checkpoints, without blanks."
)
@click.option(
    "--objects", metavar="URL", help="Where sealed segments go; default: into the folder."
)
@click.option(
    "--segment", type=int, default=1 << 20, show_default=True, help="Entries in a segment."
)
@pass_context
def command(
    context: Context, ledger: str, key: str, password: Password, origin: str, objects: str | None,
    segment: int,
) -> None:  # fmt: skip
    """
    Make an empty ledger.

    LEDGER is a folder to make, or the URL of an empty database (postgresql://…, sqlite:///…), which
    needs --objects. The key signs its checkpoints from then on.

    \b
    Example:
      $ gmkit ledger init ledger --key log.key --origin shop.example/receipts
    """
    from gmkit.receipts.ledger import Ledger

    place = objects or ledgers.objects_of(ledger)
    if place is None:
        raise click.UsageError("a ledger by URL needs --objects: where its segments go")
    public = inputs.private_key(key, password).public_key()
    if "://" not in ledger:
        Path(ledger).mkdir(parents=True, exist_ok=True)
    url = ledgers.url_of(ledger)
    Ledger.create(url, origin=origin, public_key=public, objects=place, segment=segment).close()
    context.emit(
        {"ledger": ledger, "origin": origin, "log": public.fingerprint().hex(), "segment": segment},
        text=[told(f"ledger {origin}"), told(f"log    key {public.fingerprint().hex()}")],
    )
