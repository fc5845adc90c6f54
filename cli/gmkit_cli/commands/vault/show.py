"""``gmkit vault show``."""

from __future__ import annotations

import click

from gmkit_cli import vaults
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password


@click.command()
@vaults.vault_argument
@vaults.subject_argument
@vaults.vault_options
@pass_context
def command(
    context: Context, vault: str, subject: str, vault_key: str | None, vault_password: Password
) -> None:
    """
    Tell in which state the data of a person is, and how much of it is kept.

    SUBJECT is what the records call the person; - reads it from standard input.

    \b
    Example:
      $ gmkit vault show people.vault b-17 --vault-key vault.key
    """
    with vaults.opened(vault, vault_key, vault_password) as opened:
        found = opened.subject(vaults.subject_of(subject))
    result = {
        "handle": found.handle.hex(),
        "state": found.state.value,
        "changed": found.changed.isoformat().replace("+00:00", "Z"),
        "groups": found.groups,
    }
    context.emit(result, text=[f"{name:8} {value}" for name, value in result.items()])
