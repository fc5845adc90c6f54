"""Options that say how a private key is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gmkit_cli.params import Password

if TYPE_CHECKING:
    from gmkit.sm2 import KeyProfile

__all__ = ["new_password", "protection_option", "unprotected_option"]

Command = TypeVar("Command", bound=Callable[..., Any])


def protection_option(command: Command) -> Command:
    """``--protection``, which arrives as a member of :class:`gmkit.keys.KeyProfile`."""

    def member(_ctx: click.Context, _parameter: click.Parameter, value: str) -> KeyProfile:
        from gmkit.keys import KeyProfile

        return KeyProfile(value)

    return click.option(
        "--protection",
        type=click.Choice(["sm4-sm3", "openssl"]),
        default="sm4-sm3",
        show_default=True,
        callback=member,
        help="Algorithms under the password: sm4-sm3 (GmSSL reads it), openssl (OpenSSL reads it).",
    )(command)


def unprotected_option(command: Command) -> Command:
    """``--unprotected``: no password, which must be said."""
    words = "Write the key without a password: whoever reads the file has the key."
    return click.option("--unprotected", is_flag=True, help=words)(command)


def new_password(password: Password, what: str, *, unprotected: bool) -> bytes | None:
    """
    The password for a key that is about to be written; None if it is to be left open.

    Raises:
        UsageError: Both a password and none.
        InvalidArgument: There is nobody to ask.
    """
    if not unprotected:
        return password.read(what, confirm=True)
    if password.descriptor is not None:
        raise click.UsageError(f"--unprotected and {password.option} exclude each other")
    return None
