"""``gmkit ledger export``."""

from __future__ import annotations

from pathlib import Path

import click

from gmkit_cli import ledgers, params
from gmkit_cli.context import Context, pass_context


@click.command()
@ledgers.ledger_argument
@click.option("--order", help="The receipts of this order alone.")
@click.option("--from", "start", type=click.IntRange(min=0), default=0, help="First entry.")
@click.option("--to", "end", type=click.IntRange(min=0), help="Before this entry.")
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, ledger: str, order: str | None, start: int, end: int | None, output: Path,
    force: bool,
) -> None:  # fmt: skip
    """
    Write receipts of the ledger, with their certificates, as a receipts file.

    \b
    Example:
      $ gmkit ledger export ledger --order A-7 -o dispute.receipts
    """
    from gmkit.receipts.bulk import container

    written = pruned = 0
    with ledgers.opened(ledger) as opened, context.sink(output, replace=force) as sink:
        sink.write(container.head(opened.certificates()))
        found = opened.receipts(start, end) if order is None else iter(opened.order(order))
        size = opened.size()
        total = max(0, min(size, size if end is None else end) - start) if order is None else None
        with context.progress(total, unit="entries") as bar:
            for each in found:
                bar.advance()
                if each.receipt is None:
                    pruned += 1
                else:
                    written += 1
                    sink.write(each.receipt.encode() + b"\n")
    if pruned:
        context.say(f"{written:,} receipts, {pruned:,} are pruned")
    else:
        context.say(f"{written:,} receipts")
