"""``gmkit ledger checkpoint``."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmkit_cli import inputs, ledgers, params, stamping
from gmkit_cli.context import STDIO, Context, pass_context
from gmkit_cli.params import Password

if TYPE_CHECKING:
    from gmkit.keys import Signer
    from gmkit.receipts.ledger import Ledger, Manifest


@click.command()
@ledgers.ledger_argument
@inputs.key_option()
@params.password_option()
@stamping.stamp_options
@click.option("--no-seal", is_flag=True, help="Leave full segments unsealed.")
@click.option(
    "--clock-went-back", is_flag=True, help="The last checkpoint had a wrong, later time."
)
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, ledger: str, key: str, password: Password, tsa_key: str | None,
    tsa_password: Password, tsa_cert: tuple[Path, ...], tsa_url: str | None, no_seal: bool,
    clock_went_back: bool, output: Path, force: bool,
) -> None:  # fmt: skip
    """
    Seal what is full, sign what is there, and have it dated.

    The checkpoint is what the log puts its name to: give it to witnesses and to whoever wants one. With
    --tsa-url, or --tsa-key and --tsa-cert, an authority dates it: that is what bounds the time of every
    receipt under it.

    \b
    Example:
      $ gmkit ledger checkpoint ledger --key log.key -o latest.note
    """
    from gmkit.receipts import ledger as library

    signer = inputs.private_key(key, password)
    exchange = stamping.load_exchange(tsa_key, tsa_password, tsa_cert, tsa_url)
    with ledgers.opened(ledger) as opened:
        now = datetime.now(timezone.utc)
        sealed = [] if no_seal else _sealed(context, opened, signer, now)
        note = library.checkpoint(opened, signer, now=now, clock_went_back=clock_went_back)
        if exchange is not None:
            from gmkit.tsp import Imprint, obtain_token

            token = obtain_token(Imprint.of(note.body), exchange)
            library.add_token(opened, note, token.der)
    said = note.checkpoint
    if sealed:
        context.say(f"{len(sealed)} segments sealed")
    if exchange is None:
        context.say(f"checkpoint over {said.size:,} entries")
    else:
        context.say(f"checkpoint over {said.size:,} entries, dated")
    if context.json:
        context.emit(
            {"size": said.size, "root": said.root.hex(), "sealed": len(sealed), "note": note.to_bytes().decode()},
            text=(),
        )  # fmt: skip
    if output != STDIO:
        context.write(output, note.to_bytes(), replace=force)
    elif not context.json:
        context.emit({}, text=note.to_bytes().decode().rstrip("\n"))


def _sealed(context: Context, opened: Ledger, signer: Signer, now: datetime) -> list[Manifest]:
    from gmkit.receipts.ledger import seal

    full = (opened.size() - opened.sealed()) // opened.segment
    with context.progress(full, unit="segments") as bar:
        return seal(opened, signer, now=now, progress=bar.reach)
