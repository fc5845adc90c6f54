"""``gmkit key new``."""

from pathlib import Path

import click

from gmkit_cli import keyfiles, params
from gmkit_cli.context import STDIO, Context, pass_context
from gmkit_cli.params import Password


@click.command()
@params.output_option
@click.option("--public", type=params.PATH, help="Write the public key to this file as well.")
@keyfiles.protection_option
@params.password_option()
@keyfiles.unprotected_option
@params.force_option
@pass_context
def command(
    context: Context, output: Path, public: Path | None, protection: object, password: Password,
    unprotected: bool, force: bool,
) -> None:  # fmt: skip
    """
    Make an SM2 key pair; the private key goes into a PKCS#8 file of mode 0600.

    \b
    Examples:
      $ gmkit key new -o shop.key
      $ gmkit key new -o shop.key --public shop.pub --protection openssl
    """
    from gmkit import atomic, sm2
    from gmkit.sm2 import KeyProfile

    assert isinstance(protection, KeyProfile)
    for path in (output, public):
        if path is not None and path != STDIO and not force:
            atomic.refuse_existing(path)  # before a person types a password
    secret = keyfiles.new_password(password, "the new key", unprotected=unprotected)
    key = sm2.generate_private_key()
    pem = key.to_pem(password=secret, profile=protection)
    if public is not None:
        context.write(public, key.public_key().to_pem(), replace=force)
    context.write(output, pem, secret=True, replace=force)
    if output != STDIO:
        fingerprint = key.public_key().fingerprint().hex()
        context.emit(
            {"file": str(output), "protected": secret is not None, "fingerprint": fingerprint},
            text=fingerprint,
        )
