"""``gmkit key open``."""

from pathlib import Path

import click

from gmkit_cli import inputs, keyfiles, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password


@click.command()
@click.argument("file", type=params.PATH, default="-")
@inputs.key_option()
@params.output_option
@keyfiles.profile_option
@params.password_option()
@params.password_option("--new-password-fd", help="Read the new password from file descriptor N.")
@keyfiles.unprotected_option
@params.force_option
@pass_context
def command(
    context: Context, file: Path, key: str, output: Path, protection: object, password: Password,
    new_password: Password, unprotected: bool, force: bool,
) -> None:  # fmt: skip
    """
    Open the encryption key that an authority delivered (SM2EnvelopedKey, GM/T 0009) and write it as a key file.

    --key is the private key of the signing half.

    \b
    Example:
      $ gmkit key open shop-enc.key.der --key shop.key -o shop-enc.key
    """
    from gmkit import keys
    from gmkit.errors import InvalidArgument
    from gmkit.sm2 import KeyProfile, SM2PrivateKey

    assert isinstance(protection, KeyProfile)
    receiver = inputs.private_key(key, password)
    if not isinstance(receiver, SM2PrivateKey):
        raise InvalidArgument("a key in a device opens no envelope here")
    opened = keys.open_enveloped(params.read_bytes(file, limit=inputs.MAX_FILE), receiver)
    secret = keyfiles.new_password(new_password, "the opened key", unprotected=unprotected)
    pem = opened.to_pem(password=secret, profile=protection)
    context.deliver(output, pem, secret=True, replace=force)
