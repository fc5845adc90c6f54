"""``gmkit receipt export``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import STDIO, Context, pass_context

if TYPE_CHECKING:
    from gmkit.receipts import Receipt
    from gmkit.x509 import Certificate


@click.command()
@click.argument("file", type=params.PATH, default="-")
@click.option(
    "--line", type=click.IntRange(min=1), help="The receipt on this line; default: the first."
)
@click.option(
    "--as", "view", type=click.Choice(["raw", "jws", "jws-json", "cms", "cms-gm"]), required=True,
    help="raw: the message, its signature beside it (.sig); jws: RFC 7515; cms: RFC 5652; cms-gm: GM/T 0010.",
)  # fmt: skip
@click.option(
    "--cert", "certs", type=params.PATH, multiple=True,
    help="The signer's certificate and those above it, where FILE does not carry them.",
)  # fmt: skip
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, file: Path, line: int | None, view: str, certs: tuple[Path, ...], output: Path,
    force: bool,
) -> None:  # fmt: skip
    """
    Write one receipt in a form that other people's tools verify: the same signature, nothing signed anew.

    \b
    Examples:
      $ gmkit receipt export orders.receipts --as raw -o order.txt
      $ openssl pkeyutl -verify -rawin -digest sm3 -pkeyopt distid:1234567812345678 \\
          -certin -inkey shop.pem -in order.txt -sigfile order.txt.sig
      $ gmkit receipt export orders.receipts --as cms -o order.p7s
    """
    from gmkit.errors import InvalidArgument
    from gmkit.receipts import Receipt, bulk, export

    with params.open_input(file) as stream:
        found, carried = bulk.find_receipt(stream, line=line)
    if found is None:
        raise InvalidArgument(f"{file}: there is no such receipt")
    receipt = Receipt.parse(found)
    chain = _chain_of(receipt, [*inputs.certificates(certs), *carried])
    if view == "raw":
        if output == STDIO:
            raise click.UsageError("the raw view has two parts: name a file with -o")
        message, signature = export.to_raw(receipt)
        context.write(output, message, replace=force)
        context.write(output.with_name(output.name + ".sig"), signature, replace=force)
        context.emit({"file": str(output), "signature": f"{output}.sig"}, text=())
    elif view == "jws":
        context.deliver(output, receipt.core.encode() + b"\n", replace=force)
    elif view == "jws-json":
        context.deliver(output, export.to_jws_json(receipt, chain).encode() + b"\n", replace=force)
    else:
        from gmkit import cms

        if not chain:
            raise InvalidArgument("the signer's certificate is needed", hint="give it with --cert")
        family = cms.Family.GM if view == "cms-gm" else cms.Family.RFC
        data = export.to_cms(receipt, chain[0], chain=chain[1:], family=family)
        context.deliver(output, data, replace=force)


def _chain_of(receipt: Receipt, certificates: list[Certificate]) -> list[Certificate]:
    """The signer's certificate first; empty if it is not among them."""
    own = [each for each in certificates if _is_signer(receipt, each)]
    others = [each for each in dict.fromkeys(certificates) if each not in own]
    return [*own[:1], *others] if own else []


def _is_signer(receipt: Receipt, certificate: Certificate) -> bool:
    from gmkit.receipts import key_id
    from gmkit.sm2 import SM2PublicKey

    key = certificate.public_key()
    return isinstance(key, SM2PublicKey) and key_id(key) == receipt.key_id
