"""``gmkit receipt redact``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmkit_cli import params
from gmkit_cli.context import Context, pass_context

if TYPE_CHECKING:
    from gmkit.receipts import Receipt


@click.command()
@click.argument("file", type=params.PATH, default="-")
@click.option(
    "--keep", metavar="FIELD,…", default="", help="Fields that stay shown; default: none."
)
@params.output_option
@params.force_option
@pass_context
def command(context: Context, file: Path, keep: str, output: Path, force: bool) -> None:
    """
    Take shown data away from receipts before they are handed on; the signatures stay valid.

    \b
    Example:
      $ gmkit receipt redact shown.receipts --keep ship -o for-the-courier.receipts
    """
    from gmkit.receipts import Disclosure
    from gmkit.receipts.bulk import present

    kept = set(keep.split(","))

    def shown(receipt: Receipt) -> list[str]:
        return [text for text in receipt.disclosures if Disclosure.parse(text).name in kept]

    with params.open_input(file) as reader, context.sink(output, replace=force) as sink:
        sink.writelines(present(reader, shown))
