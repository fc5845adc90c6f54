"""``gmkit sm2 verify``."""

from pathlib import Path

import click

from gmkit_cli import inputs, params, peers
from gmkit_cli.context import Context, pass_context


@click.command()
@click.argument("file", type=params.PATH, default="-")
@click.option("--signature", type=params.PATH, required=True, help="File with the signature.")
@inputs.public_key_option
@params.user_id_option
@params.signature_format_option
@peers.as_option
@pass_context
def command(
    context: Context, file: Path, signature: Path, pubkey: Path, user_id: bytes, form: str,
    peer_name: str | None,
) -> None:  # fmt: skip
    """
    Verify an SM2 signature over FILE or standard input; exit code 3 if it does not fit.

    The key is taken as it is: no certificate is judged (`gmkit cert verify` does that).

    \b
    Example:
      $ gmkit sm2 verify orders.csv --signature orders.csv.sig --pubkey shop.pub
    """
    from gmkit.sm2 import SignatureFormat

    if file == signature == params.STDIO:
        raise click.UsageError("the data and the signature cannot both come from standard input")
    peer = peers.peer(peer_name)
    verifier = inputs.public_key(pubkey).verifier(user_id=peer.user_id if peer else user_id)
    octets = params.read_bytes(signature, limit=params.MAX_SIGNATURE)
    if peer is not None:
        octets = peers.signature_of(peer, octets)
    with params.open_input(file) as stream:
        while piece := stream.read(params.PIECE):
            verifier.update(piece)
    verifier.finish(octets, format=peer.signature if peer else SignatureFormat[form])
    context.emit({"file": str(file), "verified": True}, text="verified")
