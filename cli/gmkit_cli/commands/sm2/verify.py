"""``gmkit sm2 verify``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmkit_cli import inputs, params, peers
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told

if TYPE_CHECKING:
    from gmkit.sm2 import SignatureFormat

_DIAGNOSED = 1 << 26  # bytes of data over which mistakes are tried


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
    from gmkit.errors import InvalidSignature
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
    expected = peer.signature if peer else SignatureFormat[form]
    try:
        verifier.finish(octets, format=expected)
    except InvalidSignature as error:
        given = peer.user_id if peer else user_id
        hint = None if file == params.STDIO else _why(file, pubkey, octets, given, expected)
        raise InvalidSignature(error.message, hint=hint) from None
    context.emit({"file": str(file), "verified": True}, text=told("verified"))


def _why(
    file: Path, pubkey: Path, signature: bytes, user_id: bytes, expected: SignatureFormat
) -> str | None:
    """The known mistakes tried, which name what is wrong and accept nothing."""
    from gmkit import inspect

    if file.stat().st_size > _DIAGNOSED:
        return None
    found = inspect.why_not_verified(
        inputs.public_key(pubkey),
        signature,
        params.read_bytes(file),
        user_id=user_id,
        form=expected,
    )
    return "; or ".join(found) or None
