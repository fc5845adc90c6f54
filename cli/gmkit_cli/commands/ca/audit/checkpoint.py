"""``gmkit ca audit checkpoint``."""

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import STDIO, Context, pass_context
from gmkit_cli.params import Password


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@params.output_option
@params.password_option(
    "--ca-password-fd", help="Read the issuing key's password from file descriptor N."
)
@params.force_option
@pass_context
def command(
    context: Context, folder: Path, output: Path, ca_password: Password, force: bool
) -> None:
    """
    Sign what the audit log is now: how many acts, and the root of the tree over them.

    Keep the checkpoint where the operators of the authority cannot change it: with it, `gmkit ca audit verify`
    finds out if acts were changed, taken out, or the whole store was put back.

    \b
    Example:
      $ gmkit ca audit checkpoint authority -o checkpoint.txt
    """
    from gmkit import atomic, ca

    if output != STDIO and not force:
        atomic.refuse_existing(output)
    secret = inputs.asked_for(ca_password, "the issuing key")
    with ca.Authority(folder, password=secret) as authority:
        note = authority.log.checkpoint(now=datetime.now(timezone.utc))
    context.deliver(output, note, replace=force)
