"""``gmkit vault restrict``."""

from __future__ import annotations

from pathlib import Path

import click

from gmkit_cli import vaults
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password


@click.command()
@vaults.vault_argument
@vaults.subject_argument
@vaults.change_options
@pass_context
def command(
    context: Context, vault: str, subject: str, reason: str, vault_key: str | None,
    vault_password: Password, log: Path, key: str, password: Password,
) -> None:  # fmt: skip
    """
    Let the data of a person be stored and nothing else, until it is released.

    For data that a law orders to be kept although its purpose is gone.

    SUBJECT is what the records call the person; - reads it from standard input. The change is written
    to the log as a signed record that names the person by a pseudonym.

    \b
    Example:
      $ gmkit vault restrict people.vault b-17 --reason "request 4711" \\
          --vault-key vault.key --key shop.key --log privacy.receipts
    """
    with vaults.opened(vault, vault_key, vault_password) as opened:
        vaults.change(
            context, opened, opened.restrict, subject, reason, log=log, key=key, password=password
        )
