"""``gmkit key show``."""

import hashlib

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password


@click.command()
@click.argument("key", metavar="KEY")
@params.password_option()
@pass_context
def command(context: Context, key: str, password: Password) -> None:
    """
    Say what key is in a file or at a key URI; of a private key, never its number.

    KEY is a private key, a public key, or a certificate to take it from.

    \b
    Example:
      $ gmkit key show shop.key
    """
    kind, public = inputs.any_key(key, password)
    octets = public.to_bytes()
    shown = {
        "kind": f"SM2 {kind} key",
        "public_key": octets.hex(),
        "fingerprint": public.fingerprint().hex(),
        "key_identifier": hashlib.sha1(octets, usedforsecurity=False).hexdigest(),
    }
    names = {"kind": "", "public_key": "public key: ", "fingerprint": "fingerprint (SM3): "}
    names["key_identifier"] = "key identifier (SHA-1): "
    context.emit(shown, text=[f"{names[name]}{value}" for name, value in shown.items()])
