"""``gmkit vault init``."""

from __future__ import annotations

import click

from gmkit_cli import inputs, vaults
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password


@click.command()
@vaults.vault_argument
@vaults.vault_options
@pass_context
def command(context: Context, vault: str, vault_key: str | None, vault_password: Password) -> None:
    """
    Make an empty vault: a file, or the URL of a PostgreSQL database.

    Whoever has the key can read what the vault keeps; without it nobody can. Keep the two apart, and a
    copy of the key.

    \b
    Example:
      $ gmkit key new -o vault.key
      $ gmkit vault init people.vault --vault-key vault.key
    """
    from gmkit.receipts.vault import Vault

    if vault_key is None:
        raise click.UsageError("name the key that will open the vault: --vault-key")
    Vault.create(vaults.url_of(vault), inputs.private_key(vault_key, vault_password)).close()
    context.emit({"vault": vault}, text=[vault])
