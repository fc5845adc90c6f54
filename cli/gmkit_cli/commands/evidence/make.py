"""``gmkit evidence make``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from gmkit_cli import evidence as shared
from gmkit_cli import params
from gmkit_cli.context import STDIO, Context, pass_context
from gmkit_cli.params import Password
from gmkit_cli.stamping import load_exchange, stamp_options
from gmkit_cli.trust import load_trust, trust_options


@click.command()
@click.argument("file", type=params.PATH)
@trust_options
@click.option("--signature", type=params.PATH, help="Detached signature of FILE.")
@stamp_options
@click.option(
    "--hash", "algorithm", type=click.Choice(sorted(shared.HASHES)), default="sm3",
    show_default=True, help="Hash of the timestamp.",
)  # fmt: skip
@click.option(
    "--unverified", is_flag=True,
    help="Also for a document that is not valid: this proves when it existed, and no more.",
)  # fmt: skip
@params.output_option
@params.force_option
@pass_context
def command(
    context: Context, file: Path, roots: tuple[Path, ...], tsa_trust: tuple[Path, ...],
    untrusted: tuple[Path, ...], revocation: tuple[Path, ...], at: datetime | None, user_id: bytes,
    signature: Path | None, tsa_key: str | None, tsa_password: Password, tsa_cert: tuple[Path, ...],
    tsa_url: str | None, algorithm: str, unverified: bool, output: Path, force: bool,
) -> None:  # fmt: skip
    """
    Verify a signed document, and put what proves it under a timestamp, in one file.

    The document itself stays outside. Renew the file before the authority's certificate ends.

    \b
    Example:
      $ gmkit evidence make contract.pdf --trust root.pem --revocation root.crl \\
          --tsa-url http://tsa.example/ -o contract.evidence
    """
    from gmkit.documents.batch import find_jobs
    from gmkit.documents.evidence import make_evidence

    exchange = load_exchange(tsa_key, tsa_password, tsa_cert, tsa_url)
    if exchange is None:
        raise click.UsageError("say who stamps: --tsa-url, or --tsa-key and --tsa-cert")
    *_, job = find_jobs([file], signature=signature)
    made = make_evidence(
        file if file != STDIO else params.read_bytes(file),
        trust=load_trust(roots, tsa_trust, untrusted, revocation, at, user_id),
        exchange=exchange,
        name=file.name,
        signature=None if job.signature is None else params.read_bytes(job.signature),
        algorithm=shared.HASHES[algorithm],
        unverified=unverified,
    )
    context.deliver(output, made.to_bytes(), replace=force)
