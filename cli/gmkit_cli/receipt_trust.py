"""Whom commands about receipts and evaluations trust."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gmkit_cli import inputs, params

if TYPE_CHECKING:
    from gmkit.receipts import Signers

__all__ = ["signers", "trust_options"]

Command = TypeVar("Command", bound=Callable[..., Any])


def trust_options(command: Command) -> Command:
    """``--root``, ``--cert`` and ``--pubkey``."""
    for option in (
        click.option(
            "--pubkey", "pubkeys", type=params.PATH, multiple=True,
            help="A signer's public key to trust as it is, without a certificate.",
        ),
        click.option(
            "--cert", "certs", type=params.PATH, multiple=True,
            help="Certificates between signer and root, where the files do not carry them.",
        ),
        click.option(
            "--root", "--trust", "roots", type=params.PATH, multiple=True,
            help="Certificate of a root to trust. Nothing else is trusted, and none by default.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def signers(
    roots: tuple[Path, ...], certs: tuple[Path, ...], pubkeys: tuple[Path, ...],
    at: datetime | None = None, crls: tuple[Path, ...] = (),
) -> Signers:  # fmt: skip
    """
    The signers to trust.

    Raises:
        UsageError: There is nobody to trust.
    """
    from gmkit.receipts import Signers

    if not roots and not pubkeys:
        raise click.UsageError("say whom to trust: --root, or --pubkey")
    return Signers(
        roots=inputs.certificates(roots),
        certificates=inputs.certificates(certs),
        keys=[inputs.public_key(path) for path in pubkeys],
        time=at or datetime.now(timezone.utc),
        crls=inputs.revocation_lists(crls),
    )
