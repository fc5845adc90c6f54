"""``gmkit evidence renew``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from gmkit_cli import evidence as shared
from gmkit_cli import params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.params import Password
from gmkit_cli.stamping import load_exchange, stamp_options
from gmkit_cli.trust import load_trust, trust_options


@click.command()
@click.argument("evidence", type=params.PATH)
@click.argument(
    "file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False
)
@trust_options
@stamp_options
@click.option(
    "--hash", "algorithm", type=click.Choice(sorted(shared.HASHES)),
    help="Hash everything anew with this one, before the old one ends; takes FILE.",
)  # fmt: skip
@shared.ends_option
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, evidence: Path, file: Path | None, roots: tuple[Path, ...],
    tsa_trust: tuple[Path, ...], untrusted: tuple[Path, ...], revocation: tuple[Path, ...],
    at: datetime | None, user_id: bytes, tsa_key: str | None, tsa_password: Password,
    tsa_cert: tuple[Path, ...], tsa_url: str | None, algorithm: str | None,
    ends: dict[str, datetime], output: Path, force: bool,
) -> None:  # fmt: skip
    """
    Put a new timestamp over EVIDENCE, while the newest one still holds.

    Roots and revocation lists of today, for the newest timestamp's authority, go into the file. Write over
    the old file with -o EVIDENCE --force.

    \b
    Example:
      $ gmkit evidence renew contract.evidence --trust root.pem --revocation root.crl \\
          --tsa-url http://tsa.example/ -o contract.evidence --force
    """
    from gmkit.documents.evidence import renew_evidence

    exchange = load_exchange(tsa_key, tsa_password, tsa_cert, tsa_url)
    if exchange is None:
        raise click.UsageError("say who stamps: --tsa-url, or --tsa-key and --tsa-cert")
    renewed = renew_evidence(
        shared.read_evidence(evidence),
        file,
        trust=load_trust(roots, tsa_trust, untrusted, revocation, at, user_id),
        exchange=exchange,
        algorithm=None if algorithm is None else shared.HASHES[algorithm],
        ends=ends,
    )
    context.deliver(output, renewed.to_bytes(), replace=force)
