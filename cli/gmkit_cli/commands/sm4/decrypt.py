"""``gmkit sm4 decrypt``."""

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
    Open what `gmkit sm4 encrypt` sealed; nothing is written unless all of it is as it was.

    \b
    Example:
      $ gmkit sm4 decrypt orders.csv.sm4 --key-file archive.key -o orders.csv
    """
    from gmkit import sm4

    key = params.read_bytes(key_file, limit=params.MAX_SM4_KEY)
    with (
        params.open_input(file) as reader,
        context.sink(output, secret=True, replace=force) as writer,
    ):
        sm4.open_stream(key, reader, writer, aad=aad)
