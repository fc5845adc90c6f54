"""``gmkit ledger witness``."""

from __future__ import annotations

from pathlib import Path

import click

from gmkit_cli import inputs, ledgers, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password


@click.command()
@click.argument("note", type=params.PATH, default="-")
@click.option(
    "--memory", type=params.PATH, required=True, help="Where the witness remembers what it saw."
)
@click.option("--name", required=True, help="Name of the witness in the note, without blanks.")
@inputs.key_option()
@params.password_option()
@ledgers.log_option
@click.option("--proof", type=params.PATH, help="gmkit ledger prove --since the last one cosigned.")
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, note: Path, memory: Path, name: str, key: str, password: Password, log: Path,
    proof: Path | None, output: Path, force: bool,
) -> None:  # fmt: skip
    """
    Cosign a checkpoint, if the ledger only grew since the last one cosigned.

    Exit code 3 if it went back, forked, or does not prove that it did not.

    \b
    Example:
      $ gmkit ledger witness latest.note --memory seen.json --name notary.example \\
          --key notary.key --log log.pub --proof grown.proof -o cosigned.note
    """
    from gmkit.receipts.ledger import Witness

    witness = Witness(memory, inputs.private_key(key, password), name=name)
    cosigned = witness.cosign(
        params.read_bytes(note, limit=ledgers.MAX_NOTE),
        inputs.public_key(log),
        proof=None if proof is None else ledgers.read_document(proof),
    )
    context.deliver(output, cosigned.to_bytes(), replace=force)
