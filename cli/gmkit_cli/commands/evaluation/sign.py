"""``gmkit evaluation sign``."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import inputs, params, receipt_trust
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password


@click.command()
@click.argument("delivery", type=params.PATH, default="-")
@click.option(
    "--line",
    type=click.IntRange(min=1),
    help="The delivery on this line; default: the first receipt.",
)
@click.option(
    "--id", "identifier", required=True, help="Identifier of the evaluation, unique for the signer."
)
@click.option("--item", required=True, help="What is judged.")
@click.option("--stars", type=click.IntRange(1, 5), required=True)
@click.option("--tag", "tags", multiple=True, help="A further word, shown to everybody.")
@click.option(
    "--text", type=params.PATH, help="File with the evaluation in words; it can be hidden later."
)
@click.option(
    "--level", type=click.Choice(["platform", "device", "certificate"]), default="platform",
    show_default=True, help="Who signs: the platform for the buyer, the buyer's own key, or that with a certificate.",
)  # fmt: skip
@receipt_trust.trust_options
@inputs.key_option()
@params.password_option()
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, delivery: Path, line: int | None, identifier: str, item: str, stars: int,
    tags: tuple[str, ...], text: Path | None, level: str, roots: tuple[Path, ...],
    certs: tuple[Path, ...], pubkeys: tuple[Path, ...], key: str, password: Password, output: Path,
    force: bool,
) -> None:  # fmt: skip
    """
    Sign an evaluation of something that was delivered; DELIVERY is the merchant's receipt of it.

    \b
    Example:
      $ gmkit evaluation sign deliveries.receipts --line 3 --id e-17 --item tea --stars 5 \\
          --root root.pem --key platform.key -o e-17.receipts
    """
    from gmkit import receipts
    from gmkit.errors import InvalidArgument
    from gmkit.receipts import bulk
    from gmkit.receipts.evaluation import Level, evaluate

    signers = receipt_trust.signers(roots, certs, pubkeys)
    with params.open_input(delivery) as stream:
        found, carried = bulk.find_receipt(stream, line=line)
    if found is None:
        raise InvalidArgument(f"{delivery}: there is no such receipt")
    for certificate in carried:
        signers.offer(certificate.der)
    words = None if text is None else params.read_bytes(text, limit=1 << 20).decode()
    record = evaluate(
        receipts.verify(found, signers), item, stars, id=identifier, level=Level(level), tags=tags,
        text=words, time=datetime.now(timezone.utc).replace(microsecond=0),
    )  # fmt: skip
    made, disclosures = receipts.conceal(record, ["text"])
    receipt = receipts.sign(made, inputs.private_key(key, password), disclosures=disclosures)
    context.deliver(output, receipt.text.encode() + b"\n", replace=force)
