"""``gmkit ca rekey``."""

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import inputs, issued, params
from gmkit_cli.context import STDIO, Context, pass_context
from gmkit_cli.params import Password


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("serial", metavar="SERIAL")
@click.argument("request", type=params.PATH)
@click.option(
    "--revoke-old",
    is_flag=True,
    help="Revoke the old certificate as superseded, after the new one is there.",
)
@params.output_option
@params.password_option(
    "--ca-password-fd", help="Read the issuing key's password from file descriptor N."
)
@params.force_option
@pass_context
def command(
    context: Context, folder: Path, serial: str, request: Path, revoke_old: bool, output: Path,
    ca_password: Password, force: bool,
) -> None:  # fmt: skip
    """
    Issue a certificate anew for the new key of a REQUEST: same subject, names and profile.

    \b
    Example:
      $ gmkit ca rekey authority 7d64965f359920fd93882a9c33da76ec new.csr -o shop-new.pem --revoke-old
    """
    from gmkit import atomic, ca
    from gmkit.x509 import RevocationReason

    if output != STDIO and not force:
        atomic.refuse_existing(output)
    number, now = issued.serial(serial), datetime.now(timezone.utc)
    application = ca.Application.from_request(inputs.request(request))
    secret = inputs.asked_for(ca_password, "the issuing key")
    with ca.Authority(folder, password=secret) as authority:
        made = authority.renew(number, now=now, request=application)
        chain = made.to_pem() + authority.issuing.to_pem()
        with issued.handing_over(folder, made):
            context.write(output, chain, replace=force)
        if revoke_old:
            authority.revoke([number], reason=RevocationReason.SUPERSEDED, now=now)
    if output != STDIO:
        shown = {
            "serial": f"{made.serial:x}",
            "subject": str(made.subject),
            "old_revoked": revoke_old,
            "file": str(output),
        }
        context.emit(shown, text=f"{shown['serial']}  {shown['subject']}")
