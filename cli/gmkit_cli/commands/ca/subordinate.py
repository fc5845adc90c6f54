"""``gmkit ca subordinate``."""

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import batches, inputs, issued, params
from gmkit_cli.context import STDIO, Context, pass_context
from gmkit_cli.params import Password


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("request", type=params.PATH)
@click.option(
    "--cross", is_flag=True, help="REQUEST is the certificate of another root: cross-certify it."
)
@click.option(
    "--days", type=click.IntRange(min=1), help="Validity; default: as long as the profile allows."
)
@params.output_option
@params.password_option("--root-password-fd", help="The root key's password, file descriptor N.")
@params.force_option
@pass_context
def command(
    context: Context, folder: Path, request: Path, cross: bool, days: int | None, output: Path,
    root_password: Password, force: bool,
) -> None:  # fmt: skip
    """
    Certify another authority with the root's key: from its REQUEST, or, with --cross, the root of others.

    \b
    Examples:
      $ gmkit ca subordinate /media/root issuing.csr -o issuing.pem
      $ gmkit ca subordinate /media/root partner-root.pem --cross -o cross.pem
    """
    from gmkit import atomic, ca

    if output != STDIO and not force:
        atomic.refuse_existing(output)
    now = datetime.now(timezone.utc).replace(microsecond=0)
    end = None if days is None else batches.end_of(now, days)
    secret = inputs.asked_for(root_password, "the root's key")
    with ca.Authority(folder, password=secret) as authority:
        if cross:
            other = inputs.certificates((request,))[0]
            made = authority.cross_certify(other, now=now, not_after=end)
        else:
            asked = inputs.request(request)
            made = authority.certify_authority(
                ca.Application.from_request(asked), now=now, not_after=end
            )
    with issued.handing_over(folder, made):
        context.write(output, made.to_pem(), replace=force)
    if output != STDIO:
        shown = {"serial": f"{made.serial:x}", "subject": str(made.subject), "file": str(output)}
        context.emit(shown, text=f"{shown['serial']}  {shown['subject']}")
