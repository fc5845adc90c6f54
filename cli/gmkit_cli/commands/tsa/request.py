"""``gmkit tsa request``."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from gmkit_cli import params
from gmkit_cli.context import Context, pass_context

HASHES = {
    "sm3": "1.2.156.10197.1.401",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
NONCE_BITS = 127


@click.command()
@click.argument("file", type=params.PATH, default="-")
@click.option(
    "--hash", "name", type=click.Choice(list(HASHES)), default="sm3", show_default=True,
    help="Hash of the file that is stamped.",
)  # fmt: skip
@click.option("--policy", metavar="OID", help="Policy to ask for; default: the authority's own.")
@click.option("--no-nonce", is_flag=True, help="Do not bind the answer to this request.")
@click.option("--no-cert", is_flag=True, help="Leave the authority's certificate out of the stamp.")
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context,
    file: Path,
    name: str,
    policy: str | None,
    no_nonce: bool,
    no_cert: bool,
    output: Path,
    force: bool,
) -> None:
    """
    Ask for a timestamp over FILE: a TimeStampReq in DER. The file itself stays here.

    \b
    Example:
      $ gmkit tsa request contract.pdf -o request.tsq
      $ curl --data-binary @request.tsq -H 'Content-Type: application/timestamp-query' http://tsa.example > stamp.tsr
    """
    from gmkit import tsp

    with params.open_input(file) as content:
        imprint = tsp.Imprint.of(content, algorithm=HASHES[name])
    request = tsp.TimestampRequest(
        imprint,
        policy=policy,
        nonce=None if no_nonce else secrets.randbits(NONCE_BITS) | 1 << NONCE_BITS,
        certificate_wanted=not no_cert,
    )
    context.deliver(output, request.to_der(), replace=force)
