"""``gmkit vault overwrite``."""

from __future__ import annotations

import click

from gmkit_cli import vaults
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password


@click.command()
@vaults.vault_argument
@vaults.vault_options
@pass_context
def command(context: Context, vault: str, vault_key: str | None, vault_password: Password) -> None:
    """
    Make sure that nothing erased is left in the files of a vault.

    Needed only after `gmkit vault erase` said that others were reading.

    \b
    Example:
      $ gmkit vault overwrite people.vault --vault-key vault.key
    """
    with vaults.opened(vault, vault_key, vault_password) as opened:
        opened.overwrite()
    context.emit({"vault": vault, "overwritten": True}, text=())
