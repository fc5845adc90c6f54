"""``gmkit evidence verify``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from gmkit_cli import evidence as shared
from gmkit_cli import language, params
from gmkit_cli.context import NOT_VERIFIED, Context, pass_context
from gmkit_cli.trust import NOT_VERIFIABLE, load_trust, trust_options


@click.command()
@click.argument("evidence", type=params.PATH)
@click.argument(
    "file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False
)
@trust_options
@shared.ends_option
@click.option("--html", type=params.PATH, help="Write the report as a page to FILE.")
@params.force_option
@pass_context
def command(
    context: Context, evidence: Path, file: Path | None, roots: tuple[Path, ...],
    tsa_trust: tuple[Path, ...], untrusted: tuple[Path, ...], revocation: tuple[Path, ...],
    at: datetime | None, user_id: bytes, ends: dict[str, datetime], html: Path | None, force: bool,
) -> None:  # fmt: skip
    """
    Verify FILE by its EVIDENCE, offline: roots come from here, the rest is in the file.

    \b
    Exit codes: 0 valid, 1 failure, 2 wrong usage, 3 invalid, 4 not verifiable.

    \b
    Example:
      $ gmkit evidence verify contract.evidence contract.pdf --trust root.pem --revocation root.crl
    """
    from gmkit.documents.evidence import verify_evidence
    from gmkit.verdict import Outcome, to_chinese, to_dict, to_html, to_text

    trust = load_trust(roots, tsa_trust, untrusted, revocation, at, user_id)
    data = params.read_bytes(evidence, limit=shared.MAX_FILE)
    verdict = verify_evidence(data, file, trust=trust, ends=ends)
    if html is not None:
        context.write(html, to_html(verdict).encode(), replace=force)
    document = to_dict(verdict)
    chinese = context.lang == language.CHINESE
    context.emit(document, text=to_chinese(document) if chinese else to_text(verdict))
    if verdict.outcome is not Outcome.VALID:
        context.leave(NOT_VERIFIED if verdict.outcome is Outcome.INVALID else NOT_VERIFIABLE)
