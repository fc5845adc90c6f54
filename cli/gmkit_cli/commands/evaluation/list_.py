"""``gmkit evaluation list``."""

from __future__ import annotations

from pathlib import Path

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import Context, pass_context


@click.command()
@click.argument("sealed", type=params.PATH, default="-")
@click.option("--deliveries", type=params.PATH, required=True, help="Receipts of the deliveries.")
@click.option("--item", required=True, help="The item whose evaluations are listed.")
@click.option(
    "--hide", multiple=True, metavar="ID", help="An evaluation not to show; it counts all the same."
)
@click.option(
    "--buyer-key",
    "buyer_keys",
    type=params.PATH,
    multiple=True,
    help="Keys of buyers without certificates.",
)
@click.option(
    "--cert", "certs", type=params.PATH, multiple=True, help="Certificates to put into the list."
)
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, sealed: Path, deliveries: Path, item: str, hide: tuple[str, ...],
    buyer_keys: tuple[Path, ...], certs: tuple[Path, ...], output: Path, force: bool,
) -> None:  # fmt: skip
    """
    Write the list of all evaluations of an item, with the proof that it is complete.

    \b
    Example:
      $ gmkit evaluation list sealed.receipts --deliveries deliveries.receipts --item tea -o tea.json
    """
    from gmkit.receipts.evaluation import deliveries_in, prove_item, read_sealed

    with params.open_input(sealed) as stream:
        whole, carried = read_sealed(stream)
    with params.open_input(deliveries) as stream:
        delivered = deliveries_in(stream)
    data = prove_item(
        whole, item, deliveries=delivered, certificates=[*carried, *inputs.certificates(certs)],
        buyer_keys=[inputs.public_key(path) for path in buyer_keys], hidden=frozenset(hide),
    )  # fmt: skip
    context.deliver(output, data, replace=force)
