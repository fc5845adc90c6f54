"""``gmkit ca ocsp respond``."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import click

from gmkit_cli import params, responders
from gmkit_cli.context import Context, pass_context

MAX_REQUEST = 1 << 16  # bytes


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("request", type=params.PATH, default="-")
@responders.responder_options
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, /, folder: Path, request: Path, output: Path, force: bool, **options: Any
) -> None:
    """
    Answer an OCSP REQUEST (DER) from the store.

    What cannot be read is answered too, with an error status, as the protocol has it.

    \b
    Example:
      $ gmkit ca ocsp respond authority request.der --cert ocsp.pem --key ocsp.key -o response.der
    """
    from gmkit import ca

    asked = params.read_bytes(request, limit=MAX_REQUEST)
    password = responders.secret(options["key"], options["password"])
    with ca.Authority(folder, password=password) as authority:
        answering = responders.responder(authority, **options)
        response = answering.respond(asked, time=datetime.now(timezone.utc))
    context.deliver(output, response, replace=force)
