"""``gmkit ocsp request``."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.responders import HASHES

NONCE = 32  # bytes (RFC 9654)


@click.command()
@click.argument("certificate", type=params.PATH)
@click.option(
    "--issuer",
    type=params.PATH,
    help="Its issuer's certificate; default: the second one in CERTIFICATE.",
)
@click.option(
    "--hash", "name", type=click.Choice(list(HASHES)), default="sha1", show_default=True,
    help="Hash that names the issuer; nothing rests on its strength.",
)  # fmt: skip
@click.option("--no-nonce", is_flag=True, help="An answer made in advance will do.")
@click.option("--get", is_flag=True, help="As text, to follow the responder's address and a /.")
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context,
    certificate: Path,
    issuer: Path | None,
    name: str,
    no_nonce: bool,
    get: bool,
    output: Path,
    force: bool,
) -> None:
    """
    Ask about the first certificate of CERTIFICATE: an OCSP request in DER.

    \b
    Example:
      $ gmkit ocsp request shop.pem -o request.der
      $ curl --data-binary @request.der -H 'Content-Type: application/ocsp-request' http://ocsp.example > response.der
    """
    from gmkit import ocsp

    subject, authority = inputs.with_issuer(certificate, issuer)
    request = ocsp.OcspRequest.about(
        subject,
        authority,
        nonce=None if no_nonce or get else secrets.token_bytes(NONCE),
        hash_algorithm=HASHES[name],
    ).to_der()
    if get:
        path = ocsp.to_path(request)
        context.emit({"path": path}, text=path)
    else:
        context.deliver(output, request, replace=force)
