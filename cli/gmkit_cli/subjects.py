"""Names as commands take them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from gmkit.x509 import GeneralName, Name

__all__ = ["general_names", "name", "names_option", "subject_option"]

Command = TypeVar("Command", bound=Callable[..., Any])


def subject_option(*, required: bool) -> Callable[[Command], Command]:
    """``--subject``, which arrives as text for :func:`name`."""
    words = "Name in the form of RFC 4514: CN=Shop,O=Company,C=CN."
    return click.option("--subject", metavar="NAME", required=required, help=words)


def names_option(command: Command) -> Command:
    """``--name KIND:NAME``, several times, which arrives as texts for :func:`general_names`."""
    return click.option(
        "--name",
        "names",
        metavar="KIND:NAME",
        multiple=True,
        help="Alternative name, for example dns:example.org, ip:192.0.2.1, email:…, uri:…",
    )(command)


def name(text: str) -> Name:
    """
    A distinguished name.

    Raises:
        InvalidArgument: If the text is none.
    """
    from gmkit.x509 import parse_name

    return parse_name(text)


def general_names(texts: tuple[str, ...]) -> tuple[GeneralName, ...]:
    """
    Alternative names.

    Raises:
        InvalidArgument: If one of the texts is none.
    """
    from gmkit.x509 import parse_general_name

    return tuple(map(parse_general_name, texts))
