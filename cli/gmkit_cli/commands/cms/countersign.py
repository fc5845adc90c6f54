"""``gmkit cms countersign``."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password


@click.command()
@click.argument("file", type=params.PATH)
@inputs.signer_options
@click.option(
    "--number", type=click.IntRange(min=1), default=1, show_default=True,
    help="Which signature of the message, counted from 1.",
)  # fmt: skip
@click.option(
    "--time", "at", type=params.TIME, default=None, help="Claim this time of signing; default: now."
)
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, file: Path, key: str, password: Password, certs: tuple[Path, ...],
    number: int, at: datetime | None, output: Path, force: bool,
) -> None:  # fmt: skip
    """
    Confirm a signature in a CMS message by signing its value.

    \b
    Example:
      $ gmkit cms countersign order.p7s --key manager.key --cert manager.pem -o order.p7s --force
    """
    from gmkit.cms import MessageSigner, counter_sign
    from gmkit.documents.kinds import message_octets

    private = inputs.private_key(key, password)
    own, *above = inputs.signing_chain(certs, private.public_key())
    moment = (at or datetime.now(timezone.utc)).replace(microsecond=0)
    done = counter_sign(
        message_octets(params.read_bytes(file)),
        MessageSigner(private, own, tuple(above)),
        which=number - 1,
        signing_time=moment,
    )
    context.deliver(output, done, replace=force)
