"""``gmkit cert needs-renewal``."""

from datetime import datetime, timezone
from pathlib import Path

import click

from gmkit_cli import inputs, params
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told

NOT_YET = 4


@click.command()
@click.argument("file", type=params.PATH, default="-")
@click.option(
    "--expires-in",
    "rule",
    default="75%",
    show_default=True,
    metavar="30d|12h|75%",
    help="Due when it ends within this time, or when so much of its life is over.",
)
@click.option(
    "--bundle", is_flag=True, help="Due if any certificate of FILE is, not only the first."
)
@params.time_option
@pass_context
def command(context: Context, file: Path, rule: str, bundle: bool, at: datetime | None) -> None:
    """
    Tell by the exit code whether a certificate should be renewed now.

    \b
    Exit codes:
      0  it should, or it has expired
      4  not yet
      1  it cannot be read
      2  wrong usage

    \b
    Example:
      $ gmkit cert needs-renewal shop.pem --expires-in 30d && gmkit ca renew authority 7d64…
    """
    from gmkit.pki.due import Due

    due = Due.parse(rule)
    now = at or datetime.now(timezone.utc)
    found = inputs.certificates((file,))
    looked = found if bundle else found[:1]
    rows = [
        {
            "subject": str(each.subject),
            "due": f"{due.moment(each):%Y-%m-%dT%H:%M:%SZ}",
            "not_after": f"{each.not_after:%Y-%m-%dT%H:%M:%SZ}",
            "needs_renewal": due.is_due(each, now),
        }
        for each in looked
    ]
    needed = any(row["needs_renewal"] for row in rows)
    context.emit(
        {"needs_renewal": needed, "certificates": rows},
        text=[
            told(f"renew: {row['subject']}, due {row['due']}, ends {row['not_after']}")
            if row["needs_renewal"]
            else told(f"not yet: {row['subject']}, due {row['due']}, ends {row['not_after']}")
            for row in rows
        ],
    )
    if not needed:
        context.leave(NOT_YET)
