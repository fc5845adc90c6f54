"""``gmkit ca escrow list``."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import Told, told

if TYPE_CHECKING:
    from gmkit.ca.escrow import Request


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@pass_context
def command(context: Context, folder: Path) -> None:
    """
    List the board in office, how many keys are in escrow, and every request.

    \b
    Example:
      $ gmkit ca escrow list authority
    """
    from gmkit import ca

    now = datetime.now(timezone.utc)
    with ca.Authority(folder) as authority:
        board, count = authority.escrow.board(), authority.escrow.count()
        requests = authority.escrow.requests(now)
        standing = {} if board is None else dict(authority.escrow.members(now)[-1][1])
    rows = [
        {
            "request": each.number,
            "state": each.state,
            "serial": f"{each.serial:x}",
            "receiver": str(each.receiver.subject),
            "receiver_serial": f"{each.receiver.serial:x}",
            "reason": each.reason,
            "by": each.by,
            "made": f"{each.made:%Y-%m-%dT%H:%M:%SZ}",
            "approved": list(each.approved),
            "threshold": each.threshold,
        }
        for each in requests
    ]
    office = (
        None
        if board is None
        else {"board": board.number, "threshold": board.threshold, "members": standing}
    )
    lines = [told(f"{count} keys in escrow")]
    if board is not None:
        who = ", ".join(
            name if why == "good" else f"{name} ({why})" for name, why in standing.items()
        )
        lines.append(told(f"board {board.number}: {board.threshold} of {who}"))
    for each in requests:
        lines += [
            _standing(each, context.spoken(Told(each.state))),
            told(f"  key of   {each.serial:x}"),
            told(f"  for      {each.receiver.subject} ({each.receiver.serial:x})"),
            told(f"  because  {each.reason}; asked by {each.by}, {each.made:%Y-%m-%d %H:%M}"),
        ]
    context.emit({"keys": count, "board": office, "requests": rows}, text=lines)


def _standing(request: Request, state: str) -> Told:
    """How far a request has come."""
    approved = len(request.approved)
    if not request.approved:
        return told(f"request {request.number}: {state}, 0 of {request.threshold}")
    who = ", ".join(request.approved)
    return told(f"request {request.number}: {state}, {approved} of {request.threshold} ({who})")
