"""``gmkit evaluation seal``."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmkit_cli import inputs, params, receipt_trust
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password

if TYPE_CHECKING:
    from gmkit.receipts.evaluation import Evaluation


@click.command()
@click.argument("files", metavar="FILE…", type=params.PATH, nargs=-1, required=True)
@click.option("--deliveries", type=params.PATH, required=True, help="Receipts of the deliveries.")
@click.option("--id", "identifier", required=True, help="Identifier of the evaluator's statement.")
@click.option(
    "--buyer-key", "buyer_keys", type=params.PATH, multiple=True,
    help="Public key of a buyer who signs without a certificate; deliveries must name it.",
)  # fmt: skip
@click.option(
    "--own-cert", "own", type=params.PATH, multiple=True,
    help="The evaluator's certificate and those above it, put into the file for whoever verifies.",
)  # fmt: skip
@receipt_trust.trust_options
@inputs.key_option()
@params.password_option()
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, files: tuple[Path, ...], deliveries: Path, identifier: str,
    buyer_keys: tuple[Path, ...], own: tuple[Path, ...], roots: tuple[Path, ...],
    certs: tuple[Path, ...], pubkeys: tuple[Path, ...], key: str, password: Password, output: Path,
    force: bool,
) -> None:  # fmt: skip
    """
    Seal all evaluations: verify each with its delivery, and sign the root of the tree over them.

    Whoever has the sealed file can prove to a buyer that a list of evaluations is complete.

    \b
    Example:
      $ gmkit evaluation seal e-*.receipts --deliveries deliveries.receipts --id 2026-06 \\
          --root root.pem --key evaluator.key -o sealed.receipts
    """
    from gmkit.receipts.evaluation import deliveries_in, read_evaluations, seal, write_sealed

    signers = receipt_trust.signers(roots, certs, pubkeys)
    signer = inputs.private_key(key, password)
    chain = inputs.signing_chain(own, signer.public_key())
    with params.open_input(deliveries) as stream:
        delivered = deliveries_in(stream, signers)
    buyers = [inputs.public_key(path) for path in buyer_keys]
    found: list[Evaluation] = []
    with context.progress(len(files), unit="files") as bar:
        for path in files:
            with params.open_input(path) as stream:
                found += read_evaluations(stream, signers, deliveries=delivered, buyer_keys=buyers)
            bar.advance()
    moment = datetime.now(timezone.utc).replace(microsecond=0)
    sealed = seal(found, signer, id=identifier, time=moment)
    with context.sink(output, replace=force) as sink:
        write_sealed(sealed, sink, chain)
    context.say(f"sealed {len(sealed.receipts):,} evaluations")
