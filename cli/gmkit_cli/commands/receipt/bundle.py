"""``gmkit receipt bundle``."""

from __future__ import annotations

from pathlib import Path

import click

from gmkit.errors import InvalidArgument
from gmkit_cli import inputs, ledgers, params
from gmkit_cli.context import Context, pass_context


@click.command()
@click.argument("file", type=params.PATH, default="-")
@click.option(
    "--line", type=click.IntRange(min=1), help="The receipt on this line; default: the first."
)
@click.option(
    "--ledger", metavar="LEDGER", help="The ledger that proves it, with its certificates."
)
@click.option(
    "--cert", "certs", type=params.PATH, multiple=True,
    help="Certificates of signer, log and timestamp authority, and those above them.",
)  # fmt: skip
@click.option("--crl", "crls", type=params.PATH, multiple=True, help="Revocation lists for them.")
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, file: Path, line: int | None, ledger: str | None, certs: tuple[Path, ...],
    crls: tuple[Path, ...], output: Path, force: bool,
) -> None:  # fmt: skip
    """
    Put a receipt and everything that proves it into one file, to be verified years later with a root alone.

    \b
    Example:
      $ gmkit receipt bundle mine.receipts --ledger ledger --cert shop.pem --cert log.pem -o mine.bundle
    """
    from gmkit.receipts import Receipt
    from gmkit.receipts.bulk import container
    from gmkit.receipts.bundle import make_bundle
    from gmkit.x509 import Certificate

    text, certificates = None, inputs.certificates(certs)
    with params.open_input(file) as stream:
        for number, _, data in container.read(stream):
            if isinstance(data, container.Certificate):
                certificates.append(Certificate.from_der(data))
            elif type(data) is bytes and text is None and line in {None, number}:
                text = data
    if text is None:
        raise InvalidArgument(
            f"{file}: there is no receipt" + ("" if line is None else f" on line {line}")
        )
    proof = None
    if ledger is not None:
        from gmkit.receipts.ledger import prove_inclusion

        receipt = Receipt.parse(text)
        with ledgers.opened(ledger) as opened:
            found = opened.find(receipt.key_id, receipt.record().id)
            if found is None:
                raise InvalidArgument("the receipt is not in the ledger")
            proof = prove_inclusion(opened, found.place)
            certificates += [Certificate.from_der(der) for der in opened.certificates()]
    bundle = make_bundle(
        text, certificates=certificates, crls=inputs.revocation_lists(crls), proof=proof
    )
    context.deliver(output, bundle.to_bytes(), replace=force)
