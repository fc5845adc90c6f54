"""``gmkit key convert``."""

from pathlib import Path

import click

from gmkit_cli import inputs, keyfiles, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password


@click.command()
@click.argument("key", metavar="KEY")
@click.option(
    "--to",
    type=click.Choice(["pkcs8", "sec1", "public"]),
    default="pkcs8",
    show_default=True,
    help="PKCS#8; SEC 1 (EC PRIVATE KEY, never protected); or the public key alone.",
)
@click.option("--der", is_flag=True, help="DER instead of PEM.")
@params.output_option
@keyfiles.profile_option
@params.password_option()
@params.password_option("--new-password-fd", help="Read the new password from file descriptor N.")
@keyfiles.unprotected_option
@params.force_option
@pass_context
def command(
    context: Context, key: str, to: str, der: bool, output: Path, protection: object, password: Password,
    new_password: Password, unprotected: bool, force: bool,
) -> None:  # fmt: skip
    """
    Write a key in another form, or under another password.

    \b
    Examples:
      $ gmkit key convert shop.key --protection openssl -o shop-openssl.key
      $ gmkit key convert shop.key --to public -o shop.pub
    """
    from gmkit import keys
    from gmkit.errors import InvalidArgument
    from gmkit.sm2 import KeyProfile, SM2PrivateKey

    assert isinstance(protection, KeyProfile)
    if to == "public":
        _, public = inputs.any_key(key, password)
        data = public.to_der() if der else public.to_pem()
        context.deliver(output, data, replace=force)
        return
    private = inputs.private_key(key, password)
    if not isinstance(private, SM2PrivateKey):
        raise InvalidArgument("a key in a device cannot be written to a file")
    if to == "sec1":
        if not unprotected:
            raise click.UsageError("SEC 1 has no password: say --unprotected, or take pkcs8")
        data = keys.to_sec1_der(private) if der else keys.to_sec1_pem(private)
    else:
        secret = keyfiles.new_password(new_password, "the new file", unprotected=unprotected)
        write = private.to_der if der else private.to_pem
        data = write(password=secret, profile=protection)
    context.write(output, data, secret=True, replace=force)
