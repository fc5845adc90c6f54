"""``gmkit ca renew``."""

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import inputs, issued, params
from gmkit_cli.context import STDIO, Context, pass_context
from gmkit_cli.params import Password


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("serial", metavar="SERIAL")
@click.option(
    "--request",
    type=params.PATH,
    help="For the new key of this PKCS#10 request, instead of the old one.",
)
@params.output_option
@params.password_option(
    "--ca-password-fd", help="Read the issuing key's password from file descriptor N."
)
@params.force_option
@pass_context
def command(
    context: Context, folder: Path, serial: str, request: Path | None, output: Path, ca_password: Password,
    force: bool,
) -> None:  # fmt: skip
    """
    Issue a certificate anew: same subject, names and profile; same key, or that of a request.

    The old certificate stays as it is: revoke it if it must not be used any more.

    \b
    Example:
      $ gmkit ca renew authority 7d64965f359920fd93882a9c33da76ec -o shop-2027.pem
    """
    from gmkit import atomic, ca

    if output != STDIO and not force:
        atomic.refuse_existing(output)
    application = None
    if request is not None:
        asked = inputs.request(request)
        application = ca.Application.from_request(asked)
    secret = inputs.asked_for(ca_password, "the issuing key")
    with ca.Authority(folder, password=secret) as authority:
        made = authority.renew(
            issued.serial(serial), now=datetime.now(timezone.utc), request=application
        )
        chain = made.to_pem() + authority.issuing.to_pem()
    with issued.handing_over(folder, made):
        context.write(output, chain, replace=force)
    if output != STDIO:
        shown = {"serial": f"{made.serial:x}", "subject": str(made.subject), "file": str(output)}
        context.emit(shown, text=f"{shown['serial']}  {shown['subject']}")
