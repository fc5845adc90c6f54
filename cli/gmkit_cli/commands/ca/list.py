"""``gmkit ca list``."""

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import issued
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@issued.filter_options
@pass_context
def command(context: Context, /, folder: Path, **filters: object) -> None:
    """
    List what an authority issued, oldest first; options narrow it down.

    \b
    Example:
      $ gmkit ca list authority --text shop --expires-within 30
    """
    from gmkit import ca

    now = datetime.now(timezone.utc)
    with ca.Authority(folder) as authority:
        found = authority.find(**issued.criteria(filters, now))
    rows = [
        {
            "serial": f"{each.serial:x}",
            "status": each.standing(now),
            "profile": each.profile,
            "not_before": f"{each.not_before:%Y-%m-%dT%H:%M:%SZ}",
            "not_after": f"{each.not_after:%Y-%m-%dT%H:%M:%SZ}",
            "subject": each.subject,
        }
        for each in found
    ]
    lines = [
        [r["serial"], r["status"], r["profile"], r["not_after"][:10], r["subject"]] for r in rows
    ]
    context.emit(
        {"certificates": rows},
        text=context.table(
            (told("serial"), told("status"), told("profile"), told("until"), told("subject")), lines
        ),
    )
