"""``gmkit sm2 encrypt``."""

from pathlib import Path

import click

from gmkit_cli import inputs, params, peers
from gmkit_cli.context import Context, pass_context


@click.command()
@click.argument("file", type=params.PATH, default="-")
@inputs.public_key_option
@params.ciphertext_format_option
@peers.as_option
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, file: Path, pubkey: Path, form: str, peer_name: str | None,
    output: Path, force: bool,
) -> None:  # fmt: skip
    """
    Encrypt FILE or standard input to an SM2 public key (GB/T 32918.4-2016).

    Meant for keys and short texts; the whole input is held in memory.

    \b
    Example:
      $ gmkit sm2 encrypt archive.key --pubkey shop.pub -o archive.key.sm2
    """
    from gmkit.sm2 import CiphertextFormat

    key = inputs.public_key(pubkey)
    data = params.read_bytes(file)
    if (peer := peers.peer(peer_name)) is not None:
        box = peers.write_value(peer.encrypt(key, data))
    else:
        box = key.encrypt(data, format=CiphertextFormat[form])
    context.deliver(output, box, replace=force)
