"""``gmkit ofd show``."""

from __future__ import annotations

from pathlib import Path

import click

from gmkit_cli import params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.output import table


@click.command()
@click.argument("file", type=params.PATH)
@pass_context
def command(context: Context, file: Path) -> None:
    """
    Show the signatures of an OFD document and which of its parts they cover. Signers are not judged.

    A part counts as covered by a signature that names it and whose digest it has.

    \b
    Example:
      $ gmkit ofd show invoice.ofd
    """
    from datetime import datetime, timezone

    from gmkit.ofd import examine
    from gmkit.ofd.describe import report_dict
    from gmkit.verdict import Trust

    now = datetime.now(timezone.utc).replace(microsecond=0)
    report = examine(params.read_bytes(file), trust=Trust(now), name=str(file))
    result = report_dict(report)
    lines = [f"{file}: {len(report.verdict.signatures)} signatures, {len(report.parts)} parts"]
    for one in report.verdict.signatures:
        signer = "unknown signer" if one.signer is None else one.signer.subject
        lines.append(f"{one.name}: {one.kind}; {signer}")
        lines.append(f"  {one.intact.state.value}: {one.intact.text}")
        stored = report.signatures.get(one.name)
        stamps = () if stored is None else stored.stamps
        lines += [f"  stamp on page {stamp.page} at {stamp.box}" for stamp in stamps]
    lines += [f"{one.severity.value}: {one.text} [{one.code}]" for one in report.verdict.findings]
    rows = [
        (part.path, part.role, str(part.length), ", ".join(part.covered_by) or "-")
        for part in report.parts
    ]
    if rows:
        lines += table(("part", "role", "bytes", "covered by"), rows)
    context.emit(result, text=lines)
