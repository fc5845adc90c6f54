"""``gmkit sm2 sign``."""

from pathlib import Path

import click

from gmkit_cli import inputs, params, peers
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password


@click.command()
@click.argument("file", type=params.PATH, default="-")
@inputs.key_option()
@params.password_option()
@params.user_id_option
@params.signature_format_option
@peers.as_option
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, file: Path, key: str, password: Password, user_id: bytes, form: str,
    peer_name: str | None, output: Path, force: bool,
) -> None:  # fmt: skip
    """
    Sign FILE or standard input with SM2 and SM3 (GB/T 32918.2-2016).

    \b
    Examples:
      $ gmkit sm2 sign orders.csv --key shop.key -o orders.csv.sig
      $ gmkit sm2 sign orders.csv --key shop.key --as sm-crypto
    """
    from gmkit.sm2 import SignatureFormat

    peer = peers.peer(peer_name)
    signer = inputs.private_key(key, password).signer(user_id=peer.user_id if peer else user_id)
    with params.open_input(file) as stream:
        while piece := stream.read(params.PIECE):
            signer.update(piece)
    signature = signer.finish(format=peer.signature if peer else SignatureFormat[form])
    written = peers.write_value(peer.text.write(signature)) if peer else signature
    context.deliver(output, written, replace=force)
