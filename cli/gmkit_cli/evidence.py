"""What the commands for evidence files share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gmkit_cli import params

if TYPE_CHECKING:
    from gmkit.documents.evidence import Evidence

__all__ = ["HASHES", "ends_option", "read_evidence", "summary"]

Command = TypeVar("Command", bound=Callable[..., Any])

MAX_FILE = 256 << 20  # bytes
HASHES = {
    "sm3": "1.2.156.10197.1.401",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}


def ends_option(command: Command) -> Command:
    """``--ends NAME=TIME``: algorithms that no longer convince, as a dictionary by identifier."""

    def read(
        ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]
    ) -> dict[str, datetime]:
        found = {}
        for value in values:
            name, equals, moment = value.partition("=")
            if not equals:
                raise click.BadParameter(f"{value!r} is not NAME=TIME", ctx, parameter)
            found[HASHES.get(name.lower(), name)] = params.TIME.convert(moment, parameter, ctx)
        return found

    return click.option(
        "--ends",
        multiple=True,
        metavar="NAME=TIME",
        callback=read,
        help="An algorithm (sm3, sha256, …, or dotted) convinces until TIME only.",
    )(command)


def read_evidence(path: Path) -> Evidence:
    """
    The evidence in a file.

    Raises:
        EncodingError: If it is none.
    """
    from gmkit.documents.evidence import Evidence

    return Evidence.parse(params.read_bytes(path, limit=MAX_FILE))


def summary(evidence: Evidence) -> tuple[dict[str, object], list[str]]:
    """What a file says of itself, for programs and for people."""
    rows = []
    for chain in evidence.record.chains:
        for one in chain:
            token = one.parsed
            signer = token.message.signers[0].signer
            certificate = next(filter(signer.fits, token.message.certificates), None)
            rows.append(
                {
                    "time": f"{token.info.time:%Y-%m-%dT%H:%M:%SZ}",
                    "hash": next(
                        (n for n, o in HASHES.items() if o == one.algorithm), one.algorithm
                    ),
                    "authority": None if certificate is None else str(certificate.subject),
                    "until": None
                    if certificate is None
                    else f"{certificate.not_after:%Y-%m-%dT%H:%M:%SZ}",
                }
            )
    data: dict[str, object] = {
        "document": evidence.name,
        "length": evidence.length,
        "detached_signature": evidence.signature is not None,
        "timestamps": rows,
        "renew_before": rows[-1]["until"],
    }
    lines = [f"document  {evidence.name}, {evidence.length:,} bytes"]
    lines += [f"stamped   {row['time']}  {row['hash']}  {row['authority']}" for row in rows]
    lines.append(f"renew     before {rows[-1]['until']}, and before {rows[-1]['hash']} ends")
    return data, lines
