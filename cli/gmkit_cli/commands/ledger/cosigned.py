"""``gmkit ledger cosigned``."""

from __future__ import annotations

from pathlib import Path

import click

from gmkit_cli import inputs, ledgers, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told


@click.command()
@ledgers.ledger_argument
@click.argument("note", type=params.PATH, default="-")
@click.option("--name", required=True, help="Name of the witness.")
@click.option("--pubkey", type=params.PATH, required=True, help="Public key of the witness.")
@pass_context
def command(context: Context, ledger: str, note: Path, name: str, pubkey: Path) -> None:
    """
    Keep the signature of a witness with the checkpoint it is over.

    \b
    Example:
      $ gmkit ledger cosigned ledger cosigned.note --name notary.example --pubkey notary.pub
    """
    from gmkit.receipts.ledger import add_cosignature

    with ledgers.opened(ledger) as opened:
        joined = add_cosignature(
            opened,
            params.read_bytes(note, limit=ledgers.MAX_NOTE),
            {name: inputs.public_key(pubkey)},
        )
    names = [each for each, _, _ in joined.signatures]
    context.emit(
        {"size": joined.checkpoint.size, "signatures": names},
        text=told(
            f"checkpoint over {joined.checkpoint.size:,} entries, signed by {', '.join(names)}"
        ),
    )
