"""``gmkit ca revoke``."""

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import issued, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told

REASONS = (
    "unspecified", "key-compromise", "ca-compromise", "affiliation-changed", "superseded",
    "cessation-of-operation", "privilege-withdrawn",
)  # fmt: skip


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("serials", metavar="SERIAL...", nargs=-1, required=True)
@click.option(
    "--reason", type=click.Choice(REASONS), required=True, help="Why (RFC 5280, clause 5.3.1)."
)
@click.option("--invalid-since", type=params.TIME, help="Since when the key is in doubt, if known.")
@pass_context
def command(
    context: Context,
    folder: Path,
    serials: tuple[str, ...],
    reason: str,
    invalid_since: datetime | None,
) -> None:
    """
    Revoke certificates for good, all that are named or none.

    Others learn of it with the next `gmkit ca crl`.

    \b
    Example:
      $ gmkit ca revoke authority 7d64965f359920fd93882a9c33da76ec --reason key-compromise
    """
    from gmkit import ca
    from gmkit.x509 import RevocationReason

    code = RevocationReason[reason.replace("-", "_").upper()]
    numbers = [issued.serial(text) for text in serials]
    with ca.Authority(folder) as authority:
        authority.revoke(
            numbers, reason=code, now=datetime.now(timezone.utc), invalid_since=invalid_since
        )
    issued.report(context, told("revoked"), numbers)
