"""``gmkit tsa show``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gmkit_cli import params
from gmkit_cli.commands.tsa.request import HASHES
from gmkit_cli.context import Context, pass_context

if TYPE_CHECKING:
    from gmkit.tsp import Imprint, TimestampRequest, TimestampResponse, TimestampToken

MAX_STAMP = 1 << 20  # bytes
_NAMES = {oid: name for name, oid in HASHES.items()}


@click.command()
@click.argument("file", type=params.PATH, default="-")
@pass_context
def command(context: Context, file: Path) -> None:
    """
    Show what is in a timestamp request, response or token (DER). Nothing is verified.

    \b
    Example:
      $ gmkit tsa show stamp.tsr
    """
    from gmkit import tsp

    found = parsed(params.read_bytes(file, limit=MAX_STAMP))
    if isinstance(found, tsp.TimestampRequest):
        shown = _request(found)
    elif isinstance(found, tsp.TimestampResponse):
        shown = _response(found)
    else:
        shown = {"kind": "token", **stamp(found)}
    lines = [f"timestamp {shown['kind']}"]
    lines += [f"  {name.replace('_', ' ')}: {value}" for name, value in shown.items()
              if name != "kind" and value not in (None, [], False)]  # fmt: skip
    context.emit(shown, text=lines)


def parsed(data: bytes) -> TimestampRequest | TimestampResponse | TimestampToken:
    """
    Whichever of the three it is.

    Raises:
        EncodingError: If it is none of them.
    """
    from gmkit import tsp
    from gmkit.errors import EncodingError, GmkitError

    for kind in (tsp.TimestampToken, tsp.TimestampResponse, tsp.TimestampRequest):
        try:
            return kind.parse(data)
        except GmkitError:
            continue
    raise EncodingError("neither a request, a response nor a token", what="timestamp")


def stamp(token: TimestampToken) -> dict[str, Any]:
    """What a token says."""
    info = token.info
    return {
        "time": f"{info.time:%Y-%m-%dT%H:%M:%SZ}",
        "accuracy_ms": None if info.accuracy is None else info.accuracy.total_seconds() * 1000,
        "serial": f"{info.serial:x}",
        "policy": info.policy,
        **_imprint(info.imprint),
        "nonce": None if info.nonce is None else f"{info.nonce:x}",
        "ordering": info.ordering,
        "certificates": [str(each.subject) for each in token.message.certificates],
    }


def _request(request: TimestampRequest) -> dict[str, Any]:
    return {
        "kind": "request",
        **_imprint(request.imprint),
        "policy": request.policy,
        "nonce": None if request.nonce is None else f"{request.nonce:x}",
        "certificate_wanted": request.certificate_wanted,
    }


def _response(response: TimestampResponse) -> dict[str, Any]:
    from gmkit import tsp

    known = {status.value: status.name.lower().replace("_", " ") for status in tsp.Status}
    faults = {fault.value: fault.name.lower().replace("_", " ") for fault in tsp.FailureInfo}
    shown: dict[str, Any] = {
        "kind": "response",
        "status": known.get(response.status, str(response.status)),
        "text": list(response.text),
        "failure": [faults.get(number, str(number)) for number in sorted(response.failure)],
    }
    if response.token is not None:
        shown |= stamp(tsp.TimestampToken.parse(response.token))
    return shown


def _imprint(imprint: Imprint) -> dict[str, str]:
    return {
        "hash": _NAMES.get(imprint.algorithm, imprint.algorithm),
        "digest": imprint.digest.hex(),
    }
