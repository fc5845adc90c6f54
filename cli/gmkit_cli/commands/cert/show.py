"""``gmkit cert show``."""

from pathlib import Path

import click

from gmkit_cli import params
from gmkit_cli.context import Context, pass_context

MAX_FILE = 1 << 28  # bytes; revocation lists are long


@click.command()
@click.argument("file", type=params.PATH, default="-")
@pass_context
def command(context: Context, file: Path) -> None:
    """
    Print what certificates, requests and revocation lists say.

    FILE is PEM (a bundle too), DER or PKCS#7. Nothing is judged: see `gmkit cert verify`. What deviates from
    DER or from the profile is listed under "findings".

    \b
    Example:
      $ gmkit cert show shop.pem
      $ gmkit cert show --json < chain.p7b
    """
    from gmkit import x509

    found = x509.load_all(params.read_bytes(file, limit=MAX_FILE))
    described = [one.to_dict() for one in found]
    context.emit({"items": described}, text="\n\n".join(one.describe() for one in found))
