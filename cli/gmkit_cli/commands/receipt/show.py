"""``gmkit receipt show``."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import click

from gmkit_cli import params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told


@click.command()
@click.argument("file", type=params.PATH, default="-")
@click.option(
    "--line", type=click.IntRange(min=1), help="Show the receipt on this line; default: the first."
)
@pass_context
def command(context: Context, file: Path, line: int | None) -> None:
    """
    Print what a receipt states. It is NOT verified: `gmkit receipt verify` does that.

    \b
    Example:
      $ gmkit receipt show orders.receipts --line 4711
    """
    from gmkit.errors import InvalidArgument
    from gmkit.receipts import Receipt
    from gmkit.receipts.bulk import read_receipts
    from gmkit.receipts.disclosure import disclosed_by

    with params.open_input(file) as stream:
        receipts = ((n, text) for n, text in read_receipts(stream) if line in {None, n})
        found = next(islice(receipts, 1), None)
    if found is None:
        where = "" if line is None else f" on line {line}"
        raise InvalidArgument(f"{file}: there is no receipt{where}")
    number, text = found
    receipt = Receipt.parse(text)
    stated = receipt.record()
    record = stated.to_mapping()
    shown = disclosed_by(stated, receipt.disclosures)
    withheld = len(stated.digests) - len(shown)
    context.emit(
        {
            "line": number,
            "verified": False,
            "record": record,
            "disclosed": dict(shown),
            "withheld": withheld,
            "key_id": receipt.key_id.hex(),
            "signature": receipt.signature.hex(),
        },
        text=[
            *(f"{name:12} {_value(value)}" for name, value in record.items()),
            *(f"{name:12} {_value(value)}   (disclosed)" for name, value in shown.items()),
            *([told(f"withheld     {withheld} groups of data")] if withheld else ()),
            told(f"signed by    key {receipt.key_id.hex()}, as the receipt says"),
        ],
    )
    context.say("nothing of this is verified; gmkit receipt verify does that")


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
