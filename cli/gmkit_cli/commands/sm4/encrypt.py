"""``gmkit sm4 encrypt``."""

from pathlib import Path

import click

from gmkit_cli import params
from gmkit_cli.context import Context, pass_context


@click.command()
@click.argument("file", type=params.PATH, default="-")
@params.sm4_key_option
@params.aad_option
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, file: Path, key_file: Path, aad: bytes, output: Path, force: bool
) -> None:
    """
    Seal FILE or standard input, of any size, with SM4-GCM under a key file.

    The result carries its own nonce, and `gmkit sm4 decrypt` notices every change to it.

    \b
    Example:
      $ gmkit sm4 encrypt orders.csv --key-file archive.key -o orders.csv.sm4
    """
    from gmkit import sm4

    key = params.read_bytes(key_file, limit=params.MAX_SM4_KEY)
    with params.open_input(file) as reader, context.sink(output, replace=force) as writer:
        sm4.seal_stream(key, reader, writer, aad=aad)
