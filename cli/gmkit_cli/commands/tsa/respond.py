"""``gmkit tsa respond``."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import FAILURE, Context, pass_context
from gmkit_cli.params import Password

MAX_REQUEST = 1 << 16  # bytes


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("request", type=params.PATH, default="-")
@params.password_option()
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, folder: Path, request: Path, password: Password, output: Path, force: bool
) -> None:
    """
    Stamp: answer a REQUEST (DER) with the time of this machine.

    What cannot be granted is answered too, with a rejection that says why; the exit code is 1 then.

    \b
    Example:
      $ gmkit tsa respond stamps request.tsq -o stamp.tsr
    """
    from gmkit import tsp

    asked = params.read_bytes(request, limit=MAX_REQUEST)
    service = tsp.TimestampService(folder, password=inputs.asked_for(password, "the key"))
    response = service.respond(asked, time=datetime.now(timezone.utc))
    context.deliver(output, response, replace=force)
    answer = tsp.TimestampResponse.parse(response)
    if answer.token is None:
        context.say(f"rejected: {'; '.join(answer.text)}")
        context.leave(FAILURE)
