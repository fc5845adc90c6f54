"""Options of commands that sign OCSP answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gmkit_cli import inputs, params
from gmkit_cli.params import Password

if TYPE_CHECKING:
    from gmkit.ca import Authority
    from gmkit.ocsp import Responder

__all__ = ["HASHES", "responder", "responder_options", "secret"]

Command = TypeVar("Command", bound=Callable[..., Any])

HASHES = {
    "sha1": "1.3.14.3.2.26",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sm3": "1.2.156.10197.1.401",
}
MAX_HOURS = 24 * 366

_OPTIONS = [
    click.option(
        "--cert",
        type=params.PATH,
        help="Certificate of a responder (profile ocsp); default: the authority answers itself.",
    ),
    inputs.key_option(required=False),
    click.option("--root", is_flag=True, help="About what the root issued."),
    click.option(
        "--hours",
        type=click.IntRange(1, MAX_HOURS),
        default=24,
        show_default=True,
        help="For how long an answer holds.",
    ),
    click.option("--by-name", is_flag=True, help="Name the responder by its subject, not its key."),
    click.option(
        "--never-issued",
        type=click.Choice(["unknown", "revoked"]),
        default="unknown",
        show_default=True,
        help="What is said about a serial number that was never given away.",
    ),
    params.password_option(),
]


def responder_options(command: Command) -> Command:
    """The options, which arrive together for :func:`responder`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def secret(key: str | None, password: Password) -> bytes | Callable[[], bytes]:
    """The password of the authority's key, which nobody is asked for while a responder has its own."""
    if key is not None:
        return b""
    return inputs.asked_for(password, "the authority's key")


def responder(
    authority: Authority,
    *,
    cert: Path | None,
    key: str | None,
    root: bool,
    hours: int,
    by_name: bool,
    never_issued: str,
    password: Password,
) -> Responder:
    """
    Whoever answers, as the options say.

    Raises:
        GmkitError: A key or certificate cannot be read, or is none for this.
    """
    from gmkit.ocsp import NeverIssued, ResponderName

    if (cert is None) != (key is None):
        raise click.UsageError("a responder of its own needs both --cert and --key")
    delegate = None
    if cert is not None and key is not None:
        delegate = (inputs.certificates((cert,))[0], inputs.private_key(key, password))
    return authority.responder(
        delegate,
        authority="root" if root else "issuing",
        validity=timedelta(hours=hours),
        name=ResponderName.BY_NAME if by_name else ResponderName.BY_KEY,
        never_issued=NeverIssued(never_issued),
    )
