"""``gmkit sm2 sign``."""

from pathlib import Path

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password


@click.command()
@click.argument("file", type=params.PATH, default="-")
@inputs.key_option()
@params.password_option()
@params.user_id_option
@params.signature_format_option
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, file: Path, key: str, password: Password, user_id: bytes, form: str,
    output: Path, force: bool,
) -> None:  # fmt: skip
    """
    Sign FILE or standard input with SM2 and SM3 (GB/T 32918.2-2016).

    \b
    Example:
      $ gmkit sm2 sign orders.csv --key shop.key -o orders.csv.sig
    """
    from gmkit.sm2 import SignatureFormat

    signer = inputs.private_key(key, password).signer(user_id=user_id)
    with params.open_input(file) as stream:
        while piece := stream.read(params.PIECE):
            signer.update(piece)
    signature = signer.finish(format=SignatureFormat[form])
    context.deliver(output, signature, replace=force)
