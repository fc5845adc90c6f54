"""Options that name a timestamping authority: a key at hand, or an address."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gmkit.errors import InvalidArgument, StorageError
from gmkit_cli import inputs, params
from gmkit_cli.params import Password

if TYPE_CHECKING:
    from gmkit.documents import Stamp
    from gmkit.tsp import Exchange

__all__ = ["load_exchange", "load_stamp", "stamp_options"]

Command = TypeVar("Command", bound=Callable[..., Any])

POLICY = "2.5.29.32.0"  # anyPolicy: a stamp made with a key at hand is under no named one
MAX_ANSWER = 1 << 20  # bytes
TIMEOUT = 30  # seconds


def stamp_options(command: Command) -> Command:
    """``--tsa-key`` with ``--tsa-cert``, or ``--tsa-url``."""
    for option in (
        click.option(
            "--tsa-url", metavar="URL", help="Timestamp by this authority (RFC 3161, HTTP)."
        ),
        click.option(
            "--tsa-cert",
            type=params.PATH,
            multiple=True,
            help="Certificates of the key in --tsa-key.",
        ),
        params.password_option(
            "--tsa-password-fd", help="Password of --tsa-key, from descriptor N."
        ),
        click.option("--tsa-key", metavar="KEY", help="Timestamp with this authority's own key."),
    ):
        command = option(command)
    return command


def load_stamp(
    key: str | None, password: Password, certs: tuple[Path, ...], url: str | None
) -> Stamp | None:
    """As :func:`load_exchange`, for signature values."""
    from gmkit.documents import stamp_by

    exchange = load_exchange(key, password, certs, url)
    return None if exchange is None else stamp_by(exchange)


def load_exchange(
    key: str | None, password: Password, certs: tuple[Path, ...], url: str | None
) -> Exchange | None:
    """
    The way to the authority that the options of :func:`stamp_options` name; None if none was given.

    Raises:
        UsageError: If they contradict each other.
        GmkitError: If a key or certificate cannot be read.
    """
    from gmkit import tsp

    if url is not None:
        if key is not None or certs:
            raise click.UsageError("--tsa-url and --tsa-key exclude each other")
        if not url.startswith(("http://", "https://")):
            raise click.UsageError("--tsa-url must be an http or https address")
        return lambda request: _ask(url, request)
    if key is None and not certs:
        return None
    if key is None or not certs:
        raise click.UsageError("--tsa-key and --tsa-cert belong together")
    private = inputs.private_key(key, password)
    own, *above = inputs.signing_chain(certs, private.public_key())
    authority = tsp.TimestampAuthority(private, own, POLICY, tuple(above))
    return lambda request: authority.respond(request, time=datetime.now(timezone.utc))


def _ask(url: str, request: bytes) -> bytes:
    asked = urllib.request.Request(  # noqa: S310 - http and https only, see above
        url, request, {"Content-Type": "application/timestamp-query"}
    )
    try:
        with urllib.request.urlopen(asked, timeout=TIMEOUT) as answer:  # noqa: S310
            data: bytes = answer.read(MAX_ANSWER + 1)
    except (urllib.error.URLError, OSError) as why:
        raise StorageError(f"the authority at {url} does not answer: {why}") from why
    if len(data) > MAX_ANSWER:
        raise InvalidArgument(f"the answer of {url} is longer than {MAX_ANSWER:,} bytes")
    return data
