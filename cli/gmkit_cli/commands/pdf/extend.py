"""``gmkit pdf extend``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from gmkit_cli import params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password
from gmkit_cli.pdf_signing import LEVELS
from gmkit_cli.stamping import load_stamp, stamp_options
from gmkit_cli.trust import load_trust, trust_options


@click.command()
@click.argument("file", type=params.PATH)
@click.option(
    "--level", type=click.Choice(LEVELS[1:]), required=True, help="The PAdES level to reach."
)
@trust_options
@stamp_options
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, file: Path, level: str, roots: tuple[Path, ...],
    tsa_trust: tuple[Path, ...], untrusted: tuple[Path, ...], revocation: tuple[Path, ...],
    at: datetime | None, user_id: bytes, tsa_key: str | None, tsa_password: Password,
    tsa_cert: tuple[Path, ...], tsa_url: str | None, output: Path, force: bool,
) -> None:  # fmt: skip
    """
    Keep a signed PDF verifiable: add a timestamp, the evidence, a timestamp over both.

    \b
    Levels:
      b-t    a timestamp over signatures that have none
      b-lt   certificates and revocation information, from --untrusted and --revocation
      b-lta  both, under a document timestamp; again, before that one ends: its renewal

    Every signature must hold at this time, or nothing is written.

    \b
    Example:
      $ gmkit pdf extend contract.pdf --level b-lta --trust root.pem --revocation root.crl \\
          --tsa-url https://tsa.example.org/ -o archived.pdf
    """
    from gmkit import pdf

    trust = load_trust(roots, tsa_trust, untrusted, revocation, at, user_id)
    stamp = load_stamp(tsa_key, tsa_password, tsa_cert, tsa_url)
    done = pdf.extend(params.read_bytes(file), pdf.Level(level.upper()), trust=trust, stamp=stamp)
    context.deliver(output, done, replace=force)
