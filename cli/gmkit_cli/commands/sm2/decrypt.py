"""``gmkit sm2 decrypt``."""

from pathlib import Path

import click

from gmkit_cli import inputs, params, peers
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password


@click.command()
@click.argument("file", type=params.PATH, default="-")
@inputs.key_option()
@params.password_option()
@params.ciphertext_format_option
@peers.as_option
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, file: Path, key: str, password: Password, form: str, peer_name: str | None,
    output: Path, force: bool,
) -> None:  # fmt: skip
    """
    Decrypt FILE or standard input with an SM2 private key (GB/T 32918.4-2016).

    \b
    Example:
      $ gmkit sm2 decrypt archive.key.sm2 --key shop.key -o archive.key
    """
    from gmkit import inspect
    from gmkit.errors import DecryptionError
    from gmkit.sm2 import CiphertextFormat, SM2PrivateKey

    private = inputs.private_key(key, password)
    box = params.read_bytes(file)
    expected = CiphertextFormat[form]
    if (peer := peers.peer(peer_name)) is not None:
        expected, box = peer.ciphertext, peer.read_ciphertext(peers.read_value(peer, box))
    try:
        data = private.decrypt(box, format=expected)
    except DecryptionError as error:
        found = (
            inspect.why_not_decrypted(private, box) if isinstance(private, SM2PrivateKey) else ()
        )
        raise DecryptionError(error.message, hint="; or ".join(found) or error.hint) from None
    context.deliver(output, data, secret=True, replace=force)
