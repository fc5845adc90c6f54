"""Options of commands that open a vault."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password

if TYPE_CHECKING:
    from gmkit.receipts.vault import Vault

__all__ = [
    "change_command",
    "opened",
    "subject_argument",
    "subject_of",
    "url_of",
    "vault_argument",
    "vault_options",
]

Command = TypeVar("Command", bound=Callable[..., Any])

_CHANGE_HELP = """
SUBJECT is what the records call the person; - reads it from standard input. The change is written
to the log as a signed record that names the person by a pseudonym.

\b
Example:
  $ gmkit vault {verb} people.vault b-17 --reason "request 4711" \\
      --vault-key vault.key --key shop.key --log privacy.receipts
"""


def vault_argument(command: Command) -> Command:
    """The argument VAULT: a file, or the URL of a store."""
    return click.argument("vault", metavar="VAULT")(command)


def subject_argument(command: Command) -> Command:
    """The argument SUBJECT."""
    return click.argument("subject", metavar="SUBJECT")(command)


def vault_options(command: Command) -> Command:
    """``--vault-key`` and the descriptor of its password."""
    command = params.password_option(
        "--vault-password-fd", help="Read the password of the vault's key from file descriptor N."
    )(command)
    return click.option("--vault-key", metavar="FILE|URI", help="The key that opens the vault.")(
        command
    )


def url_of(vault: str) -> str:
    """The URL of a vault that is given as a file name or as a URL."""
    return vault if "://" in vault else f"sqlite:///{Path(vault).absolute()}"


def subject_of(text: str) -> str:
    """A subject as it is given; ``-`` reads it from standard input, where no process list shows it."""
    return sys.stdin.readline().rstrip("\r\n") if text == "-" else text


@contextmanager
def opened(vault: str, key: str | None, password: Password) -> Iterator[Vault]:
    """The vault, open while the block runs."""
    from gmkit.receipts.vault import Vault

    if key is None:
        raise click.UsageError("name the key that opens the vault: --vault-key")
    url = url_of(vault)
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        raise FileNotFoundError(2, "no such vault", vault)
    one = Vault.open(url, inputs.private_key(key, password))
    try:
        yield one
    finally:
        one.close()


def change_command(verb: str, words: str) -> click.Command:
    """
    A command that changes what may be done with a person's data, and logs it.

    Args:
        verb: The method of the vault, which is the verb of the command too.
        words: What it does, for the help.
    """

    @click.command(help=dedent(words) + _CHANGE_HELP.format(verb=verb))
    @vault_argument
    @subject_argument
    @click.option("--reason", required=True, help="Why; nothing personal, it is logged.")
    @vault_options
    @click.option(
        "--log", type=click.Path(path_type=Path), required=True,
        help="Receipts file to append the signed record to.",
    )  # fmt: skip
    @inputs.key_option()
    @params.password_option()
    @pass_context
    def command(
        context: Context, vault: str, subject: str, reason: str, vault_key: str | None,
        vault_password: Password, log: Path, key: str, password: Password,
    ) -> None:  # fmt: skip
        from gmkit.receipts.vault import log_pending

        with opened(vault, vault_key, vault_password) as one:
            signer = inputs.private_key(key, password)
            act = getattr(one, verb)
            try:
                record = act(subject_of(subject), reason=reason, now=datetime.now(timezone.utc))
            finally:
                # What was done before is logged even if this change is refused.
                log_pending(one, signer, log)
        state = str(record.fields["to"])
        result = {"subject": record.fields["subject"], "state": state, "record": record.id}
        context.emit(result | {"log": str(log)}, text=[f"{state} {record.id}"])

    return command
