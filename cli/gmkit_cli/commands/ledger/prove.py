"""``gmkit ledger prove``."""

from __future__ import annotations

from pathlib import Path

import click

from gmkit.errors import InvalidArgument
from gmkit_cli import ledgers, params
from gmkit_cli.context import Context, pass_context


@click.command()
@ledgers.ledger_argument
@click.option("--entry", type=int, help="That this entry is in the ledger.")
@click.option("--id", "identifier", help="That the receipt of this identifier is; with --signer.")
@click.option("--absent", help="That no receipt of this identifier is; with --signer.")
@click.option("--since", type=params.PATH, help="That the ledger only grew since this checkpoint.")
@ledgers.key_id_option
@click.option(
    "--latest", is_flag=True, help="Under the latest checkpoint, not the first that covers it."
)
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, ledger: str, entry: int | None, identifier: str | None, absent: str | None,
    since: Path | None, signer: bytes | None, latest: bool, output: Path, force: bool,
) -> None:  # fmt: skip
    """
    Write a proof that is checked without the ledger: `gmkit ledger verify`.

    \b
    Examples:
      $ gmkit ledger prove ledger --id 1001 --signer 5f0c…  -o 1001.proof
      $ gmkit ledger prove ledger --since kept.note -o grown.proof
    """
    from gmkit.receipts import ledger as library

    asked = [each is not None for each in (entry, identifier, absent, since)]
    if sum(asked) != 1:
        raise click.UsageError("say what to prove: one of --entry, --id, --absent, --since")
    name = identifier if identifier is not None else absent
    if name is not None and signer is None:
        raise click.UsageError("identifiers are unique for a signer: give --signer")
    with ledgers.opened(ledger) as opened:
        if since is not None:
            proof = library.prove_consistency(opened, ledgers.note_in(since))
        elif absent is not None and signer is not None:
            proof = library.prove_absence(opened, signer, absent)
        else:
            place = entry
            if place is None and signer is not None and name is not None:
                found = opened.find(signer, name)
                if found is None:
                    raise InvalidArgument(
                        f"{name} is not in the ledger", hint="--absent proves exactly that"
                    )
                place = found.place
            proof = library.prove_inclusion(opened, place or 0, latest=latest)
    context.deliver(output, ledgers.document(proof), replace=force)
