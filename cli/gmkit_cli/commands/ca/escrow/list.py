"""``gmkit ca escrow list``."""

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli.context import Context, pass_context


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
    lines = [f"{count} keys in escrow"]
    if board is not None:
        who = ", ".join(
            name if why == "good" else f"{name} ({why})" for name, why in standing.items()
        )
        lines.append(f"board {board.number}: {board.threshold} of {who}")
    for each in requests:
        lines += [
            f"request {each.number}: {each.state}, {len(each.approved)} of {each.threshold}"
            + (f" ({', '.join(each.approved)})" if each.approved else ""),
            f"  key of   {each.serial:x}",
            f"  for      {each.receiver.subject} ({each.receiver.serial:x})",
            f"  because  {each.reason}; asked by {each.by}, {each.made:%Y-%m-%d %H:%M}",
        ]
    context.emit({"keys": count, "board": office, "requests": rows}, text=lines)
