"""``gmkit receipt disclose``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gmkit_cli import params, vaults
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password

if TYPE_CHECKING:
    from gmkit.receipts import Receipt


@click.command()
@click.argument("file", type=params.PATH, default="-")
@click.option("--id", "identifier", help="Only the receipt of this record; default: every one.")
@click.option("--groups", metavar="FIELD,…", help="The fields to show; default: all that are kept.")
@click.option("--vault", required=True, help="The vault that keeps the data: a file or a URL.")
@vaults.vault_options
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, file: Path, identifier: str | None, groups: str | None, vault: str,
    vault_key: str | None, vault_password: Password, output: Path, force: bool,
) -> None:  # fmt: skip
    """
    Show withheld data beside the receipts of FILE, for those who may see it.

    The signatures stay as they are; whoever verifies finds that the data is what was signed.

    \b
    Example:
      $ gmkit receipt disclose orders.receipts --id 1001 --groups ship \\
          --vault people.vault --vault-key vault.key -o for-the-courier.receipts
    """
    from gmkit.receipts.bulk import present

    names = None if groups is None else groups.split(",")
    with vaults.opened(vault, vault_key, vault_password) as opened:

        def shown(receipt: Receipt) -> list[str] | None:
            if identifier is not None and receipt.record().id != identifier:
                return None
            return [each.text for each in opened.disclosures(receipt, names)]

        with (
            params.open_input(file) as reader,
            context.sink(output, secret=True, replace=force) as sink,
        ):
            sink.writelines(present(reader, shown))
