"""Options of commands that open a vault."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import Context
from gmkit_cli.params import Password

if TYPE_CHECKING:
    from gmkit.receipts import Record
    from gmkit.receipts.vault import Vault

__all__ = [
    "change",
    "change_options",
    "opened",
    "subject_argument",
    "subject_of",
    "url_of",
    "vault_argument",
    "vault_options",
]

Command = TypeVar("Command", bound=Callable[..., Any])


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


def change_options(command: Command) -> Command:
    """What every change of a person's data needs: a reason, a log, and the key that signs it."""
    command = params.password_option()(command)
    command = inputs.key_option()(command)
    command = click.option(
        "--log", type=click.Path(path_type=Path), required=True,
        help="Receipts file to append the signed record to.",
    )(command)  # fmt: skip
    command = vault_options(command)
    return click.option("--reason", required=True, help="Why; nothing personal, it is logged.")(
        command
    )


def change(
    context: Context,
    vault: Vault,
    act: Callable[..., Record],
    subject: str,
    reason: str,
    *,
    log: Path,
    key: str,
    password: Password,
) -> None:
    """Change the state of a person's data, and log it."""
    from gmkit.receipts.vault import log_pending

    signer = inputs.private_key(key, password)
    try:
        record = act(subject_of(subject), reason=reason, now=datetime.now(timezone.utc))
    finally:
        # What was done before is logged even if this change is refused.
        log_pending(vault, signer, log)
    state = str(record.fields["to"])
    context.emit(
        {"subject": record.fields["subject"], "state": state, "record": record.id, "log": str(log)},
        text=[f"{state} {record.id}"],
    )
