"""``gmkit ca escrow init``."""

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--approver",
    "approvers",
    type=params.PATH,
    multiple=True,
    required=True,
    help="A file with the two certificates of one: that signs, and that encrypts.",
)
@click.option(
    "--threshold", type=click.IntRange(min=2), required=True, help="How many must approve."
)
@pass_context
def command(context: Context, folder: Path, approvers: tuple[Path, ...], threshold: int) -> None:
    """
    Put a board of approvers into office. From then on `gmkit ca pair` keeps the encryption keys it makes.

    Approvers are named by certificates of this authority. Keys that were kept under an older board
    stay under it.

    \b
    Example:
      $ cat alice-sign.pem alice-enc.pem > alice.pem
      $ gmkit ca escrow init authority --approver alice.pem --approver bob.pem --approver carol.pem --threshold 2
    """
    from gmkit import ca

    given = [inputs.certificates((path,)) for path in approvers]
    with ca.Authority(folder) as authority:
        board = authority.escrow.establish(
            given, threshold=threshold, now=datetime.now(timezone.utc)
        )
    names = [member.name for member in board.members]
    context.emit(
        {"board": board.number, "threshold": board.threshold, "members": names},
        text=told(f"board {board.number}: {board.threshold} of {', '.join(names)}"),
    )
