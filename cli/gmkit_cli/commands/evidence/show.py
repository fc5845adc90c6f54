"""``gmkit evidence show``."""

from __future__ import annotations

from pathlib import Path

import click

from gmkit_cli import evidence as shared
from gmkit_cli import params
from gmkit_cli.context import Context, pass_context


@click.command()
@click.argument("evidence", type=params.PATH, default="-")
@pass_context
def command(context: Context, evidence: Path) -> None:
    """
    What an EVIDENCE file says: for which document, stamped when, to be renewed until when.

    \b
    Example:
      $ gmkit evidence show contract.evidence
    """
    data, lines = shared.summary(shared.read_evidence(evidence))
    context.emit(data, text=lines)
    context.say("nothing of this is verified; gmkit evidence verify does that")
