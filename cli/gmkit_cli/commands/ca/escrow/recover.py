"""``gmkit ca escrow recover``."""

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import inputs, keyfiles, params
from gmkit_cli.context import STDIO, Context, pass_context
from gmkit_cli.language import told
from gmkit_cli.params import Password


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("request", type=click.IntRange(min=1))
@click.option("--key", required=True, metavar="FILE|URI", help="The receiver's private key.")
@params.output_option
@keyfiles.protection_option
@params.password_option()
@params.password_option(
    "--new-password-fd", help="Read the new password of the recovered key from file descriptor N."
)
@keyfiles.unprotected_option
@pass_context
def command(
    context: Context, folder: Path, request: int, key: str, output: Path, protection: object,
    password: Password, new_password: Password, unprotected: bool,
) -> None:  # fmt: skip
    """
    Recover the key of a request that enough have approved: the receiver puts the shares together.

    The request is closed by it.

    \b
    Example:
      $ gmkit ca escrow recover authority 1 --key shop-new.key -o shop-enc.key
    """
    from gmkit import atomic, ca
    from gmkit.sm2 import KeyProfile

    assert isinstance(protection, KeyProfile)
    if output == STDIO:
        raise click.UsageError("name a file with -o")
    atomic.refuse_existing(output)
    receiver = inputs.private_key(key, password)
    secret = keyfiles.new_password(new_password, "the recovered key", unprotected=unprotected)
    with ca.Authority(folder) as authority:
        found = authority.escrow.recover(request, receiver=receiver, now=datetime.now(timezone.utc))
    context.write(output, found.to_pem(password=secret, profile=protection), secret=True)
    fingerprint = found.public_key().fingerprint().hex()
    context.emit(
        {"request": request, "file": str(output), "fingerprint": fingerprint},
        text=told(f"{output}: recovered, SM3 {fingerprint}"),
    )
