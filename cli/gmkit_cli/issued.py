"""Options that choose among what an authority issued."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gmkit.errors import InvalidArgument, StorageError
from gmkit_cli import params
from gmkit_cli.context import Context
from gmkit_cli.language import Told

if TYPE_CHECKING:
    from gmkit.x509 import Certificate

__all__ = ["criteria", "filter_options", "handing_over", "report", "serial"]

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = [
    click.option("--serial", metavar="HEX", help="The one with this serial number."),
    click.option("--text", metavar="TEXT", help="Whose subject contains this text."),
    click.option("--profile", metavar="NAME", help="Of this profile."),
    click.option(
        "--serial-prefix", metavar="HEX", help="Whose serial number begins with these digits."
    ),
    click.option(
        "--status",
        type=click.Choice(["good", "revoked", "held", "expired"]),
        help="That stand so; expired: good until then.",
    ),
    click.option("--issued-since", type=params.TIME, help="Issued at this time or later."),
    click.option(
        "--needs-renewal",
        metavar="30d|75%",
        help="Good ones that end so soon, or of whose life so much is over.",
    ),
    click.option(
        "--expires-within", type=click.IntRange(min=0), metavar="DAYS", help="That end so soon."
    ),
    click.option("--limit", type=click.IntRange(min=1), metavar="N", help="This many at most."),
]


def filter_options(command: Command) -> Command:
    """The options, which arrive together for :func:`criteria`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def criteria(given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """
    What :meth:`gmkit.ca.Authority.find` takes.

    Raises:
        InvalidArgument: If the serial is not hexadecimal.
    """
    from gmkit.ca import Status

    found: dict[str, Any] = {name: given[name] for name in ("text", "profile", "limit")}
    if given["serial"] is not None:
        found["serial"] = serial(given["serial"])
    if given["serial_prefix"] is not None:
        found["serial_prefix"] = _prefix(given["serial_prefix"])
    if given["issued_since"] is not None:
        found["issued_since"] = given["issued_since"]
    if given["status"] == "expired":
        found |= {"status": Status.GOOD, "expires_before": now}
    elif given["status"] is not None:
        found["status"] = Status[given["status"].upper()]
    if given["expires_within"] is not None:
        found["expires_before"] = now + timedelta(days=given["expires_within"])
    if given["needs_renewal"] is not None:
        from gmkit.pki.due import Due

        found |= {"status": Status.GOOD, "due": (Due.parse(given["needs_renewal"]), now)}
    return found


def _prefix(text: str) -> str:
    digits = text.replace(":", "").lower().lstrip("0")
    if not digits or set(digits) - set("0123456789abcdef"):
        raise InvalidArgument(f"{text!r} are no hexadecimal digits")
    return digits


def serial(text: str) -> int:
    """
    A serial number in hexadecimal, with or without colons.

    Raises:
        InvalidArgument: If it is none.
    """
    digits = text.replace(":", "")
    octets = params.parse_hex(digits.zfill(len(digits) + len(digits) % 2), "the serial")
    return int.from_bytes(octets, "big")


def report(context: Context, word: Told, serials: Sequence[int]) -> None:
    """Say what was done to which certificates."""
    shown = [f"{number:x}" for number in serials]
    context.emit({str(word): shown}, text=[f"{number}  {context.spoken(word)}" for number in shown])


@contextmanager
def handing_over(
    folder: Path, *certificates: Certificate, also: str | None = None
) -> Iterator[None]:
    """
    Where certificates that were just issued are written: if that fails, say where they can be had.

    Args:
        folder: The authority.
        certificates: What it issued.
        also: What became of something that is not in the store.

    Raises:
        StorageError: They could not be written; they stand in the store all the same.
    """
    try:
        yield
    except (StorageError, OSError) as fault:
        words = (
            fault.message
            if isinstance(fault, StorageError)
            else (fault.strerror or str(fault)).lower()
        )
        serials = [f"{each.serial:x}" for each in certificates]
        commands = [f"gmkit ca export {folder} --serial {each} -o FILE" for each in serials]
        raise StorageError(
            f"{words}; issued all the same: {', '.join(serials)}",
            hint="; ".join(
                [f"do not issue again: {commands[0]}", *commands[1:], *([also] if also else [])]
            ),
        ) from fault
