"""``gmkit ledger append``."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import inputs, ledgers, params, receipt_trust
from gmkit_cli.context import FAILURE, Context, pass_context
from gmkit_cli.language import told


@click.command()
@ledgers.ledger_argument
@click.argument("file", type=params.PATH, default="-")
@receipt_trust.trust_options
@params.time_option
@pass_context
def command(
    context: Context, ledger: str, file: Path, roots: tuple[Path, ...], certs: tuple[Path, ...],
    pubkeys: tuple[Path, ...], at: datetime | None,
) -> None:  # fmt: skip
    """
    Verify the receipts of FILE and append them.

    What is reported as appended is on the disk. A receipt that is there already is left where it is, so
    that an interrupted run is simply repeated. Exit code 1 if any was refused.

    \b
    Example:
      $ gmkit ledger append ledger orders.receipts --root root.pem
    """
    signers = receipt_trust.signers(roots, certs, pubkeys, at)
    with ledgers.opened(ledger) as opened, params.open_input(file) as stream:
        opened.keep_certificates(each.der for each in inputs.certificates(certs))
        size = os.fstat(stream.fileno()).st_size or None
        with context.progress(size, unit="bytes") as bar:
            done = opened.append(
                stream, signers, now=datetime.now(timezone.utc), progress=bar.reach
            )
        opened.keep_certificates(signers.certificates())
        total = opened.size()
    for refusal in done.refused:
        context.say(f"line {refusal.line}: {refusal.id or '?'}: refused: {refusal.reason}")
    context.emit(
        {
            "added": done.added,
            "known": done.known,
            "refused": [{"line": r.line, "reason": r.reason, "id": r.id} for r in done.refused],
            "entries": total,
        },
        text=told(
            f"appended {done.added:,}, there already {done.known:,}, refused {len(done.refused):,}; "
            f"{total:,} entries"
        ),
    )
    if done.refused:
        context.leave(FAILURE)
