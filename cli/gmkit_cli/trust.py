"""Options that say whom to trust when a document is judged, and the times and keys of timestamps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gmkit.errors.source import naming
from gmkit_cli import inputs, params

if TYPE_CHECKING:
    from gmkit.verdict import Trust
    from gmkit.x509 import CertificateList
    from gmkit.x509.ocsp import OcspResponse

__all__ = ["NOT_VERIFIABLE", "load_revocation", "load_trust", "root_option", "trust_options"]

#: Exit code: nothing speaks against the document, and the evidence does not suffice.
NOT_VERIFIABLE = 4

Command = TypeVar("Command", bound=Callable[..., Any])


def root_option(command: Command) -> Command:
    """``--root``: what to trust, where nothing can be said without it."""
    return click.option(
        "--root", "--trust", "roots", type=params.PATH, multiple=True, required=True,
        help="Trusted certificates.",
    )(command)  # fmt: skip


def trust_options(command: Command) -> Command:
    """``--trust``, ``--tsa-trust``, ``--untrusted``, ``--revocation``, ``--at``, ``--user-id``."""
    for option in (
        params.user_id_option,
        params.time_option,
        click.option(
            "--revocation", type=params.PATH, multiple=True,
            help="Revocation lists and OCSP responses, in PEM or DER.",
        ),
        click.option(
            "--untrusted", type=params.PATH, multiple=True,
            help="Certificates that may lie between a signer and a root.",
        ),
        click.option(
            "--tsa-trust", type=params.PATH, multiple=True,
            help="Roots of timestamping authorities; default: those of --trust.",
        ),
        click.option(
            "--trust", "--root", "roots", type=params.PATH, multiple=True,
            help="Trusted certificates. Without any, no signer can be verified.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def load_trust(
    roots: tuple[Path, ...],
    tsa_trust: tuple[Path, ...],
    untrusted: tuple[Path, ...],
    revocation: tuple[Path, ...],
    at: datetime | None,
    user_id: bytes,
) -> Trust:
    """
    What the options of :func:`trust_options` stand for.

    Raises:
        GmkitError: If a file is not what it should be.
    """
    from gmkit.verdict import Trust

    crls, ocsp = load_revocation(revocation)
    return Trust(
        at or datetime.now(timezone.utc).replace(microsecond=0),
        tuple(inputs.certificates(roots)),
        tuple(inputs.certificates(tsa_trust)) if tsa_trust else None,
        tuple(inputs.certificates(untrusted)),
        crls,
        ocsp,
        user_id=user_id,
    )


def load_revocation(
    paths: tuple[Path, ...],
) -> tuple[tuple[CertificateList, ...], tuple[OcspResponse, ...]]:
    """
    The revocation lists and OCSP responses in these files.

    Raises:
        EncodingError: If a file has neither.
    """
    from gmkit import x509
    from gmkit.errors import EncodingError

    crls: list[CertificateList] = []
    answers: list[OcspResponse] = []
    for path in paths:
        data = params.read_bytes(path)
        try:
            _, lists = x509.load_bundle(data)
        except EncodingError:
            with naming(path):
                answers.append(x509.OcspResponse.from_der(data))
            continue
        if not lists:
            raise EncodingError(
                f"there is neither a revocation list nor an OCSP response in {path}",
                what="revocation information",
            )
        crls += lists
    return tuple(crls), tuple(answers)
