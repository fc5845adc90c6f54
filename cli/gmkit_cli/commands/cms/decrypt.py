"""``gmkit cms decrypt``."""

from __future__ import annotations

from pathlib import Path

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@inputs.key_option()
@params.password_option()
@click.option(
    "--cert",
    type=params.PATH,
    help="The recipient's certificate; needed if there are several recipients.",
)
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, file: Path, key: str, password: Password, cert: Path | None, output: Path,
    force: bool,
) -> None:  # fmt: skip
    """
    Open an envelope in FILE (DER or BER), of any size.

    Of an authenticated one nothing is written before all of it was found unchanged.

    \b
    Example:
      $ gmkit cms decrypt contract.p7m --key partner-encrypt.key -o contract.pdf
    """
    from gmkit.cms import decrypt_file

    certificate = None if cert is None else inputs.certificates((cert,))[0]
    private = inputs.private_key(key, password)
    with file.open("rb") as source, context.sink(output, secret=True, replace=force) as target:
        message = decrypt_file(source, target, private, certificate)
    if message.mac is None:
        context.say("nothing in this kind of envelope shows whether it was changed")
