"""``gmkit seal show``."""

from __future__ import annotations

from pathlib import Path

import click

from gmkit_cli import params
from gmkit_cli.context import Context, pass_context

MAX_SEAL = 64 << 20  # bytes


@click.command()
@click.argument("file", type=params.PATH, default="-")
@click.option("--picture", type=params.PATH, help="Write the seal's picture to this file.")
@params.force_option
@pass_context
def command(context: Context, file: Path, picture: Path | None, force: bool) -> None:
    """
    Show what a seal (.esl) says, and what is unusual about its encoding. Nothing is verified.

    \b
    Example:
      $ gmkit seal show shop.esl
    """
    from gmkit.seal.describe import seal_dict, seal_text
    from gmkit.seal.model import Seal

    read = Seal.parse(params.read_bytes(file, limit=MAX_SEAL))
    if picture is not None:
        context.write(picture, read.info.picture.data, replace=force)
    context.emit(seal_dict(read), text=seal_text(read))
