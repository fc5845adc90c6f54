"""``gmkit ca audit show``."""

from itertools import islice
from pathlib import Path

import click

from gmkit_cli import issued
from gmkit_cli.context import Context, pass_context
from gmkit_cli.language import told


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--since", type=click.IntRange(min=0), default=0, help="Begin with this act.")
@click.option("--act", "kind", metavar="KIND", help="Only acts such as issue, revoke, list.")
@click.option("--serial", help="Only what concerns this certificate.")
@click.option("--limit", type=click.IntRange(min=1), help="So many acts at most.")
@pass_context
def command(
    context: Context, folder: Path, since: int, kind: str | None, serial: str | None,
    limit: int | None,
) -> None:  # fmt: skip
    """
    Show what was done, oldest first.

    \b
    Example:
      $ gmkit ca audit show authority --act revoke
    """
    from gmkit import ca

    number = None if serial is None else issued.serial(serial)
    with ca.Authority(folder) as authority:
        acts = list(islice(authority.log.acts(since=since, kind=kind, serial=number), limit))
    rows = [
        {"number": each.number, "time": f"{each.moment:%Y-%m-%dT%H:%M:%SZ}", **each.act}
        for each in acts
    ]
    lines = [
        (str(each.number), f"{each.moment:%Y-%m-%d %H:%M:%S}", str(each.act.get("act")), _rest(each.act))
        for each in acts
    ]  # fmt: skip
    context.emit(
        {"acts": rows},
        text=context.table((told("act"), told("time (UTC)"), told("what"), told("details")), lines),
    )


def _rest(act: dict[str, object]) -> str:
    return "  ".join(
        f"{name}={value}" for name, value in act.items() if name not in {"act", "at"} and value is not None
    )  # fmt: skip
